//! Unix sockets: streams and datagrams inside one container.

use super::address::{SocketAddress, UnixAddress};
use super::backlog::{Backlog, Offer};
use super::duplex::{Half, Manner, Shutdown};
use super::mailbox::{Datagram, Mailbox, Undelivered};
use super::stack::Stack;
use crate::kernel::Errno;
use bytes::Bytes;
use rootfs::Ino;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

/// Messages that wait for one datagram socket at most.
const MESSAGES: usize = 11;
/// The longest message.
const MESSAGE_BYTES: usize = 200 << 10;

/// What a name leads to, as the kernel finds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::kernel) enum Name {
    /// A socket file.
    File(Ino),
    /// A name that is no file.
    Abstract(Bytes),
}

/// The bound sockets of a container.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<Name, Weak<Unix>>);

/// A connection as a socket has it.
#[derive(Debug)]
pub(super) struct Link {
    half: Half,
    peer: UnixAddress,
    /// The name of the listening socket, on its side.
    own: UnixAddress,
}

impl Link {
    /// Who is at the other end.
    pub(super) fn peer(&self) -> &UnixAddress {
        &self.peer
    }
}

#[derive(Debug)]
enum Role {
    Idle,
    Listening(Arc<Backlog<Link>>),
    Connected(Link),
    Datagrams {
        mailbox: Arc<Mailbox>,
        peer: Option<(Weak<Unix>, UnixAddress)>,
    },
}

#[derive(Debug)]
struct State {
    name: Option<(Name, UnixAddress)>,
    role: Role,
}

/// A unix socket.
#[derive(Debug)]
pub(in crate::kernel) struct Unix {
    stack: Arc<Stack>,
    state: Mutex<State>,
}

impl Unix {
    fn with_role(stack: Arc<Stack>, role: Role) -> Self {
        Self {
            stack,
            state: Mutex::new(State { name: None, role }),
        }
    }

    pub(super) fn stream(stack: Arc<Stack>) -> Self {
        Self::with_role(stack, Role::Idle)
    }

    pub(super) fn datagrams(stack: Arc<Stack>) -> Self {
        let mailbox = Arc::new(Mailbox::new(stack.budget.clone(), MESSAGES));
        let role = Role::Datagrams {
            mailbox,
            peer: None,
        };
        Self::with_role(stack, role)
    }

    pub(super) fn accepted(stack: Arc<Stack>, link: Link) -> Self {
        Self::with_role(stack, Role::Connected(link))
    }

    /// Two connected streams without names.
    pub(super) fn pair(stack: &Arc<Stack>) -> (Self, Self) {
        let budget = &stack.budget;
        let (first, second) = Half::pair(Manner::Unix, budget.clone(), budget.clone());
        let unnamed = |half| {
            let link = Link {
                half,
                peer: UnixAddress::Unnamed,
                own: UnixAddress::Unnamed,
            };
            Self::accepted(stack.clone(), link)
        };
        (unnamed(first), unnamed(second))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_stream(&self) -> bool {
        !matches!(self.lock().role, Role::Datagrams { .. })
    }

    pub(super) fn is_named(&self) -> bool {
        self.lock().name.is_some()
    }

    /// Gives the socket its name. EADDRINUSE: another one has it; EINVAL: this one has a name.
    pub(super) fn bind(self: &Arc<Self>, name: Name, address: UnixAddress) -> Result<(), Errno> {
        let mut state = self.lock();
        if state.name.is_some() {
            return Err(Errno::EINVAL);
        }
        let mut names = self.stack.names();
        let taken = names
            .0
            .get(&name)
            .is_some_and(|weak| weak.strong_count() > 0);
        // A file's number may be that of a file that is gone, whose socket lives.
        if taken && matches!(name, Name::Abstract(_)) {
            return Err(Errno::EADDRINUSE);
        }
        names.0.insert(name.clone(), Arc::downgrade(self));
        state.name = Some((name, address));
        Ok(())
    }

    pub(super) fn listen(&self, limit: i32) -> Result<(), Errno> {
        let mut state = self.lock();
        match &state.role {
            Role::Idle if state.name.is_none() => return Err(Errno::EINVAL),
            Role::Idle => state.role = Role::Listening(Arc::new(Backlog::new(limit))),
            Role::Listening(backlog) => backlog.set_limit(limit),
            Role::Connected(_) => return Err(Errno::EINVAL),
            Role::Datagrams { .. } => return Err(Errno::EOPNOTSUPP),
        }
        Ok(())
    }

    /// Takes the oldest connection; waits for one.
    pub(super) fn accept(&self, context: &Context<'_>) -> Poll<Result<Link, Errno>> {
        match &self.lock().role {
            Role::Listening(backlog) => backlog.accept(context).map(Ok),
            Role::Datagrams { .. } => Poll::Ready(Err(Errno::EOPNOTSUPP)),
            Role::Idle | Role::Connected(_) => Poll::Ready(Err(Errno::EINVAL)),
        }
    }

    fn address(&self) -> UnixAddress {
        let state = self.lock();
        let named = state.name.as_ref().map(|(_, address)| address.clone());
        let own = match &state.role {
            Role::Connected(link) => Some(link.own.clone()),
            _ => None,
        };
        named.or(own).unwrap_or(UnixAddress::Unnamed)
    }

    fn backlog(&self) -> Result<Arc<Backlog<Link>>, Errno> {
        match &self.lock().role {
            Role::Listening(backlog) => Ok(backlog.clone()),
            Role::Datagrams { .. } => Err(Errno::EPROTOTYPE),
            Role::Idle | Role::Connected(_) => Err(Errno::ECONNREFUSED),
        }
    }

    /// Connects to the socket of a name; a stream waits for room in its queue. ECONNREFUSED: nobody listens.
    pub(super) fn connect(
        self: &Arc<Self>,
        name: &Name,
        address: &UnixAddress,
        context: &Context<'_>,
    ) -> Poll<Result<(), Errno>> {
        let known = self.stack.names().0.get(name).and_then(Weak::upgrade);
        let Some(other) = known else {
            return Poll::Ready(Err(Errno::ECONNREFUSED));
        };
        if self.is_stream() {
            return self.connect_stream(&other, address, context);
        }
        if other.is_stream() {
            return Poll::Ready(Err(Errno::EPROTOTYPE));
        }
        if let Role::Datagrams { peer, .. } = &mut self.lock().role {
            *peer = Some((Arc::downgrade(&other), address.clone()));
        }
        Poll::Ready(Ok(()))
    }

    fn connect_stream(
        &self,
        other: &Unix,
        address: &UnixAddress,
        context: &Context<'_>,
    ) -> Poll<Result<(), Errno>> {
        let own = self.address();
        match &self.lock().role {
            Role::Connected(_) => return Poll::Ready(Err(Errno::EISCONN)),
            Role::Listening(_) => return Poll::Ready(Err(Errno::EINVAL)),
            _ => {}
        }
        let backlog = match other.backlog() {
            Ok(backlog) => backlog,
            Err(error) => return Poll::Ready(Err(error)),
        };
        let budget = &self.stack.budget;
        let (half, far) = Half::pair(Manner::Unix, budget.clone(), budget.clone());
        let offered = backlog.offer(Link {
            half: far,
            peer: own,
            own: address.clone(),
        });
        match offered {
            Offer::Taken => {
                self.lock().role = Role::Connected(Link {
                    half,
                    peer: address.clone(),
                    own: UnixAddress::Unnamed,
                });
                Poll::Ready(Ok(()))
            }
            Offer::Full(_) => {
                backlog.wait_for_room(context);
                Poll::Pending
            }
            Offer::Closed => Poll::Ready(Err(Errno::ECONNREFUSED)),
        }
    }

    pub(super) fn read(
        &self,
        buffer: &mut [u8],
        context: &Context<'_>,
    ) -> Poll<Result<usize, Errno>> {
        match &self.lock().role {
            Role::Connected(link) => return link.half.read(buffer, context),
            Role::Datagrams { .. } => {}
            Role::Idle | Role::Listening(_) => return Poll::Ready(Err(Errno::EINVAL)),
        }
        self.receive(context).map_ok(|datagram| {
            datagram.map_or(0, |datagram| {
                let count = datagram.bytes.len().min(buffer.len());
                buffer[..count].copy_from_slice(&datagram.bytes[..count]);
                count
            })
        })
    }

    /// Takes the oldest message; waits for one. `None` when none will come.
    pub(super) fn receive(&self, context: &Context<'_>) -> Poll<Result<Option<Datagram>, Errno>> {
        let mailbox = match &self.lock().role {
            Role::Datagrams { mailbox, .. } => mailbox.clone(),
            _ => return Poll::Ready(Err(Errno::EOPNOTSUPP)),
        };
        mailbox.receive(context)
    }

    pub(super) fn write(&self, bytes: &[u8], context: &Context<'_>) -> Poll<Result<usize, Errno>> {
        let peer = match &self.lock().role {
            Role::Connected(link) => return link.half.write(bytes, context),
            Role::Idle | Role::Listening(_) => return Poll::Ready(Err(Errno::ENOTCONN)),
            Role::Datagrams { peer, .. } => peer.as_ref().map(|(other, _)| other.upgrade()),
        };
        match peer {
            None => Poll::Ready(Err(Errno::ENOTCONN)),
            Some(None) => Poll::Ready(Err(Errno::ECONNREFUSED)),
            Some(Some(other)) => self.post(&other, bytes, context),
        }
    }

    /// Sends a message to the socket of a name.
    pub(super) fn send_to(
        &self,
        name: &Name,
        bytes: &[u8],
        context: &Context<'_>,
    ) -> Poll<Result<usize, Errno>> {
        let known = self.stack.names().0.get(name).and_then(Weak::upgrade);
        match known {
            Some(other) => self.post(&other, bytes, context),
            None => Poll::Ready(Err(Errno::ECONNREFUSED)),
        }
    }

    fn post(
        &self,
        other: &Unix,
        bytes: &[u8],
        context: &Context<'_>,
    ) -> Poll<Result<usize, Errno>> {
        if bytes.len() > MESSAGE_BYTES {
            return Poll::Ready(Err(Errno::EMSGSIZE));
        }
        let from = SocketAddress::Unix(self.address());
        let mailbox = match &other.lock().role {
            Role::Datagrams { mailbox, .. } => mailbox.clone(),
            _ => return Poll::Ready(Err(Errno::EPROTOTYPE)),
        };
        let datagram = Datagram {
            from,
            bytes: Bytes::copy_from_slice(bytes),
            ttl: 0,
        };
        let pushed = mailbox.poll_push(&datagram, context);
        pushed.map(|pushed| match pushed {
            Ok(()) => Ok(bytes.len()),
            Err(Undelivered::Full | Undelivered::Closed) => Err(Errno::ECONNREFUSED),
        })
    }

    pub(super) fn poll_readable(&self, context: &Context<'_>) -> bool {
        match &self.lock().role {
            Role::Idle => true,
            Role::Listening(backlog) => backlog.poll_readable(context),
            Role::Connected(link) => link.half.poll_readable(context),
            Role::Datagrams { mailbox, .. } => mailbox.poll_readable(context),
        }
    }

    pub(super) fn poll_writable(&self, context: &Context<'_>) -> bool {
        match &self.lock().role {
            Role::Connected(link) => link.half.poll_writable(context),
            Role::Idle | Role::Listening(_) | Role::Datagrams { .. } => true,
        }
    }

    pub(super) fn shut_down(&self, what: Shutdown) -> Result<(), Errno> {
        match &self.lock().role {
            Role::Connected(link) => link.half.shut_down(what),
            Role::Datagrams { mailbox, .. } => {
                if what != Shutdown::Write {
                    mailbox.end();
                }
                Ok(())
            }
            Role::Idle | Role::Listening(_) => Err(Errno::ENOTCONN),
        }
    }

    pub(super) fn local(&self) -> SocketAddress {
        SocketAddress::Unix(self.address())
    }

    pub(super) fn remote(&self) -> Option<SocketAddress> {
        match &self.lock().role {
            Role::Connected(link) => Some(link.peer.clone().into()),
            Role::Datagrams { peer, .. } => peer.as_ref().map(|(_, name)| name.clone().into()),
            Role::Idle | Role::Listening(_) => None,
        }
    }

    pub(super) fn unread_bytes(&self) -> usize {
        match &self.lock().role {
            Role::Connected(link) => link.half.unread_bytes(),
            Role::Datagrams { mailbox, .. } => mailbox.unread_bytes(),
            Role::Idle | Role::Listening(_) => 0,
        }
    }

    /// Whether it listens, and whether it is connected.
    pub(super) fn standing(&self) -> (bool, bool) {
        match &self.lock().role {
            Role::Idle => (false, false),
            Role::Listening(_) => (true, false),
            Role::Connected(_) => (false, true),
            Role::Datagrams { peer, .. } => (false, peer.is_some()),
        }
    }
}

impl Drop for Unix {
    fn drop(&mut self) {
        let (name, backlog) = {
            let mut state = self.lock();
            if let Role::Datagrams { mailbox, .. } = &state.role {
                mailbox.close();
            }
            let role = std::mem::replace(&mut state.role, Role::Idle);
            let backlog = match role {
                Role::Listening(backlog) => Some(backlog),
                _ => None,
            };
            (state.name.take(), backlog)
        };
        if let Some((name, _)) = name {
            let mut names = self.stack.names();
            let own = names
                .0
                .get(&name)
                .is_some_and(|weak| std::ptr::eq(weak.as_ptr(), self));
            if own {
                names.0.remove(&name);
            }
        }
        if let Some(backlog) = backlog {
            for link in backlog.close() {
                link.half.abort();
            }
        }
    }
}
