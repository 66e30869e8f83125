//! Packages.

use crate::{AccountId, PackageId};
use serde::{Deserialize, Serialize};

/// What a container gets of RAM, CPU and disk (placement.md 3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its id.
    pub id: PackageId,
    /// Its name; several packages may share one.
    pub name: String,
    /// Version of the package itself.
    pub version: String,
    /// Offered to users.
    pub active: bool,
    /// Accounts that may use it; empty: all.
    pub owners: Vec<AccountId>,
    /// RAM, MiB.
    pub memory_mib: u64,
    /// RAM and swap, MiB.
    pub swap_mib: u64,
    /// Disk, MiB.
    pub quota_mib: u64,
    /// CPU cap, 100 is one core.
    pub cpu_cap_percent: Option<u32>,
    /// Scheduler shares.
    pub fss: Option<u32>,
    /// Most lightweight processes.
    pub max_lwps: u32,
    /// Weight of its disk traffic.
    pub zfs_io_priority: u32,
    /// Brand that it is for; `None`: any.
    pub brand: Option<String>,
    /// Marked as the default, which Docker does not look at.
    pub default: bool,
}

impl Package {
    /// Whether `account` may use it.
    pub fn is_visible_to(&self, account: AccountId) -> bool {
        self.active && (self.owners.is_empty() || self.owners.contains(&account))
    }

    /// Scheduler shares: `fss`, else a share per 128 MiB.
    pub fn cpu_shares(&self) -> u32 {
        self.fss.unwrap_or_else(|| {
            u32::try_from(self.memory_mib / 128)
                .unwrap_or(u32::MAX)
                .max(1)
        })
    }
}
