//! The way out of the zone: connections and messages of containers to the sockets of the host that operators have listed.

use super::ContainerStream;
use super::relay::reset;
use super::tap::Tap;
use crate::driver::Driver;
use crate::http::drain::Draining;
use crate::panics::Panics;
use bytes::Bytes;
use journal::{Ends, External};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use userland::kernel::{Answers, Call, Egress, Internet, Messages, OutsideError};

/// How many sockets of the host containers may have at once.
const SOCKET_LIMIT: usize = 4096;
/// The longest message, bytes.
const MESSAGE_BYTES: usize = 65_507;

/// What containers want of the host.
enum Wish {
    /// A connection.
    Connection(SocketAddr, Call),
    /// What comes back at a socket, as long as it is wanted.
    Answers {
        socket: UdpSocket,
        answers: Answers,
        unwanted: oneshot::Receiver<()>,
    },
}

/// Takes the wishes to the task that fulfils them.
struct Wishes {
    sender: mpsc::UnboundedSender<(Wish, OwnedSemaphorePermit)>,
    permits: Arc<Semaphore>,
}

impl Wishes {
    /// `false`: there are too many sockets, or the zone stops. What was wished is dropped then.
    fn send(&self, wish: Wish) -> bool {
        let permit = Arc::clone(&self.permits).try_acquire_owned();
        permit.is_ok_and(|permit| self.sender.send((wish, permit)).is_ok())
    }
}

impl Egress for Wishes {
    fn connect(&self, to: SocketAddr, call: Call) {
        // A call that is dropped has timed out.
        self.send(Wish::Connection(to, call));
    }

    fn messages(&self, to: SocketAddr, answers: Answers) -> Option<Box<dyn Messages>> {
        let socket = match connected_socket(to) {
            Ok(socket) => socket,
            Err(error) => {
                tracing::warn!("no socket to {to} for a container: {error}");
                return None;
            }
        };
        let (wanted, unwanted) = oneshot::channel();
        let receiving = socket.try_clone().ok()?;
        let wish = Wish::Answers {
            socket: receiving,
            answers,
            unwanted,
        };
        self.send(wish).then(|| {
            Box::new(HostSocket {
                socket,
                _wanted: wanted,
            }) as Box<dyn Messages>
        })
    }
}

fn connected_socket(to: SocketAddr) -> io::Result<UdpSocket> {
    let any: IpAddr = match to {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect(to)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// One socket that messages go through; nobody waits for answers once it is dropped.
struct HostSocket {
    socket: UdpSocket,
    _wanted: oneshot::Sender<()>,
}

impl Messages for HostSocket {
    fn send(&self, bytes: &[u8]) {
        // An error may be that of the message before, and then this one was not sent.
        if self.socket.send(bytes).is_err() {
            let _ = self.socket.send(bytes);
        }
    }
}

/// Leads containers out of the zone until it stops.
pub(super) fn serve(
    internet: &Internet,
    driver: Driver,
    panics: Panics,
    mut draining: Draining,
) -> impl Future<Output = ()> + use<> {
    let (sender, mut wishes) = mpsc::unbounded_channel();
    internet.set_egress(Wishes {
        sender,
        permits: Arc::new(Semaphore::new(SOCKET_LIMIT)),
    });
    async move {
        let mut tasks = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                () = draining.begun() => break,
                Some(ended) = tasks.join_next() => panics.note(ended),
                Some((wish, permit)) = wishes.recv() => {
                    let driver = driver.clone();
                    tasks.spawn(async move {
                        fulfil(wish, &driver).await;
                        drop(permit);
                    });
                }
            }
        }
        tasks.shutdown().await;
    }
}

async fn fulfil(wish: Wish, driver: &Driver) {
    match wish {
        Wish::Connection(to, call) => connect(to, call, driver).await,
        Wish::Answers {
            socket,
            answers,
            unwanted,
        } => {
            tokio::select! {
                _ = unwanted => {}
                () = receive(socket, &answers, driver) => {}
            }
        }
    }
}

async fn connect(to: SocketAddr, call: Call, driver: &Driver) {
    let mut host = match TcpStream::connect(to).await {
        Ok(host) => host,
        Err(error) => {
            let refused = error.kind() == io::ErrorKind::ConnectionRefused;
            driver.note(|| External::Unreachable { to, refused });
            return call.failed(match refused {
                true => OutsideError::Refused,
                false => OutsideError::TimedOut,
            });
        }
    };
    let tap = Tap::new(driver, Ends::Out(to));
    let mut container = ContainerStream::new(call.connected(), tap);
    let joined = copy_bidirectional(&mut host, &mut container).await;
    if joined.is_err() {
        container.reset();
        reset(&host);
    }
}

/// Delivers what comes back, until the socket fails for good.
async fn receive(socket: UdpSocket, answers: &Answers, driver: &Driver) {
    let Ok(socket) = tokio::net::UdpSocket::from_std(socket) else {
        return;
    };
    let Ok(from) = socket.peer_addr() else {
        return;
    };
    let tap = Tap::new(driver, Ends::Messages(from));
    let mut buffer = vec![0; MESSAGE_BYTES];
    loop {
        match socket.recv(&mut buffer).await {
            Ok(length) => {
                let bytes = Bytes::copy_from_slice(&buffer[..length]);
                tap.message(&bytes);
                answers.deliver(bytes);
            }
            // Nobody is there to answer now.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
            Err(_) => return,
        }
    }
}
