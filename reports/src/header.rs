//! What a run was made of.

use serde::{Deserialize, Serialize};

/// The first line of a stream: everything needed to judge, compare and repeat a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHeader {
    /// When it began, RFC 3339 in UTC.
    pub started_at: String,
    /// Where it ran.
    pub environment: Environment,
    /// The clients under test, in the order of the matrix.
    pub clients: Vec<ClientInfo>,
    /// SHA-256 over the names and bytes of all feature files and the id index, in hex.
    pub suite_digest: String,
    /// From which every zone's own seed is derived.
    pub seed: u64,
    /// The arguments that chose the scenarios.
    pub arguments: Vec<String>,
}

/// Where a run took place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// The target, as in `zonesim 0.1.0`.
    pub target: String,
    /// The operating system the clients ran on.
    pub os: String,
    /// Its processor architecture.
    pub arch: String,
    /// How many processors it gave.
    pub cpus: usize,
}

/// One client under test.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientInfo {
    /// Its name in the matrix, as in `docker-1.12`.
    pub name: String,
    /// What it says of itself, as in `Docker version 1.12.6, build 78d1802`.
    pub version: String,
    /// The SHA-256 of its binary in hex; absent for a client that is linked in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}
