//! UDP sockets.

use super::egress::{Answers, Messages};
use super::mailbox::{Datagram, Mailbox, Notice, NoticeKind};
use super::ports::{Binding, Protocol};
use super::replies::Asker;
use super::routes::Link;
use super::stack::{Stack, Target};
use crate::kernel::Errno;
use bytes::Bytes;
use runtime::net::Transport;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The longest message.
const MESSAGE_BYTES: usize = 65_507;
/// Hops that a packet may take unless its sender says otherwise.
pub(super) const TTL: u8 = 64;
/// The port that resolvers answer at.
const DNS_PORT: u16 = 53;

/// Sockets of the host that one socket speaks with at most.
const WAYS_OUT: usize = 64;

#[derive(Debug)]
struct State {
    binding: Option<Binding>,
    peer: Option<SocketAddrV4>,
    shares: bool,
    ttl: u8,
}

/// A UDP socket.
#[derive(Debug)]
pub(super) struct Udp {
    stack: Arc<Stack>,
    pub(super) mailbox: Arc<Mailbox>,
    state: Mutex<State>,
    outside: Mutex<WaysOut>,
}

/// Sockets of the host by the addresses that they are seen at.
#[derive(Default)]
struct WaysOut(BTreeMap<SocketAddrV4, (SocketAddr, Box<dyn Messages>)>);

impl fmt::Debug for WaysOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// One message on its way.
struct Outgoing<'a> {
    from: SocketAddrV4,
    to: SocketAddrV4,
    ttl: u8,
    bytes: &'a [u8],
}

impl Stack {
    /// Gives a message to whoever has the port; `false`: nobody has.
    fn receive_datagram(
        &self,
        link: Link,
        from: SocketAddrV4,
        to: SocketAddrV4,
        ttl: u8,
        bytes: &[u8],
    ) -> bool {
        let Some(mailbox) = self.ports().mailbox(to, from) else {
            return false;
        };
        self.count_received(link, bytes.len());
        // One that finds no room is lost, as everywhere.
        let _ = mailbox.push(Datagram {
            from: from.into(),
            bytes: Bytes::copy_from_slice(bytes),
            ttl,
        });
        true
    }
}

impl Udp {
    pub(super) fn new(stack: Arc<Stack>) -> Self {
        Self {
            mailbox: Arc::new(Mailbox::new(stack.budget.clone(), usize::MAX)),
            stack,
            state: Mutex::new(State {
                binding: None,
                peer: None,
                shares: false,
                ttl: TTL,
            }),
            outside: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn share_port(&self, share: bool) {
        self.lock().shares = share;
    }

    pub(super) fn set_ttl(&self, ttl: u8) {
        self.lock().ttl = ttl;
    }

    pub(super) fn bind(&self, address: SocketAddrV4) -> Result<(), Errno> {
        self.stack.check_own(*address.ip())?;
        let mut state = self.lock();
        if state.binding.is_some() {
            return Err(Errno::EINVAL);
        }
        self.take_port(&mut state, address)
    }

    fn take_port(&self, state: &mut State, address: SocketAddrV4) -> Result<(), Errno> {
        let binding = Binding::take(&self.stack, Protocol::Udp, address, state.shares)?;
        binding.receive(&self.mailbox, state.peer);
        state.binding = Some(binding);
        Ok(())
    }

    /// Speaks only with `to` from now on.
    pub(super) fn connect(&self, to: SocketAddrV4) -> Result<(), Errno> {
        let to = match to.ip().is_unspecified() {
            true => SocketAddrV4::new(Ipv4Addr::LOCALHOST, to.port()),
            false => to,
        };
        let exit = self.stack.exit(*to.ip())?;
        let mut state = self.lock();
        state.peer = Some(to);
        match &state.binding {
            Some(binding) => {
                binding.receive(&self.mailbox, Some(to));
                Ok(())
            }
            None => self.take_port(&mut state, SocketAddrV4::new(exit.source, 0)),
        }
    }

    /// Sends a message; one that nobody takes is lost without a word, unless the socket is connected and somebody says
    /// that the port is closed: then the next call is told ECONNREFUSED.
    pub(super) fn send(&self, bytes: &[u8], to: Option<SocketAddrV4>) -> Result<usize, Errno> {
        if let Some(error) = self.mailbox.take_error() {
            return Err(error);
        }
        if bytes.len() > MESSAGE_BYTES {
            return Err(Errno::EMSGSIZE);
        }
        let mut state = self.lock();
        let to = to.or(state.peer).ok_or(Errno::EDESTADDRREQ)?;
        if to.port() == 0 {
            return Err(Errno::EINVAL);
        }
        let exit = self.stack.exit(*to.ip())?;
        if state.binding.is_none() {
            let any = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
            self.take_port(&mut state, any)?;
        }
        let local = state.binding.as_ref().ok_or(Errno::EINVAL)?.address;
        let source = match local.ip() {
            any if any.is_unspecified() => exit.source,
            own => *own,
        };
        let connected = state.peer == Some(to);
        let outgoing = Outgoing {
            from: SocketAddrV4::new(source, local.port()),
            to,
            ttl: state.ttl,
            bytes,
        };
        drop(state);
        self.stack.count_sent(exit.link, bytes.len());
        self.deliver(exit, &outgoing, connected);
        Ok(bytes.len())
    }

    fn deliver(&self, exit: super::routes::Exit, outgoing: &Outgoing<'_>, connected: bool) {
        let Outgoing {
            from,
            to,
            ttl,
            bytes,
        } = *outgoing;
        let to = match to.ip().is_unspecified() {
            true => SocketAddrV4::new(Ipv4Addr::LOCALHOST, to.port()),
            false => to,
        };
        if self.answer(exit.link, outgoing) {
            return;
        }
        let transport = Transport::Udp(to.port());
        let way = self.stack.way(exit, *from.ip(), *to.ip(), transport);
        let hops = u8::try_from(way.routers.len()).unwrap_or(u8::MAX);
        if ttl <= hops {
            if let Some(router) = way.routers.get(usize::from(ttl.max(1) - 1)) {
                self.mailbox.notify(Notice {
                    from: *router,
                    kind: NoticeKind::TimeExceeded,
                });
            }
            return;
        }
        match way.target {
            Target::Stack(stack, seen_as) => {
                let seen_as = SocketAddrV4::new(seen_as, from.port());
                let link = match exit.link {
                    Link::Loopback => Link::Loopback,
                    Link::Interface(_) => {
                        let asker = Asker {
                            instance: self.stack.instance,
                            address: from,
                        };
                        self.stack.internet.replies().expect(to, seen_as, asker);
                        stack.link_of(*to.ip())
                    }
                };
                if !stack.receive_datagram(link, seen_as, to, ttl - hops, bytes) {
                    self.refuse(*to.ip(), connected);
                }
            }
            Target::Resolver if to.port() == DNS_PORT => self.resolve(exit.link, to, bytes),
            Target::Outside(host) => self.send_outside(exit.link, host, to, bytes),
            Target::Resolver | Target::Router | Target::Nobody => {}
        }
    }

    /// Sends a message to a socket of the host, which `to` stands for.
    fn send_outside(&self, link: Link, host: SocketAddr, to: SocketAddrV4, bytes: &[u8]) {
        let Some(egress) = self.stack.internet.egress() else {
            return;
        };
        let mut ways = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        let known = ways.0.get(&to).is_some_and(|(known, _)| *known == host);
        if !known {
            if ways.0.len() >= WAYS_OUT {
                ways.0.clear();
            }
            let answers = Answers::new(&self.mailbox, &self.stack, link, to);
            let Some(way) = egress.messages(host, answers) else {
                return;
            };
            ways.0.insert(to, (host, way));
        }
        if let Some((_, way)) = ways.0.get(&to) {
            way.send(bytes);
        }
    }

    /// Delivers the answer to somebody's question; `false`: nobody has asked.
    fn answer(&self, link: Link, outgoing: &Outgoing<'_>) -> bool {
        if link == Link::Loopback {
            return false;
        }
        let internet = &self.stack.internet;
        let asker = internet.replies().asker(outgoing.from, outgoing.to);
        let Some((asker, stack)) =
            asker.and_then(|asker| Some((asker, internet.stack(asker.instance)?)))
        else {
            return false;
        };
        let link = stack.link_of(*asker.address.ip());
        stack.receive_datagram(
            link,
            outgoing.from,
            asker.address,
            outgoing.ttl,
            outgoing.bytes,
        )
    }

    fn refuse(&self, by: Ipv4Addr, connected: bool) {
        self.mailbox.notify(Notice {
            from: by,
            kind: NoticeKind::PortUnreachable,
        });
        if connected {
            self.mailbox.fail(Errno::ECONNREFUSED);
        }
    }

    fn resolve(&self, link: Link, resolver: SocketAddrV4, query: &[u8]) {
        let fabric = self.stack.internet.fabric();
        let Some(answer) = fabric.resolve(self.stack.instance, query) else {
            return;
        };
        self.stack.count_received(link, answer.len());
        // A full mailbox loses it.
        let _ = self.mailbox.push(Datagram {
            from: resolver.into(),
            bytes: answer.into(),
            ttl: TTL,
        });
    }

    pub(super) fn local(&self) -> SocketAddrV4 {
        let state = self.lock();
        let binding = state.binding.as_ref();
        binding.map_or(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0), |own| {
            own.address
        })
    }

    pub(super) fn remote(&self) -> Option<SocketAddrV4> {
        self.lock().peer
    }
}
