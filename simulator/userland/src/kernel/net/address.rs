//! Addresses of sockets.

use bytes::Bytes;
use std::net::SocketAddrV4;

/// Where a socket is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketAddress {
    /// Address and port; the port of an ICMP socket is 0.
    Inet(SocketAddrV4),
    /// Inside the container.
    Unix(UnixAddress),
}

/// The name of a socket inside a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnixAddress {
    /// None.
    Unnamed,
    /// A file.
    Path(Bytes),
    /// A name that is no file; it goes with its socket.
    Abstract(Bytes),
}

impl SocketAddress {
    /// The address of an Internet socket.
    pub fn inet(&self) -> Option<SocketAddrV4> {
        match self {
            SocketAddress::Inet(address) => Some(*address),
            SocketAddress::Unix(_) => None,
        }
    }
}

impl From<SocketAddrV4> for SocketAddress {
    fn from(address: SocketAddrV4) -> Self {
        SocketAddress::Inet(address)
    }
}

impl From<UnixAddress> for SocketAddress {
    fn from(address: UnixAddress) -> Self {
        SocketAddress::Unix(address)
    }
}
