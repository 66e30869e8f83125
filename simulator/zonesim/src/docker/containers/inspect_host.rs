//! `HostConfig` of a container's inspection: what the instance has, not what was asked for (CTR-25).

use crate::docker::json::list_or_null;
use serde_json::{Map, Value, json};
use zone::{Container, RestartPolicy, View};

pub(super) fn host_config(view: &View, container: &Container) -> Value {
    let config = &container.config;
    let resources = &container.resources;
    let texts = |list: Vec<String>| list_or_null(list.into_iter().map(Value::String).collect());
    json!({
        "Binds": null,
        "ContainerIDFile": "",
        "LxcConf": [],
        "Memory": resources.memory_mib << 20,
        "MemorySwap": resources.swap_mib << 20,
        "CpuShares": resources.cpu_shares,
        "CpusetCpus": "",
        "Privileged": false,
        "PortBindings": port_bindings(view, container),
        "Links": texts(links(view, container)),
        "PublishAllPorts": config.ports.publish_all,
        "Dns": texts(container.resolvers()),
        "DnsSearch": texts(config.dns_search.clone()),
        "ExtraHosts": texts(config.extra_hosts.clone()),
        "VolumesFrom": null,
        "Devices": [],
        "NetworkMode": "bridge",
        "IpcMode": "",
        "PidMode": "",
        "CapAdd": null,
        "CapDrop": null,
        "RestartPolicy": restart_policy(config.restart_policy),
        "SecurityOpt": null,
        "ReadonlyRootfs": false,
        "Ulimits": null,
        "LogConfig": log_config(container),
        "CgroupParent": "",
    })
}

fn port_bindings(view: &View, container: &Container) -> Map<String, Value> {
    view.ports(container)
        .published
        .iter()
        .map(|port| {
            let binding = json!([{"HostIp": "", "HostPort": port.number.to_string()}]);
            (port.to_string(), binding)
        })
        .collect()
}

fn links(view: &View, container: &Container) -> Vec<String> {
    view.links_from(container)
        .map(|link| format!("/{}:/{}/{}", link.target_name, container.name, link.alias))
        .collect()
}

/// CTR-13: an empty name when there is none.
fn restart_policy(policy: Option<RestartPolicy>) -> Value {
    let (name, count) = match policy {
        None => ("", 0),
        Some(RestartPolicy::Always) => ("always", 0),
        Some(RestartPolicy::OnFailure { maximum }) => ("on-failure", maximum.unwrap_or(0)),
    };
    json!({"Name": name, "MaximumRetryCount": count})
}

fn log_config(container: &Container) -> Value {
    match &container.config.log_config {
        None => json!({"Type": "json-file", "Config": {}}),
        Some(log) => json!({"Type": log.driver, "Config": log.options}),
    }
}
