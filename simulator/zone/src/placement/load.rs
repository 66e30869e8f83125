//! What the instances of a server take of it (placement.md 8.3).

use crate::state::State;
use crate::{AccountId, Container, Server};
use imbl::OrdMap;
use runtime::NodeId;

/// Sums over the instances of a server. Stopped ones count as well.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Load {
    pub(crate) instances: usize,
    pub(crate) memory_mib: u64,
    pub(crate) quota_mib: u64,
    pub(crate) cpu_cap_percent: u64,
    /// Instances without a CPU cap.
    pub(crate) uncapped: usize,
    pub(crate) owners: OrdMap<AccountId, usize>,
}

impl Load {
    pub(crate) fn add(&mut self, container: &Container) {
        let resources = &container.resources;
        self.instances += 1;
        self.memory_mib += resources.memory_mib;
        self.quota_mib += resources.quota_mib;
        match resources.cpu_cap_percent {
            Some(cap) => self.cpu_cap_percent += u64::from(cap),
            None => self.uncapped += 1,
        }
        *self.owners.entry(container.owner).or_insert(0) += 1;
    }

    pub(crate) fn remove(&mut self, container: &Container) {
        let resources = &container.resources;
        self.instances -= 1;
        self.memory_mib -= resources.memory_mib;
        self.quota_mib -= resources.quota_mib;
        match resources.cpu_cap_percent {
            Some(cap) => self.cpu_cap_percent -= u64::from(cap),
            None => self.uncapped -= 1,
        }
        let left = self.owners.get(&container.owner).copied().unwrap_or(1) - 1;
        if left == 0 {
            self.owners.remove(&container.owner);
        } else {
            self.owners.insert(container.owner, left);
        }
    }
}

/// CPU that may be promised for each that there is.
const CPU_RATIO: f64 = 4.0;
/// Part of a pool that is used at most.
const POOL_PART: f64 = 0.94;

/// What is left of a server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Unreserved {
    /// Percent of a core; caps count a quarter.
    pub(crate) cpu_percent: f64,
    pub(crate) memory_mib: f64,
    pub(crate) disk_mib: f64,
}

impl Unreserved {
    pub(crate) fn of(server: &Server, load: &Load) -> Self {
        let cores = f64::from(server.cores) * 100.0;
        let cpu_percent = if load.uncapped > 0 {
            0.0
        } else {
            cores - load.cpu_cap_percent as f64 / CPU_RATIO
        };
        let memory_mib = server.memory_mib as f64 * (1.0 - server.reservation_ratio);
        let pool_mib = server.disk_pool_mib as f64 * POOL_PART;
        let disk_mib = pool_mib - server.disk_alloc_mib as f64 - load.quota_mib as f64;
        Self {
            cpu_percent: cpu_percent.floor(),
            memory_mib: (memory_mib - load.memory_mib as f64).floor(),
            disk_mib: disk_mib.floor(),
        }
    }

    /// Of CPU that a cap takes.
    pub(crate) fn cpu_needed(cap_percent: u32) -> f64 {
        f64::from(cap_percent) / CPU_RATIO
    }
}

impl State {
    pub(crate) fn load(&self, node: NodeId) -> Load {
        self.loads.get(&node).cloned().unwrap_or_default()
    }

    pub(crate) fn load_mut(&mut self, node: NodeId) -> &mut Load {
        self.loads.entry(node).or_default()
    }
}
