//! A server that serves pages, and one of them badly: what no library for answers can do. It stands for a registry in
//! trouble.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// The longest head of a request, bytes.
const HEAD_BYTES: usize = 16 << 10;
/// Bytes of a piece that dribbles.
const DRIP_BYTES: usize = 16 << 10;
/// Between two pieces that dribble.
const DRIP_PAUSE: Duration = Duration::from_millis(1);
/// A length that no layer may have: 21 GiB.
const HUGE_BYTES: u64 = 21 << 30;

/// How the bad page is served to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// As it is.
    Good,
    /// Half of it, then the end of the connection.
    Cut,
    /// Half of it, then a reset.
    Reset,
    /// Half of it, then nothing.
    Stall,
    /// Nothing at all, not even a head.
    Mute,
    /// Half of it, and the rest when [`FaultyServer::go_on`] is called.
    Held,
    /// In small pieces.
    Dribble,
    /// With a byte that is another.
    Wrong,
    /// With a length that is greater by one.
    Long,
    /// With a length that is less by one.
    Short,
    /// Without a length, up to the end of the connection.
    Endless,
    /// With a length of 21 GiB.
    Huge,
    /// As somewhere else, which is here.
    Elsewhere,
    /// With this status instead.
    Status(u16),
}

/// A word that names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no fault is called `{0}`")]
pub struct UnknownFault(String);

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(word: &str) -> Result<Self, UnknownFault> {
        Ok(match word {
            "good" => Fault::Good,
            "cut" => Fault::Cut,
            "reset" => Fault::Reset,
            "stall" => Fault::Stall,
            "mute" => Fault::Mute,
            "held" => Fault::Held,
            "dribble" => Fault::Dribble,
            "wrong" => Fault::Wrong,
            "long" => Fault::Long,
            "short" => Fault::Short,
            "endless" => Fault::Endless,
            "huge" => Fault::Huge,
            "elsewhere" => Fault::Elsewhere,
            status => Fault::Status(status.parse().map_err(|_| UnknownFault(word.to_owned()))?),
        })
    }
}

/// What a path leads to.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its `Content-Type`.
    pub content_type: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// The server. Dropping it ends it.
#[derive(Debug)]
pub struct FaultyServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    pages: BTreeMap<String, Page>,
    bad: String,
    /// What is still to come of the faults; the last one stays.
    faults: Mutex<Vec<Fault>>,
    /// `METHOD PATH` of each request.
    requests: Mutex<Vec<String>>,
    going: watch::Sender<bool>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FaultyServer {
    /// Serves `pages` on the loopback, and the one at the path `bad` with one fault after the other.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub async fn start(
        pages: BTreeMap<String, Page>,
        bad: String,
        faults: Vec<Fault>,
    ) -> io::Result<FaultyServer> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            pages,
            bad,
            faults: Mutex::new(faults),
            requests: Mutex::default(),
            going: watch::Sender::new(false),
        });
        let serving = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Ok(FaultyServer {
            address,
            shared,
            serving,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends what is held.
    pub fn go_on(&self) {
        self.shared.going.send_replace(true);
    }

    /// `METHOD PATH` of each request so far.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.shared.requests).clone()
    }
}

impl Drop for FaultyServer {
    /// Its connections end with it.
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            // A client that goes is no fault of ours.
            let _ = shared.answer(stream).await;
        });
    }
}

impl Shared {
    /// One request a connection.
    async fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        let Some((method, path)) = head(&mut stream).await? else {
            return Ok(());
        };
        lock(&self.requests).push(format!("{method} {path}"));
        let path = path.split('?').next().unwrap_or_default();
        let Some(page) = self.pages.get(path) else {
            return send(&mut stream, 404, "", b"{}", 2).await;
        };
        if path != self.bad {
            let length = page.body.len() as u64;
            return send(&mut stream, 200, &typed(page), &page.body, length).await;
        }
        let fault = self.next_fault();
        self.answer_badly(stream, page, fault).await
    }

    fn next_fault(&self) -> Fault {
        let mut faults = lock(&self.faults);
        match faults.len() {
            0 => Fault::Good,
            1 => faults[0],
            _ => faults.remove(0),
        }
    }

    async fn answer_badly(
        &self,
        mut stream: TcpStream,
        page: &Page,
        fault: Fault,
    ) -> io::Result<()> {
        let body = &page.body;
        let length = body.len() as u64;
        let half = &body[..body.len() / 2];
        let headers = typed(page);
        match fault {
            Fault::Good => send(&mut stream, 200, &headers, body, length).await,
            Fault::Cut => send(&mut stream, 200, &headers, half, length).await,
            Fault::Long => send(&mut stream, 200, &headers, body, length + 1).await,
            Fault::Short => send(&mut stream, 200, &headers, body, length - 1).await,
            Fault::Huge => send(&mut stream, 200, &headers, half, HUGE_BYTES).await,
            Fault::Status(status) => send(&mut stream, status, "", b"{}", 2).await,
            Fault::Wrong => {
                let mut body = body.clone();
                body[length as usize / 2] ^= 1;
                send(&mut stream, 200, &headers, &body, length).await
            }
            Fault::Elsewhere => {
                let here = format!("Location: {}\r\n", self.bad);
                send(&mut stream, 307, &here, b"", 0).await
            }
            Fault::Endless => {
                let head = format!("HTTP/1.1 200 OK\r\n{headers}Connection: close\r\n\r\n");
                stream.write_all(head.as_bytes()).await?;
                stream.write_all(body).await?;
                stream.shutdown().await
            }
            Fault::Reset => {
                send_open(&mut stream, &headers, half, length).await?;
                rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO))?;
                Ok(())
            }
            Fault::Stall => {
                send_open(&mut stream, &headers, half, length).await?;
                until_gone(&mut stream).await
            }
            Fault::Mute => until_gone(&mut stream).await,
            Fault::Held => {
                send_open(&mut stream, &headers, half, length).await?;
                let mut going = self.going.subscribe();
                let _ = going.wait_for(|going| *going).await;
                stream.write_all(&body[half.len()..]).await?;
                stream.shutdown().await
            }
            Fault::Dribble => {
                send_open(&mut stream, &headers, &[], length).await?;
                for piece in body.chunks(DRIP_BYTES) {
                    stream.write_all(piece).await?;
                    tokio::time::sleep(DRIP_PAUSE).await;
                }
                stream.shutdown().await
            }
        }
    }
}

/// Says nothing until the client goes.
async fn until_gone(stream: &mut TcpStream) -> io::Result<()> {
    let mut rest = [0; 64];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

fn typed(page: &Page) -> String {
    format!("Content-Type: {}\r\n", page.content_type)
}

/// Method and path of a request whose head has come.
async fn head(stream: &mut TcpStream) -> io::Result<Option<(String, String)>> {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut buffer).await?;
        if count == 0 || head.len() > HEAD_BYTES {
            return Ok(None);
        }
        head.extend_from_slice(&buffer[..count]);
    }
    let text = String::from_utf8_lossy(&head);
    let mut words = text.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let path = words.next().unwrap_or_default().to_owned();
    Ok(Some((method, path)))
}

/// An answer, and the end of the connection.
async fn send(
    stream: &mut TcpStream,
    status: u16,
    headers: &str,
    body: &[u8],
    length: u64,
) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status} So\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.shutdown().await
}

/// The beginning of a good answer.
async fn send_open(
    stream: &mut TcpStream,
    headers: &str,
    body: &[u8],
    length: u64,
) -> io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.flush().await
}
