//! What a runtime asks the zone about its networks: interfaces, where packets go, what names mean.

use crate::InstanceId;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use uuid::Uuid;

/// A network interface of an instance (network.md 3.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// As the zone calls it: `net0`, `net1`…
    pub name: String,
    /// Hardware address.
    pub mac: [u8; 6],
    /// Its address.
    pub address: Ipv4Addr,
    /// Length of the subnet's prefix.
    pub prefix_len: u8,
    /// The subnet's gateway.
    pub gateway: Option<Ipv4Addr>,
    /// Whether the default route is its gateway.
    pub primary: bool,
    /// Bytes.
    pub mtu: u16,
}

/// Where a packet comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A process of an instance; the packet leaves through the interface that has the address `interface`.
    Instance {
        /// Which.
        instance: InstanceId,
        /// The address of the interface it leaves through.
        interface: Ipv4Addr,
    },
    /// A machine of the tenant with this id, on the tenant's own networks.
    Tenant(Uuid),
    /// The Internet.
    Internet,
}

/// What a packet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// This TCP port.
    Tcp(u16),
    /// This UDP port.
    Udp(u16),
    /// An ICMP echo request.
    Echo,
}

/// The first packet of a conversation. Answers go the same way back and are not asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Who sends it.
    pub source: Source,
    /// The sender's address.
    pub from: Ipv4Addr,
    /// The address it is for.
    pub to: Ipv4Addr,
    /// What it is for.
    pub transport: Transport,
}

/// The way of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The routers on the way, nearest first.
    pub routers: Vec<Ipv4Addr>,
    /// Where it ends.
    pub end: PathEnd,
}

/// Where a packet ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathEnd {
    /// At an instance whose firewall lets it in, and which sees `seen_as` as the sender's address.
    Instance {
        /// Which.
        instance: InstanceId,
        /// The sender's address there; another one behind NAT.
        seen_as: Ipv4Addr,
    },
    /// At a router: it answers echo requests and nothing else.
    Router,
    /// At a resolver of the sender's, for which the zone answers.
    Resolver,
    /// Outside the zone, where this socket of its host stands for the receiver.
    Outside(SocketAddr),
    /// Nobody will ever hear of it.
    Nowhere,
}

/// The networks of a zone, as they are now.
pub trait Fabric: Send + Sync + fmt::Debug {
    /// The interfaces of an instance in their order, loopback not among them.
    fn interfaces(&self, instance: InstanceId) -> Vec<Interface>;

    /// Where a packet goes.
    fn path(&self, packet: &Packet) -> Path;

    /// A resolver's answer to a DNS message of an instance; `None` to what is no query.
    fn resolve(&self, instance: InstanceId, query: &[u8]) -> Option<Vec<u8>>;
}

/// No networks at all: instances have nothing but loopback.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFabric;

impl Fabric for NoFabric {
    fn interfaces(&self, _: InstanceId) -> Vec<Interface> {
        Vec::new()
    }

    fn path(&self, _: &Packet) -> Path {
        Path {
            routers: Vec::new(),
            end: PathEnd::Nowhere,
        }
    }

    fn resolve(&self, _: InstanceId, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}
