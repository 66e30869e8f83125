//! Which addresses of a network are taken (network.md 3.1).

use super::Network;
use imbl::Vector;
use std::net::Ipv4Addr;

/// The addresses of one network that have been given and those that came back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Addresses {
    /// The lowest address that was never given; `None` past the end of the range.
    fresh: Option<Ipv4Addr>,
    /// Addresses that came back, the one longest ago first.
    freed: Vector<Ipv4Addr>,
}

impl Addresses {
    /// All of `network`'s range is free.
    pub(crate) fn new(network: &Network) -> Self {
        Self {
            fresh: Some(network.provision_start),
            freed: Vector::new(),
        }
    }

    /// Takes the lowest address that was never given, else the one freed longest ago; `None`: all are taken.
    pub(crate) fn take(&mut self, network: &Network) -> Option<Ipv4Addr> {
        while let Some(address) = self
            .fresh
            .filter(|address| *address <= network.provision_end)
        {
            self.fresh = u32::from(address).checked_add(1).map(Ipv4Addr::from);
            if may_be_given(network, address) {
                return Some(address);
            }
        }
        self.freed.pop_front()
    }

    /// How many addresses are given now.
    pub(crate) fn held(&self, network: &Network) -> usize {
        let past_end = u64::from(u32::from(network.provision_end)) + 1;
        let fresh = self.fresh.map_or(past_end, |address| {
            u64::from(u32::from(address)).min(past_end)
        });
        let given = (u64::from(u32::from(network.provision_start))..fresh)
            .filter_map(|address| u32::try_from(address).ok())
            .filter(|address| may_be_given(network, Ipv4Addr::from(*address)))
            .count();
        given.saturating_sub(self.freed.len())
    }

    /// Takes back an address that [`Addresses::take`] gave.
    pub(crate) fn release(&mut self, address: Ipv4Addr) {
        self.freed.push_back(address);
    }
}

/// Network, broadcast, gateway and resolvers are nobody's.
fn may_be_given(network: &Network, address: Ipv4Addr) -> bool {
    network.subnet.contains(&address)
        && address != network.subnet.network()
        && address != network.subnet.broadcast()
        && Some(address) != network.gateway
        && !network.resolvers.contains(&address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NetworkId;
    use uuid::Uuid;

    fn network() -> Network {
        Network {
            id: NetworkId(Uuid::nil()),
            name: "n".into(),
            nic_tag: "external".into(),
            vlan_id: 0,
            subnet: "10.0.0.0/29".parse().expect("a subnet"),
            provision_start: Ipv4Addr::new(10, 0, 0, 0),
            provision_end: Ipv4Addr::new(10, 0, 0, 7),
            gateway: Some(Ipv4Addr::new(10, 0, 0, 1)),
            resolvers: [Ipv4Addr::new(10, 0, 0, 3)].into(),
            owners: None,
            fabric: false,
            internet_nat: false,
            mtu: 1500,
        }
    }

    #[test]
    fn fresh_addresses_come_first_then_the_one_freed_longest_ago() {
        let network = network();
        let mut addresses = Addresses::new(&network);
        let mut take = |back: Option<u8>| {
            if let Some(last) = back {
                addresses.release(Ipv4Addr::new(10, 0, 0, last));
            }
            addresses.take(&network).map(|address| address.octets()[3])
        };
        assert_eq!(take(None), Some(2));
        assert_eq!(take(None), Some(4));
        assert_eq!(take(Some(4)), Some(5));
        assert_eq!(take(Some(2)), Some(6));
        assert_eq!(take(None), Some(4));
        assert_eq!(take(Some(6)), Some(2));
        assert_eq!(take(None), Some(6));
        assert_eq!(take(None), None);
    }
}
