//! HTTP/1.1 bytes of our own over TLS, TCP or a unix socket, for what no client can send or show:
//! malformed requests, exact heads, the handshake, and how a connection ends.
//!
//! ```no_run
//! use clients::{Endpoint, Target};
//! use clients::raw::{HalfClose, RawClient, Request};
//! # async fn example() -> Result<(), clients::ClientError> {
//! let client = RawClient::new(Target::plain(Endpoint::loopback(2375)));
//! let mut wire = client.connect().await?;
//! wire.send(&Request::new("POST", "/containers/web/attach?stream=1&stdout=1").to_bytes()).await?;
//! let response = wire.read_response("POST").await?;
//! assert_eq!(response.head.first_line, "HTTP/1.1 101 UPGRADED");
//! wire.half_close(HalfClose::FinOnly).await?;
//! let (output, ended) = wire.read_to_end().await?;
//! # Ok(())
//! # }
//! ```

mod command;
mod handshake;
mod request;
mod response;
mod stream;
mod wire;

use std::time::Duration;

pub use handshake::{Handshake, Identity, TlsFacts, TlsVersions};
pub use request::Request;
pub use response::Response;
pub(crate) use stream::Stream;
pub use stream::{Ended, HalfClose, TransportEnd};
pub use wire::{ReadAt, Wire};

use crate::client::{Client, ClientError, ClientName, Invocation, Running, Target, in_process};

/// How long a connection or a single read may take when nothing else is said.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(10);

/// A client that sends the bytes it is told to.
///
/// As a [`Client`] it takes `METHOD PATH [-H 'Name: value']… [-d BODY] [--no-certificate]
/// [--wrong-key] [--tls1.2]`, sends what is piped to it behind the request, and prints the exact
/// bytes of the response; its status is 0 below 400, 22 from there on, 35 for a failed handshake,
/// 7 for a failed connection, 56 for a broken response and 2 for a wrong command line.
#[derive(Debug, Clone)]
pub struct RawClient {
    target: Target,
    deadline: Duration,
}

impl RawClient {
    /// A client of this target.
    pub fn new(target: Target) -> RawClient {
        RawClient {
            target,
            deadline: DEFAULT_DEADLINE,
        }
    }

    /// The same with another limit for connecting and for each read.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> RawClient {
        self.deadline = deadline;
        self
    }

    /// Connects, with the handshake of a good client when the target has TLS.
    ///
    /// # Errors
    ///
    /// [`ClientError::Connect`], [`ClientError::Handshake`] and [`ClientError::Setup`].
    pub async fn connect(&self) -> Result<Wire, ClientError> {
        self.connect_with(&Handshake::default()).await
    }

    /// Connects with a handshake as told.
    ///
    /// With TLS 1.3 the server judges the client's certificate after the client's handshake is
    /// complete: the verdict shows in the first read.
    ///
    /// # Errors
    ///
    /// As [`RawClient::connect`].
    pub async fn connect_with(&self, handshake: &Handshake) -> Result<Wire, ClientError> {
        let connecting = Wire::connect(&self.target, handshake, self.deadline);
        tokio::time::timeout(self.deadline, connecting)
            .await
            .unwrap_or_else(|_| {
                Err(ClientError::Connect {
                    endpoint: self.target.docker.to_string(),
                    detail: format!("not connected after {:?}", self.deadline),
                })
            })
    }

    /// Sends one request on a connection of its own and reads its response.
    ///
    /// # Errors
    ///
    /// As [`RawClient::connect`] and [`Wire::read_response`].
    pub async fn exchange(&self, request: &Request) -> Result<Response, ClientError> {
        let mut wire = self.connect().await?;
        wire.send(&request.to_bytes()).await?;
        wire.read_response(&request.method).await
    }
}

impl Client for RawClient {
    fn name(&self) -> ClientName {
        ClientName::Raw
    }

    fn target(&self) -> &Target {
        &self.target
    }

    fn start(&self, invocation: Invocation) -> Result<Running, ClientError> {
        let client = self.clone().with_deadline(invocation.deadline);
        Ok(in_process::start(
            self.name().as_str(),
            invocation,
            move |console, argv| command::run(client, console, argv),
        ))
    }
}

#[cfg(test)]
mod tests;
