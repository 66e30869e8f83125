//! What says again what it is told, over TCP and UDP at one port.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::{JoinHandle, JoinSet};

use super::ANY_PORT;

/// How often a port is looked for that is free for both.
const TRIES: usize = 100;
/// The longest message, bytes.
const MESSAGE_BYTES: usize = 65_507;

/// Both sockets.
#[derive(Debug)]
pub(crate) struct Echo {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Echo {
    pub(super) async fn start() -> io::Result<Echo> {
        for _ in 0..TRIES {
            let listener = TcpListener::bind(ANY_PORT).await?;
            let address = listener.local_addr()?;
            let Ok(socket) = UdpSocket::bind(address).await else {
                continue;
            };
            let serving = tokio::spawn(serve(listener, socket));
            return Ok(Echo { address, serving });
        }
        Err(io::Error::other("no port is free for TCP and UDP"))
    }

    pub(super) fn socket(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

async fn serve(listener: TcpListener, socket: UdpSocket) {
    let mut connections = JoinSet::new();
    let mut message = vec![0; MESSAGE_BYTES];
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                connections.spawn(repeat(stream));
            }
            Ok((length, from)) = socket.recv_from(&mut message) => {
                // A message may be lost.
                let _ = socket.send_to(&message[..length], from).await;
            }
            else => return,
        }
    }
}

/// Until the other side has ended its writing.
async fn repeat(mut stream: TcpStream) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

impl Drop for Echo {
    /// Its connections end with it.
    fn drop(&mut self) {
        self.serving.abort();
    }
}
