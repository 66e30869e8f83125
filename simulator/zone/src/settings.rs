//! What operators set.

use crate::change::Change;
use crate::{Error, FaultPoint, Outside, Registries, Reply};
use runtime::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Settings of a zone. Fields are public: the configuration makes one, commands change it piece by piece.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Serve what only helps modern clients.
    pub extensions: bool,
    /// Real milliseconds after which an attacher that accepts nothing is cut.
    pub attach_stall_ms: u64,
    /// Refuse every change (docker-api.md 2.2).
    pub read_only: Option<ReadOnly>,
    /// Names of backing services that are down (docker-api.md 2.3).
    pub dependencies_down: BTreeSet<String>,
    /// Log drivers that containers may use.
    pub log_drivers: Vec<String>,
    /// Default `max-size` of `json-file` logs, bytes.
    pub log_max_size_bytes: u64,
    /// Package names eligible without a label begin so.
    pub package_prefix: String,
    /// RAM of a container that asks for none, MiB.
    pub default_memory_mib: u64,
    /// Look at accounts' `allowed_dcs` (ACC-35).
    pub account_allowed_dcs: bool,
    /// Text of a refusal by `allowed_dcs` or `disabled`.
    pub account_allowed_dcs_message: Option<String>,
    /// Most sources of `--volumes-from` (CTR-28).
    pub volumes_from_limit: usize,
    /// Most instances on one server.
    pub server_instance_limit: usize,
    /// Placement fails on purpose.
    pub fail_placement: bool,
    /// How long nodes take.
    pub timing: Timing,
    /// How much disk a new container has free at most, bytes; `None`: all of its quota.
    pub disk_free_bytes: Option<u64>,
    /// Names that resolvers know besides those of the zone, in lower case (network.md 10.8).
    pub names: BTreeMap<String, Vec<Ipv4Addr>>,
    /// What containers reach outside the zone.
    pub outside: Outside,
    /// How registries are reached.
    pub registries: Registries,
    /// Whether images are built here (IMG-57).
    pub build: bool,
}

/// How long nodes take before they begin, zone time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// To make a container.
    pub provision: Duration,
    /// To start one.
    pub start: Duration,
    /// To stop one.
    pub stop: Duration,
    /// To remove one.
    pub delete: Duration,
}

impl Timing {
    /// Before a job of this kind.
    pub(crate) fn of(&self, point: FaultPoint) -> Duration {
        match point {
            FaultPoint::Provision => self.provision,
            FaultPoint::Start => self.start,
            FaultPoint::Stop => self.stop,
            FaultPoint::Delete => self.delete,
            _ => Duration::ZERO,
        }
    }
}

/// Read-only mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadOnly {
    /// What clients are told; `None`: the default text.
    pub message: Option<String>,
    /// When it ends.
    pub until: Option<Timestamp>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            extensions: false,
            attach_stall_ms: 60_000,
            read_only: None,
            dependencies_down: BTreeSet::new(),
            log_drivers: vec!["json-file".to_owned()],
            log_max_size_bytes: 50_000_000,
            package_prefix: "sample-".to_owned(),
            default_memory_mib: 1024,
            account_allowed_dcs: false,
            account_allowed_dcs_message: None,
            volumes_from_limit: 1,
            server_instance_limit: 224,
            fail_placement: false,
            timing: Timing::default(),
            disk_free_bytes: None,
            names: BTreeMap::new(),
            outside: Outside::default(),
            registries: Registries::default(),
            build: true,
        }
    }
}

impl Settings {
    /// What a name means to resolvers, whatever its case; `None`: there is no such name.
    pub fn addresses_of(&self, name: &str) -> Option<Vec<Ipv4Addr>> {
        let name = name.to_ascii_lowercase();
        let listed = self.names.get(&name).cloned();
        listed.or_else(|| self.outside.address(&name).map(|address| vec![address]))
    }

    /// The socket of the zone's host that stands for a port of an address.
    pub(crate) fn outside_socket(&self, address: Ipv4Addr, port: u16) -> Option<SocketAddr> {
        let is_named = |name: &str| {
            let listed = self.names.get(name);
            listed.is_some_and(|addresses| addresses.contains(&address))
        };
        self.outside.socket(address, port, is_named)
    }
}

/// A change of one setting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each variant sets the field of that name in `Settings`"
)]
pub enum Setting {
    Extensions(bool),
    AttachStallMs(u64),
    ReadOnly(Option<ReadOnly>),
    Dependency {
        name: String,
        down: bool,
    },
    LogDrivers(Vec<String>),
    PackagePrefix(String),
    DefaultMemoryMib(u64),
    AccountAllowedDcs {
        enabled: bool,
        message: Option<String>,
    },
    ServerInstanceLimit(usize),
    FailPlacement(bool),
    Timing(Timing),
    DiskFreeBytes(u64),
    Names(BTreeMap<String, Vec<Ipv4Addr>>),
    Outside(Outside),
    Registries(Box<Registries>),
    Build(bool),
}

impl Change {
    /// Changes a setting.
    pub(crate) fn set(&mut self, setting: Setting) -> Result<Reply, Error> {
        let settings = Arc::make_mut(&mut self.state.settings);
        match setting {
            Setting::Extensions(on) => settings.extensions = on,
            Setting::AttachStallMs(limit_ms) => settings.attach_stall_ms = limit_ms,
            Setting::ReadOnly(read_only) => settings.read_only = read_only,
            Setting::Dependency { name, down: true } => {
                settings.dependencies_down.insert(name);
            }
            Setting::Dependency { name, down: false } => {
                settings.dependencies_down.remove(&name);
            }
            Setting::LogDrivers(drivers) => settings.log_drivers = drivers,
            Setting::PackagePrefix(prefix) => settings.package_prefix = prefix,
            Setting::DefaultMemoryMib(mib) => settings.default_memory_mib = mib,
            Setting::AccountAllowedDcs { enabled, message } => {
                settings.account_allowed_dcs = enabled;
                settings.account_allowed_dcs_message = message;
            }
            Setting::ServerInstanceLimit(limit) => settings.server_instance_limit = limit,
            Setting::FailPlacement(fail) => settings.fail_placement = fail,
            Setting::Timing(timing) => settings.timing = timing,
            Setting::DiskFreeBytes(free_bytes) => settings.disk_free_bytes = Some(free_bytes),
            Setting::Outside(outside) => settings.outside = outside,
            Setting::Registries(registries) => settings.registries = *registries,
            Setting::Build(on) => settings.build = on,
            Setting::Names(names) => {
                let lowered = names.into_iter();
                settings.names = lowered
                    .map(|(name, addresses)| (name.to_ascii_lowercase(), addresses))
                    .collect();
            }
        }
        Ok(Reply::Empty)
    }
}
