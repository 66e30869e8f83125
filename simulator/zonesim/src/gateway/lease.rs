//! Addresses of the host for the public network of one zone: a /24 of 127.0.0.0/8 that no other zone on the machine has.

use ipnet::Ipv4Net;
use rustix::fs::{FlockOperation, flock};
use std::fs::{File, OpenOptions, Permissions};
use std::io;
use std::net::Ipv4Addr;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zone::ZoneConfig;

/// The second number of the leased addresses; 0 is the loopback of the containers.
const SECOND: u8 = 113;

/// Why no addresses could be leased.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// The folder of the leases cannot be used.
    #[error("{path}: {error}", path = path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Every /24 is taken.
    #[error("all addresses of 127.113.0.0/16 are taken by other zones")]
    NoneLeft,
}

/// The network that a zone may use until this is dropped.
#[derive(Debug)]
pub(crate) struct Lease {
    network: Ipv4Net,
    /// Locked as long as it is open.
    _lock: File,
}

impl Lease {
    /// Takes the first network that nobody has.
    pub(crate) fn take() -> Result<Self, LeaseError> {
        Self::take_in(&std::env::temp_dir().join("zonesim-addresses"))
    }

    fn take_in(folder: &Path) -> Result<Self, LeaseError> {
        let failed = |error| LeaseError::Folder {
            path: folder.to_owned(),
            error,
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
        // Every user of the machine takes part; only who has made the folder can change it.
        let _ = std::fs::set_permissions(folder, Permissions::from_mode(0o1777));
        for third in 0..=u8::MAX {
            let path = folder.join(format!("127.{SECOND}.{third}.lock"));
            // Another user's file cannot be opened: that network is somebody else's.
            let mut options = OpenOptions::new();
            options.create(true).truncate(false).write(true).mode(0o600);
            let file = match options.open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => continue,
                Err(error) => return Err(failed(error)),
            };
            if flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
                let first = Ipv4Addr::new(127, SECOND, third, 0);
                return Ok(Self {
                    network: Ipv4Net::new(first, 24).expect("24 is at most 32"),
                    _lock: file,
                });
            }
        }
        Err(LeaseError::NoneLeft)
    }

    /// Gives a zone the same addresses within this network.
    pub(crate) fn configure(&self, zone: &mut ZoneConfig) {
        let [a, b, c, _] = self.network.network().octets();
        let moved = |address: &Ipv4Addr| Ipv4Addr::new(a, b, c, address.octets()[3]);
        zone.public_range = moved(zone.public_range.start())..=moved(zone.public_range.end());
        zone.public_subnet = self.network;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_keeps_the_last_numbers_of_its_addresses() {
        let folder = tempfile::tempdir().expect("a folder");
        let lease = Lease::take_in(folder.path()).expect("one is free");
        let mut zone = ZoneConfig::default();
        lease.configure(&mut zone);
        assert_eq!(zone.public_subnet, lease.network);
        assert_eq!(
            zone.public_range,
            [127, SECOND, 0, 10].into()..=[127, SECOND, 0, 250].into()
        );
    }

    #[test]
    fn a_network_has_one_holder_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let take = || Lease::take_in(folder.path()).expect("one is free");
        let first = take();
        let second = take();
        assert_ne!(first.network, second.network);
        let freed = first.network;
        drop(first);
        assert_eq!(take().network, freed);
    }
}
