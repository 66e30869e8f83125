//! What operators say of registries (images.md 15.1).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// How registries are reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Certificates are not looked at (IMG-42).
    pub insecure: bool,
    /// More roots than the public ones: a PEM file.
    pub ca_file: Option<PathBuf>,
    /// `HOST[:PORT]` as images name it → the URL that stands for it. The name stays in `Host` and in TLS.
    pub map: BTreeMap<String, String>,
    /// Every host is reached; else the loopback and what is mapped.
    pub outside: bool,
    /// How long a connection may take to be made, real time.
    pub connect: Duration,
    /// How long a registry may send nothing, real time.
    pub stall: Duration,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            insecure: false,
            ca_file: None,
            map: BTreeMap::new(),
            outside: false,
            connect: Duration::from_secs(10),
            stall: Duration::from_secs(15),
        }
    }
}
