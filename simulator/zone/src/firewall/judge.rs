//! Whether a packet is let in.

use super::{Filter, Rule, Target};
use crate::state::State;
use crate::{AccountId, Container, Protocol};
use runtime::InstanceId;
use runtime::net::Transport;

/// Whom a container sees as the sender of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// An address that is no instance's.
    Address,
    /// An instance, under an address of its own.
    Instance(InstanceId),
    /// A machine of an account, which counts as one of its Docker containers.
    Machine(AccountId),
}

impl State {
    /// Whether `target` lets a packet in: some enabled rule of its account or of everybody has to allow it.
    pub(crate) fn lets_in(&self, target: &Container, sender: Sender, transport: Transport) -> bool {
        self.rules
            .about(target.owner, target.instance())
            .filter(|rule| rule.enabled && rule.filter.lets_in(transport))
            .any(|rule| self.comes_from(rule, sender) && goes_to(rule, target))
    }

    fn comes_from(&self, rule: &Rule, sender: Sender) -> bool {
        let owner = rule.owner;
        match (&rule.from, sender) {
            (Target::Any, _) => true,
            (Target::AllVms, sender) => sender != Sender::Address,
            (Target::Vm(wanted), Sender::Instance(instance)) => *wanted == instance,
            (Target::Tag(key), Sender::Instance(instance)) => {
                let container = self.container_of(instance);
                container.is_some_and(|found| {
                    owner == Some(found.owner) && found.tags.contains_key(*key)
                })
            }
            (Target::Tag(_), Sender::Machine(account)) => owner == Some(account),
            _ => false,
        }
    }
}

fn goes_to(rule: &Rule, target: &Container) -> bool {
    match &rule.to {
        Target::Any | Target::AllVms => true,
        Target::Vm(wanted) => *wanted == target.instance(),
        Target::Tag(key) => rule.owner == Some(target.owner) && target.tags.contains_key(*key),
    }
}

impl Filter {
    fn lets_in(&self, transport: Transport) -> bool {
        let (protocol, port) = match transport {
            Transport::Tcp(port) => (Protocol::Tcp, port),
            Transport::Udp(port) => (Protocol::Udp, port),
            Transport::Echo => return *self == Filter::Icmp,
        };
        match self {
            Filter::AllPorts(of) => *of == protocol,
            Filter::Ports(of, ports) => {
                *of == protocol && ports.iter().any(|range| range.contains(port))
            }
            Filter::Icmp => false,
        }
    }
}
