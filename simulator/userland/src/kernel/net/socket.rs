//! Sockets, whatever their kind.

use super::address::{SocketAddress, UnixAddress};
use super::duplex::Shutdown;
use super::echo::Echo;
use super::mailbox::{Datagram, Notice};
use super::stack::Stack;
use super::tcp::{Tcp, TcpRow};
use super::udp::Udp;
use super::unix::{Name, Unix};
use crate::kernel::Errno;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;
use std::task::{Context, Poll};

/// The kinds of socket that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketKind {
    /// A stream over the network.
    Tcp,
    /// Messages over the network.
    Udp,
    /// ICMP echo requests and their answers.
    Echo,
    /// A stream inside the container.
    UnixStream,
    /// Messages inside the container.
    UnixDatagram,
}

#[derive(Debug)]
enum Body {
    Tcp(Tcp),
    Udp(Udp),
    Echo(Echo),
    Unix(Arc<Unix>),
}

/// A socket. Dropping it closes it.
#[derive(Debug)]
pub(in crate::kernel) struct Socket {
    /// Its inode's number.
    pub(in crate::kernel) ino: u64,
    /// Who made it.
    pub(in crate::kernel) uid: u32,
    body: Body,
}

/// What has come of an attempt to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::kernel) enum Knock {
    Connected,
    /// Nothing came back: try again later.
    Silent,
    /// The host has been asked, and answers in its own time.
    Calling,
}

/// A message that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its bytes in the buffer; what did not fit is lost.
    pub bytes: usize,
    /// Who sent it.
    pub from: SocketAddress,
    /// What is left of its time to live.
    pub ttl: u8,
}

/// What the rows of `/proc/net` say of one socket.
#[derive(Clone, Debug)]
pub(in crate::kernel) enum Row {
    Tcp(Vec<TcpRow>),
    /// UDP, or ICMP.
    Datagrams {
        echo: bool,
        local: SocketAddrV4,
        remote: Option<SocketAddrV4>,
        unread_bytes: usize,
    },
    Unix {
        stream: bool,
        listens: bool,
        connected: bool,
        name: UnixAddress,
    },
}

fn nowhere() -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0)
}

fn inet(address: &SocketAddress) -> Result<SocketAddrV4, Errno> {
    address.inet().ok_or(Errno::EAFNOSUPPORT)
}

impl Socket {
    pub(in crate::kernel) fn new(stack: &Arc<Stack>, kind: SocketKind, uid: u32) -> Self {
        let own = stack.clone();
        let body = match kind {
            SocketKind::Tcp => Body::Tcp(Tcp::new(own)),
            SocketKind::Udp => Body::Udp(Udp::new(own)),
            SocketKind::Echo => Body::Echo(Echo::new(own)),
            SocketKind::UnixStream => Body::Unix(Arc::new(Unix::stream(own))),
            SocketKind::UnixDatagram => Body::Unix(Arc::new(Unix::datagrams(own))),
        };
        Self::of(stack, body, uid)
    }

    fn of(stack: &Stack, body: Body, uid: u32) -> Self {
        Self {
            ino: stack.new_ino(),
            uid,
            body,
        }
    }

    /// Two connected unix streams.
    pub(in crate::kernel) fn pair(stack: &Arc<Stack>, uid: u32) -> (Self, Self) {
        let (first, second) = Unix::pair(stack);
        let socket = |unix| Self::of(stack, Body::Unix(Arc::new(unix)), uid);
        (socket(first), socket(second))
    }

    pub(in crate::kernel) fn bind_inet(&self, address: SocketAddrV4) -> Result<(), Errno> {
        match &self.body {
            Body::Tcp(tcp) => tcp.bind(address),
            Body::Udp(udp) => udp.bind(address),
            Body::Echo(_) | Body::Unix(_) => Err(Errno::EINVAL),
        }
    }

    /// Gives a unix socket the name that the kernel has found or made.
    pub(in crate::kernel) fn bind_unix(
        &self,
        name: Name,
        address: UnixAddress,
    ) -> Result<(), Errno> {
        match &self.body {
            Body::Unix(unix) => unix.bind(name, address),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Whether a unix socket, and one without a name: a file may be made for it.
    pub(in crate::kernel) fn may_be_named(&self) -> Result<(), Errno> {
        match &self.body {
            Body::Unix(unix) if !unix.is_named() => Ok(()),
            Body::Unix(_) => Err(Errno::EINVAL),
            _ => Err(Errno::EAFNOSUPPORT),
        }
    }

    pub(in crate::kernel) fn listen(&self, limit: i32) -> Result<(), Errno> {
        match &self.body {
            Body::Tcp(tcp) => tcp.listen(limit),
            Body::Unix(unix) => unix.listen(limit),
            Body::Udp(_) | Body::Echo(_) => Err(Errno::EOPNOTSUPP),
        }
    }

    /// A socket on the oldest connection that waits, and who has connected; waits for one.
    pub(in crate::kernel) fn accept(
        &self,
        stack: &Arc<Stack>,
        context: &Context<'_>,
    ) -> Poll<Result<(Socket, SocketAddress), Errno>> {
        let accepted = match &self.body {
            Body::Tcp(tcp) => tcp.accept(context).map_ok(|connection| {
                let remote = SocketAddress::from(connection.remote());
                (Body::Tcp(Tcp::accepted(stack.clone(), connection)), remote)
            }),
            Body::Unix(unix) => unix.accept(context).map_ok(|link| {
                let remote = SocketAddress::from(link.peer().clone());
                let accepted = Arc::new(Unix::accepted(stack.clone(), link));
                (Body::Unix(accepted), remote)
            }),
            Body::Udp(_) | Body::Echo(_) => Poll::Ready(Err(Errno::EOPNOTSUPP)),
        };
        accepted.map_ok(|(body, remote)| (Self::of(stack, body, self.uid), remote))
    }

    /// Whether connecting takes time: only TCP's does.
    pub(in crate::kernel) fn begin_connect(&self, to: &SocketAddress) -> Result<bool, Errno> {
        match &self.body {
            Body::Tcp(tcp) => tcp.begin_connect(inet(to)?).map(|()| true),
            Body::Udp(udp) => udp.connect(inet(to)?).map(|()| false),
            Body::Echo(_) => Err(Errno::EOPNOTSUPP),
            Body::Unix(_) => Err(Errno::EAFNOSUPPORT),
        }
    }

    /// One attempt of a TCP socket.
    pub(in crate::kernel) fn knock(&self) -> Result<Knock, Errno> {
        match &self.body {
            Body::Tcp(tcp) => tcp.knock(),
            _ => Err(Errno::EINVAL),
        }
    }

    /// The host's answer to an attempt that it has been asked for; waits for it.
    pub(in crate::kernel) fn poll_called(&self, context: &Context<'_>) -> Poll<Result<(), Errno>> {
        match &self.body {
            Body::Tcp(tcp) => tcp.poll_called(context),
            _ => Poll::Ready(Err(Errno::EINVAL)),
        }
    }

    /// Ends an attempt to connect.
    pub(in crate::kernel) fn give_up(&self) {
        if let Body::Tcp(tcp) = &self.body {
            tcp.give_up();
        }
    }

    pub(in crate::kernel) fn connect_unix(
        &self,
        name: &Name,
        address: &UnixAddress,
        context: &Context<'_>,
    ) -> Poll<Result<(), Errno>> {
        match &self.body {
            Body::Unix(unix) => unix.connect(name, address, context),
            _ => Poll::Ready(Err(Errno::EAFNOSUPPORT)),
        }
    }

    pub(in crate::kernel) fn read(
        &self,
        buffer: &mut [u8],
        context: &Context<'_>,
    ) -> Poll<Result<usize, Errno>> {
        match &self.body {
            Body::Tcp(tcp) => tcp.read(buffer, context),
            Body::Unix(unix) => unix.read(buffer, context),
            Body::Udp(_) | Body::Echo(_) => self
                .receive(buffer, context)
                .map_ok(|received| received.map_or(0, |received| received.bytes)),
        }
    }

    /// EPIPE comes with a signal.
    pub(in crate::kernel) fn write(
        &self,
        bytes: &[u8],
        context: &Context<'_>,
    ) -> Poll<Result<usize, Errno>> {
        match &self.body {
            Body::Tcp(tcp) => tcp.write(bytes, context),
            Body::Unix(unix) => unix.write(bytes, context),
            Body::Udp(udp) => Poll::Ready(udp.send(bytes, None)),
            Body::Echo(_) => Poll::Ready(Err(Errno::EDESTADDRREQ)),
        }
    }

    /// Sends a message over the network.
    pub(in crate::kernel) fn send_to(
        &self,
        bytes: &[u8],
        to: SocketAddrV4,
    ) -> Result<usize, Errno> {
        match &self.body {
            Body::Udp(udp) => udp.send(bytes, Some(to)),
            Body::Echo(echo) => echo.send(bytes, *to.ip()),
            Body::Tcp(_) => Err(Errno::EISCONN),
            Body::Unix(_) => Err(Errno::EINVAL),
        }
    }

    /// Sends a message inside the container.
    pub(in crate::kernel) fn send_to_unix(
        &self,
        bytes: &[u8],
        name: &Name,
        context: &Context<'_>,
    ) -> Poll<Result<usize, Errno>> {
        match &self.body {
            Body::Unix(unix) => unix.send_to(name, bytes, context),
            _ => Poll::Ready(Err(Errno::EAFNOSUPPORT)),
        }
    }

    /// Takes the oldest message; waits for one. `None` when none will come.
    pub(in crate::kernel) fn receive(
        &self,
        buffer: &mut [u8],
        context: &Context<'_>,
    ) -> Poll<Result<Option<Received>, Errno>> {
        let received = match &self.body {
            Body::Udp(udp) => udp.mailbox.receive(context),
            Body::Echo(echo) => echo.mailbox.receive(context),
            Body::Unix(unix) => unix.receive(context),
            Body::Tcp(_) => return Poll::Ready(Err(Errno::EOPNOTSUPP)),
        };
        received.map_ok(|datagram| datagram.map(|datagram| copy_out(datagram, buffer)))
    }

    pub(in crate::kernel) fn poll_readable(&self, context: &Context<'_>) -> bool {
        match &self.body {
            Body::Tcp(tcp) => tcp.poll_readable(context),
            Body::Udp(udp) => udp.mailbox.poll_readable(context),
            Body::Echo(echo) => echo.mailbox.poll_readable(context),
            Body::Unix(unix) => unix.poll_readable(context),
        }
    }

    /// Messages never wait to be sent over the network.
    pub(in crate::kernel) fn poll_writable(&self, context: &Context<'_>) -> bool {
        match &self.body {
            Body::Tcp(tcp) => tcp.poll_writable(context),
            Body::Unix(unix) => unix.poll_writable(context),
            Body::Udp(_) | Body::Echo(_) => true,
        }
    }

    pub(in crate::kernel) fn shut_down(&self, what: Shutdown) -> Result<(), Errno> {
        match &self.body {
            Body::Tcp(tcp) => tcp.shut_down(what),
            Body::Unix(unix) => unix.shut_down(what),
            Body::Udp(udp) if udp.remote().is_some() => {
                if what != Shutdown::Write {
                    udp.mailbox.end();
                }
                Ok(())
            }
            Body::Udp(_) | Body::Echo(_) => Err(Errno::ENOTCONN),
        }
    }

    pub(in crate::kernel) fn local(&self) -> SocketAddress {
        match &self.body {
            Body::Tcp(tcp) => tcp.local().into(),
            Body::Udp(udp) => udp.local().into(),
            Body::Echo(_) => nowhere().into(),
            Body::Unix(unix) => unix.local(),
        }
    }

    /// ENOTCONN: the socket is not connected.
    pub(in crate::kernel) fn remote(&self) -> Result<SocketAddress, Errno> {
        let remote = match &self.body {
            Body::Tcp(tcp) => tcp.remote().map(SocketAddress::from),
            Body::Udp(udp) => udp.remote().map(SocketAddress::from),
            Body::Echo(_) => None,
            Body::Unix(unix) => unix.remote(),
        };
        remote.ok_or(Errno::ENOTCONN)
    }

    pub(in crate::kernel) fn share_port(&self, share: bool) {
        match &self.body {
            Body::Tcp(tcp) => tcp.share_port(share),
            Body::Udp(udp) => udp.share_port(share),
            Body::Echo(_) | Body::Unix(_) => {}
        }
    }

    pub(in crate::kernel) fn set_ttl(&self, ttl: u8) -> Result<(), Errno> {
        match &self.body {
            Body::Udp(udp) => udp.set_ttl(ttl),
            Body::Echo(echo) => echo.set_ttl(ttl),
            Body::Tcp(_) | Body::Unix(_) => return Err(Errno::EOPNOTSUPP),
        }
        Ok(())
    }

    /// The next thing that a router or host had to say about a packet that the socket sent.
    pub(in crate::kernel) fn take_notice(&self) -> Option<Notice> {
        match &self.body {
            Body::Udp(udp) => udp.mailbox.take_notice(),
            Body::Echo(echo) => echo.mailbox.take_notice(),
            Body::Tcp(_) | Body::Unix(_) => None,
        }
    }

    /// Bytes that have come and were not read.
    pub(in crate::kernel) fn unread_bytes(&self) -> usize {
        match &self.body {
            Body::Tcp(tcp) => tcp.unread_bytes(),
            Body::Udp(udp) => udp.mailbox.unread_bytes(),
            Body::Echo(echo) => echo.mailbox.unread_bytes(),
            Body::Unix(unix) => unix.unread_bytes(),
        }
    }

    pub(in crate::kernel) fn row(&self) -> Row {
        match &self.body {
            Body::Tcp(tcp) => Row::Tcp(tcp.rows()),
            Body::Udp(udp) => Row::Datagrams {
                echo: false,
                local: udp.local(),
                remote: udp.remote(),
                unread_bytes: udp.mailbox.unread_bytes(),
            },
            Body::Echo(echo) => Row::Datagrams {
                echo: true,
                local: nowhere(),
                remote: None,
                unread_bytes: echo.mailbox.unread_bytes(),
            },
            Body::Unix(unix) => {
                let (listens, connected) = unix.standing();
                let name = match unix.local() {
                    SocketAddress::Unix(name) => name,
                    SocketAddress::Inet(_) => UnixAddress::Unnamed,
                };
                Row::Unix {
                    stream: unix.is_stream(),
                    listens,
                    connected,
                    name,
                }
            }
        }
    }
}

fn copy_out(datagram: Datagram, buffer: &mut [u8]) -> Received {
    let bytes = datagram.bytes.len().min(buffer.len());
    buffer[..bytes].copy_from_slice(&datagram.bytes[..bytes]);
    Received {
        bytes,
        from: datagram.from,
        ttl: datagram.ttl,
    }
}
