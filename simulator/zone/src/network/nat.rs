//! Addresses of NAT zones: one for each fabric network that reaches the outside and has an interface on it
//! (network.md 3.5).

use super::Network;
use crate::NetworkId;
use imbl::OrdMap;
use std::net::Ipv4Addr;

/// The addresses that NAT zones may have, inside 192.0.2.0/24.
const ADDRESSES: std::ops::RangeInclusive<u8> = 10..=250;

/// The NAT zones that there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NatZones {
    by_network: OrdMap<NetworkId, Ipv4Addr>,
    by_address: OrdMap<Ipv4Addr, NetworkId>,
}

impl NatZones {
    /// Makes sure that a network which needs one has a NAT zone. When no address is left it goes without, and what is
    /// sent outside is lost.
    pub(crate) fn start(&mut self, network: &Network) {
        if !network.internet_nat || self.by_network.contains_key(&network.id) {
            return;
        }
        let mut all = ADDRESSES.map(|last| Ipv4Addr::new(192, 0, 2, last));
        if let Some(address) = all.find(|address| !self.by_address.contains_key(address)) {
            self.by_network.insert(network.id, address);
            self.by_address.insert(address, network.id);
        }
    }

    /// The last interface of a network is gone.
    pub(crate) fn stop(&mut self, network: NetworkId) {
        if let Some(address) = self.by_network.remove(&network) {
            self.by_address.remove(&address);
        }
    }

    /// The address that a network's packets have outside.
    pub(crate) fn address(&self, network: NetworkId) -> Option<Ipv4Addr> {
        self.by_network.get(&network).copied()
    }

    /// The networks that have a NAT zone.
    pub(crate) fn networks(&self) -> impl Iterator<Item = NetworkId> {
        self.by_network.keys().copied()
    }
}
