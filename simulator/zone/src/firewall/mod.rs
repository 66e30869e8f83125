//! Firewall rules (network.md 6): data that decides who reaches which port, and what Docker shows as published.

mod defaults;
mod judge;
mod publish;
mod rule;
mod rules;

pub(crate) use judge::Sender;
pub use rule::{Filter, PortRange, Rule, Target};
pub(crate) use rules::Rules;
