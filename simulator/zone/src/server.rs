//! Compute nodes.

use runtime::NodeId;
use serde::{Deserialize, Serialize};

/// A compute node (placement.md 2.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Server {
    /// Its id.
    pub id: NodeId,
    /// Host name.
    pub hostname: String,
    /// The management server.
    pub headnode: bool,
    /// Ready to host instances.
    pub setup: bool,
    /// What it is doing.
    pub status: ServerStatus,
    /// Taken out of placement by an operator.
    pub reserved: bool,
    /// Standby: used only when nothing else qualifies.
    pub reservoir: bool,
    /// What `sysinfo` says it is.
    pub system_type: SystemType,
    /// Cores.
    pub cores: u32,
    /// RAM, MiB.
    pub memory_mib: u64,
    /// Part of the RAM kept for the system, 0 to 1.
    #[serde(with = "crate::written::text")]
    pub reservation_ratio: f64,
    /// Size of the disk pool, MiB.
    pub disk_pool_mib: u64,
    /// Allocated in the pool, MiB.
    pub disk_alloc_mib: u64,
    /// NIC tags of its interfaces.
    pub nic_tags: Vec<String>,
    /// Platform image it runs, `YYYYMMDDThhmmssZ`.
    pub platform: String,
}

/// What a server is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerStatus {
    /// Runs.
    Running,
    /// On its way down and up.
    Rebooting,
    /// Has not been heard of.
    Unknown,
}

/// Kind of machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemType {
    /// Hosts containers.
    SunOs,
    /// Hosts only lxd images.
    Linux,
    /// A test machine, never for Docker containers (PLC-24).
    Virtual,
}

/// How many servers the default fleet has (placement.md 12).
pub const DEFAULT_SERVERS: usize = 4;

/// Equal servers, as the default fleet has [`DEFAULT_SERVERS`] of, and a headnode; ids are nil.
pub fn fleet(count: usize) -> Vec<Server> {
    let mut servers: Vec<Server> = (1..=count)
        .map(|number| compute_node(&format!("cn{number}")))
        .collect();
    servers.push(Server {
        headnode: true,
        ..compute_node("headnode")
    });
    servers
}

fn compute_node(hostname: &str) -> Server {
    Server {
        id: NodeId(uuid::Uuid::nil()),
        hostname: hostname.to_owned(),
        headnode: false,
        setup: true,
        status: ServerStatus::Running,
        reserved: false,
        reservoir: false,
        system_type: SystemType::SunOs,
        cores: 32,
        memory_mib: 262_111,
        reservation_ratio: 0.15,
        disk_pool_mib: 3_800_000,
        disk_alloc_mib: 650_000,
        nic_tags: ["admin", "external", "sdc_overlay"]
            .map(str::to_owned)
            .into(),
        platform: "20200101T000000Z".to_owned(),
    }
}
