//! One byte stream, whatever carries it.

use super::presence::Presence;
use futures_util::FutureExt;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::Sleep;
use tokio_rustls::server::TlsStream;

/// What carries the bytes.
#[derive(Debug)]
pub(crate) enum Transport {
    /// Plain TCP.
    Tcp(TcpStream),
    /// A unix socket.
    Unix(UnixStream),
    /// TLS over TCP.
    Tls(Box<TlsStream<TcpStream>>),
}

/// How long a peer may accept nothing, in real time, asked each time it begins to.
pub(crate) type StallLimit = Arc<dyn Fn() -> Duration + Send + Sync>;

/// How often a connection that waits should look whether its peer is still there; real time.
pub(crate) const PRESENCE: Duration = Duration::from_secs(2);

/// How often it should look while its peer is needed.
pub(super) const CLOSE_PRESENCE: Duration = Duration::from_millis(50);

/// A connection that ends itself when its peer accepts no byte for too long (docker-api.md 6.6), or has gone.
pub(crate) struct Wire {
    transport: Transport,
    limit: StallLimit,
    presence: Presence,
    stalled: Option<Pin<Box<Sleep>>>,
    cut: bool,
    heard_at: Instant,
}

impl Wire {
    /// Wraps a connection.
    pub(crate) fn new(transport: Transport, limit: StallLimit) -> Self {
        Self {
            transport,
            limit,
            presence: Presence::default(),
            stalled: None,
            cut: false,
            heard_at: Instant::now(),
        }
    }

    /// Whether the end of the input means that the peer has gone.
    pub(crate) fn presence(&self) -> Presence {
        self.presence.clone()
    }

    /// What carries the bytes, from now on without a limit.
    pub(crate) fn into_transport(self) -> Transport {
        self.transport
    }

    /// Whether the peer has closed both directions, or the connection was reset. A half-close is neither (CLI-41):
    /// of TCP only keepalive tells that a client which has sent FIN was killed.
    pub(crate) fn is_gone(&self) -> bool {
        self.state(Interest::WRITABLE)
            .is_some_and(|ready| ready.is_write_closed())
    }

    /// Whether the peer's input has ended and its end means that the peer has gone.
    fn is_missed(&self) -> bool {
        self.presence.is_needed()
            && self
                .state(Interest::READABLE)
                .is_some_and(|ready| ready.is_read_closed())
    }

    fn state(&self, interest: Interest) -> Option<Ready> {
        let ready = match &self.transport {
            Transport::Tcp(stream) => stream.ready(interest).now_or_never(),
            Transport::Unix(stream) => stream.ready(interest).now_or_never(),
            Transport::Tls(stream) => stream.get_ref().0.ready(interest).now_or_never(),
        };
        ready?.ok()
    }

    /// Whether the peer has accepted nothing for too long or has gone: such a connection is dropped, not closed.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Follows whether output moves; turns a peer that has stalled into an error.
    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        let limit = &self.limit;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(limit())));
        ready!(stalled.as_mut().poll(context));
        self.cut = true;
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

macro_rules! each {
    ($transport:expr, $stream:ident => $call:expr) => {
        match $transport {
            Transport::Tcp($stream) => $call,
            Transport::Unix($stream) => $call,
            Transport::Tls($stream) => $call,
        }
    };
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let outcome =
            each!(&mut self.transport, stream => Pin::new(stream).poll_read(context, buffer));
        let outcome = ready!(outcome);
        self.heard_at = Instant::now();
        match outcome {
            // ACC-39, CLI-42: Docker clients end their input without a close_notify.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
            outcome => Poll::Ready(outcome),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome =
            each!(&mut self.transport, stream => Pin::new(stream).poll_write(context, bytes));
        self.watch(context, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = each!(&mut self.transport, stream => Pin::new(stream).poll_write_vectored(context, slices));
        self.watch(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        each!(&self.transport, stream => stream.is_write_vectored())
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Whoever sends a request and goes at once has it carried out.
        let gone = self.heard_at.elapsed() >= PRESENCE && self.is_gone();
        if gone || self.is_missed() {
            self.cut = true;
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let outcome = each!(&mut self.transport, stream => Pin::new(stream).poll_flush(context));
        self.watch(context, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(&mut self.transport, stream => Pin::new(stream).poll_shutdown(context))
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire")
            .field("transport", &self.transport)
            .field("cut", &self.cut)
            .finish_non_exhaustive()
    }
}
