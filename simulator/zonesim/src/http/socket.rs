//! A connection that a handler has taken over.

use super::wire::Wire;
use bytes::{Buf, Bytes};
use runtime::Timestamp;
use runtime::clock::Clock;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// Both directions of a hijacked connection. The connection itself is closed by whoever handed it out, after
/// the handler has returned.
#[derive(Debug)]
pub(crate) struct Socket {
    /// What the client sends, from the first byte behind the request; its end of file means that it sends no
    /// more, never that it has gone (CLI-41).
    pub(crate) reader: SocketReader,
    /// What the client gets, from the first byte behind the head. A peer that accepts nothing for the zone's
    /// `attach_stall_ms` makes writing fail.
    pub(crate) writer: SocketWriter,
}

/// The reading half.
#[derive(Debug)]
pub(crate) struct SocketReader {
    shared: Arc<Shared>,
    early: Bytes,
}

/// The writing half.
#[derive(Debug)]
pub(crate) struct SocketWriter {
    shared: Arc<Shared>,
    hold: Option<Pin<Box<Sleep>>>,
}

/// The connection behind both halves.
#[derive(Debug)]
pub(crate) struct Shared {
    wire: Mutex<Wire>,
    clock: Clock,
    /// When bytes last moved, zone time.
    moved_at: AtomicU64,
}

impl Shared {
    fn wire(&self) -> MutexGuard<'_, Wire> {
        self.wire.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn moved(&self) {
        self.moved_at.store(self.clock.now().0, Ordering::Relaxed);
    }

    /// When bytes last moved in either direction.
    pub(crate) fn moved_at(&self) -> Timestamp {
        Timestamp(self.moved_at.load(Ordering::Relaxed))
    }

    /// Whether the peer has gone for good.
    pub(crate) fn is_gone(&self) -> bool {
        self.wire().is_gone()
    }

    /// Whether the peer was cut for accepting nothing.
    pub(crate) fn is_cut(&self) -> bool {
        self.wire().is_cut()
    }
}

impl Socket {
    /// Splits `wire`. `early`: bytes that have already been read from it; `hold`: how long the first output
    /// waits (CLI-74); `moved_at`: when bytes have last moved on it. The second value closes it.
    pub(crate) fn new(
        wire: Wire,
        early: Bytes,
        hold: Option<Duration>,
        clock: Clock,
        moved_at: Timestamp,
    ) -> (Self, Arc<Shared>) {
        let shared = Arc::new(Shared {
            moved_at: AtomicU64::new(moved_at.0),
            wire: Mutex::new(wire),
            clock,
        });
        let reader = SocketReader {
            shared: Arc::clone(&shared),
            early,
        };
        let writer = SocketWriter {
            shared: Arc::clone(&shared),
            hold: hold.map(|hold| Box::pin(tokio::time::sleep(hold))),
        };
        (Self { reader, writer }, shared)
    }
}

impl AsyncRead for SocketReader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.early.has_remaining() {
            let length = self.early.len().min(buffer.remaining());
            buffer.put_slice(&self.early.split_to(length));
            return Poll::Ready(Ok(()));
        }
        let outcome = ready!(Pin::new(&mut *self.shared.wire()).poll_read(context, buffer));
        self.shared.moved();
        Poll::Ready(outcome)
    }
}

impl SocketWriter {
    /// Ready when the head is certain to be a read of its own for the client.
    fn poll_hold(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(hold) = &mut self.hold {
            ready!(hold.as_mut().poll(context));
            self.hold = None;
        }
        Poll::Ready(())
    }
}

impl AsyncWrite for SocketWriter {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_hold(context));
        let outcome = ready!(Pin::new(&mut *self.shared.wire()).poll_write(context, bytes));
        self.shared.moved();
        Poll::Ready(outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_hold(context));
        let outcome =
            ready!(Pin::new(&mut *self.shared.wire()).poll_write_vectored(context, slices));
        self.shared.moved();
        Poll::Ready(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.shared.wire()).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.shared.wire()).poll_shutdown(context)
    }
}

/// The connection behind the halves, to be closed when the handler has returned.
#[derive(Debug)]
pub(crate) struct Whole(pub(crate) Arc<Shared>);

impl AsyncRead for Whole {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.wire()).poll_read(context, buffer)
    }
}

impl AsyncWrite for Whole {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0.wire()).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.wire()).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.wire()).poll_shutdown(context)
    }
}
