//! The networks that every zone and every account has (network.md 2.4).

use super::Network;
use crate::{AccountId, NetworkId};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// The public network.
pub(crate) fn external(
    id: NetworkId,
    subnet: Ipv4Net,
    range: &RangeInclusive<Ipv4Addr>,
    resolvers: Arc<[Ipv4Addr]>,
) -> Network {
    Network {
        id,
        name: "External".into(),
        nic_tag: "external".into(),
        vlan_id: 0,
        subnet,
        provision_start: *range.start(),
        provision_end: *range.end(),
        gateway: subnet.hosts().next(),
        resolvers,
        owners: None,
        fabric: false,
        internet_nat: false,
        mtu: 1500,
    }
}

/// The first network of an account's fabric.
pub(crate) fn fabric(
    id: NetworkId,
    owner: AccountId,
    vnet_id: u32,
    subnet: Ipv4Net,
    range: &RangeInclusive<Ipv4Addr>,
    resolvers: Arc<[Ipv4Addr]>,
) -> Network {
    Network {
        id,
        name: "My-Fabric-Network".into(),
        nic_tag: format!("sdc_overlay/{vnet_id}").into(),
        vlan_id: 2,
        subnet,
        provision_start: *range.start(),
        provision_end: *range.end(),
        gateway: subnet.hosts().next(),
        resolvers,
        owners: Some(vec![owner]),
        fabric: true,
        internet_nat: true,
        mtu: 1400,
    }
}
