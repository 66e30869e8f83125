//! Rules that nobody asks for (network.md 6.1).

use super::{Filter, Rule, Rules, Target};
use crate::change::Change;
use crate::{AccountId, Protocol};

/// The tag of every Docker container.
const DOCKER_TAG: &str = "sdc_docker";

impl Rules {
    /// The rules of a new zone: everybody answers ICMP.
    pub(crate) fn of_zone() -> Self {
        let mut rules = Self::default();
        rules.add(Rule {
            owner: None,
            enabled: true,
            from: Target::Any,
            to: Target::AllVms,
            filter: Filter::Icmp,
        });
        rules
    }

    /// Whether some rule lets the account's Docker containers talk with each other, whatever its state and ports.
    fn joins_containers(&self, account: AccountId, protocol: Protocol) -> bool {
        let joins = |filter: &Filter| match filter {
            Filter::AllPorts(of) | Filter::Ports(of, _) => *of == protocol,
            Filter::Icmp => false,
        };
        let tagged = Target::Tag(DOCKER_TAG);
        self.broad(Some(account))
            .any(|rule| rule.from == tagged && rule.to == tagged && joins(&rule.filter))
    }
}

impl Change {
    /// A create makes sure that the account's containers may talk with each other (NET-14).
    pub(crate) fn join_containers(&mut self, account: AccountId) {
        for protocol in [Protocol::Tcp, Protocol::Udp] {
            if !self.state.rules.joins_containers(account, protocol) {
                self.state.rules.add(Rule {
                    owner: Some(account),
                    enabled: true,
                    from: Target::Tag(DOCKER_TAG),
                    to: Target::Tag(DOCKER_TAG),
                    filter: Filter::AllPorts(protocol),
                });
            }
        }
    }
}
