//! A receiver of fluentd's forward protocol.

use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize as _;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::ANY_PORT;
use crate::failure::Failure;

/// What came on each connection.
type Received = Arc<Mutex<Vec<Vec<u8>>>>;

/// A listener and what has come.
#[derive(Debug)]
pub(crate) struct Fluentd {
    socket: SocketAddr,
    received: Received,
    serving: JoinHandle<()>,
}

impl Fluentd {
    pub(super) fn start() -> io::Result<Fluentd> {
        let listener = std::net::TcpListener::bind(ANY_PORT)?;
        listener.set_nonblocking(true)?;
        let socket = listener.local_addr()?;
        let received = Received::default();
        let serving = serve(TcpListener::from_std(listener)?, Arc::clone(&received));
        Ok(Fluentd {
            socket,
            received,
            serving: tokio::spawn(serving),
        })
    }

    pub(super) fn socket(&self) -> io::Result<SocketAddr> {
        Ok(self.socket)
    }

    /// The entries that are whole, by connection.
    pub(super) fn records(&self) -> Result<Vec<Value>, Failure> {
        let received = self.received.lock();
        let received = received.unwrap_or_else(PoisonError::into_inner);
        let mut records = Vec::new();
        for bytes in &*received {
            entries(bytes, &mut records)?;
        }
        Ok(records)
    }
}

/// `[tag, time, {…}]`
type Entry = (String, u64, BTreeMap<String, String>);

fn entries(bytes: &[u8], records: &mut Vec<Value>) -> Result<(), Failure> {
    use rmp_serde::decode::Error;
    let mut decoder = rmp_serde::Deserializer::new(Cursor::new(bytes));
    while decoder.position() < bytes.len() as u64 {
        match Entry::deserialize(&mut decoder) {
            Ok((tag, time, members)) => {
                records.push(json!({"tag": tag, "time": time, "record": members}));
            }
            // The rest is still to come.
            Err(Error::InvalidMarkerRead(_) | Error::InvalidDataRead(_)) => break,
            Err(error) => return Err(Failure::Differs(format!("no entry of fluentd: {error}"))),
        }
    }
    Ok(())
}

async fn serve(listener: TcpListener, received: Received) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(receive(stream, Arc::clone(&received)));
    }
}

async fn receive(mut stream: TcpStream, received: Received) {
    let place = {
        let mut received = received.lock().unwrap_or_else(PoisonError::into_inner);
        received.push(Vec::new());
        received.len() - 1
    };
    let mut buffer = vec![0; 64 << 10];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        let mut received = received.lock().unwrap_or_else(PoisonError::into_inner);
        received[place].extend_from_slice(&buffer[..count]);
    }
}

impl Drop for Fluentd {
    /// Its connections end with it.
    fn drop(&mut self) {
        self.serving.abort();
    }
}
