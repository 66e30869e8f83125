//! The network of one running container: its ports, the names of its unix sockets, its traffic.

use super::budget::Budget;
use super::internet::Internet;
use super::ports::Ports;
use super::routes::{self, Exit, Link, Route};
use super::traffic::{Counts, Traffic};
use super::unix::Names;
use crate::kernel::Errno;
use runtime::net::{Interface, Packet, PathEnd, Source, Transport};
use runtime::{InstanceId, InterfaceTraffic};
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a socket's inode number begins at.
const FIRST_INO: u64 = 10_000;

/// The network of one run of a container. Others reach it until the run is over.
pub(crate) struct Stack {
    pub(super) internet: Internet,
    pub(super) instance: InstanceId,
    pub(super) budget: Arc<Budget>,
    ports: Mutex<Ports>,
    names: Mutex<Names>,
    traffic: Mutex<Traffic>,
    next_ino: AtomicU64,
}

/// Where a packet ends, and how far it is.
pub(super) struct Way {
    /// The routers on the way.
    pub(super) routers: Vec<Ipv4Addr>,
    pub(super) target: Target,
}

/// Who gets a packet.
pub(super) enum Target {
    /// A container that runs, which sees this as the sender's address.
    Stack(Arc<Stack>, Ipv4Addr),
    Router,
    Resolver,
    /// Outside the zone; this socket of the host stands for the receiver.
    Outside(SocketAddr),
    Nobody,
}

/// An interface as programs see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceStat {
    /// `lo`, `eth0`…
    pub name: String,
    /// Its number; loopback is 1.
    pub index: u32,
    /// Hardware address; zeros for loopback.
    pub mac: [u8; 6],
    /// Address.
    pub address: Ipv4Addr,
    /// Length of the subnet's prefix.
    pub prefix_len: u8,
    /// Bytes.
    pub mtu: u32,
    /// What went through.
    pub counts: Counts,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stack {
    pub(super) fn new(
        internet: Internet,
        instance: InstanceId,
        memory_bytes: u64,
        seed: u64,
    ) -> Self {
        Self {
            internet,
            instance,
            budget: Arc::new(Budget::new(memory_bytes)),
            ports: Mutex::new(Ports::new(seed)),
            names: Mutex::default(),
            traffic: Mutex::default(),
            next_ino: AtomicU64::new(FIRST_INO),
        }
    }

    pub(super) fn ports(&self) -> MutexGuard<'_, Ports> {
        lock(&self.ports)
    }

    pub(super) fn names(&self) -> MutexGuard<'_, Names> {
        lock(&self.names)
    }

    pub(super) fn new_ino(&self) -> u64 {
        self.next_ino.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn listeners_changed(&self) {
        self.internet.listeners_changed();
    }

    /// Nobody reaches the container any more.
    pub(crate) fn detach(&self) {
        self.internet.remove(self);
    }

    pub(super) fn interfaces(&self) -> Vec<Interface> {
        self.internet.fabric().interfaces(self.instance)
    }

    pub(crate) fn interface_stats(&self) -> Vec<InterfaceStat> {
        let traffic = lock(&self.traffic);
        let loopback = InterfaceStat {
            name: "lo".to_owned(),
            index: 1,
            mac: [0; 6],
            address: Ipv4Addr::LOCALHOST,
            prefix_len: routes::LOOPBACK_PREFIX_LEN,
            mtu: 65_536,
            counts: traffic.counts(Link::Loopback),
        };
        let others = (0..)
            .zip(self.interfaces())
            .map(|(place, own)| InterfaceStat {
                name: routes::linux_name(&own.name),
                index: u32::try_from(place + 2).unwrap_or(u32::MAX),
                mac: own.mac,
                address: own.address,
                prefix_len: own.prefix_len,
                mtu: u32::from(own.mtu),
                counts: traffic.counts(Link::Interface(place)),
            });
        std::iter::once(loopback).chain(others).collect()
    }

    /// What has gone through each interface of the zone.
    pub(crate) fn traffic(&self) -> Vec<InterfaceTraffic> {
        let traffic = lock(&self.traffic);
        (0..)
            .zip(self.interfaces())
            .map(|(place, own)| {
                let counts = traffic.counts(Link::Interface(place));
                InterfaceTraffic {
                    name: own.name,
                    received_bytes: counts.received.bytes,
                    received_packets: counts.received.packets,
                    sent_bytes: counts.sent.bytes,
                    sent_packets: counts.sent.packets,
                }
            })
            .collect()
    }

    pub(crate) fn routes(&self) -> Vec<Route> {
        routes::table(&self.interfaces())
    }

    /// The route that packets to an address take. ENETUNREACH: none leads there.
    pub(crate) fn next_hop(&self, to: Ipv4Addr) -> Result<Route, Errno> {
        routes::next_hop(&self.interfaces(), to)
    }

    /// EADDRNOTAVAIL: the container does not have the address.
    pub(super) fn check_own(&self, address: Ipv4Addr) -> Result<(), Errno> {
        if address.is_unspecified() || routes::is_own(&self.interfaces(), address) {
            return Ok(());
        }
        Err(Errno::EADDRNOTAVAIL)
    }

    /// How a packet leaves. ENETUNREACH: no way.
    pub(super) fn exit(&self, to: Ipv4Addr) -> Result<Exit, Errno> {
        routes::choose(&self.interfaces(), to)
    }

    /// The interface that has an address.
    pub(super) fn link_of(&self, address: Ipv4Addr) -> Link {
        let interfaces = self.interfaces();
        let place = interfaces.iter().position(|own| own.address == address);
        place.map_or(Link::Loopback, Link::Interface)
    }

    /// Where a packet goes that leaves so.
    pub(super) fn way(
        self: &Arc<Self>,
        exit: Exit,
        from: Ipv4Addr,
        to: Ipv4Addr,
        transport: Transport,
    ) -> Way {
        if exit.link == Link::Loopback {
            return Way {
                routers: Vec::new(),
                target: Target::Stack(self.clone(), from),
            };
        }
        self.internet.way(&Packet {
            source: Source::Instance {
                instance: self.instance,
                interface: exit.source,
            },
            from,
            to,
            transport,
        })
    }

    pub(super) fn count_sent(&self, link: Link, payload_bytes: usize) {
        lock(&self.traffic).sent(link, payload_bytes);
    }

    pub(super) fn count_received(&self, link: Link, payload_bytes: usize) {
        lock(&self.traffic).received(link, payload_bytes);
    }

    /// Where sockets listen.
    pub(super) fn listening(&self) -> Vec<SocketAddrV4> {
        self.ports().listening().collect()
    }
}

impl Internet {
    /// Where a packet goes.
    pub(super) fn way(&self, packet: &Packet) -> Way {
        let path = self.fabric().path(packet);
        let target = match path.end {
            PathEnd::Instance { instance, seen_as } => match self.stack(instance) {
                Some(stack) => Target::Stack(stack, seen_as),
                None => Target::Nobody,
            },
            PathEnd::Router => Target::Router,
            PathEnd::Resolver => Target::Resolver,
            PathEnd::Outside(socket) => Target::Outside(socket),
            PathEnd::Nowhere => Target::Nobody,
        };
        Way {
            routers: path.routers,
            target,
        }
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stack")
            .field("instance", &self.instance)
            .finish_non_exhaustive()
    }
}
