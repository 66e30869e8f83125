//! A connection with a container as tokio reads and writes it.

use super::tap::Tap;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use userland::kernel::{Errno, OutsideStream};

/// The host's end of a connection with a container. Dropping it closes it.
#[derive(Debug)]
pub(crate) struct ContainerStream {
    stream: OutsideStream,
    tap: Tap,
    /// The journal knows that the host sends no more.
    ended: bool,
}

impl ContainerStream {
    pub(super) fn new(stream: OutsideStream, tap: Tap) -> Self {
        Self {
            stream,
            tap,
            ended: false,
        }
    }

    /// Ends it so that the container sees a reset.
    pub(super) fn reset(mut self) {
        self.end(true);
        self.stream.reset();
    }

    fn end(&mut self, reset: bool) {
        self.ended = true;
        self.tap.end(reset);
    }
}

impl Drop for ContainerStream {
    fn drop(&mut self) {
        let reset = self.stream.has_unread();
        if reset || !self.ended {
            self.end(reset);
        }
    }
}

fn io_error(error: Errno) -> io::Error {
    let kind = match error {
        Errno::EPIPE => io::ErrorKind::BrokenPipe,
        _ => io::ErrorKind::ConnectionReset,
    };
    io::Error::new(kind, error)
}

impl AsyncRead for ContainerStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let space = buffer.initialize_unfilled();
        let count = ready!(self.stream.poll_read(context, space)).map_err(io_error)?;
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ContainerStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self
            .tap
            .bytes(bytes, || self.stream.poll_write(context, bytes));
        written.map_err(io_error)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.end(false);
        self.stream.end_writing();
        Poll::Ready(Ok(()))
    }
}
