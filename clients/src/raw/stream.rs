//! A connection with or without TLS, and exactly how it ends.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::handshake::{Handshake, TlsFacts, suite_name};
use crate::client::{ClientError, Endpoint, Target};

/// Bytes read at once.
const READ_BYTES: usize = 64 * 1024;

/// How to end one's own side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HalfClose {
    /// TCP FIN; under TLS without close_notify, as the Docker CLIs do (CLI-42).
    FinOnly,
    /// Under TLS close_notify, then FIN, as bollard does.
    CloseNotifyAndFin,
    /// Under TLS close_notify alone.
    CloseNotifyOnly,
}

/// How the other side ended a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// Whether TLS said goodbye; `false` without TLS.
    pub close_notify: bool,
    /// The fatal TLS alert that was received, by its name in the standard (`bad_certificate`).
    pub alert: Option<String>,
    /// What happened below TLS.
    pub transport: TransportEnd,
}

/// How a transport ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransportEnd {
    /// In order.
    Fin,
    /// By a reset.
    Reset,
    /// Not within the deadline.
    Open,
}

/// The bytes below HTTP.
#[derive(Debug)]
pub(crate) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    pub(crate) async fn connect(
        target: &Target,
        handshake: &Handshake,
    ) -> Result<(Stream, Option<TlsFacts>), ClientError> {
        let failed = |error: io::Error| ClientError::Connect {
            endpoint: target.docker.to_string(),
            detail: error.to_string(),
        };
        let (host, port) = match &target.docker {
            Endpoint::Tcp { host, port } => (host.as_str(), *port),
            Endpoint::Unix(path) => {
                let stream = UnixStream::connect(path).await.map_err(failed)?;
                return Ok((Stream::Unix(stream), None));
            }
        };
        let stream = TcpStream::connect((host, port)).await.map_err(failed)?;
        // Each write is to be seen as one, and at once.
        stream.set_nodelay(true).map_err(failed)?;
        let Some(files) = &target.tls else {
            return Ok((Stream::Tcp(stream), None));
        };
        let (config, asked) = handshake.config(files)?;
        let name = handshake.server_name(host)?;
        let stream = TlsConnector::from(Arc::clone(&config))
            .connect(name, stream)
            .await
            .map_err(|error| ClientError::Handshake {
                alert: received_alert(&error),
                detail: error.to_string(),
            })?;
        let (_, tls) = stream.get_ref();
        let facts = TlsFacts {
            version: tls
                .protocol_version()
                .map_or_else(String::new, |version| format!("{version:?}")),
            cipher_suite: tls
                .negotiated_cipher_suite()
                .map_or_else(String::new, |suite| suite_name(suite.suite())),
            alpn: tls
                .alpn_protocol()
                .map(|name| String::from_utf8_lossy(name).into_owned()),
            server_chain: tls
                .peer_certificates()
                .unwrap_or_default()
                .iter()
                .map(|certificate| certificate.to_vec())
                .collect(),
            authorities_named: asked.authorities_named(),
        };
        Ok((Stream::Tls(Box::new(stream)), Some(facts)))
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.write_all(bytes).await,
            Stream::Unix(stream) => stream.write_all(bytes).await,
            Stream::Tls(stream) => {
                stream.write_all(bytes).await?;
                stream.flush().await
            }
        }
    }

    pub(super) async fn half_close(&mut self, how: HalfClose) -> io::Result<()> {
        match (self, how) {
            // Without TLS there is no close_notify to send alone.
            (Stream::Tcp(_) | Stream::Unix(_), HalfClose::CloseNotifyOnly) => Ok(()),
            (Stream::Tcp(stream), _) => stream.shutdown().await,
            (Stream::Unix(stream), _) => stream.shutdown().await,
            (Stream::Tls(stream), HalfClose::CloseNotifyAndFin) => stream.shutdown().await,
            (Stream::Tls(stream), HalfClose::FinOnly) => stream.get_mut().0.shutdown().await,
            (Stream::Tls(stream), HalfClose::CloseNotifyOnly) => {
                stream.get_mut().1.send_close_notify();
                stream.flush().await
            }
        }
    }

    /// Ends the connection with a reset.
    pub(super) fn reset(self) -> io::Result<()> {
        let stream = match &self {
            Stream::Tcp(stream) => stream,
            Stream::Tls(stream) => stream.get_ref().0,
            Stream::Unix(_) => return Ok(()),
        };
        rustix::net::sockopt::set_socket_linger(stream, Some(Duration::ZERO))?;
        Ok(())
    }

    /// What one read gives; under TLS that is one record. Empty at the end.
    pub(super) async fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut buffer = Vec::with_capacity(READ_BYTES);
        match self {
            Stream::Tcp(stream) => stream.read_buf(&mut buffer).await?,
            Stream::Unix(stream) => stream.read_buf(&mut buffer).await?,
            Stream::Tls(stream) => {
                let record = stream.fill_buf().await?;
                buffer.extend_from_slice(record);
                stream.consume(buffer.len());
                buffer.len()
            }
        };
        Ok(buffer)
    }

    /// After a read found an end: which one it was, down to the transport.
    pub(super) async fn ended(&mut self, found: Option<io::Error>, within: Duration) -> Ended {
        let alert = found.as_ref().and_then(received_alert);
        let broken_off = found
            .as_ref()
            .is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof);
        let reset = found.as_ref().is_some_and(is_reset);
        let over_tls = matches!(self, Stream::Tls(_));
        let transport = match (&found, over_tls) {
            _ if reset => TransportEnd::Reset,
            (None, false) => TransportEnd::Fin,
            _ if broken_off => TransportEnd::Fin,
            _ => self.transport_end(within).await,
        };
        Ended {
            close_notify: over_tls && found.is_none(),
            alert,
            transport,
        }
    }

    /// Reads what is left below TLS until its end.
    async fn transport_end(&mut self, within: Duration) -> TransportEnd {
        let Stream::Tls(stream) = self else {
            return TransportEnd::Reset;
        };
        let socket = stream.get_mut().0;
        let drain = async {
            let mut ignored = [0; 1024];
            loop {
                match socket.read(&mut ignored).await {
                    Ok(0) => return TransportEnd::Fin,
                    Ok(_) => {}
                    Err(_) => return TransportEnd::Reset,
                }
            }
        };
        tokio::time::timeout(within, drain)
            .await
            .unwrap_or(TransportEnd::Open)
    }
}

fn is_reset(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
    )
}

/// The alert behind an error, in the words of the standard.
fn received_alert(error: &io::Error) -> Option<String> {
    let error = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    let rustls::Error::AlertReceived(alert) = error else {
        return None;
    };
    let mut name = String::new();
    let mut after_capital = true;
    for letter in format!("{alert:?}").chars() {
        if letter.is_uppercase() && !after_capital {
            name.push('_');
        }
        after_capital = letter.is_uppercase();
        name.extend(letter.to_lowercase());
    }
    Some(name)
}
