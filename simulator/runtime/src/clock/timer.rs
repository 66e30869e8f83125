//! Timers that a future waits for.

use super::timers::{Action, Clock, TimerInfo};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A scheduled call, to cancel it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScheduleId(pub(super) u64);

/// Ready at its time; cancelled when dropped.
pub struct Timer {
    clock: Clock,
    info: TimerInfo,
    id: Option<u64>,
}

impl Timer {
    pub(super) fn new(clock: Clock, info: TimerInfo) -> Self {
        Self {
            clock,
            info,
            id: None,
        }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.id {
            None => {
                if self.clock.now() >= self.info.at {
                    return Poll::Ready(());
                }
                let action = Action::Wake(context.waker().clone());
                self.id = Some(self.clock.insert(self.info, action));
                Poll::Pending
            }
            Some(id) => match self.clock.0.lock().entries.get_mut(&id) {
                Some(entry) => {
                    entry.action = Action::Wake(context.waker().clone());
                    Poll::Pending
                }
                None => Poll::Ready(()),
            },
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.clock.0.lock().remove(id);
        }
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer").field("info", &self.info).finish()
    }
}
