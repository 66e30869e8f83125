//! Listeners: TLS, plain TCP and the unix socket.

use super::connection;
use super::drain::Draining;
use super::linger;
use super::peer::Peer;
use super::wire::{StallLimit, Transport, Wire};
use crate::auth::certificate::ClientCertificate;
use crate::docker::pipeline::Service;
use crate::panics::Panics;
use crate::socket_file::SocketFile;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// How long a TLS handshake may take, in real time.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// How many connections a listener serves at once; more wait in the kernel's queue.
const CONNECTION_LIMIT: usize = 4096;
/// How long connections may take to end when the zone stops, in real time.
const DRAIN_LIMIT: Duration = Duration::from_secs(2);
/// After how much silence, and how often then, the kernel asks whether the client is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// How long to wait when the process has no descriptor for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Where connections come from, and as whom they speak.
pub(crate) enum Listener {
    /// TLS with client certificates.
    Tls(TcpListener, TlsAcceptor),
    /// Plain TCP as this login (ACC-41).
    Tcp(TcpListener, Arc<str>),
    /// A unix socket as this login.
    Unix(SocketFile, Arc<str>),
}

impl Listener {
    async fn accept(&self) -> io::Result<Transport> {
        match self {
            Listener::Tls(listener, _) | Listener::Tcp(listener, _) => {
                let (stream, _) = listener.accept().await?;
                // Frames of a few bytes are the rule here.
                stream.set_nodelay(true)?;
                keep_alive(&stream)?;
                Ok(Transport::Tcp(stream))
            }
            Listener::Unix(listener, _) => Ok(Transport::Unix(listener.accept().await?.0)),
        }
    }
}

/// Lets the kernel ask a silent client whether it is still there: one that was killed has only sent FIN, which
/// from a Docker client means no more than the end of its input.
pub(crate) fn keep_alive(stream: &TcpStream) -> io::Result<()> {
    use rustix::net::sockopt;
    sockopt::set_socket_keepalive(stream, true)?;
    sockopt::set_tcp_keepidle(stream, KEEP_ALIVE)?;
    sockopt::set_tcp_keepintvl(stream, KEEP_ALIVE)?;
    Ok(())
}

/// What all connections of a zone have in common.
#[derive(Clone)]
pub(crate) struct Shared {
    /// Answers the requests.
    pub(crate) service: Arc<Service>,
    /// How long a peer may accept nothing.
    pub(crate) stall_limit: StallLimit,
    /// When the zone stops.
    pub(crate) draining: Draining,
    /// Where a connection's panic is noted.
    pub(crate) panics: Panics,
}

/// Accepts connections until the zone stops, then waits for those that are left.
pub(crate) async fn run(listener: Listener, shared: Shared) {
    let permits = Arc::new(Semaphore::new(CONNECTION_LIMIT));
    let mut draining = shared.draining.clone();
    let mut connections = JoinSet::new();
    let mut warned = false;
    loop {
        let accepted = async {
            let permit = Arc::clone(&permits).acquire_owned().await;
            (permit, listener.accept().await)
        };
        tokio::select! {
            biased;
            () = draining.begun() => break,
            Some(ended) = connections.join_next() => shared.panics.note(ended),
            (permit, accepted) = accepted => match accepted {
                Ok(transport) => {
                    warned = false;
                    let served = serve(&listener, transport, shared.clone());
                    connections.spawn(async move {
                        served.await;
                        drop(permit);
                    });
                }
                Err(error) => {
                    if !warned {
                        tracing::warn!(%error, "no connection accepted");
                    }
                    warned = true;
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    let ended = async {
        while let Some(ended) = connections.join_next().await {
            shared.panics.note(ended);
        }
    };
    if tokio::time::timeout(DRAIN_LIMIT, ended).await.is_err() {
        connections.shutdown().await;
    }
}

/// One connection from its first byte to its last.
fn serve(
    listener: &Listener,
    transport: Transport,
    shared: Shared,
) -> impl Future<Output = ()> + Send + 'static {
    let acceptor = match listener {
        Listener::Tls(_, acceptor) => Ok(acceptor.clone()),
        Listener::Tcp(_, login) | Listener::Unix(_, login) => Err(Arc::clone(login)),
    };
    async move {
        let (transport, peer) = match (transport, acceptor) {
            (Transport::Tcp(stream), Ok(acceptor)) => match shake_hands(acceptor, stream).await {
                Some(accepted) => accepted,
                None => return,
            },
            (transport, Ok(_)) => (transport, Peer::Tls(None)),
            (transport, Err(login)) => (transport, Peer::Plain(login)),
        };
        let wire = Wire::new(transport, shared.stall_limit);
        connection::serve(wire, peer, shared.service, shared.draining).await;
    }
}

/// The TLS handshake, within its limit. Whoever fails it, plain HTTP included, gets an alert that it can read
/// before the connection goes (accounts-and-cloudapi.md B.5).
async fn shake_hands(acceptor: TlsAcceptor, stream: TcpStream) -> Option<(Transport, Peer)> {
    let handshake = acceptor.accept(stream).into_fallible();
    let stream = match tokio::time::timeout(HANDSHAKE_LIMIT, handshake).await {
        Ok(Ok(stream)) => stream,
        Ok(Err((error, mut stream))) => {
            tracing::debug!(%error, "TLS handshake failed");
            linger::close(&mut stream).await;
            return None;
        }
        Err(_) => return None,
    };
    let certificates = stream.get_ref().1.peer_certificates();
    let first = certificates.and_then(<[_]>::first);
    let certificate = first.and_then(|certificate| ClientCertificate::parse(certificate).ok());
    let transport = Transport::Tls(Box::new(stream));
    Some((transport, Peer::Tls(certificate.map(Arc::new))))
}
