//! One of the two connections of a proxied one.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use bytes::BytesMut;
use rustix::net::{Shutdown, shutdown};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::raw::Stream;

/// Bytes read at once.
const READ_BYTES: usize = 64 * 1024;

/// A connection, its two directions apart.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) reader: Reader,
    pub(super) writer: Writer,
}

/// The direction that comes.
pub(super) struct Reader {
    stream: Box<dyn AsyncRead + Send + Unpin>,
    /// What has come and was not used.
    pub(super) received: BytesMut,
    /// How it ended.
    pub(super) ended: Option<End>,
    tls: bool,
}

/// The direction that goes.
pub(super) struct Writer {
    stream: Box<dyn AsyncWrite + Send + Unpin>,
    /// The socket below, to end it in ways TLS has no words for.
    socket: OwnedFd,
    tls: bool,
}

/// How a direction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// In order; under TLS with close_notify.
    Clean,
    /// Under TLS without close_notify.
    FinOnly,
    /// By a reset or another failure.
    Broken,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("received", &self.received.len())
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Side {
    fn new<S>(stream: S, socket: OwnedFd, tls: bool) -> Side
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (reader, writer) = tokio::io::split(stream);
        Side {
            reader: Reader {
                stream: Box::new(reader),
                received: BytesMut::new(),
                ended: None,
                tls,
            },
            writer: Writer {
                stream: Box::new(writer),
                socket,
                tls,
            },
        }
    }

    pub(super) fn plain(stream: TcpStream) -> io::Result<Side> {
        let socket = stream.as_fd().try_clone_to_owned()?;
        Ok(Side::new(stream, socket, false))
    }

    pub(super) fn tls_of_client(
        stream: tokio_rustls::server::TlsStream<TcpStream>,
    ) -> io::Result<Side> {
        let socket = stream.get_ref().0.as_fd().try_clone_to_owned()?;
        Ok(Side::new(stream, socket, true))
    }

    pub(super) fn onward(stream: Stream) -> io::Result<Side> {
        match stream {
            Stream::Tcp(stream) => Side::plain(stream),
            Stream::Unix(stream) => {
                let socket = stream.as_fd().try_clone_to_owned()?;
                Ok(Side::new(stream, socket, false))
            }
            Stream::Tls(stream) => {
                let socket = stream.get_ref().0.as_fd().try_clone_to_owned()?;
                Ok(Side::new(*stream, socket, true))
            }
        }
    }
}

impl Reader {
    /// Reads once more; says whether something came. At the end `ended` says how. Nothing is lost when
    /// the future is dropped.
    pub(super) async fn more(&mut self) -> bool {
        if self.ended.is_some() {
            return false;
        }
        self.received.reserve(READ_BYTES);
        match self.stream.read_buf(&mut self.received).await {
            Ok(0) => self.ended = Some(End::Clean),
            Ok(_) => return true,
            Err(error) if self.tls && error.kind() == io::ErrorKind::UnexpectedEof => {
                self.ended = Some(End::FinOnly);
            }
            Err(_) => self.ended = Some(End::Broken),
        }
        false
    }

    /// Reads and throws away until the end, at most for this long: a socket closed with unread bytes
    /// would be reset.
    pub(super) async fn drain(&mut self, within: Duration) {
        let drain = async {
            while self.more().await {
                self.received.clear();
            }
        };
        // What does not end in time is closed as it is.
        let _ = tokio::time::timeout(within, drain).await;
    }
}

impl Writer {
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// Ends this direction as the other one ended.
    pub(super) async fn end(&mut self, how: End) {
        // The peer may have gone; then there is nothing to end.
        let _ = match how {
            End::Clean => self.stream.shutdown().await,
            End::FinOnly if self.tls => {
                shutdown(&self.socket, Shutdown::Write).map_err(io::Error::from)
            }
            End::FinOnly => self.stream.shutdown().await,
            End::Broken => self.reset_when_closed(),
        };
    }

    /// Makes the close of the connection a reset.
    pub(super) fn reset_when_closed(&mut self) -> io::Result<()> {
        rustix::net::sockopt::set_socket_linger(&self.socket, Some(Duration::ZERO))?;
        Ok(())
    }
}
