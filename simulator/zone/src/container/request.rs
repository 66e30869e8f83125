//! What a client asks for when it creates a container, parsed but not yet judged.

use serde::{Deserialize, Serialize};

/// The members of a create request that mean something in the zone (containers.md 3). Absent and `null` are the
/// same; texts that are absent are empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CreateRequest {
    /// The image as typed; it is shown again so.
    pub image: String,
    /// It is of no image, and serves a build.
    #[serde(default)]
    pub builds: bool,
    /// Host name; empty: the first 12 digits of the id.
    pub hostname: String,
    /// DNS domain.
    pub domainname: String,
    /// User; empty: the image's.
    pub user: String,
    /// Working directory; empty: the image's.
    pub workdir: String,
    /// Environment entries.
    pub env: Vec<String>,
    /// Command; an empty array counts as given (CTR-37).
    pub cmd: Option<Vec<String>>,
    /// Entrypoint; an empty array counts as given (CTR-37).
    pub entrypoint: Option<Vec<String>>,
    /// Labels in the order of the body.
    pub labels: Vec<(String, LabelValue)>,
    /// Allocate a terminal.
    pub tty: bool,
    /// Keep stdin open.
    pub open_stdin: bool,
    /// Echoed only.
    pub attach_stdin: bool,
    /// Echoed only.
    pub attach_stdout: bool,
    /// Echoed only.
    pub attach_stderr: bool,
    /// `HostConfig.Memory`, bytes; `None` when absent or no number.
    #[serde(with = "crate::written::optional_text")]
    pub memory_bytes: Option<f64>,
    /// Keys of `Volumes`.
    pub volumes: Vec<String>,
    /// `Binds`, whole entries.
    pub binds: Vec<String>,
    /// `VolumesFrom`, whole entries.
    pub volumes_from: Vec<String>,
    /// `Links`, whole entries.
    pub links: Vec<String>,
    /// `PortBindings` in the order of the body.
    pub port_bindings: Vec<PortBinding>,
    /// `PublishAllPorts`.
    pub publish_all: bool,
    /// `NetworkMode`; empty: the default.
    pub network_mode: String,
    /// `Dns`.
    pub dns: Vec<String>,
    /// `DnsSearch`.
    pub dns_search: Vec<String>,
    /// `ExtraHosts`, whole entries `name:ip`.
    pub extra_hosts: Vec<String>,
    /// `RestartPolicy` of the top level, else of `HostConfig`.
    pub restart_policy: Option<RestartPolicyRequest>,
    /// `LogConfig`, when sent.
    pub log_config: Option<LogConfigRequest>,
}

/// A label's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelValue {
    /// As it should be.
    Text(String),
    /// Something else, as JSON text (CTR-36).
    Json(String),
}

/// One key of `PortBindings`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortBinding {
    /// `80/tcp`, unchecked.
    pub key: String,
    /// `HostPort` of each binding, empty for none. Host addresses mean nothing here (CTR-35). `None`: the value is no
    /// list of bindings.
    pub host_ports: Option<Vec<String>>,
}

/// `RestartPolicy`, unchecked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestartPolicyRequest {
    /// `Name`.
    pub name: String,
    /// `MaximumRetryCount`; 0 and less: no limit.
    pub maximum_retry_count: i64,
}

/// `LogConfig`, unchecked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogConfigRequest {
    /// `Type`; empty: `json-file`.
    pub driver: String,
    /// `Config` in the order of the body; `None`: the value is no text.
    pub options: Vec<(String, Option<String>)>,
}
