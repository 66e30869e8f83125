//! SOCKS5 on the wire: RFC 1928 and, for the password, RFC 1929.

use super::dial::Destination;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const VERSION: u8 = 5;
const PASSWORD_VERSION: u8 = 1;
/// The method `username and password`, and that none of those offered will do.
const PASSWORD: u8 = 2;
const NO_METHOD: u8 = 0xff;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// How a request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Connected = 0,
    HostUnreachable = 4,
    Refused = 5,
    NoSuchCommand = 7,
    NoSuchAddressType = 8,
}

/// A user and a password.
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: Vec<u8>,
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

async fn counted<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Vec<u8>> {
    let count = stream.read_u8().await?;
    let mut bytes = vec![0; usize::from(count)];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// Reads what methods a client offers and asks for a password.
pub(super) async fn greet<S>(stream: &mut S) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if stream.read_u8().await? != VERSION {
        return Err(malformed("not SOCKS5"));
    }
    let methods = counted(stream).await?;
    if !methods.contains(&PASSWORD) {
        stream.write_all(&[VERSION, NO_METHOD]).await?;
        return Err(malformed("no password offered"));
    }
    stream.write_all(&[VERSION, PASSWORD]).await
}

/// Reads user and password.
pub(super) async fn login<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Login> {
    if stream.read_u8().await? != PASSWORD_VERSION {
        return Err(malformed("another way of passwords"));
    }
    let user = counted(stream).await?;
    let password = counted(stream).await?;
    Ok(Login {
        user: String::from_utf8_lossy(&user).into_owned(),
        password,
    })
}

/// Says whether the password was right.
pub(super) async fn admit<S: AsyncWrite + Unpin>(stream: &mut S, right: bool) -> io::Result<()> {
    stream
        .write_all(&[PASSWORD_VERSION, u8::from(!right)])
        .await
}

/// Reads a request; what is no connect over IPv4 is refused with the answer to give.
pub(super) async fn request<S: AsyncRead + Unpin>(
    stream: &mut S,
) -> io::Result<Result<Destination, Answer>> {
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let [version, command, _, kind] = head;
    if version != VERSION {
        return Err(malformed("not SOCKS5"));
    }
    let host = match kind {
        IPV4 => {
            let mut address = [0; 4];
            stream.read_exact(&mut address).await?;
            Ok(Ipv4Addr::from(address).to_string())
        }
        NAME => Ok(String::from_utf8_lossy(&counted(stream).await?).into_owned()),
        IPV6 => {
            stream.read_exact(&mut [0; 16]).await?;
            Err(Answer::NoSuchAddressType)
        }
        _ => return Ok(Err(Answer::NoSuchAddressType)),
    };
    let port = stream.read_u16().await?;
    Ok(match (command, host) {
        (CONNECT, Ok(host)) => Ok(Destination { host, port }),
        (CONNECT, Err(answer)) => Err(answer),
        _ => Err(Answer::NoSuchCommand),
    })
}

/// Answers a request; a connection's address is the one it leads to.
pub(super) async fn answer<S: AsyncWrite + Unpin>(
    stream: &mut S,
    answer: Answer,
    address: SocketAddrV4,
) -> io::Result<()> {
    let mut bytes = vec![VERSION, answer as u8, 0, IPV4];
    bytes.extend_from_slice(&address.ip().octets());
    bytes.extend_from_slice(&address.port().to_be_bytes());
    stream.write_all(&bytes).await
}
