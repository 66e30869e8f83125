//! What a zone is made from.

use crate::{NewAccount, Package, Server, Settings};
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

/// The start of a zone. Everything is fixed by this value and the seed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ZoneConfig {
    /// Name of the availability zone (data centre).
    pub name: String,
    /// The account that operates the zone and speaks on listeners without authentication (ACC-04).
    pub admin: NewAccount,
    /// Packages in the order in which the package service lists them; ids are given by the zone when nil.
    pub packages: Vec<Package>,
    /// Compute nodes; ids are given by the zone when nil.
    pub servers: Vec<Server>,
    /// Resolvers of the networks.
    pub resolvers: Vec<Ipv4Addr>,
    /// The public network; its first address is the gateway's.
    #[serde(with = "crate::written::text")]
    pub public_subnet: Ipv4Net,
    /// Addresses of the public network that may be given, inside [`ZoneConfig::public_subnet`].
    pub public_range: RangeInclusive<Ipv4Addr>,
    /// Each account's first fabric network; its first address is the gateway's.
    #[serde(with = "crate::written::text")]
    pub fabric_subnet: Ipv4Net,
    /// Addresses of it that may be given, inside [`ZoneConfig::fabric_subnet`].
    pub fabric_range: RangeInclusive<Ipv4Addr>,
    /// First three octets of hardware addresses (network.md 3.2).
    pub mac_prefix: [u8; 3],
    /// What operators set.
    pub settings: Settings,
}

impl Default for ZoneConfig {
    fn default() -> Self {
        Self {
            name: "ro-1".to_owned(),
            admin: NewAccount::approved("admin"),
            packages: crate::package::sample(),
            servers: crate::server::fleet(crate::server::DEFAULT_SERVERS),
            resolvers: vec![[8, 8, 8, 8].into(), [8, 8, 4, 4].into()],
            public_subnet: Ipv4Net::new_assert([203, 0, 113, 0].into(), 24),
            public_range: [203, 0, 113, 10].into()..=[203, 0, 113, 250].into(),
            fabric_subnet: Ipv4Net::new_assert([192, 168, 128, 0].into(), 22),
            fabric_range: [192, 168, 128, 5].into()..=[192, 168, 131, 250].into(),
            mac_prefix: [0x90, 0xb8, 0xd0],
            settings: Settings::default(),
        }
    }
}
