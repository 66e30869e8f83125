//! The reading side: one attacher.

use super::output::{Chunk, Console};
use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

/// One attacher's place in a console. Dropping it detaches.
pub struct Cursor {
    console: Console,
    id: u64,
}

impl Cursor {
    pub(super) fn new(console: Console, id: u64) -> Self {
        Self { console, id }
    }

    /// The next chunk, or `None` when the console is finished and everything was read.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Chunk>> {
        let (result, wakers) = {
            let mut state = self.console.0.lock();
            let finished = state.finished;
            let Some(cursor) = state.cursors.get_mut(&self.id) else {
                return Poll::Ready(None);
            };
            match cursor.queue.pop_front() {
                Some(chunk) => {
                    cursor.queued_bytes -= chunk.charge();
                    (Poll::Ready(Some(chunk)), state.wake_writers_if_space())
                }
                None if finished => (Poll::Ready(None), Vec::new()),
                None => {
                    cursor.waker = Some(context.waker().clone());
                    (Poll::Pending, Vec::new())
                }
            }
        };
        wakers.into_iter().for_each(Waker::wake);
        result
    }

    /// The next chunk, if it is there already.
    pub fn next_now(&mut self) -> Option<Chunk> {
        match self.poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(chunk) => chunk,
            Poll::Pending => None,
        }
    }

    /// As [`Cursor::poll_next`].
    pub async fn next(&mut self) -> Option<Chunk> {
        poll_fn(|context| self.poll_next(context)).await
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        let wakers = {
            let mut state = self.console.0.lock();
            state.cursors.remove(&self.id);
            state.wake_writers_if_space()
        };
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
