//! What the process that sends a container's output elsewhere asks the kernel.

use super::super::helper::LogJob;
use super::super::{Errno, Fd, Sys};
use super::CALL_FUEL;
use crate::exec::fuel;
use runtime::clock::TimerReason;
use runtime::console::{Chunk, Cursor};
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

/// What a helper has to see to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// The container has written this.
    Chunk(Chunk),
    /// It will write no more.
    End,
    /// The descriptor that is watched can be read, or is at its end.
    Readable,
}

impl Sys {
    /// What this process is here for, if it sends the container's output elsewhere.
    pub(crate) fn take_log_job(&self) -> Option<LogJob> {
        fuel::spend(CALL_FUEL);
        self.kernel.take_log_job(self.pid)
    }

    /// Waits for the next output of the container, or for something to read at `watched`.
    pub(crate) async fn next_output(
        &self,
        output: &mut Cursor,
        watched: Option<Fd>,
    ) -> Result<Written, Errno> {
        self.enter(CALL_FUEL).await;
        self.block(|state, context| {
            if let Some(fd) = watched
                && state.poll_readable(self.pid, fd, context)
            {
                return Poll::Ready(Ok(Written::Readable));
            }
            match output.poll_next(context) {
                Poll::Ready(Some(chunk)) => Poll::Ready(Ok(Written::Chunk(chunk))),
                Poll::Ready(None) => Poll::Ready(Ok(Written::End)),
                Poll::Pending if state.has_output_ended() => Poll::Ready(Ok(Written::End)),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    /// Waits until the container has ended but for this process, and then for `patience` of zone time.
    pub(crate) async fn outlive_output(&self, patience: Duration) -> Result<(), Errno> {
        self.block(|state, _| match state.has_output_ended() {
            true => Poll::Ready(Ok(())),
            false => Poll::Pending,
        })
        .await?;
        let mut timer = self.timer_for(patience, TimerReason::LastRecords);
        self.block(|_, context| Pin::new(&mut timer).poll(context).map(Ok))
            .await
    }

    /// Adds to the container's start-up notes.
    pub(crate) fn note(&self, line: &[u8]) {
        fuel::spend(CALL_FUEL);
        self.kernel.note(line);
    }
}
