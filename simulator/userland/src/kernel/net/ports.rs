//! Which ports of a container are taken, and by whom.

use super::backlog::Backlog;
use super::mailbox::Mailbox;
use super::stack::Stack;
use super::tcp::Connection;
use crate::kernel::Errno;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::{Arc, Weak};

/// Ports that are given to those who do not ask for one.
const EPHEMERAL: std::ops::RangeInclusive<u16> = 32_768..=60_999;

/// Protocols with ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Protocol {
    Tcp,
    Udp,
}

/// Connections that wait for a TCP socket to accept them.
pub(super) type Listener = Backlog<Connection>;

/// What a bound port is used for.
#[derive(Clone, Debug)]
enum User {
    Nobody,
    Listener(Weak<Listener>),
    Datagrams {
        mailbox: Weak<Mailbox>,
        /// Only from there, when the socket is connected.
        peer: Option<SocketAddrV4>,
    },
}

#[derive(Clone, Debug)]
struct Entry {
    id: u64,
    address: Ipv4Addr,
    /// Asked to share it with others that ask.
    shares: bool,
    user: User,
}

/// The taken ports.
#[derive(Debug)]
pub(super) struct Ports {
    taken: BTreeMap<(Protocol, u16), Vec<Entry>>,
    next_ephemeral: u16,
    next_id: u64,
}

/// A taken port; free again when dropped.
#[derive(Debug)]
pub(super) struct Binding {
    stack: Arc<Stack>,
    protocol: Protocol,
    pub(super) address: SocketAddrV4,
    id: u64,
}

fn overlap(a: Ipv4Addr, b: Ipv4Addr) -> bool {
    a == b || a.is_unspecified() || b.is_unspecified()
}

impl Ports {
    /// Nothing is taken; the first port given by itself follows from `seed`.
    pub(super) fn new(seed: u64) -> Self {
        let count = u64::from(EPHEMERAL.end() - EPHEMERAL.start()) + 1;
        let offset = u16::try_from(seed % count).unwrap_or(0);
        Self {
            taken: BTreeMap::new(),
            next_ephemeral: EPHEMERAL.start() + offset,
            next_id: 0,
        }
    }

    fn is_free(&self, protocol: Protocol, address: SocketAddrV4, shares: bool) -> bool {
        let entries = self.taken.get(&(protocol, address.port()));
        entries.into_iter().flatten().all(|entry| {
            let listens = matches!(entry.user, User::Listener(_));
            !overlap(entry.address, *address.ip()) || (shares && entry.shares && !listens)
        })
    }

    /// Takes a port, any free one for 0.
    fn take(
        &mut self,
        protocol: Protocol,
        address: SocketAddrV4,
        shares: bool,
    ) -> Result<(u64, u16), Errno> {
        let port = match address.port() {
            0 => self.ephemeral(protocol)?,
            port if self.is_free(protocol, address, shares) => port,
            _ => return Err(Errno::EADDRINUSE),
        };
        let id = self.next_id;
        self.next_id += 1;
        let entry = Entry {
            id,
            address: *address.ip(),
            shares,
            user: User::Nobody,
        };
        self.taken.entry((protocol, port)).or_default().push(entry);
        Ok((id, port))
    }

    fn ephemeral(&mut self, protocol: Protocol) -> Result<u16, Errno> {
        for _ in EPHEMERAL {
            let port = self.next_ephemeral;
            self.next_ephemeral = match port == *EPHEMERAL.end() {
                true => *EPHEMERAL.start(),
                false => port + 1,
            };
            if !self.taken.contains_key(&(protocol, port)) {
                return Ok(port);
            }
        }
        Err(Errno::EADDRNOTAVAIL)
    }

    fn entry(&mut self, binding: &Binding) -> Option<&mut Entry> {
        let key = (binding.protocol, binding.address.port());
        let entries = self.taken.get_mut(&key)?;
        entries.iter_mut().find(|entry| entry.id == binding.id)
    }

    fn release(&mut self, binding: &Binding) {
        let key = (binding.protocol, binding.address.port());
        let Some(entries) = self.taken.get_mut(&key) else {
            return;
        };
        entries.retain(|entry| entry.id != binding.id);
        if entries.is_empty() {
            self.taken.remove(&key);
        }
    }

    /// Who listens at an address: the socket bound to it, else one bound to every address.
    pub(super) fn listener(&self, at: SocketAddrV4) -> Option<Arc<Listener>> {
        let entries = self.taken.get(&(Protocol::Tcp, at.port()))?;
        let of = |address: Ipv4Addr| {
            entries.iter().rev().find_map(|entry| match &entry.user {
                User::Listener(listener) if entry.address == address => listener.upgrade(),
                _ => None,
            })
        };
        of(*at.ip()).or_else(|| of(Ipv4Addr::UNSPECIFIED))
    }

    /// Who takes datagrams at an address from another: the socket connected to it, else the one bound closest.
    pub(super) fn mailbox(&self, at: SocketAddrV4, from: SocketAddrV4) -> Option<Arc<Mailbox>> {
        let entries = self.taken.get(&(Protocol::Udp, at.port()))?;
        let candidates = entries.iter().filter_map(|entry| match &entry.user {
            User::Datagrams { mailbox, peer } if overlap(entry.address, *at.ip()) => {
                let fits = peer.is_none_or(|peer| peer == from);
                let rank = (peer.is_some(), entry.address == *at.ip(), entry.id);
                fits.then_some((rank, mailbox))
            }
            _ => None,
        });
        candidates
            .max_by_key(|(rank, _)| *rank)
            .and_then(|(_, mailbox)| mailbox.upgrade())
    }

    /// Where somebody listens.
    pub(super) fn listening(&self) -> impl Iterator<Item = SocketAddrV4> {
        self.taken
            .iter()
            .filter(|((protocol, _), _)| *protocol == Protocol::Tcp)
            .flat_map(|((_, port), entries)| entries.iter().map(|entry| (*port, entry)))
            .filter(|(_, entry)| matches!(entry.user, User::Listener(_)))
            .map(|(port, entry)| SocketAddrV4::new(entry.address, port))
    }
}

impl Binding {
    /// Takes a port of the container's, any free one for 0. EADDRINUSE: another has it.
    pub(super) fn take(
        stack: &Arc<Stack>,
        protocol: Protocol,
        address: SocketAddrV4,
        shares: bool,
    ) -> Result<Self, Errno> {
        let (id, port) = stack.ports().take(protocol, address, shares)?;
        Ok(Self {
            stack: stack.clone(),
            protocol,
            address: SocketAddrV4::new(*address.ip(), port),
            id,
        })
    }

    /// Lets connections to the port come to a listener. EADDRINUSE: another one listens there.
    pub(super) fn listen(&self, listener: &Arc<Listener>) -> Result<(), Errno> {
        {
            let mut ports = self.stack.ports();
            let mut others = ports.listening();
            let taken = others.any(|other| {
                other.port() == self.address.port() && overlap(*other.ip(), *self.address.ip())
            });
            drop(others);
            if taken {
                return Err(Errno::EADDRINUSE);
            }
            if let Some(entry) = ports.entry(self) {
                entry.user = User::Listener(Arc::downgrade(listener));
            }
        }
        self.stack.listeners_changed();
        Ok(())
    }

    /// Lets datagrams to the port come to a mailbox; only those from `peer` if there is one.
    pub(super) fn receive(&self, mailbox: &Arc<Mailbox>, peer: Option<SocketAddrV4>) {
        if let Some(entry) = self.stack.ports().entry(self) {
            entry.user = User::Datagrams {
                mailbox: Arc::downgrade(mailbox),
                peer,
            };
        }
    }
}

impl Drop for Binding {
    fn drop(&mut self) {
        let listened = {
            let mut ports = self.stack.ports();
            let listened = ports
                .entry(self)
                .is_some_and(|entry| matches!(entry.user, User::Listener(_)));
            ports.release(self);
            listened
        };
        if listened {
            self.stack.listeners_changed();
        }
    }
}
