//! A proxy between a client and the zone that makes one thing wrong: what must fail then proves that
//! the scenarios can.
//!
//! It listens on loopback, ends TLS with a leaf of the zone's own authority, connects onward as the
//! scenario's client, and changes what a [`Mutation`] says. Everything else passes as it is, byte for
//! byte and at once, with half-closes and ends of connections as they were made.
//!
//! ```no_run
//! use clients::{Endpoint, Target};
//! use clients::proxy::{Change, Front, Match, Mutation, Proxy};
//! # async fn example() -> Result<(), clients::ClientError> {
//! let mutation = Mutation {
//!     name: "exit status off by one".to_owned(),
//!     on: Match { path: Some("/containers/*/wait".to_owned()), ..Match::default() },
//!     what: vec![Change::JsonAdd { pointer: "/StatusCode".to_owned(), by: 1 }],
//! };
//! let onward = Target::plain(Endpoint::loopback(2375));
//! let proxy = Proxy::start(Front::Plain, onward, mutation).await?;
//! println!("point a client at {}; applied {} times", proxy.endpoint(), proxy.applied());
//! # Ok(())
//! # }
//! ```

mod connection;
mod frames;
mod guest;
mod json;
mod matching;
mod mutation;
mod request;
mod response;
mod side;
mod tunnel;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

pub use guest::{Guest, ImageNames, Kind};
pub use mutation::{Change, Match, Mutation, Stream};

use crate::client::{ClientError, Endpoint, Target};
use crate::http1::{Framing, Head};
use side::Side;

/// Connections served at once; more wait.
const CONNECTIONS: usize = 256;

/// Bytes of a body that are remembered, at most.
pub const RECORDED_BYTES: u64 = 64 * 1024;

/// What clients of the proxy meet.
#[derive(Debug, Clone)]
pub enum Front {
    /// Plain HTTP.
    Plain,
    /// TLS with this certificate chain and key, in PEM.
    Tls {
        /// The chain, own certificate first.
        cert: Vec<u8>,
        /// The key.
        key: Vec<u8>,
    },
}

/// A running proxy; dropping it ends it and its connections.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

/// A request as a client has sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its head.
    pub head: Head,
    /// Its body, when it has one of no more than [`RECORDED_BYTES`] whose length it says.
    pub body: Vec<u8>,
}

/// What all connections of a proxy have in common.
#[derive(Debug)]
struct Shared {
    /// What clients have asked, when that is wanted.
    asked: Option<Mutex<Vec<Asked>>>,
    onward: Target,
    mutation: Mutation,
    /// Who visits, when it is a visit.
    guest: Option<Guest>,
    /// Requests or responses that matched.
    matched: AtomicU64,
    /// Changes that were made.
    applied: AtomicU64,
}

impl Shared {
    /// Whether it is this one's turn, of all that match.
    fn turn(&self) -> bool {
        let nth = self.matched.fetch_add(1, Ordering::SeqCst) + 1;
        self.mutation.on.nth.is_none_or(|wanted| wanted == nth)
    }

    /// Whether what is asked is remembered.
    fn records(&self, framing: Framing) -> bool {
        let is_short = match framing {
            Framing::None => true,
            Framing::Length(bytes) => bytes <= RECORDED_BYTES,
            _ => false,
        };
        self.asked.is_some() && is_short
    }

    fn record(&self, head: &Head, body: &[u8]) {
        if let Some(asked) = &self.asked {
            let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.push(Asked {
                head: head.clone(),
                body: body.to_vec(),
            });
        }
    }

    fn applied(&self) {
        self.applied.fetch_add(1, Ordering::SeqCst);
    }
}

impl Proxy {
    /// Starts a proxy on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// [`ClientError::Setup`] when the certificate is not usable or no port is free.
    pub async fn start(
        front: Front,
        onward: Target,
        mutation: Mutation,
    ) -> Result<Proxy, ClientError> {
        Proxy::begin(front, onward, mutation, None, None).await
    }

    /// The same, and remembers what clients ask ([`Proxy::asked`]).
    ///
    /// # Errors
    ///
    /// As [`Proxy::start`].
    pub async fn recording(
        front: Front,
        onward: Target,
        mutation: Mutation,
    ) -> Result<Proxy, ClientError> {
        Proxy::begin(front, onward, mutation, None, Some(Mutex::default())).await
    }

    /// Starts a proxy for a visit, on a free port of 127.0.0.1 and without TLS: nothing is changed but lists,
    /// which show only what the guest has made.
    ///
    /// # Errors
    ///
    /// As [`Proxy::start`].
    pub async fn visit(onward: Target, guest: Guest) -> Result<Proxy, ClientError> {
        Proxy::begin(Front::Plain, onward, Mutation::none(), Some(guest), None).await
    }

    async fn begin(
        front: Front,
        onward: Target,
        mutation: Mutation,
        guest: Option<Guest>,
        asked: Option<Mutex<Vec<Asked>>>,
    ) -> Result<Proxy, ClientError> {
        let acceptor = match &front {
            Front::Plain => None,
            Front::Tls { cert, key } => Some(acceptor(cert, key)?),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(setup)?;
        let port = listener.local_addr().map_err(setup)?.port();
        let shared = Arc::new(Shared {
            asked,
            onward,
            mutation,
            guest,
            matched: AtomicU64::new(0),
            applied: AtomicU64::new(0),
        });
        let serving = tokio::spawn(serve(listener, acceptor, shared.clone()));
        Ok(Proxy {
            port,
            shared,
            serving,
        })
    }

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::loopback(self.port)
    }

    /// What clients have asked so far, in the order in which it came, as it came.
    pub fn asked(&self) -> Vec<Asked> {
        let asked = self.shared.asked.as_ref();
        let asked = asked.map(|asked| asked.lock().unwrap_or_else(PoisonError::into_inner).clone());
        asked.unwrap_or_default()
    }

    /// How many changes it has made. A mutation that was never applied proves nothing.
    pub fn applied(&self) -> u64 {
        self.shared.applied.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, acceptor: Option<TlsAcceptor>, shared: Arc<Shared>) {
    // Dropped with this task, which ends them all.
    let mut connections = JoinSet::new();
    loop {
        while connections.len() >= CONNECTIONS {
            connections.join_next().await;
        }
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    connections.spawn(one(socket, acceptor.clone(), shared.clone()));
                }
                // Out of descriptors: the next one may find one again.
                Err(_) => tokio::task::yield_now().await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn one(socket: TcpStream, acceptor: Option<TlsAcceptor>, shared: Arc<Shared>) {
    // Without it small writes would wait for each other and move in time.
    if socket.set_nodelay(true).is_err() {
        return;
    }
    let side = match acceptor {
        None => Side::plain(socket),
        Some(acceptor) => match acceptor.accept(socket).await {
            Ok(stream) => Side::tls_of_client(stream),
            // A client that does not get through the handshake was told by an alert.
            Err(_) => return,
        },
    };
    if let Ok(side) = side {
        connection::serve(side, &shared).await;
    }
}

fn acceptor(cert: &[u8], key: &[u8]) -> Result<TlsAcceptor, ClientError> {
    let chain = CertificateDer::pem_slice_iter(cert)
        .collect::<Result<Vec<_>, _>>()
        .map_err(setup)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(setup)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .map_err(setup)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(setup)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn setup(detail: impl std::fmt::Display) -> ClientError {
    ClientError::Setup {
        client: "the proxy",
        detail: detail.to_string(),
    }
}

#[cfg(test)]
mod tests;
