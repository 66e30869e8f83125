//! How large a zone may be.

use crate::config::Config;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

/// How many compute nodes there may be.
const SERVERS: RangeInclusive<usize> = 1..=1000;
/// Prefixes of the networks that accounts may have.
const FABRIC_PREFIXES: RangeInclusive<u8> = 8..=27;
/// Networks that accounts cannot have: the two that the public one may be, and where the host's connections come from.
const TAKEN: [Ipv4Net; 3] = [
    Ipv4Net::new_assert(Ipv4Addr::new(203, 0, 113, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(198, 18, 0, 0), 15),
];

/// Why a zone cannot be as large as a configuration wants it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtentError {
    /// Another number of compute nodes is needed.
    #[error("{0} servers: there are from {least} to {most}", least = SERVERS.start(), most = SERVERS.end())]
    Servers(usize),
    /// The network of accounts is too large or too small.
    #[error(
        "fabric {0}: a network from /{largest} to /{smallest} is needed",
        largest = FABRIC_PREFIXES.start(), smallest = FABRIC_PREFIXES.end()
    )]
    FabricPrefix(Ipv4Net),
    /// It has addresses that are others'.
    #[error("fabric {fabric}: it overlaps with {taken}, which the zone needs itself")]
    FabricTaken {
        /// It.
        fabric: Ipv4Net,
        /// The others'.
        taken: Ipv4Net,
    },
}

/// What was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Compute nodes.
    pub(crate) servers: usize,
    /// The first network of each account, if it is not the usual one.
    pub(crate) fabric: Option<Ipv4Net>,
}

impl Extent {
    /// That of a configuration.
    pub(crate) fn of(config: &Config) -> Result<Self, ExtentError> {
        Ok(Self {
            servers: servers(config.servers)?,
            fabric: config.fabric.map(fabric).transpose()?,
        })
    }
}

/// As many compute nodes, if there may be.
pub(crate) fn servers(count: usize) -> Result<usize, ExtentError> {
    match SERVERS.contains(&count) {
        true => Ok(count),
        false => Err(ExtentError::Servers(count)),
    }
}

/// The network of an address and a prefix, if accounts may have it.
pub(crate) fn fabric(subnet: Ipv4Net) -> Result<Ipv4Net, ExtentError> {
    let fabric = subnet.trunc();
    if !FABRIC_PREFIXES.contains(&fabric.prefix_len()) {
        return Err(ExtentError::FabricPrefix(fabric));
    }
    let overlaps = |taken: &Ipv4Net| taken.contains(&fabric) || fabric.contains(taken);
    match TAKEN.into_iter().find(overlaps) {
        Some(taken) => Err(ExtentError::FabricTaken { fabric, taken }),
        None => Ok(fabric),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fabric_is_neither_too_large_nor_too_small_nor_anybody_elses() {
        for (text, expected) in [
            ("10.0.0.0/8", Ok("10.0.0.0/8")),
            ("192.168.7.9/27", Ok("192.168.7.0/27")),
            (
                "0.0.0.0/0",
                Err("fabric 0.0.0.0/0: a network from /8 to /27 is needed"),
            ),
            (
                "10.0.0.0/7",
                Err("fabric 10.0.0.0/7: a network from /8 to /27 is needed"),
            ),
            (
                "10.0.0.0/28",
                Err("fabric 10.0.0.0/28: a network from /8 to /27 is needed"),
            ),
            (
                "203.0.113.128/25",
                Err(
                    "fabric 203.0.113.128/25: it overlaps with 203.0.113.0/24, which the zone needs itself",
                ),
            ),
            (
                "203.0.0.0/16",
                Err(
                    "fabric 203.0.0.0/16: it overlaps with 203.0.113.0/24, which the zone needs itself",
                ),
            ),
            (
                "127.113.4.0/24",
                Err(
                    "fabric 127.113.4.0/24: it overlaps with 127.0.0.0/8, which the zone needs itself",
                ),
            ),
            (
                "198.18.0.0/24",
                Err(
                    "fabric 198.18.0.0/24: it overlaps with 198.18.0.0/15, which the zone needs itself",
                ),
            ),
        ] {
            let subnet = text.parse().expect("a network");
            let checked = fabric(subnet).map(|fabric| fabric.to_string());
            let checked = checked.map_err(|error| error.to_string());
            assert_eq!(
                checked,
                expected.map(str::to_owned).map_err(str::to_owned),
                "{text}"
            );
        }
    }

    #[test]
    fn there_is_one_server_at_least_and_a_thousand_at_most() {
        assert_eq!([1, 1000].map(servers), [Ok(1), Ok(1000)]);
        assert_eq!(
            [0, 1001].map(servers),
            [0, 1001].map(|count| Err(ExtentError::Servers(count)))
        );
    }

    #[test]
    fn no_zone_starts_that_is_too_large_or_too_small() {
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let start = |config| {
            let started = tokio.block_on(crate::Builder::from_config(config).start());
            started.expect_err("it is refused").to_string()
        };
        let small = Config {
            fabric: Some("10.0.0.0/30".parse().expect("a network")),
            ..Config::default()
        };
        assert!(start(small).starts_with("fabric 10.0.0.0/30: "));
        let none = Config {
            servers: 0,
            ..Config::default()
        };
        assert!(start(none).starts_with("0 servers: "));
    }
}
