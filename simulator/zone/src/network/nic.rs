//! Network interfaces of instances.

use crate::NetworkId;
use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// A hardware address, written `90:b8:d0:…`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mac(pub [u8; 6]);

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mac({self})")
    }
}

/// An interface of an instance (network.md 3.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nic {
    /// `net0`, `net1`…
    pub interface: String,
    /// Its hardware address.
    pub mac: Mac,
    /// Its address.
    pub ip: Ipv4Addr,
    /// Length of the subnet's prefix.
    pub prefix_len: u8,
    /// The subnet's gateway.
    pub gateway: Option<Ipv4Addr>,
    /// The network it is on.
    pub network: NetworkId,
    /// `external`, or `sdc_overlay/<vnet>` on a fabric.
    pub nic_tag: Arc<str>,
    /// VLAN, 0 for none.
    pub vlan_id: u16,
    /// Bytes.
    pub mtu: u16,
    /// Has the default route.
    pub primary: bool,
    /// Resolvers of its network.
    pub resolvers: Arc<[Ipv4Addr]>,
}

impl Nic {
    /// Whether it is on a fabric: private to its account.
    pub fn is_fabric(&self) -> bool {
        self.nic_tag.contains('/')
    }
}
