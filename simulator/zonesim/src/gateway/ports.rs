//! The host's listeners on public addresses of containers: exactly those that are open to everybody and have a
//! listener inside (network.md 6.1).

use super::desired::desired;
use super::dial::{Caller, Dialer};
use super::relay::{join, reset};
use crate::http::drain::Draining;
use crate::panics::Panics;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddrV4;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep_until};
use userland::kernel::OutsideError;
use zone::ContainerId;

/// What is added to a port that the host does not give.
const DETOUR: u16 = 8000;
/// Ports below need a privilege of the process.
const FIRST_FREE_PORT: u16 = 1024;
/// How many connections to containers there may be at once.
const CONNECTION_LIMIT: usize = 4096;
/// How long changes are collected before they are followed, real time.
const PAUSE: Duration = Duration::from_millis(2);
/// How many times as long as the last time took to follow: a zone of very many containers changes all the time.
const PAUSE_FACTOR: u32 = 20;

/// One port of a container and where the host serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServedPort {
    /// Address and port of the container.
    pub(crate) address: SocketAddrV4,
    /// The container.
    pub(crate) container: ContainerId,
    /// Where the host listens; another port when the host does not give that one.
    pub(crate) served: Result<SocketAddrV4, String>,
}

/// What is served now; clones are the same table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ports(Arc<Mutex<BTreeMap<SocketAddrV4, ServedPort>>>);

impl Ports {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<SocketAddrV4, ServedPort>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every port, by address.
    pub(crate) fn all(&self) -> Vec<ServedPort> {
        self.lock().values().cloned().collect()
    }
}

/// Listens at a port, or at the one that stands in for it.
async fn bind(address: SocketAddrV4) -> Result<(TcpListener, SocketAddrV4), String> {
    let refused = match TcpListener::bind(address).await {
        Ok(listener) => return Ok((listener, address)),
        Err(error) => error,
    };
    let detour = address.port().checked_add(DETOUR);
    let Some(detour) = detour.map(|port| SocketAddrV4::new(*address.ip(), port)) else {
        return Err(refused.to_string());
    };
    match TcpListener::bind(detour).await {
        Ok(listener) => Ok((listener, detour)),
        Err(_) => Err(refused.to_string()),
    }
}

/// The listeners and what they need.
struct Server {
    dialer: Dialer,
    ports: Ports,
    permits: Arc<Semaphore>,
    listeners: BTreeMap<SocketAddrV4, Listener>,
    /// Listeners and connections; these outlive the listener.
    tasks: JoinSet<()>,
    accepted: mpsc::Sender<Accepted>,
}

/// A port that is listened at.
struct Listener {
    task: AbortHandle,
    /// Gone with it: whoever is not connected by then is refused.
    _open: watch::Sender<()>,
}

/// A connection to a port of a container.
struct Accepted {
    stream: TcpStream,
    address: SocketAddrV4,
    /// Ends when nobody listens any more.
    open: watch::Receiver<()>,
    permit: OwnedSemaphorePermit,
}

/// Follows the zone until it stops.
pub(super) async fn serve(dialer: Dialer, ports: Ports, panics: Panics, mut draining: Draining) {
    let changed = Arc::new(Notify::new());
    let told = Arc::clone(&changed);
    dialer.on_listeners_change(move || told.notify_one());
    let mut views = dialer.driver().view_changes();
    let (accepted, mut connections) = mpsc::channel(1);
    let mut server = Server {
        dialer,
        ports,
        permits: Arc::new(Semaphore::new(CONNECTION_LIMIT)),
        listeners: BTreeMap::new(),
        tasks: JoinSet::new(),
        accepted,
    };
    let mut follow_at = Some(Instant::now());
    let mut pause = PAUSE;
    loop {
        tokio::select! {
            biased;
            () = draining.begun() => break,
            () = sleep_until(follow_at.unwrap_or_else(Instant::now)), if follow_at.is_some() => {
                follow_at = None;
                let began = Instant::now();
                server.follow().await;
                pause = PAUSE.max(began.elapsed() * PAUSE_FACTOR);
            }
            () = changed.notified(), if follow_at.is_none() => follow_at = Some(Instant::now() + pause),
            Ok(()) = views.changed(), if follow_at.is_none() => follow_at = Some(Instant::now() + pause),
            Some(ended) = server.tasks.join_next() => panics.note(ended),
            Some(accepted) = connections.recv() => server.serve(accepted),
        }
    }
    server.tasks.shutdown().await;
}

impl Server {
    /// Ends the listeners that nobody should find any more and begins those that are missing.
    async fn follow(&mut self) {
        let wanted = desired(&self.dialer);
        let gone: Vec<SocketAddrV4> = self
            .ports
            .lock()
            .iter()
            .filter(|(address, served)| wanted.get(*address) != Some(&served.container))
            .map(|(address, _)| *address)
            .collect();
        for address in gone {
            if let Some(listener) = self.listeners.remove(&address) {
                listener.task.abort();
            }
            self.ports.lock().remove(&address);
        }
        for (address, container) in wanted {
            if !self.ports.lock().contains_key(&address) {
                self.begin(address, container).await;
            }
        }
    }

    fn serve(&mut self, accepted: Accepted) {
        let Accepted {
            stream,
            address,
            open,
            permit,
        } = accepted;
        let dialer = self.dialer.clone();
        self.tasks.spawn(async move {
            relay(stream, address, open, &dialer).await;
            drop(permit);
        });
    }

    async fn begin(&mut self, address: SocketAddrV4, container: ContainerId) {
        let served = match bind(address).await {
            Ok((listener, served)) => {
                if served != address {
                    tell(address, served);
                }
                let (permits, accepted) = (Arc::clone(&self.permits), self.accepted.clone());
                let (sender, open) = watch::channel(());
                let task = self
                    .tasks
                    .spawn(accept(listener, address, open, permits, accepted));
                let listener = Listener {
                    task,
                    _open: sender,
                };
                self.listeners.insert(address, listener);
                Ok(served)
            }
            Err(reason) => {
                tracing::warn!("{address} of a container cannot be served: {reason}");
                Err(reason)
            }
        };
        let served = ServedPort {
            address,
            container,
            served,
        };
        self.ports.lock().insert(address, served);
    }
}

/// Says where a port is served instead, and what would change that.
fn tell(address: SocketAddrV4, served: SocketAddrV4) {
    if address.port() < FIRST_FREE_PORT {
        tracing::warn!(
            "{address} is served at {served}: lower net.ipv4.ip_unprivileged_port_start to have it served itself"
        );
    } else {
        tracing::warn!("{address} is taken on the host and served at {served}");
    }
}

/// Hands over the connections to one port, as many as there may be.
async fn accept(
    listener: TcpListener,
    address: SocketAddrV4,
    open: watch::Receiver<()>,
    permits: Arc<Semaphore>,
    accepted: mpsc::Sender<Accepted>,
) {
    while let Ok(permit) = Arc::clone(&permits).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            // No descriptor for another one: those that are served may end.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let connection = Accepted {
            stream,
            address,
            open: open.clone(),
            permit,
        };
        if accepted.send(connection).await.is_err() {
            return;
        }
    }
}

/// One connection of the host's: refused is a reset here, because the host's kernel has accepted already.
async fn relay(
    mut stream: TcpStream,
    address: SocketAddrV4,
    mut open: watch::Receiver<()>,
    dialer: &Dialer,
) {
    let connected = tokio::select! {
        connected = dialer.connect(Caller::Anybody, address) => connected,
        _ = open.changed() => Err(OutsideError::Refused),
    };
    let joined = match connected {
        Ok(container) => join(&mut stream, container).await,
        Err(error) => Err(io::Error::other(error)),
    };
    if joined.is_err() {
        reset(&stream);
    }
}
