//! A receiver of GELF: puts chunks together and unpacks them.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Mutex, MutexGuard, PoisonError};

use flate2::read::GzDecoder;
use serde_json::Value;

use super::ANY_PORT;
use crate::failure::Failure;

/// The longest datagram, bytes.
const DATAGRAM_BYTES: usize = 65_507;
/// What a chunk begins with.
const CHUNK: [u8; 2] = [0x1e, 0x0f];
/// What a chunk has before its content.
const CHUNK_HEAD_BYTES: usize = 12;

/// A socket and what has come.
#[derive(Debug)]
pub(crate) struct Gelf {
    socket: UdpSocket,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// Chunks by the message's id, then by their numbers.
    begun: BTreeMap<Vec<u8>, BTreeMap<u8, Vec<u8>>>,
    chunks: usize,
    messages: Vec<Vec<u8>>,
}

impl Gelf {
    pub(super) fn start() -> io::Result<Gelf> {
        let socket = UdpSocket::bind(ANY_PORT)?;
        socket.set_nonblocking(true)?;
        Ok(Gelf {
            socket,
            seen: Mutex::default(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn socket(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// The messages that are whole.
    pub(super) fn records(&self) -> Result<Vec<Value>, Failure> {
        let mut seen = self.lock();
        let mut buffer = vec![0; DATAGRAM_BYTES];
        while let Ok(length) = self.socket.recv(&mut buffer) {
            seen.take(&buffer[..length]);
        }
        seen.messages.iter().map(|packed| unpack(packed)).collect()
    }

    pub(super) fn chunks(&self) -> usize {
        self.lock().chunks
    }
}

impl Seen {
    fn take(&mut self, datagram: &[u8]) {
        if !datagram.starts_with(&CHUNK) || datagram.len() < CHUNK_HEAD_BYTES {
            self.messages.push(datagram.to_vec());
            return;
        }
        self.chunks += 1;
        let (head, content) = datagram.split_at(CHUNK_HEAD_BYTES);
        let (id, number, count) = (head[2..10].to_vec(), head[10], head[11]);
        let chunks = self.begun.entry(id.clone()).or_default();
        chunks.insert(number, content.to_vec());
        if chunks.len() == usize::from(count) {
            let whole = self.begun.remove(&id).unwrap_or_default();
            self.messages.push(whole.into_values().flatten().collect());
        }
    }
}

fn unpack(packed: &[u8]) -> Result<Value, Failure> {
    let mut text = Vec::new();
    let read = GzDecoder::new(packed).read_to_end(&mut text);
    read.map_err(|error| Failure::Differs(format!("a message that is no gzip: {error}")))?;
    serde_json::from_slice(&text)
        .map_err(|error| Failure::Differs(format!("a message that is no JSON: {error}")))
}
