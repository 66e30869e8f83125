//! Publishing ports: rules that let anybody in, and reading them back (network.md 5).

use super::{Filter, PortRange, Rule, Target};
use crate::change::Change;
use crate::state::State;
use crate::{AccountId, Container, Port, Ports, Protocol};
use runtime::InstanceId;

/// Ports in one rule.
const PORTS_IN_RULE: usize = 8;

impl Change {
    /// One rule for every eight ports of a protocol in the order received, each in numeric order (containers.md 8.2).
    pub(crate) fn publish(&mut self, owner: AccountId, instance: InstanceId, published: &[Port]) {
        for protocol in [Protocol::Tcp, Protocol::Udp] {
            let ports: Vec<PortRange> = published
                .iter()
                .filter(|port| port.protocol == protocol)
                .map(|port| PortRange::one(port.number))
                .collect();
            for group in ports.chunks(PORTS_IN_RULE) {
                let mut group = group.to_vec();
                group.sort_unstable();
                self.state.rules.add(Rule {
                    owner: Some(owner),
                    enabled: true,
                    from: Target::Any,
                    to: Target::Vm(instance),
                    filter: Filter::Ports(protocol, group),
                });
            }
        }
    }
}

impl State {
    /// The ports of a container as the rules are now (NET-13): what a rule to it opens for any source is published, what
    /// its image exposes beyond that is not.
    pub(crate) fn ports_of(&self, container: &Container) -> Ports {
        let own = &container.config.ports;
        let mut published = Vec::new();
        let rules = self.rules.naming(container.instance());
        for (protocol, ranges) in rules.filter_map(Rule::publishes) {
            for number in ranges.iter().flat_map(|range| range.first..=range.last) {
                let port = Port { number, protocol };
                if !published.contains(&port) {
                    published.push(port);
                }
            }
        }
        let unpublished = own.unpublished.iter().copied();
        let unpublished = unpublished
            .filter(|port| !published.contains(port))
            .collect();
        Ports {
            published,
            unpublished,
            publish_all: own.publish_all,
        }
    }
}
