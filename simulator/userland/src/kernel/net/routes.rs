//! Interfaces of a container and the choice between them.

use crate::kernel::Errno;
use runtime::net::Interface;
use std::net::Ipv4Addr;

/// The prefix of the addresses that lead back into the container. It is not the whole of 127.0.0.0/8, because a zone may
/// have networks there that the host can reach.
pub(super) const LOOPBACK_PREFIX_LEN: u8 = 16;

/// The interface that a packet goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// It stays inside.
    Loopback,
    /// An interface of the zone's, by its place.
    Interface(usize),
}

/// How a packet leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exit {
    pub(super) link: Link,
    /// The sender's address unless it has chosen one.
    pub(super) source: Ipv4Addr,
}

fn mask(prefix_len: u8) -> u32 {
    u32::MAX
        .checked_shl(32 - u32::from(prefix_len.min(32)))
        .unwrap_or(0)
}

fn contains(network: Ipv4Addr, prefix_len: u8, address: Ipv4Addr) -> bool {
    (u32::from(network) ^ u32::from(address)) & mask(prefix_len) == 0
}

/// Whether an address leads back into the container without an interface of the zone's.
pub(super) fn is_loopback(address: Ipv4Addr) -> bool {
    contains(Ipv4Addr::LOCALHOST, LOOPBACK_PREFIX_LEN, address)
}

/// Whether the container has an address.
pub(super) fn is_own(interfaces: &[Interface], address: Ipv4Addr) -> bool {
    is_loopback(address) || interfaces.iter().any(|own| own.address == address)
}

/// How a packet to an address leaves. ENETUNREACH: no way.
pub(super) fn choose(interfaces: &[Interface], to: Ipv4Addr) -> Result<Exit, Errno> {
    if is_loopback(to) || to.is_unspecified() {
        return Ok(Exit {
            link: Link::Loopback,
            source: Ipv4Addr::LOCALHOST,
        });
    }
    if interfaces.iter().any(|own| own.address == to) {
        return Ok(Exit {
            link: Link::Loopback,
            source: to,
        });
    }
    let near = (0..)
        .zip(interfaces)
        .filter(|(_, own)| contains(own.address, own.prefix_len, to))
        .max_by_key(|(place, own)| (own.prefix_len, std::cmp::Reverse(*place)));
    let default = || {
        (0..)
            .zip(interfaces)
            .find(|(_, own)| own.primary && own.gateway.is_some())
    };
    let (place, own) = near.or_else(default).ok_or(Errno::ENETUNREACH)?;
    Ok(Exit {
        link: Link::Interface(place),
        source: own.address,
    })
}

/// The route that packets to an address take.
pub(super) fn next_hop(interfaces: &[Interface], to: Ipv4Addr) -> Result<Route, Errno> {
    let exit = choose(interfaces, to)?;
    let own = match exit.link {
        Link::Loopback => None,
        Link::Interface(place) => interfaces.get(place),
    };
    let far = own.filter(|own| !contains(own.address, own.prefix_len, to));
    Ok(Route {
        destination: to,
        prefix_len: 32,
        gateway: far.and_then(|own| own.gateway),
        interface: own.map_or("lo".to_owned(), |own| linux_name(&own.name)),
        source: exit.source,
    })
}

/// The name that Linux programs see: the zone's `net0` is `eth0` inside.
pub(super) fn linux_name(name: &str) -> String {
    match name.strip_prefix("net") {
        Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("eth{number}")
        }
        _ => name.to_owned(),
    }
}

/// One row of the routing table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where it leads.
    pub destination: Ipv4Addr,
    /// Length of the destination's prefix; 0 for the default route.
    pub prefix_len: u8,
    /// The next hop, unless the destination is near.
    pub gateway: Option<Ipv4Addr>,
    /// Name of the interface.
    pub interface: String,
    /// The address of that interface.
    pub source: Ipv4Addr,
}

impl Route {
    /// The destination's mask.
    pub fn mask(&self) -> Ipv4Addr {
        mask(self.prefix_len).into()
    }
}

/// The routing table: the default route, then the networks of the interfaces.
pub(super) fn table(interfaces: &[Interface]) -> Vec<Route> {
    let primary = interfaces.iter().filter(|own| own.primary);
    let default = primary.filter_map(|own| {
        Some(Route {
            destination: Ipv4Addr::UNSPECIFIED,
            prefix_len: 0,
            gateway: Some(own.gateway?),
            interface: linux_name(&own.name),
            source: own.address,
        })
    });
    let near = interfaces.iter().map(|own| Route {
        destination: (u32::from(own.address) & mask(own.prefix_len)).into(),
        prefix_len: own.prefix_len,
        gateway: None,
        interface: linux_name(&own.name),
        source: own.address,
    });
    default.chain(near).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(name: &str, address: [u8; 4], prefix_len: u8, primary: bool) -> Interface {
        let [a, b, c, _] = address;
        Interface {
            name: name.to_owned(),
            mac: [0; 6],
            address: address.into(),
            prefix_len,
            gateway: Some([a, b, c, 1].into()),
            primary,
            mtu: 1500,
        }
    }

    #[test]
    fn the_nearest_interface_is_chosen_and_else_the_default_route() {
        let own = [
            interface("net0", [192, 168, 128, 5], 22, false),
            interface("net1", [203, 0, 113, 10], 24, true),
        ];
        let check = |to: [u8; 4], expected: Result<(Link, [u8; 4]), Errno>| {
            let chosen = choose(&own, to.into()).map(|exit| (exit.link, exit.source.octets()));
            assert_eq!(chosen, expected, "{to:?}");
        };
        let (near, public) = ([192, 168, 128, 5], [203, 0, 113, 10]);
        check([127, 0, 0, 1], Ok((Link::Loopback, [127, 0, 0, 1])));
        check([127, 0, 9, 9], Ok((Link::Loopback, [127, 0, 0, 1])));
        check(near, Ok((Link::Loopback, near)));
        check([192, 168, 131, 9], Ok((Link::Interface(0), near)));
        check([203, 0, 113, 99], Ok((Link::Interface(1), public)));
        check([8, 8, 8, 8], Ok((Link::Interface(1), public)));
        check([127, 1, 0, 1], Ok((Link::Interface(1), public)));
        assert_eq!(choose(&[], [8, 8, 8, 8].into()), Err(Errno::ENETUNREACH));
        assert_eq!(table(&own).len(), 3);
        assert_eq!(linux_name("net1"), "eth1");
    }
}
