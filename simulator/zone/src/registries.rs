//! How registries are reached (images.md 15.1). The zone itself reaches none: this is what operators say of them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What operators say of registries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registries {
    /// Certificates are not looked at (IMG-42).
    pub insecure: bool,
    /// A file of certificates that are trusted besides the public ones.
    pub ca_file: Option<String>,
    /// `HOST[:PORT]` as images name it → the URL that stands for it, or the absolute path of a directory of OCI layouts.
    pub map: BTreeMap<String, String>,
    /// Every host is reached; else the loopback, what is mapped, and the hub.
    pub outside: bool,
    /// How long a connection may take to be made, real milliseconds.
    pub connect_ms: u64,
    /// How long a registry may send nothing, real milliseconds.
    pub stall_ms: u64,
    /// Users of the embedded hub, with their passwords.
    pub hub_users: BTreeMap<String, String>,
}

impl Registries {
    /// The directory whose OCI layouts stand for an index.
    pub fn layouts(&self, index: &str) -> Option<&str> {
        let mapped = self.map.get(index)?;
        mapped.starts_with('/').then_some(mapped)
    }
}

impl Default for Registries {
    fn default() -> Self {
        Self {
            insecure: false,
            ca_file: None,
            map: BTreeMap::new(),
            outside: false,
            connect_ms: 10_000,
            stall_ms: 15_000,
            hub_users: BTreeMap::new(),
        }
    }
}
