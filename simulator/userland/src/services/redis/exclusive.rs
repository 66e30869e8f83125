//! A value that one conversation at a time has, for as long as it wants: others wait for it while they and other
//! processes have their turns.

use crate::kernel::Bell;
use std::future::poll_fn;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};
use std::task::Poll;

/// The value, while nobody has it.
pub(super) struct Exclusive<T> {
    home: Mutex<Option<Box<T>>>,
    returned: Bell,
}

/// The value in somebody's hands; dropping this returns it.
pub(super) struct Held<'e, T> {
    value: Option<Box<T>>,
    from: &'e Exclusive<T>,
}

impl<T> Exclusive<T> {
    pub(super) fn new(value: T) -> Self {
        Self {
            home: Mutex::new(Some(Box::new(value))),
            returned: Bell::default(),
        }
    }

    fn take(&self) -> Option<Box<T>> {
        let mut home = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        home.take()
    }

    /// Waits until nobody else has the value.
    pub(super) async fn hold(&self) -> Held<'_, T> {
        poll_fn(|context| {
            // Heard before the look, so that no return is missed.
            self.returned.hear(context);
            match self.take() {
                Some(value) => Poll::Ready(Held {
                    value: Some(value),
                    from: self,
                }),
                None => Poll::Pending,
            }
        })
        .await
    }
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("it is held until it is dropped")
    }
}

impl<T> DerefMut for Held<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("it is held until it is dropped")
    }
}

impl<T> Drop for Held<'_, T> {
    fn drop(&mut self) {
        let mut home = self
            .from
            .home
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *home = self.value.take();
        drop(home);
        self.from.returned.ring();
    }
}
