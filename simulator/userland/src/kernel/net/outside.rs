//! The host's end of connections, whoever has made them.

use super::duplex::{Half, Shutdown};
use crate::kernel::Errno;
use std::task::{Context, Poll};
use thiserror::Error;

/// Why a machine outside could not connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OutsideError {
    /// Nobody listens there.
    #[error("connection refused")]
    Refused,
    /// Nothing has answered.
    #[error("connection timed out")]
    TimedOut,
}

/// The host's end of a connection with a container. Dropping it closes it.
#[derive(Debug)]
pub struct OutsideStream(Half);

impl OutsideStream {
    pub(super) fn new(half: Half) -> Self {
        Self(half)
    }

    /// Reads what is there; 0 is the end. The error is the connection's: it was reset.
    pub fn poll_read(
        &self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize, Errno>> {
        self.0.read(buffer, context)
    }

    /// Writes as much as there is room for.
    pub fn poll_write(
        &self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, Errno>> {
        self.0.write(bytes, context)
    }

    /// Whether there are bytes to read: dropped then, it is reset.
    pub fn has_unread(&self) -> bool {
        self.0.unread_bytes() > 0
    }

    /// Ends both directions at once: the container sees a reset.
    pub fn reset(&self) {
        self.0.abort();
    }

    /// Ends the writing: the container reads to the end.
    pub fn end_writing(&self) {
        // A connection that was reset has ended already.
        let _ = self.0.shut_down(Shutdown::Write);
    }
}
