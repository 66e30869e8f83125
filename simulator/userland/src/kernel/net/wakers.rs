//! Who waits for a socket: tasks of any container, or of the host.

use std::task::{Context, Waker};

/// Tasks that want to look again when something changes.
#[derive(Debug, Default)]
pub(super) struct Wakers(Vec<Waker>);

impl Wakers {
    pub(super) fn add(&mut self, context: &Context<'_>) {
        let waker = context.waker();
        if !self.0.iter().any(|known| known.will_wake(waker)) {
            self.0.push(waker.clone());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Wakes everybody; nobody waits after that.
    pub(super) fn wake(&mut self) {
        for waker in std::mem::take(&mut self.0) {
            waker.wake();
        }
    }
}
