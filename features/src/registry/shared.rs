//! Registries that one scenario after the other has, because one takes longer to start than most scenarios to run.

use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, PoisonError};

use super::debian::{Access, DebianRegistry};

/// Those that nobody has; who has waited longest is next.
static IDLE: Mutex<VecDeque<DebianRegistry>> = Mutex::new(VecDeque::new());

/// An empty registry that everybody may use. Dropping it gives it back.
#[derive(Debug)]
pub(crate) struct SharedRegistry(Option<DebianRegistry>);

impl SharedRegistry {
    /// One that waits, or a new one.
    ///
    /// # Errors
    ///
    /// As [`DebianRegistry::open`]; it cannot be emptied.
    pub(crate) async fn take() -> io::Result<SharedRegistry> {
        let waiting = idle(VecDeque::pop_front);
        let registry = match waiting {
            Some(mut registry) => {
                registry.empty()?;
                registry
            }
            None => DebianRegistry::start(&Access::default()).await?,
        };
        Ok(SharedRegistry(Some(registry)))
    }

    /// It is there as long as this is.
    pub(crate) fn registry(&self) -> Option<&DebianRegistry> {
        self.0.as_ref()
    }
}

impl Drop for SharedRegistry {
    fn drop(&mut self) {
        if let Some(registry) = self.0.take() {
            idle(|waiting| waiting.push_back(registry));
        }
    }
}

/// Ends all that wait.
pub(crate) fn end_shared() {
    idle(VecDeque::clear);
}

fn idle<T>(step: impl FnOnce(&mut VecDeque<DebianRegistry>) -> T) -> T {
    step(&mut IDLE.lock().unwrap_or_else(PoisonError::into_inner))
}
