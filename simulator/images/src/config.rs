//! The image configuration document (application/vnd.docker.container.image.v1+json).

use runtime::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zone::{Digest, ImageDefaults};

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
    pub created: Option<String>,
    /// The image that it was built on, where there is one.
    #[serde(default)]
    pub parent: Option<String>,
    /// What a container inherits.
    #[serde(default)]
    pub config: Option<RunConfig>,
    /// Digests of the unpacked layers, base first.
    #[serde(default)]
    pub rootfs: RootFsSection,
    /// How it was made, oldest first; some have none.
    #[serde(default)]
    pub history: Option<Vec<HistoryEntry>>,
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

/// One step of an image's history.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryEntry {
    /// RFC 3339.
    pub created: Option<String>,
    /// The command.
    pub created_by: String,
    /// Who made it.
    pub author: String,
    /// What was said of it.
    pub comment: String,
    /// It has made no layer.
    pub empty_layer: bool,
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

    /// What containers take from the image.
    pub fn defaults(&self) -> ImageDefaults {
        let run = self.config.clone().unwrap_or_default();
        let keys = |map: Option<BTreeMap<String, Value>>| {
            let map = map.unwrap_or_default();
            map.into_keys().collect()
        };
        ImageDefaults {
            env: run.env.unwrap_or_default().into(),
            cmd: run.cmd.unwrap_or_default(),
            entrypoint: run.entrypoint.unwrap_or_default(),
            workdir: run.working_dir,
            user: run.user,
            labels: run.labels.unwrap_or_default().into_iter().collect(),
            exposed_ports: keys(run.exposed_ports),
            volumes: keys(run.volumes),
        }
    }

    /// When it was built; the epoch for one that does not say or was built before it. `None`: it is no time.
    pub fn created_at(&self) -> Option<Timestamp> {
        let Some(text) = &self.created else {
            return Some(Timestamp(0));
        };
        let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        let nanos = u64::try_from(at.unix_timestamp_nanos());
        Some(Timestamp(nanos.unwrap_or(0)))
    }

    /// The image that it was built on; ids of schema 1 lead nowhere.
    pub fn parent(&self) -> Option<Digest> {
        Digest::parse(self.parent.as_deref()?)
    }

    /// Digests of the unpacked layers, base first.
    pub fn diff_ids(&self) -> Result<Vec<Digest>, String> {
        let ids = self.rootfs.diff_ids.iter();
        let ids = ids.map(|id| Digest::parse(id).ok_or_else(|| format!("{id} is no digest")));
        ids.collect()
    }

    /// How many layers its history has made; `None`: it has no history.
    pub fn history_layers(&self) -> Option<usize> {
        let history = self.history.as_ref()?;
        Some(history.iter().filter(|entry| !entry.empty_layer).count())
    }
}
