//! TCP sockets.

use super::backlog::{Backlog, Offer};
use super::budget::Budget;
use super::duplex::{Half, Manner, Phase, Shutdown};
use super::egress::Attempt;
use super::internet::Internet;
use super::ports::{Binding, Listener, Protocol};
use super::routes::{Exit, Link};
use super::socket::Knock;
use super::stack::{Stack, Target, Way};
use crate::kernel::Errno;
use runtime::net::{Packet, Source, Transport};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

/// How long a connection attempt waits after each of its packets: 127 s in all.
pub(in crate::kernel) const SYN_PAUSES: [Duration; 7] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(16),
    Duration::from_secs(32),
    Duration::from_secs(64),
];

/// One connection, as a socket has it.
#[derive(Debug)]
pub(super) struct Connection {
    half: Half,
    local: SocketAddrV4,
    remote: SocketAddrV4,
    link: Link,
    /// The port that belongs to this connection alone.
    _binding: Option<Binding>,
}

#[derive(Debug)]
enum State {
    Idle {
        binding: Option<Binding>,
        shares: bool,
    },
    Connecting {
        binding: Binding,
        exit: Exit,
        local: SocketAddrV4,
        remote: SocketAddrV4,
        /// Outside the zone the host connects.
        attempt: Option<Attempt>,
    },
    Listening {
        listener: Arc<Listener>,
        binding: Binding,
    },
    Connected(Connection),
}

impl State {
    /// The attempt has led to a connection.
    fn establish(&mut self, half: Half) {
        let idle = State::Idle {
            binding: None,
            shares: false,
        };
        if let State::Connecting {
            binding,
            exit,
            local,
            remote,
            ..
        } = std::mem::replace(self, idle)
        {
            *self = State::Connected(Connection {
                half,
                local,
                remote,
                link: exit.link,
                _binding: Some(binding),
            });
        }
    }
}

/// A TCP socket.
#[derive(Debug)]
pub(super) struct Tcp {
    stack: Arc<Stack>,
    state: Mutex<State>,
}

/// What has come of a connection attempt's packet.
#[derive(Debug)]
pub(super) enum Syn {
    Established(Half),
    Refused,
    /// Nothing came back: try again later.
    Silent,
}

/// One row of `netstat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TcpRow {
    pub(crate) local: SocketAddrV4,
    pub(crate) remote: SocketAddrV4,
    pub(crate) state: TcpState,
    pub(crate) unread_bytes: usize,
    /// In the queue of a listening socket, how much fits there.
    pub(crate) backlog: usize,
}

/// States with Linux's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TcpState {
    Established = 1,
    SynSent = 2,
    FinWait2 = 5,
    Closed = 7,
    CloseWait = 8,
    LastAck = 9,
    Listen = 10,
}

const NOWHERE: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);

/// Sends the first packet of a connection to whoever is at the end of its way.
fn deliver(way: Way, from: SocketAddrV4, to: SocketAddrV4, loops: bool, near: &Arc<Budget>) -> Syn {
    let (stack, seen_as) = match way.target {
        Target::Stack(stack, seen_as) => (stack, seen_as),
        // Only containers are led out of the zone, before they come here.
        Target::Router | Target::Resolver | Target::Outside(_) | Target::Nobody => {
            return Syn::Silent;
        }
    };
    let Some(listener) = stack.ports().listener(to) else {
        return Syn::Refused;
    };
    let (half, other) = Half::pair(Manner::Tcp, near.clone(), stack.budget.clone());
    let connection = Connection {
        half: other,
        local: to,
        remote: SocketAddrV4::new(seen_as, from.port()),
        link: match loops {
            true => Link::Loopback,
            false => stack.link_of(*to.ip()),
        },
        _binding: None,
    };
    match listener.offer(connection) {
        Offer::Taken => Syn::Established(half),
        Offer::Full(_) => Syn::Silent,
        Offer::Closed => Syn::Refused,
    }
}

/// As a machine outside: one attempt to connect.
pub(super) fn knock(
    internet: &Internet,
    source: Source,
    from: SocketAddrV4,
    to: SocketAddrV4,
    budget: &Arc<Budget>,
) -> Syn {
    let way = internet.way(&Packet {
        source,
        from: *from.ip(),
        to: *to.ip(),
        transport: Transport::Tcp(to.port()),
    });
    deliver(way, from, to, false, budget)
}

impl Tcp {
    pub(super) fn new(stack: Arc<Stack>) -> Self {
        Self {
            stack,
            state: Mutex::new(State::Idle {
                binding: None,
                shares: false,
            }),
        }
    }

    /// A socket on a connection that was accepted.
    pub(super) fn accepted(stack: Arc<Stack>, connection: Connection) -> Self {
        Self {
            stack,
            state: Mutex::new(State::Connected(connection)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a port in use by others that allow it too may be taken (`SO_REUSEADDR`).
    pub(super) fn share_port(&self, share: bool) {
        if let State::Idle { shares, .. } = &mut *self.lock() {
            *shares = share;
        }
    }

    pub(super) fn bind(&self, address: SocketAddrV4) -> Result<(), Errno> {
        self.stack.check_own(*address.ip())?;
        match &mut *self.lock() {
            State::Idle { binding, shares } if binding.is_none() => {
                let taken = Binding::take(&self.stack, Protocol::Tcp, address, *shares)?;
                *binding = Some(taken);
                Ok(())
            }
            _ => Err(Errno::EINVAL),
        }
    }

    pub(super) fn listen(&self, limit: i32) -> Result<(), Errno> {
        let mut state = self.lock();
        let (binding, shares) = match &mut *state {
            State::Idle { binding, shares } => (binding.take(), *shares),
            State::Listening { listener, .. } => {
                listener.set_limit(limit);
                return Ok(());
            }
            State::Connecting { .. } | State::Connected(_) => return Err(Errno::EINVAL),
        };
        let binding = match binding {
            Some(binding) => binding,
            None => Binding::take(&self.stack, Protocol::Tcp, NOWHERE, shares)?,
        };
        let listener = Arc::new(Backlog::new(limit));
        let listening = binding.listen(&listener);
        *state = match listening {
            Ok(()) => State::Listening { listener, binding },
            Err(_) => State::Idle {
                binding: Some(binding),
                shares,
            },
        };
        listening
    }

    /// Takes the oldest connection; waits for one. EINVAL: the socket does not listen.
    pub(super) fn accept(&self, context: &Context<'_>) -> Poll<Result<Connection, Errno>> {
        match &*self.lock() {
            State::Listening { listener, .. } => listener.accept(context).map(Ok),
            _ => Poll::Ready(Err(Errno::EINVAL)),
        }
    }

    /// Begins to connect: chooses the way and the local address.
    pub(super) fn begin_connect(&self, to: SocketAddrV4) -> Result<(), Errno> {
        let to = match to.ip().is_unspecified() {
            true => SocketAddrV4::new(Ipv4Addr::LOCALHOST, to.port()),
            false => to,
        };
        if to.ip().is_multicast() || to.ip().is_broadcast() {
            return Err(Errno::ENETUNREACH);
        }
        let mut state = self.lock();
        let State::Idle { binding, shares } = &mut *state else {
            return Err(match &*state {
                State::Connecting { .. } => Errno::EALREADY,
                State::Listening { .. } => Errno::EINVAL,
                _ => Errno::EISCONN,
            });
        };
        let exit = self.stack.exit(*to.ip())?;
        let binding = match binding.take() {
            Some(binding) => binding,
            None => {
                let any = SocketAddrV4::new(exit.source, 0);
                Binding::take(&self.stack, Protocol::Tcp, any, *shares)?
            }
        };
        let source = match binding.address.ip() {
            any if any.is_unspecified() => exit.source,
            own => *own,
        };
        *state = State::Connecting {
            local: SocketAddrV4::new(source, binding.address.port()),
            binding,
            exit,
            remote: to,
            attempt: None,
        };
        Ok(())
    }

    /// Sends the first packet, once more if it was sent before. ECONNREFUSED: nobody listens there.
    pub(super) fn knock(&self) -> Result<Knock, Errno> {
        let mut state = self.lock();
        let State::Connecting {
            exit,
            local,
            remote,
            attempt,
            ..
        } = &mut *state
        else {
            return Err(Errno::EINVAL);
        };
        let (exit, local, remote) = (*exit, *local, *remote);
        let transport = Transport::Tcp(remote.port());
        let way = self.stack.way(exit, *local.ip(), *remote.ip(), transport);
        let budget = &self.stack.budget;
        if let Target::Outside(socket) = way.target {
            *attempt = self.stack.internet.call(socket, budget);
            return Ok(match attempt {
                Some(_) => Knock::Calling,
                None => Knock::Silent,
            });
        }
        let loops = exit.link == Link::Loopback;
        match deliver(way, local, remote, loops, budget) {
            Syn::Established(half) => state.establish(half),
            Syn::Refused => return Err(Errno::ECONNREFUSED),
            Syn::Silent => return Ok(Knock::Silent),
        }
        Ok(Knock::Connected)
    }

    /// What the host has to say to a connection attempt: connected, or why not.
    pub(super) fn poll_called(&self, context: &Context<'_>) -> Poll<Result<(), Errno>> {
        let mut state = self.lock();
        let State::Connecting {
            attempt: Some(attempt),
            ..
        } = &*state
        else {
            return Poll::Ready(Err(Errno::EINVAL));
        };
        attempt.poll(context).map_ok(|half| state.establish(half))
    }

    /// Ends an attempt to connect that came to nothing.
    pub(super) fn give_up(&self) {
        let mut state = self.lock();
        if let State::Connecting { .. } = &*state {
            *state = State::Idle {
                binding: None,
                shares: false,
            };
        }
    }

    pub(super) fn read(
        &self,
        buffer: &mut [u8],
        context: &Context<'_>,
    ) -> Poll<Result<usize, Errno>> {
        let state = self.lock();
        let State::Connected(connection) = &*state else {
            return Poll::Ready(Err(Errno::ENOTCONN));
        };
        let read = connection.half.read(buffer, context);
        if let Poll::Ready(Ok(count @ 1..)) = read {
            self.stack.count_received(connection.link, count);
        }
        read
    }

    pub(super) fn write(&self, bytes: &[u8], context: &Context<'_>) -> Poll<Result<usize, Errno>> {
        let state = self.lock();
        let State::Connected(connection) = &*state else {
            return Poll::Ready(Err(Errno::EPIPE));
        };
        let written = connection.half.write(bytes, context);
        if let Poll::Ready(Ok(count @ 1..)) = written {
            self.stack.count_sent(connection.link, count);
        }
        written
    }

    pub(super) fn poll_readable(&self, context: &Context<'_>) -> bool {
        match &*self.lock() {
            State::Connected(connection) => connection.half.poll_readable(context),
            State::Listening { listener, .. } => listener.poll_readable(context),
            State::Idle { .. } | State::Connecting { .. } => true,
        }
    }

    pub(super) fn poll_writable(&self, context: &Context<'_>) -> bool {
        match &*self.lock() {
            State::Connected(connection) => connection.half.poll_writable(context),
            State::Idle { .. } | State::Connecting { .. } | State::Listening { .. } => true,
        }
    }

    pub(super) fn shut_down(&self, what: Shutdown) -> Result<(), Errno> {
        match &*self.lock() {
            State::Connected(connection) => connection.half.shut_down(what),
            _ => Err(Errno::ENOTCONN),
        }
    }

    pub(super) fn unread_bytes(&self) -> usize {
        match &*self.lock() {
            State::Connected(connection) => connection.half.unread_bytes(),
            _ => 0,
        }
    }

    pub(super) fn local(&self) -> SocketAddrV4 {
        match &*self.lock() {
            State::Idle { binding, .. } => binding.as_ref().map_or(NOWHERE, |own| own.address),
            State::Connecting { binding, .. } | State::Listening { binding, .. } => binding.address,
            State::Connected(connection) => connection.local,
        }
    }

    pub(super) fn remote(&self) -> Option<SocketAddrV4> {
        match &*self.lock() {
            State::Connected(connection) => Some(connection.remote),
            _ => None,
        }
    }

    /// The socket's row, then those of the connections that wait to be accepted.
    pub(super) fn rows(&self) -> Vec<TcpRow> {
        let row = |local, remote, state| TcpRow {
            local,
            remote,
            state,
            unread_bytes: 0,
            backlog: 0,
        };
        match &*self.lock() {
            State::Idle { binding, .. } => match binding {
                Some(own) => vec![row(own.address, NOWHERE, TcpState::Closed)],
                None => Vec::new(),
            },
            State::Connecting {
                binding, remote, ..
            } => vec![row(binding.address, *remote, TcpState::SynSent)],
            State::Listening { listener, binding } => {
                let (waiting, backlog) = listener.counts();
                let mut rows = vec![TcpRow {
                    unread_bytes: waiting,
                    backlog,
                    ..row(binding.address, NOWHERE, TcpState::Listen)
                }];
                listener.for_each(|connection| rows.push(connection.row()));
                rows
            }
            State::Connected(connection) => vec![connection.row()],
        }
    }
}

impl Connection {
    pub(super) fn remote(&self) -> SocketAddrV4 {
        self.remote
    }

    fn row(&self) -> TcpRow {
        TcpRow {
            local: self.local,
            remote: self.remote,
            state: match self.half.phase() {
                Phase::Open => TcpState::Established,
                Phase::WriteEnded => TcpState::FinWait2,
                Phase::ReadEnded => TcpState::CloseWait,
                Phase::BothEnded => TcpState::LastAck,
                Phase::Closed => TcpState::Closed,
            },
            unread_bytes: self.half.unread_bytes(),
            backlog: 0,
        }
    }
}

impl Drop for Tcp {
    /// Connections that nobody accepted are reset.
    fn drop(&mut self) {
        if let State::Listening { listener, .. } = &*self.lock() {
            for connection in listener.close() {
                connection.half.abort();
            }
        }
    }
}
