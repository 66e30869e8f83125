//! What a program on the zone's host sees of containers.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_socks::tcp::Socks5Stream;

/// How one gets to a container.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    /// Straight to its address.
    Straight(Ipv4Addr),
    /// By SOCKS5.
    Socks {
        /// Where it is served.
        proxy: SocketAddr,
        /// A login.
        user: String,
        /// Its token.
        password: String,
        /// An address, or a name that the zone knows.
        host: String,
    },
}

/// Why nothing came.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Of the connection.
    Io(io::Error),
    /// What SOCKS5 has said.
    Socks(tokio_socks::Error),
}

impl fmt::Display for Trouble {
    /// In the words of the features.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use tokio_socks::Error;
        match self {
            Trouble::Io(error) => match error.kind() {
                io::ErrorKind::ConnectionRefused => f.write_str("refused"),
                io::ErrorKind::ConnectionReset => f.write_str("reset"),
                _ => write!(f, "{error}"),
            },
            Trouble::Socks(Error::ConnectionRefused) => f.write_str("refused"),
            Trouble::Socks(Error::HostUnreachable) => f.write_str("unreachable"),
            Trouble::Socks(Error::PasswordAuthFailure(_)) => f.write_str("not let in"),
            Trouble::Socks(error) => write!(f, "{error}"),
        }
    }
}

/// Fetches a page with HTTP/1.0; gives its body.
pub(crate) async fn fetch(way: &Way, port: u16, path: &str) -> Result<String, Trouble> {
    match way {
        Way::Straight(address) => {
            let address = SocketAddrV4::new(*address, port);
            let stream = TcpStream::connect(address).await.map_err(Trouble::Io)?;
            get(stream, path).await
        }
        Way::Socks {
            proxy,
            user,
            password,
            host,
        } => {
            let destination = (host.as_str(), port);
            let stream =
                Socks5Stream::connect_with_password(*proxy, destination, user, password).await;
            get(stream.map_err(Trouble::Socks)?, path).await
        }
    }
}

async fn get<S>(mut stream: S, path: &str) -> Result<String, Trouble>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let request = format!("GET {path} HTTP/1.0\r\n\r\n");
    let mut answer = Vec::new();
    let exchanged = async {
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await?;
        stream.read_to_end(&mut answer).await
    };
    exchanged.await.map_err(Trouble::Io)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
    Ok(body.unwrap_or(&answer).to_owned())
}
