//! Where packets go (network.md 3.5, 6.1 and 6.2).

use super::{Network, Nic};
use crate::firewall::Sender;
use crate::state::State;
use crate::view::View;
use crate::{AccountId, Container, NetworkId};
use runtime::InstanceId;
use runtime::net::{Packet, Path, PathEnd, Source, Transport};
use std::net::Ipv4Addr;
use std::sync::Arc;

/// The port of resolvers.
const DNS_PORT: u16 = 53;

impl View {
    /// Where a packet goes as things are now, whoever sends it.
    pub fn operator_path(&self, packet: &Packet) -> Path {
        let state = &*self.0;
        match packet.source {
            Source::Instance {
                instance,
                interface,
            } => state.path_of_instance(packet, instance, interface),
            Source::Tenant(account) => state.path_of_machine(packet, AccountId(account)),
            Source::Internet => state.path_to_public(packet, Vec::new(), Sender::Address),
        }
    }
}

fn nowhere(routers: Vec<Ipv4Addr>) -> Path {
    Path {
        routers,
        end: PathEnd::Nowhere,
    }
}

impl Network {
    /// Whether everybody outside can reach its addresses.
    fn is_public(&self) -> bool {
        !self.fabric && &*self.nic_tag == "external"
    }
}

impl State {
    fn path_of_instance(&self, packet: &Packet, instance: InstanceId, interface: Ipv4Addr) -> Path {
        let found = self.container_of(instance).and_then(|container| {
            let nic = container.nics.iter().find(|nic| nic.ip == interface)?;
            Some((container, nic, self.networks.get(&nic.network)?))
        });
        let Some((container, nic, network)) = found else {
            return nowhere(Vec::new());
        };
        if asks_resolver(container, packet) {
            return Path {
                routers: nic.gateway.into_iter().collect(),
                end: PathEnd::Resolver,
            };
        }
        let own = container.nics.iter().any(|nic| nic.ip == packet.from);
        let sender = match own {
            true => Sender::Instance(instance),
            false => Sender::Address,
        };
        if !network.subnet.contains(&packet.to) {
            return self.path_beyond(packet, nic, network, sender);
        }
        let end = match Some(packet.to) == network.gateway {
            true => PathEnd::Router,
            false => self.end_on(network.id, packet, packet.from, sender),
        };
        Path {
            routers: Vec::new(),
            end,
        }
    }

    /// By the gateway of the interface's network; from a fabric the NAT zone's address is seen beyond it.
    fn path_beyond(&self, packet: &Packet, nic: &Nic, network: &Network, sender: Sender) -> Path {
        let routers: Vec<Ipv4Addr> = nic.gateway.into_iter().collect();
        if routers.is_empty() || !nic.primary {
            return nowhere(Vec::new());
        }
        if !network.fabric {
            return self
                .path_outside(packet, &routers)
                .unwrap_or_else(|| self.path_to_public(packet, routers, sender));
        }
        let Some(address) = self.nat_zones.address(network.id) else {
            return nowhere(routers);
        };
        let translated = Packet {
            from: address,
            ..*packet
        };
        self.path_outside(packet, &routers)
            .unwrap_or_else(|| self.path_to_public(&translated, routers, Sender::Address))
    }

    /// To a receiver that operators have listed.
    fn path_outside(&self, packet: &Packet, routers: &[Ipv4Addr]) -> Option<Path> {
        let (Transport::Tcp(port) | Transport::Udp(port)) = packet.transport else {
            return None;
        };
        let socket = self.settings.outside_socket(packet.to, port)?;
        Some(Path {
            routers: routers.to_vec(),
            end: PathEnd::Outside(socket),
        })
    }

    fn path_to_public(&self, packet: &Packet, routers: Vec<Ipv4Addr>, sender: Sender) -> Path {
        let network = self
            .networks
            .values()
            .find(|network| network.is_public() && network.subnet.contains(&packet.to));
        let Some(network) = network else {
            return nowhere(routers);
        };
        let end = match Some(packet.to) == network.gateway {
            true => PathEnd::Router,
            false => self.end_on(network.id, packet, packet.from, sender),
        };
        Path { routers, end }
    }

    /// A machine of the account stands behind the gateways of its fabric networks; elsewhere it is on the Internet.
    fn path_of_machine(&self, packet: &Packet, account: AccountId) -> Path {
        let mut own = self.networks_of(account).filter(|network| network.fabric);
        let Some(network) = own.find(|network| network.subnet.contains(&packet.to)) else {
            return self.path_to_public(packet, Vec::new(), Sender::Address);
        };
        let seen_as = network.gateway.unwrap_or(packet.from);
        Path {
            routers: Vec::new(),
            end: self.end_on(network.id, packet, seen_as, Sender::Machine(account)),
        }
    }

    fn end_on(
        &self,
        network: NetworkId,
        packet: &Packet,
        seen_as: Ipv4Addr,
        sender: Sender,
    ) -> PathEnd {
        let holder = self.holders.get(&(network, packet.to));
        let target = holder.and_then(|instance| self.container_of(*instance));
        match target {
            Some(target) if self.lets_in(target, sender, packet.transport) => PathEnd::Instance {
                instance: target.instance(),
                seen_as,
            },
            _ => PathEnd::Nowhere,
        }
    }
}

/// Resolvers answer wherever they are (network.md 10.8).
fn asks_resolver(container: &Container, packet: &Packet) -> bool {
    let asks = matches!(
        packet.transport,
        Transport::Udp(DNS_PORT) | Transport::Tcp(DNS_PORT)
    );
    asks && container
        .resolvers()
        .iter()
        .any(|resolver| resolver.parse() == Ok(packet.to))
}

impl View {
    /// The interfaces of a container, as its processes are shown them.
    pub fn operator_interfaces(&self, instance: InstanceId) -> Arc<[Nic]> {
        let container = self.operator_container(instance);
        container.map_or_else(|| Arc::from([]), |container| Arc::clone(&container.nics))
    }
}
