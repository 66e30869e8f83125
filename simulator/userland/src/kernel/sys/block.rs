//! Waiting and spending: the only ways a program gives up its turn.

use super::super::state::State;
use super::super::{Errno, Sys};
use crate::exec::fuel;
use runtime::clock::{Timer, TimerReason};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

impl Sys {
    /// Spends fuel (one fuel is one nanosecond of a nominal core) and lets others run when the slice is gone.
    /// Everything that can take long calls it often: at least once per 10,000 fuel or 64 KiB.
    pub async fn burn(&self, fuel: u64) {
        fuel::spend(fuel);
        self.checkpoint().await;
    }

    /// What every call that may wait begins with: a signal that ends the process, sent by itself, does so before the
    /// call has an effect.
    pub(super) async fn enter(&self, fuel: u64) {
        fuel::spend(fuel);
        if self.task.needs_attention() {
            self.checkpoint().await;
        }
    }

    /// Yields when the slice is gone or a signal ends or stops the process.
    pub(super) async fn checkpoint(&self) {
        if self.task.has_spent_slice() || self.task.needs_attention() {
            self.task.yielded.store(true, Ordering::Relaxed);
            fuel::yield_now().await;
        }
    }

    /// Whether the slice is gone.
    pub(in crate::kernel) fn has_spent_slice(&self) -> bool {
        self.task.has_spent_slice()
    }

    /// The process gives up its turn and does not begin to wait.
    pub(in crate::kernel) fn note_yield(&self) {
        self.task.yielded.store(true, Ordering::Relaxed);
    }

    /// Whether the kernel has woken the process since the last look.
    pub(in crate::kernel) fn take_woken(&self) -> bool {
        self.task.take_woken()
    }

    /// Waits until `attempt` has an answer. A caught signal ends the wait with EINTR.
    pub(super) async fn block<T>(
        &self,
        mut attempt: impl FnMut(&mut State, &mut Context<'_>) -> Poll<Result<T, Errno>>,
    ) -> Result<T, Errno> {
        let result = poll_fn(|context| {
            let mut state = self.kernel.lock();
            if let Poll::Ready(result) = attempt(&mut state, context) {
                return Poll::Ready(result);
            }
            let Some(process) = state.process_mut(self.pid) else {
                return Poll::Ready(Err(Errno::ESRCH));
            };
            if std::mem::take(&mut process.signals.interrupt) {
                return Poll::Ready(Err(Errno::EINTR));
            }
            Poll::Pending
        })
        .await;
        self.checkpoint().await;
        result
    }

    /// A timer of this process's.
    pub(in crate::kernel) fn timer(&self, after: Duration) -> Timer {
        self.timer_for(after, TimerReason::Process)
    }

    pub(super) fn timer_for(&self, after: Duration, reason: TimerReason) -> Timer {
        let at = self.kernel.clock.now() + after;
        let state = self.kernel.lock();
        let owner = state
            .process(self.pid)
            .map_or(runtime::clock::TimerOwner::Zone, |process| process.owner);
        self.kernel.clock.timer(at, owner, reason)
    }

    /// Waits for `duration` of zone time.
    pub async fn sleep(&self, duration: Duration) -> Result<(), Errno> {
        self.enter(super::CALL_FUEL).await;
        let mut timer = self.timer(duration);
        self.block(|_, context| Pin::new(&mut timer).poll(context).map(Ok))
            .await
    }

    /// Waits for a caught signal.
    pub async fn pause(&self) -> Errno {
        let result: Result<(), Errno> = self.block(|_, _| Poll::Pending).await;
        result.err().unwrap_or(Errno::EINTR)
    }
}
