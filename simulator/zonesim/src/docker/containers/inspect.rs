//! `GET /containers/:id/json` (containers.md 11).

use super::inspect_host::host_config;
use super::{failure_at, with_container};
use crate::docker::failure::Failure;
use crate::docker::json::{list_or_null, map_or_null};
use crate::docker::route::{Answer, Call};
use crate::docker::time::{NEVER, iso_millis};
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use zone::{Action, Container, ContainerConfig, Error, FaultPoint, View, labels_of};

/// CTR-70: the same keys at every API version; the query means nothing.
pub(crate) fn inspect(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let (instance, document) = with_container(&call, |view, container| {
            (container.instance(), document(view, container))
        })
        .await?;
        match failure_at(&call, FaultPoint::Inspect, instance).await? {
            None => Ok(Answer::ok(document)),
            Some(cause) => {
                let action = Action::Inspect;
                Err(Error::Failed { action, cause }.into())
            }
        }
    })
}

/// IMG-08: images of SmartOS have no id.
fn image_id(config: &ContainerConfig) -> String {
    let id = config.image_id_text();
    id.unwrap_or_else(|| "<none>".to_owned())
}

fn document(view: &View, container: &Container) -> Value {
    let config = &container.config;
    let mut argv = config.argv();
    json!({
        "Id": container.id.hex(),
        "Created": iso_millis(container.created_at),
        "Path": argv.next().unwrap_or_default(),
        "Args": argv.collect::<Vec<_>>(),
        "State": state(container),
        "Image": image_id(config),
        "ResolvConfPath": "/etc/resolv.conf",
        "HostnamePath": "/etc/hostname",
        "HostsPath": "/etc/hosts",
        "Name": format!("/{}", container.name),
        "RestartCount": container.restart_count,
        "Driver": "sdc",
        "ExecDriver": "sdc-0.1",
        "MountLabel": "",
        "ProcessLabel": "",
        "ExecIDs": null,
        "Volumes": volumes(container, |source| json!(source)),
        "VolumesRW": volumes(container, |_| json!(true)),
        "HostConfig": host_config(view, container),
        "Config": config_section(view, container),
        "NetworkSettings": network_settings(view, container),
    })
}

/// CTR-14: a start time only while it runs, an end only while it does not.
fn state(container: &Container) -> Value {
    let exit = container.exit.filter(|_| !container.is_running());
    let booted = container.booted_at.filter(|_| container.is_running());
    json!({
        "Running": container.is_running(),
        "Paused": false,
        "Restarting": false,
        "OOMKilled": false,
        "Pid": if container.is_running() { container.pid } else { 0 },
        "ExitCode": exit.map_or(0, |exit| exit.status.0),
        "Error": "",
        "StartedAt": booted.map_or(NEVER.to_owned(), iso_millis),
        "FinishedAt": exit.map_or(NEVER.to_owned(), |exit| iso_millis(exit.at)),
    })
}

fn config_section(view: &View, container: &Container) -> Value {
    let config = &container.config;
    let resources = &container.resources;
    let ports = view.ports(container);
    let exposed: Map<String, Value> = ports
        .unpublished
        .iter()
        .chain(&ports.published)
        .map(|port| (port.to_string(), json!({})))
        .collect();
    let strings = |list: &[String]| list_or_null(list.iter().map(|text| json!(text)).collect());
    json!({
        "Hostname": config.hostname,
        "Domainname": config.domainname,
        "User": config.user,
        "AttachStdin": config.attach_stdin,
        "AttachStdout": config.attach_stdout,
        "AttachStderr": config.attach_stderr,
        "PortSpecs": null,
        "ExposedPorts": map_or_null(exposed),
        "Tty": config.tty,
        "OpenStdin": config.open_stdin,
        "StdinOnce": false,
        "Env": config.environment().collect::<Vec<_>>(),
        "Cmd": strings(&config.cmd),
        "Image": config.image_text,
        "Volumes": volumes(container, |_| json!({})),
        "WorkingDir": config.workdir,
        "Entrypoint": strings(&config.entrypoint),
        "NetworkDisabled": false,
        "MacAddress": "",
        "OnBuild": null,
        "Labels": labels(view, container),
        "SecurityOpt": null,
        "Memory": resources.memory_mib << 20,
        "MemorySwap": resources.swap_mib << 20,
        "CpuShares": resources.cpu_shares,
        "Cpuset": "",
    })
}

/// Labels and the package's name, which is absent when the account does not see the package (PLC-07).
fn labels(view: &View, container: &Container) -> Value {
    let mut labels: Map<String, Value> = labels_of(&container.tags)
        .into_iter()
        .map(|(key, value)| (key, Value::String(value)))
        .collect();
    if let Some(package) = view.package(container.owner, container.package) {
        labels.insert("com.joyent.package".to_owned(), json!(package.name));
    }
    map_or_null(labels)
}

/// Mount point → something made from the place on the node, `null` without data volumes.
fn volumes(container: &Container, value: impl Fn(String) -> Value) -> Value {
    let instance = container.instance();
    let map = container
        .config
        .volumes
        .iter()
        .map(|mount| {
            let volume = zone::data_volume_id(instance, mount);
            (
                mount.clone(),
                value(format!("/zones/{instance}/volumes/{volume}")),
            )
        })
        .collect();
    map_or_null(map)
}

/// CTR-71: the primary interface only.
fn network_settings(view: &View, container: &Container) -> Value {
    let ports = view.ports(container);
    let published = ports.published.iter().map(|port| {
        let binding = json!([{"HostIp": "0.0.0.0", "HostPort": port.number.to_string()}]);
        (port.to_string(), binding)
    });
    let unpublished = ports
        .unpublished
        .iter()
        .map(|port| (port.to_string(), Value::Null));
    let ports: Map<String, Value> = published.chain(unpublished).collect();
    let Some(nic) = container.primary_nic() else {
        return json!({"PortMapping": null, "Ports": ports});
    };
    json!({
        "Bridge": nic.interface,
        "Gateway": nic.gateway.map_or(String::new(), |gateway| gateway.to_string()),
        "IPAddress": nic.ip.to_string(),
        "IPPrefixLen": nic.prefix_len,
        "MacAddress": nic.mac.to_string(),
        "PortMapping": null,
        "Ports": ports,
    })
}
