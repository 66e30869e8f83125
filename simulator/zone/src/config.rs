//! What a zone is made from.

use crate::{Error, Keys, NewAccount, Package, Server, Settings, is_login};
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

/// Why no zone can be made from a [`ZoneConfig`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigFault {
    /// The account that operates the zone would be refused.
    #[error("the operator's account: {0}")]
    Admin(#[from] Error),
    /// Addresses that may be given are not those of their network.
    #[error("the addresses {first} to {last} are no range in {subnet}")]
    Range {
        /// The first one.
        first: Ipv4Addr,
        /// The last one.
        last: Ipv4Addr,
        /// Their network.
        subnet: Ipv4Net,
    },
    /// Accounts and others could not tell them apart.
    #[error("{0} and {1} overlap")]
    Overlap(Ipv4Net, Ipv4Net),
}

impl ZoneConfig {
    /// Whether a zone can be made from it.
    ///
    /// # Errors
    ///
    /// The first thing that stands against it.
    pub fn check(&self) -> Result<(), ConfigFault> {
        if !is_login(&self.admin.login) {
            return Err(Error::InvalidLogin(self.admin.login.clone()).into());
        }
        Keys::read(&self.admin.keys)?;
        for (range, subnet) in [
            (&self.public_range, self.public_subnet),
            (&self.fabric_range, self.fabric_subnet),
        ] {
            let (first, last) = (*range.start(), *range.end());
            if first > last || !subnet.contains(&first) || !subnet.contains(&last) {
                return Err(ConfigFault::Range {
                    first,
                    last,
                    subnet,
                });
            }
        }
        let (public, fabric) = (self.public_subnet, self.fabric_subnet);
        if public.contains(&fabric) || fabric.contains(&public) {
            return Err(ConfigFault::Overlap(public, fabric));
        }
        Ok(())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_zone_is_made_from_what_it_would_stumble_over() {
        let check = |change: &dyn Fn(&mut ZoneConfig)| {
            let mut config = ZoneConfig::default();
            change(&mut config);
            config.check().map_err(|fault| fault.to_string())
        };
        assert_eq!(check(&|_| ()), Ok(()));
        let key = crate::NewKey::line("no key");
        assert!(check(&|config| config.admin.keys.push(key.clone())).is_err());
        assert_eq!(
            check(&|config| config.admin.login = "-".to_owned()),
            Err("the operator's account: login - is invalid".to_owned())
        );
        let (low, high) = (Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST);
        assert!(check(&|config| config.public_range = low..=high).is_err());
        assert_eq!(
            check(&|config| config.fabric_range = high..=low),
            Err(
                "the addresses 255.255.255.255 to 0.0.0.0 are no range in 192.168.128.0/22"
                    .to_owned()
            )
        );
        assert_eq!(
            check(&|config| config.fabric_subnet = Ipv4Net::new_assert(low, 0)),
            Err("203.0.113.0/24 and 0.0.0.0/0 overlap".to_owned())
        );
    }
}
