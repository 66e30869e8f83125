//! The image configuration document (application/vnd.docker.container.image.v1+json).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The parts of an image's configuration that a zone acts on; the rest is kept verbatim beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImageConfig {
    /// Processor architecture, `amd64`.
    #[serde(default)]
    pub architecture: String,
    /// Operating system, `linux`.
    #[serde(default)]
    pub os: String,
    /// RFC 3339 time of creation.
    #[serde(default)]
    pub created: String,
    /// What a container inherits.
    #[serde(default)]
    pub config: Option<RunConfig>,
    /// Digests of the unpacked layers, base first.
    #[serde(default)]
    pub rootfs: RootFsSection,
}

/// Layer list of an [`ImageConfig`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RootFsSection {
    /// `layers`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// `sha256:…` of each uncompressed layer, base first.
    #[serde(default)]
    pub diff_ids: Vec<String>,
}

/// Defaults for containers of an image.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RunConfig {
    /// `NAME=value` entries.
    pub env: Option<Vec<String>>,
    /// Default command.
    pub cmd: Option<Vec<String>>,
    /// Default entrypoint.
    pub entrypoint: Option<Vec<String>>,
    /// Working directory.
    pub working_dir: String,
    /// User.
    pub user: String,
    /// Labels.
    pub labels: Option<BTreeMap<String, String>>,
    /// Exposed ports, keys `80/tcp`.
    pub exposed_ports: Option<BTreeMap<String, Value>>,
    /// Volumes, keys are mount points.
    pub volumes: Option<BTreeMap<String, Value>>,
}

impl ImageConfig {
    /// Reads a configuration document; unknown members are ignored.
    pub fn parse(document: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(document)
    }
}
