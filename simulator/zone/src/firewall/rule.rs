//! One rule: from whom to whom, and what it lets in.

use crate::{AccountId, Protocol};
use runtime::InstanceId;
use std::fmt;

/// A rule that lets packets in. A container takes nothing that no rule lets in (network.md 6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The account it belongs to; `None`: it holds for every account.
    pub owner: Option<AccountId>,
    /// A disabled rule is kept and lets nothing in.
    pub enabled: bool,
    /// Who sends.
    pub from: Target,
    /// Who receives.
    pub to: Target,
    /// What is let in.
    pub filter: Filter,
}

/// Whom a side of a rule means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Any address.
    Any,
    /// Every instance.
    AllVms,
    /// One instance.
    Vm(InstanceId),
    /// The instances of the account that have this tag, whatever its value.
    Tag(&'static str),
}

/// What a rule lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Every port of a protocol.
    AllPorts(Protocol),
    /// Ports of a protocol, in numeric order.
    Ports(Protocol, Vec<PortRange>),
    /// Every ICMP message.
    Icmp,
}

/// Ports from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PortRange {
    /// The lowest.
    pub first: u16,
    /// The highest.
    pub last: u16,
}

impl PortRange {
    /// One port.
    pub fn one(port: u16) -> Self {
        Self {
            first: port,
            last: port,
        }
    }

    fn is_one(self) -> bool {
        self.first == self.last
    }

    pub(crate) fn contains(self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }
}

impl Rule {
    /// The ports that Docker shows as published when the rule names an instance: a disabled rule still counts
    /// (network.md 5.6).
    pub(crate) fn publishes(&self) -> Option<(Protocol, &[PortRange])> {
        match (&self.from, &self.filter) {
            (Target::Any, Filter::Ports(protocol, ports)) => Some((*protocol, ports)),
            _ => None,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Any => f.write_str("any"),
            Target::AllVms => f.write_str("all vms"),
            Target::Vm(instance) => write!(f, "vm {instance}"),
            Target::Tag(key) => write!(f, "tag \"{key}\""),
        }
    }
}

fn joined(ports: &[PortRange], separator: &str, show: impl Fn(&PortRange) -> String) -> String {
    let texts: Vec<String> = ports.iter().map(show).collect();
    texts.join(separator)
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Filter::AllPorts(protocol) => write!(f, "{protocol} PORT all"),
            Filter::Icmp => f.write_str("icmp TYPE all"),
            Filter::Ports(protocol, ports) => match ports.as_slice() {
                [only] if only.is_one() => write!(f, "{protocol} PORT {}", only.first),
                several if several.iter().all(|range| range.is_one()) => {
                    let list = joined(several, " AND ", |port| format!("PORT {}", port.first));
                    write!(f, "{protocol} ({list})")
                }
                ranges => {
                    let list = joined(ranges, ", ", |range| match range.is_one() {
                        true => range.first.to_string(),
                        false => format!("{} - {}", range.first, range.last),
                    });
                    write!(f, "{protocol} PORTS {list}")
                }
            },
        }
    }
}

impl fmt::Display for Rule {
    /// The text as the rule service stores and lists it (network.md 5.5).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FROM {} TO {} ALLOW {}", self.from, self.to, self.filter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn rules_read_as_the_rule_service_lists_them() {
        let vm = InstanceId(Uuid::from_u128(5));
        let check = |ports: &[(u16, u16)], expected: &str| {
            let ports = ports.iter().map(|(first, last)| PortRange {
                first: *first,
                last: *last,
            });
            let rule = Rule {
                owner: None,
                enabled: true,
                from: Target::Any,
                to: Target::Vm(vm),
                filter: Filter::Ports(Protocol::Tcp, ports.collect()),
            };
            assert_eq!(
                rule.to_string(),
                format!("FROM any TO vm {vm} ALLOW tcp {expected}")
            );
        };
        check(&[(80, 80)], "PORT 80");
        check(&[(80, 80), (443, 443)], "(PORT 80 AND PORT 443)");
        check(&[(50, 177)], "PORTS 50 - 177");
        check(&[(80, 80), (100, 107)], "PORTS 80, 100 - 107");
    }
}
