//! A connection with a container as tokio reads and writes it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use userland::kernel::{Errno, OutsideStream};

/// The host's end of a connection with a container. Dropping it closes it.
#[derive(Debug)]
pub(crate) struct ContainerStream(OutsideStream);

impl ContainerStream {
    pub(super) fn new(stream: OutsideStream) -> Self {
        Self(stream)
    }

    /// Ends it so that the container sees a reset.
    pub(super) fn reset(&self) {
        self.0.reset();
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
        let count = ready!(self.0.poll_read(context, space)).map_err(io_error)?;
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
        self.0.poll_write(context, bytes).map_err(io_error)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.end_writing();
        Poll::Ready(Ok(()))
    }
}
