//! What operators set.

use super::error::ControlError;
use super::{Answer, Control};
use images::registry::certificates;
use runtime::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;
use zone::{Command, Outside, ReadOnly, Registries, Setting, Settings, Timing};

/// Changes; absent members stay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsBody {
    extensions: Option<bool>,
    attach_stall_ms: Option<u64>,
    /// `false` ends read-only mode.
    read_only: Option<ReadOnlyBody>,
    /// The backing services that are down, all others are up.
    dependencies_down: Option<BTreeSet<String>>,
    log_drivers: Option<Vec<String>>,
    package_prefix: Option<String>,
    default_memory_mib: Option<u64>,
    account_allowed_dcs: Option<bool>,
    account_allowed_dcs_message: Option<String>,
    server_instance_limit: Option<usize>,
    fail_placement: Option<bool>,
    timing: Option<TimingBody>,
    disk_free_bytes: Option<u64>,
    /// Names that resolvers know, with their addresses.
    names: Option<BTreeMap<String, Vec<Ipv4Addr>>>,
    /// Receivers outside the zone, `HOST:PORT`, and the sockets of the host that stand for them, `ADDRESS:PORT`.
    outside: Option<BTreeMap<String, String>>,
    /// How registries are reached.
    registry: Option<RegistryBody>,
    /// Certificates of registries are not looked at.
    docker_registry_insecure: Option<bool>,
    registry_connect_ms: Option<u64>,
    registry_stall_ms: Option<u64>,
    /// The embedded hub.
    hub: Option<HubBody>,
    /// Whether images are built here.
    build: Option<bool>,
}

/// Absent members stay; an empty `ca_file`, or `null`, is none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RegistryBody {
    #[serde(default, deserialize_with = "given")]
    ca_file: Option<Option<String>>,
    map: Option<BTreeMap<String, String>>,
    outside: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HubBody {
    users: BTreeMap<String, String>,
}

/// How long nodes take, zone time; absent members stay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TimingBody {
    provision_ms: Option<u64>,
    start_ms: Option<u64>,
    stop_ms: Option<u64>,
    delete_ms: Option<u64>,
}

impl TimingBody {
    fn applied_to(&self, current: Timing) -> Timing {
        let or = |given: Option<u64>, current| given.map_or(current, Duration::from_millis);
        Timing {
            provision: or(self.provision_ms, current.provision),
            start: or(self.start_ms, current.start),
            stop: or(self.stop_ms, current.stop),
            delete: or(self.delete_ms, current.delete),
        }
    }
}

/// A switch, or the text that clients get and when it ends.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Value")]
enum ReadOnlyBody {
    Switch(bool),
    On(MaintenanceBody),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MaintenanceBody {
    message: Option<String>,
    until_ms: Option<u64>,
}

impl TryFrom<Value> for ReadOnlyBody {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match value {
            Value::Bool(on) => Ok(ReadOnlyBody::Switch(on)),
            value @ Value::Object(_) => serde_json::from_value(value)
                .map(ReadOnlyBody::On)
                .map_err(|error| format!("`read_only`: {error}")),
            _ => Err("`read_only` is true, false or an object".to_owned()),
        }
    }
}

impl From<ReadOnlyBody> for Option<ReadOnly> {
    fn from(body: ReadOnlyBody) -> Self {
        match body {
            ReadOnlyBody::Switch(false) => None,
            ReadOnlyBody::Switch(true) => Some(ReadOnly {
                message: None,
                until: None,
            }),
            ReadOnlyBody::On(MaintenanceBody { message, until_ms }) => Some(ReadOnly {
                message,
                until: until_ms.map(|ms| Timestamp::default() + Duration::from_millis(ms)),
            }),
        }
    }
}

impl SettingsBody {
    /// What is said of registries, if anything is.
    fn registries(&self, current: &Registries) -> Result<Option<Registries>, ControlError> {
        let mut new = current.clone();
        if let Some(body) = &self.registry {
            if let Some(path) = &body.ca_file {
                new.ca_file = path.clone().filter(|path| !path.is_empty());
            }
            if let Some(path) = new.ca_file.as_ref().filter(|_| body.ca_file.is_some()) {
                certificates(Path::new(path)).map_err(ControlError::Malformed)?;
            }
            if let Some(map) = &body.map {
                check_map(map)?;
                new.map.clone_from(map);
            }
            new.outside = body.outside.unwrap_or(new.outside);
        }
        new.insecure = self.docker_registry_insecure.unwrap_or(new.insecure);
        new.connect_ms = self.registry_connect_ms.unwrap_or(new.connect_ms);
        new.stall_ms = self.registry_stall_ms.unwrap_or(new.stall_ms);
        if let Some(hub) = &self.hub {
            if hub.users.contains_key("") {
                let text = "a user of the hub has no name".to_owned();
                return Err(ControlError::Malformed(text));
            }
            new.hub_users.clone_from(&hub.users);
        }
        Ok((new != *current).then_some(new))
    }

    fn changes(self, current: &Settings) -> Result<Vec<Setting>, ControlError> {
        let mut changes: Vec<Setting> = Vec::new();
        let registries = self.registries(&current.registries)?;
        changes.extend(registries.map(|new| Setting::Registries(Box::new(new))));
        changes.extend(self.build.map(Setting::Build));
        changes.extend(self.extensions.map(Setting::Extensions));
        changes.extend(self.attach_stall_ms.map(Setting::AttachStallMs));
        changes.extend(self.read_only.map(|body| Setting::ReadOnly(body.into())));
        if let Some(down) = self.dependencies_down {
            let names = current.dependencies_down.union(&down).cloned();
            changes.extend(names.map(|name| Setting::Dependency {
                down: down.contains(&name),
                name,
            }));
        }
        changes.extend(self.log_drivers.map(Setting::LogDrivers));
        changes.extend(self.package_prefix.map(Setting::PackagePrefix));
        changes.extend(self.default_memory_mib.map(Setting::DefaultMemoryMib));
        if self.account_allowed_dcs.is_some() || self.account_allowed_dcs_message.is_some() {
            let message = self.account_allowed_dcs_message;
            changes.push(Setting::AccountAllowedDcs {
                enabled: self
                    .account_allowed_dcs
                    .unwrap_or(current.account_allowed_dcs),
                message: message.or_else(|| current.account_allowed_dcs_message.clone()),
            });
        }
        changes.extend(self.server_instance_limit.map(Setting::ServerInstanceLimit));
        changes.extend(self.fail_placement.map(Setting::FailPlacement));
        changes.extend(
            self.timing
                .map(|timing| Setting::Timing(timing.applied_to(current.timing))),
        );
        changes.extend(self.disk_free_bytes.map(Setting::DiskFreeBytes));
        changes.extend(self.names.map(Setting::Names));
        if let Some(list) = self.outside {
            let outside = Outside::read(&list);
            let outside = outside.map_err(|fault| ControlError::Malformed(fault.to_string()))?;
            changes.push(Setting::Outside(outside));
        }
        Ok(changes)
    }
}

/// What stands for a registry is an absolute URL, or the absolute path of a directory.
/// A member that is there, `null` or not.
fn given<'de, D: Deserializer<'de>>(member: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(member).map(Some)
}

fn check_map(map: &BTreeMap<String, String>) -> Result<(), ControlError> {
    let is_url = |url: &str| {
        let uri: Option<http::Uri> = url.parse().ok();
        uri.is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some()
        })
    };
    let is_path = |text: &str| text.starts_with('/');
    let is_host = |name: &String| !name.is_empty() && !name.contains('/');
    if let Some(name) = map.keys().find(|name| !is_host(name)) {
        let text = format!("\"{name}\" is no host of a registry");
        return Err(ControlError::Malformed(text));
    }
    match map.values().find(|text| !is_url(text) && !is_path(text)) {
        Some(url) => Err(ControlError::Malformed(format!(
            "{url} is neither a URL of a registry nor an absolute path"
        ))),
        None => Ok(()),
    }
}

fn describe(settings: &Settings) -> Value {
    let read_only = settings.read_only.as_ref().map(|read_only| {
        json!({
            "message": read_only.message,
            "until_ms": read_only.until.map(|until| until.0 / 1_000_000),
        })
    });
    let outside: BTreeMap<String, String> = settings
        .outside
        .list()
        .map(|(receiver, socket)| (receiver, socket.to_string()))
        .collect();
    json!({
        "extensions": settings.extensions,
        "attach_stall_ms": settings.attach_stall_ms,
        "read_only": read_only,
        "dependencies_down": settings.dependencies_down,
        "log_drivers": settings.log_drivers,
        "names": settings.names,
        "outside": outside,
        "package_prefix": settings.package_prefix,
        "default_memory_mib": settings.default_memory_mib,
        "account_allowed_dcs": settings.account_allowed_dcs,
        "account_allowed_dcs_message": settings.account_allowed_dcs_message,
        "server_instance_limit": settings.server_instance_limit,
        "fail_placement": settings.fail_placement,
        "timing": {
            "provision_ms": settings.timing.provision.as_millis(),
            "start_ms": settings.timing.start.as_millis(),
            "stop_ms": settings.timing.stop.as_millis(),
            "delete_ms": settings.timing.delete.as_millis(),
        },
        "disk_free_bytes": settings.disk_free_bytes,
        "registry": {
            "ca_file": settings.registries.ca_file,
            "map": settings.registries.map,
            "outside": settings.registries.outside,
        },
        "docker_registry_insecure": settings.registries.insecure,
        "registry_connect_ms": settings.registries.connect_ms,
        "registry_stall_ms": settings.registries.stall_ms,
        "hub": {"users": settings.registries.hub_users.keys().collect::<Vec<_>>()},
        "build": settings.build,
    })
}

impl Control {
    pub(super) fn show_settings(&self) -> Answer {
        Answer::ok(describe(self.service.driver.view().settings()))
    }

    pub(super) async fn change_settings(&self, body: SettingsBody) -> Result<Answer, ControlError> {
        let changes = body.changes(self.service.driver.view().settings())?;
        for change in changes {
            self.service.driver.run(Command::Set(change)).await?;
        }
        Ok(self.show_settings())
    }
}
