//! A container as the zone knows it.

use super::{ContainerConfig, Tag};
use crate::job::Reboot;
use crate::{AccountId, AttachId, ContainerId, JobId, Nic, PackageId, TimerId};
use imbl::Vector;
use runtime::{Disk, ExecId, ExitStatus, Incarnation, InstanceId, NodeId, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// One container of an account (containers.md 1).
#[derive(Clone, Debug, PartialEq)]
pub struct Container {
    /// Its id.
    pub id: ContainerId,
    /// Its name without a slash.
    pub name: Arc<str>,
    /// Its account.
    pub owner: AccountId,
    /// The compute node it stays on for life.
    pub node: NodeId,
    /// What it is doing.
    pub state: State,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was started, while it runs (CTR-14).
    pub booted_at: Option<Timestamp>,
    /// How it ended last, while it does not run.
    pub exit: Option<Exit>,
    /// Whether it has ever been started.
    pub started_once: bool,
    /// Process id of the first process as the node sees it, while it runs.
    pub pid: u32,
    /// Its package.
    pub package: PackageId,
    /// Limits that it has from its package.
    pub resources: Resources,
    /// What it was created with.
    pub config: Arc<ContainerConfig>,
    /// Labels and special tags by tag name.
    pub tags: Arc<BTreeMap<String, Tag>>,
    /// Its network interfaces, `net0` first.
    pub nics: Arc<[Nic]>,
    /// Automatic restarts since the last start by a user.
    pub restart_count: u32,
    pub(crate) lifecycle: Lifecycle,
}

/// What a container is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its node makes it.
    Provisioning,
    /// It exists and no process runs.
    Stopped,
    /// Its first process runs.
    Running,
}

impl State {
    /// The inventory's word.
    pub fn name(self) -> &'static str {
        match self {
            State::Provisioning => "provisioning",
            State::Stopped => "stopped",
            State::Running => "running",
        }
    }
}

/// The last end of a container's first process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Its status.
    pub status: ExitStatus,
    /// When.
    pub at: Timestamp,
}

/// Limits of an instance, copied from its package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resources {
    /// RAM, MiB.
    pub memory_mib: u64,
    /// RAM and swap, MiB.
    pub swap_mib: u64,
    /// Disk, MiB.
    pub quota_mib: u64,
    /// Disk that was taken when the container was made, bytes.
    pub disk_taken_bytes: u64,
    /// CPU cap, 100 is one core.
    pub cpu_cap_percent: Option<u32>,
    /// Scheduler shares.
    pub cpu_shares: u32,
    /// Most lightweight processes.
    pub max_lwps: u32,
}

impl Resources {
    /// Disk as its node is told.
    pub fn disk(&self) -> Disk {
        Disk {
            quota_bytes: self.quota_mib << 20,
            taken_bytes: self.disk_taken_bytes,
        }
    }

    /// Swap beside the RAM, bytes.
    pub fn swap_bytes(&self) -> u64 {
        self.swap_mib.saturating_sub(self.memory_mib) << 20
    }
}

/// What the zone remembers to drive a container; clients see nothing of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lifecycle {
    /// Counts the starts.
    pub(crate) incarnation: Incarnation,
    /// A start is under way, its `Started` has not come yet.
    pub(crate) starting: bool,
    /// It should run: set by a start when there is a restart policy, cleared by a stop.
    pub(crate) autoboot: bool,
    /// The restart policy's timer.
    pub(crate) restart_timer: Option<TimerId>,
    /// The delay of the last automatic restart.
    pub(crate) restart_delay: Option<Duration>,
    /// The first process is held back until an attach comes or this timer fires.
    pub(crate) held: Option<TimerId>,
    /// Connections that are attached or wait for a start, lost ones included (CTR-78).
    pub(crate) attaches: Vec<AttachId>,
    /// Waits for the node to make the container.
    pub(crate) create_job: Option<JobId>,
    /// The node begins to make the container then.
    pub(crate) creation_timer: Option<TimerId>,
    /// The node never begins to.
    pub(crate) creation_hangs: bool,
    /// Its server reboots: it is shut down, and what comes then is not up to the restart policy alone.
    pub(crate) rebooting: Option<Reboot>,
    /// KILL comes then, while its server goes down.
    pub(crate) shutdown_timer: Option<TimerId>,
    /// Wait for the end of the first process.
    pub(crate) waits: Vec<JobId>,
    /// Stops that go on without the ticket, which they had for too long, and execs that a node never starts.
    pub(crate) overdue: Vec<JobId>,
    /// Orders containers of one instant.
    pub(crate) age: u64,
    /// Execs made since the container was created: there may be very many (APIX-16).
    pub(crate) execs: Vector<ExecId>,
    /// Those of them that have not ended, oldest first.
    pub(crate) live_execs: Vec<ExecId>,
}

impl Container {
    /// The instance behind it.
    pub fn instance(&self) -> InstanceId {
        self.id.instance()
    }

    /// Whether its first process runs.
    pub fn is_running(&self) -> bool {
        self.state == State::Running
    }

    /// Counts its starts.
    pub fn incarnation(&self) -> Incarnation {
        self.lifecycle.incarnation
    }

    /// The interface that has the default route.
    pub fn primary_nic(&self) -> Option<&Nic> {
        self.nics.iter().find(|nic| nic.primary)
    }

    /// The resolvers in `/etc/resolv.conf`: the request's, else those of its networks in order of the interfaces.
    pub fn resolvers(&self) -> Vec<String> {
        if !self.config.dns.is_empty() {
            return self.config.dns.clone();
        }
        let mut resolvers: Vec<String> = Vec::new();
        for address in self.nics.iter().flat_map(|nic| nic.resolvers.iter()) {
            let text = address.to_string();
            if !resolvers.contains(&text) {
                resolvers.push(text);
            }
        }
        resolvers
    }
}
