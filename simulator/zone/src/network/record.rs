//! Networks.

use crate::{AccountId, NetworkId};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// A network (network.md 2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Its id.
    pub id: NetworkId,
    /// Its name.
    pub name: Arc<str>,
    /// `external`, or `sdc_overlay/<vnet>` for a fabric network.
    pub nic_tag: Arc<str>,
    /// VLAN, 0 for none.
    pub vlan_id: u16,
    /// Addresses.
    pub subnet: Ipv4Net,
    /// First address that may be given.
    pub provision_start: Ipv4Addr,
    /// Last address that may be given.
    pub provision_end: Ipv4Addr,
    /// Gateway.
    pub gateway: Option<Ipv4Addr>,
    /// Resolvers.
    pub resolvers: Arc<[Ipv4Addr]>,
    /// Accounts that may use it; `None`: all.
    pub owners: Option<Vec<AccountId>>,
    /// Part of an account's fabric.
    pub fabric: bool,
    /// Reaches the outside through a NAT zone.
    pub internet_nat: bool,
    /// Bytes.
    pub mtu: u16,
}

impl Network {
    /// Whether `account` may use it.
    pub fn is_visible_to(&self, account: AccountId) -> bool {
        self.owners
            .as_ref()
            .is_none_or(|owners| owners.contains(&account))
    }
}
