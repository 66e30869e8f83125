//! The fuel of the task that runs on this thread.

use std::cell::Cell;
use std::future::poll_fn;
use std::task::Poll;

/// What a task may spend before it has to let others run.
pub const SLICE_FUEL: u64 = 10_000;

thread_local! {
    static MEMORY: Cell<u64> = const { Cell::new(0) };
    static SPENT: Cell<u64> = const { Cell::new(0) };
}

/// Starts a task's slice.
pub(super) fn begin_slice() {
    SPENT.set(0);
    MEMORY.set(0);
}

/// What of it was for memory that was made ready.
pub(super) fn spent_on_memory() -> u64 {
    MEMORY.get()
}

/// Fuel spent in this slice.
pub fn spent() -> u64 {
    SPENT.get()
}

/// Spends fuel without a chance to yield: for system calls that do not wait.
pub fn spend(fuel: u64) {
    SPENT.set(SPENT.get().saturating_add(fuel));
}

/// Spends fuel for memory that is made ready, which cannot be done in parts.
pub fn spend_on_memory(fuel: u64) {
    MEMORY.set(MEMORY.get().saturating_add(fuel));
    spend(fuel);
}

/// Lets every other runnable task have its turn.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
