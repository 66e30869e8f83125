//! Sockets and what is known of the network.

use super::super::descriptor::{Object, OpenFile};
use super::super::net::{
    InterfaceStat, Knock, Name, Notice, Received, Route, SYN_PAUSES, Shutdown, Socket,
    SocketAddress, SocketKind, UnixAddress,
};
use super::super::signal::Origin;
use super::super::vfs::{Node, Vfs};
use super::super::{Access, Errno, Fd, FileKind, Sys, limits};
use super::{CALL_FUEL, PATH_FUEL};
use crate::exec::fuel;
use runtime::Signal;
use std::future::Future;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

/// Fuel of making or accepting a connection, and of sending a message.
const PACKET_FUEL: u64 = 2_000;
/// Ports below need root.
const FIRST_FREE_PORT: u16 = 1024;

impl Vfs<'_> {
    /// The socket that a path leads to. ECONNREFUSED: the file is none.
    fn find_socket(&self, path: &[u8]) -> Result<Name, Errno> {
        let node = self.find(path, true)?;
        let stat = self.check(node, Access::WRITE)?;
        match node {
            Node::Fs(ino) if stat.kind == FileKind::Socket => Ok(Name::File(ino)),
            _ => Err(Errno::ECONNREFUSED),
        }
    }

    /// Makes the file of a socket. EADDRINUSE: the name is taken.
    fn make_socket(&mut self, path: &[u8]) -> Result<Name, Errno> {
        let made = self.make(path, FileKind::Socket, 0o777);
        made.map_err(|error| match error {
            Errno::EEXIST => Errno::EADDRINUSE,
            other => other,
        })?;
        match self.find(path, false)? {
            Node::Fs(ino) => Ok(Name::File(ino)),
            _ => Err(Errno::EADDRNOTAVAIL),
        }
    }
}

impl Sys {
    fn socket_of(&self, fd: Fd) -> Result<(Arc<Socket>, bool), Errno> {
        let state = self.kernel.lock();
        let file = state.file(self.pid, fd)?;
        match &file.object {
            Object::Socket(socket) => Ok((socket.clone(), file.nonblocking)),
            _ => Err(Errno::ENOTSOCK),
        }
    }

    fn install_socket(&self, socket: Socket) -> Result<Fd, Errno> {
        let file = OpenFile::new(Object::Socket(Arc::new(socket)), true, true);
        let mut state = self.kernel.lock();
        let mut fs = self.kernel.lock_fs();
        state.open_file(self.pid, file, false, &mut fs)
    }

    /// A new socket.
    pub fn socket(&self, kind: SocketKind) -> Result<Fd, Errno> {
        fuel::spend(CALL_FUEL);
        self.install_socket(Socket::new(&self.kernel.stack, kind, self.euid()))
    }

    /// Two unix streams that are connected with each other.
    pub fn socket_pair(&self) -> Result<(Fd, Fd), Errno> {
        fuel::spend(CALL_FUEL);
        let (first, second) = Socket::pair(&self.kernel.stack, self.euid());
        let first = self.install_socket(first)?;
        match self.install_socket(second) {
            Ok(second) => Ok((first, second)),
            Err(error) => {
                self.close(first)?;
                Err(error)
            }
        }
    }

    /// Gives a socket its address. EACCES: the port is root's; EADDRINUSE, EADDRNOTAVAIL: another has it, the container
    /// has not.
    pub fn bind(&self, fd: Fd, address: &SocketAddress) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        let (socket, _) = self.socket_of(fd)?;
        match address {
            SocketAddress::Inet(address) => {
                if (1..FIRST_FREE_PORT).contains(&address.port()) && self.euid() != 0 {
                    return Err(Errno::EACCES);
                }
                socket.bind_inet(*address)
            }
            SocketAddress::Unix(name) => {
                socket.may_be_named()?;
                let key = match name {
                    UnixAddress::Path(path) => {
                        fuel::spend(PATH_FUEL);
                        Vfs::new(&self.kernel, self.pid)?.make_socket(path)?
                    }
                    UnixAddress::Abstract(name) => Name::Abstract(name.clone()),
                    UnixAddress::Unnamed => return Err(Errno::EINVAL),
                };
                socket.bind_unix(key, name.clone())
            }
        }
    }

    /// Lets others connect; at most `backlog` wait to be accepted.
    pub fn listen(&self, fd: Fd, backlog: i32) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        self.socket_of(fd)?.0.listen(backlog)
    }

    /// Takes the next connection: its descriptor, and who has connected. EMFILE comes before the wait.
    pub async fn accept(&self, fd: Fd) -> Result<(Fd, SocketAddress), Errno> {
        self.enter(PACKET_FUEL).await;
        let (socket, nonblocking) = self.socket_of(fd)?;
        let (accepted, remote) = self
            .block(|state, context| {
                if let Err(error) = state.free_descriptor(self.pid) {
                    return Poll::Ready(Err(error));
                }
                let accepted = socket.accept(&self.kernel.stack, context);
                or_again(accepted, nonblocking)
            })
            .await?;
        Ok((self.install_socket(accepted)?, remote))
    }

    /// Connects a socket. A TCP connection is tried for 127 s, or for `limit` if that is shorter, then ETIMEDOUT;
    /// ECONNREFUSED: nobody listens there; ENETUNREACH: no way leads there.
    pub async fn connect(
        &self,
        fd: Fd,
        address: &SocketAddress,
        limit: Option<Duration>,
    ) -> Result<(), Errno> {
        self.enter(PACKET_FUEL).await;
        let (socket, nonblocking) = self.socket_of(fd)?;
        if let SocketAddress::Unix(name) = address {
            let key = self.unix_name(name)?;
            let connecting = self.block(|_, context| {
                or_again(socket.connect_unix(&key, name, context), nonblocking)
            });
            return connecting.await;
        }
        if !socket.begin_connect(address)? {
            return Ok(());
        }
        let connected = self.try_to_connect(&socket, limit).await;
        if connected.is_err() {
            socket.give_up();
        }
        connected
    }

    async fn try_to_connect(&self, socket: &Socket, limit: Option<Duration>) -> Result<(), Errno> {
        let mut left = limit.unwrap_or(Duration::MAX);
        for pause in SYN_PAUSES {
            match socket.knock()? {
                Knock::Connected => return Ok(()),
                Knock::Calling => return self.await_host(socket, limit).await,
                Knock::Silent => {}
            }
            let pause = pause.min(left);
            left -= pause;
            let mut timer = self.timer(pause);
            self.block(|_, context| Pin::new(&mut timer).poll(context).map(Ok))
                .await?;
            if left.is_zero() {
                break;
            }
        }
        Err(Errno::ETIMEDOUT)
    }

    /// The host connects in its own time; only the caller's limit is the zone's.
    async fn await_host(&self, socket: &Socket, limit: Option<Duration>) -> Result<(), Errno> {
        let mut timer = limit.map(|limit| self.timer(limit));
        self.block(|_, context| {
            if let Poll::Ready(connected) = socket.poll_called(context) {
                return Poll::Ready(connected);
            }
            match &mut timer {
                Some(timer) => Pin::new(timer)
                    .poll(context)
                    .map(|()| Err(Errno::ETIMEDOUT)),
                None => Poll::Pending,
            }
        })
        .await
    }

    fn unix_name(&self, address: &UnixAddress) -> Result<Name, Errno> {
        match address {
            UnixAddress::Path(path) => {
                fuel::spend(PATH_FUEL);
                Vfs::new(&self.kernel, self.pid)?.find_socket(path)
            }
            UnixAddress::Abstract(name) => Ok(Name::Abstract(name.clone())),
            UnixAddress::Unnamed => Err(Errno::EINVAL),
        }
    }

    /// Sends a message to an address.
    pub async fn send_to(&self, fd: Fd, bytes: &[u8], to: &SocketAddress) -> Result<usize, Errno> {
        self.enter(PACKET_FUEL).await;
        let (socket, nonblocking) = self.socket_of(fd)?;
        let sent = match to {
            SocketAddress::Inet(to) => socket.send_to(bytes, *to),
            SocketAddress::Unix(name) => {
                let key = self.unix_name(name)?;
                let sending = self.block(|_, context| {
                    or_again(socket.send_to_unix(bytes, &key, context), nonblocking)
                });
                sending.await
            }
        };
        self.checkpoint().await;
        sent
    }

    /// Takes the next message; what does not fit into the buffer is lost. `None`: none will come.
    pub async fn receive(&self, fd: Fd, buffer: &mut [u8]) -> Result<Option<Received>, Errno> {
        self.enter(PACKET_FUEL).await;
        let (socket, nonblocking) = self.socket_of(fd)?;
        self.block(|_, context| or_again(socket.receive(buffer, context), nonblocking))
            .await
    }

    /// Ends one or both directions of a connection.
    pub fn shut_down(&self, fd: Fd, what: Shutdown) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        self.socket_of(fd)?.0.shut_down(what)
    }

    /// A socket's own address.
    pub fn local_address(&self, fd: Fd) -> Result<SocketAddress, Errno> {
        fuel::spend(CALL_FUEL);
        Ok(self.socket_of(fd)?.0.local())
    }

    /// The address that a socket is connected to. ENOTCONN: it is not.
    pub fn remote_address(&self, fd: Fd) -> Result<SocketAddress, Errno> {
        fuel::spend(CALL_FUEL);
        self.socket_of(fd)?.0.remote()
    }

    /// Whether a socket may take a port together with others that may (`SO_REUSEADDR`).
    pub fn share_port(&self, fd: Fd, share: bool) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        self.socket_of(fd)?.0.share_port(share);
        Ok(())
    }

    /// How many hops the messages of a socket may take.
    pub fn set_ttl(&self, fd: Fd, ttl: u8) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        self.socket_of(fd)?.0.set_ttl(ttl)
    }

    /// The next thing that a router or a host had to say about a message of the socket.
    pub fn take_notice(&self, fd: Fd) -> Result<Option<Notice>, Errno> {
        fuel::spend(CALL_FUEL);
        Ok(self.socket_of(fd)?.0.take_notice())
    }

    /// The interfaces of the container, loopback first.
    pub fn interfaces(&self) -> Vec<InterfaceStat> {
        fuel::spend(CALL_FUEL);
        self.kernel.stack.interface_stats()
    }

    /// The routing table.
    pub fn routes(&self) -> Vec<Route> {
        fuel::spend(CALL_FUEL);
        self.kernel.stack.routes()
    }

    /// The route that packets to an address take. ENETUNREACH: none leads there.
    pub fn next_hop(&self, to: Ipv4Addr) -> Result<Route, Errno> {
        fuel::spend(CALL_FUEL);
        self.kernel.stack.next_hop(to)
    }

    pub(super) async fn read_socket(
        &self,
        socket: &Socket,
        buffer: &mut [u8],
        nonblocking: bool,
    ) -> Result<usize, Errno> {
        self.block(|state, context| {
            let read = socket.read(buffer, context);
            if let Poll::Ready(Ok(count)) = read {
                state.counters.copied(count);
            }
            or_again(read, nonblocking)
        })
        .await
    }

    pub(super) async fn write_socket(
        &self,
        socket: &Socket,
        bytes: &[u8],
        nonblocking: bool,
    ) -> Result<usize, Errno> {
        let bytes = &bytes[..bytes.len().min(limits::IO_BYTES)];
        self.block(|state, context| {
            let written = socket.write(bytes, context);
            match written {
                Poll::Ready(Ok(count)) => state.counters.copied(count),
                Poll::Ready(Err(Errno::EPIPE)) => {
                    state.post(self.pid, Signal::Pipe, Origin::Inside);
                }
                _ => {}
            }
            or_again(written, nonblocking)
        })
        .await
    }
}

/// Where nothing may wait, waiting is an error.
fn or_again<T>(attempt: Poll<Result<T, Errno>>, nonblocking: bool) -> Poll<Result<T, Errno>> {
    match attempt {
        Poll::Pending if nonblocking => Poll::Ready(Err(Errno::EAGAIN)),
        attempt => attempt,
    }
}
