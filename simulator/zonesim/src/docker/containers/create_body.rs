//! The body of a create request: its types are checked here, its meaning in the zone (docker-api.md 7.2).

use crate::docker::body::Body;
use crate::docker::failure::Failure;
use crate::docker::fields::{Fields, Object, wrong};
use serde_json::Value;
use zone::{CreateRequest, LabelValue, LogConfigRequest, PortBinding, RestartPolicyRequest};

/// Reads the request; the first member of a wrong type decides the text (422).
pub(super) fn parse(body: &Body) -> Result<CreateRequest, Failure> {
    let empty = Object::new();
    let config = Fields::new(body.json().and_then(Value::as_object).unwrap_or(&empty), "");
    let image = config.required_text("Image")?;
    let Some(Value::Object(host)) = config.value("HostConfig") else {
        return Err(wrong("HostConfig", "an object"));
    };
    let host = Fields::new(host, "HostConfig.");

    config.text("Name")?;
    let cmd = config.words("Cmd")?;
    let env = config.words("Env")?;
    let entrypoint = config.words("Entrypoint")?;
    let links = host.texts("Links")?;
    // The reference names the wrong field, and clients know it so.
    let extra_hosts = host.texts_called("ExtraHosts", "HostConfig.Entrypoint")?;
    let publish_all = host.boolean("PublishAllPorts")?;
    let bindings = host.object("PortBindings")?;
    let log = host.object("LogConfig")?;
    let network_mode = host.text("NetworkMode")?;

    Ok(CreateRequest {
        builds: false,
        image,
        cmd,
        env: env.unwrap_or_default(),
        entrypoint,
        links: links.unwrap_or_default(),
        extra_hosts: extra_hosts.unwrap_or_default(),
        publish_all,
        port_bindings: bindings.map(port_bindings).unwrap_or_default(),
        log_config: log.map(log_config).transpose()?,
        network_mode: network_mode.unwrap_or_default(),
        hostname: config.text("Hostname")?.unwrap_or_default(),
        domainname: config.text("Domainname")?.unwrap_or_default(),
        user: config.word("User")?.unwrap_or_default(),
        workdir: config.word("WorkingDir")?.unwrap_or_default(),
        labels: config.object("Labels")?.map(labels).unwrap_or_default(),
        volumes: config.object("Volumes")?.map(keys).unwrap_or_default(),
        tty: config.truthy("Tty"),
        open_stdin: config.truthy("OpenStdin"),
        attach_stdin: config.truthy("AttachStdin"),
        attach_stdout: config.truthy("AttachStdout"),
        attach_stderr: config.truthy("AttachStderr"),
        memory_bytes: host.value("Memory").and_then(Value::as_f64),
        binds: first_list(&config, &host, "Binds")?,
        volumes_from: first_list(&config, &host, "VolumesFrom")?,
        dns: host.texts("Dns")?.unwrap_or_default(),
        dns_search: host.texts("DnsSearch")?.unwrap_or_default(),
        restart_policy: restart_policy(&config, &host)?,
    })
}

/// The list of the top level, else of `HostConfig`.
fn first_list(config: &Fields<'_>, host: &Fields<'_>, name: &str) -> Result<Vec<String>, Failure> {
    let top = config.texts(name)?;
    Ok(match top {
        Some(list) => list,
        None => host.texts(name)?.unwrap_or_default(),
    })
}

fn restart_policy(
    config: &Fields<'_>,
    host: &Fields<'_>,
) -> Result<Option<RestartPolicyRequest>, Failure> {
    let policy = match config.object("RestartPolicy")? {
        Some(policy) => Some((policy, "RestartPolicy.")),
        None => host
            .object("RestartPolicy")?
            .map(|policy| (policy, "HostConfig.RestartPolicy.")),
    };
    let Some((policy, prefix)) = policy else {
        return Ok(None);
    };
    let policy = Fields::new(policy, prefix);
    Ok(Some(RestartPolicyRequest {
        name: policy.text("Name")?.unwrap_or_default(),
        maximum_retry_count: policy.integer("MaximumRetryCount")?.unwrap_or(0),
    }))
}

fn labels(object: &Object) -> Vec<(String, LabelValue)> {
    object
        .iter()
        .map(|(key, value)| {
            let value = match value {
                Value::String(text) => LabelValue::Text(text.clone()),
                other => LabelValue::Json(other.to_string()),
            };
            (key.clone(), value)
        })
        .collect()
}

fn keys(object: &Object) -> Vec<String> {
    object.keys().cloned().collect()
}

/// Of a binding only the port on the host counts (CTR-35); it may be a number.
fn port_bindings(object: &Object) -> Vec<PortBinding> {
    let host_port = |binding: &Value| match binding.as_object()?.get("HostPort") {
        None | Some(Value::Null) => Some(String::new()),
        Some(Value::String(port)) => Some(port.clone()),
        Some(Value::Number(port)) => Some(port.to_string()),
        Some(_) => None,
    };
    let host_ports = |bindings: &Value| match bindings {
        Value::Null => Some(Vec::new()),
        Value::Array(bindings) => bindings.iter().map(host_port).collect(),
        _ => None,
    };
    object
        .iter()
        .map(|(key, bindings)| PortBinding {
            key: key.clone(),
            host_ports: host_ports(bindings),
        })
        .collect()
}

/// Values of options are judged with their driver's rules (CTRX-05).
fn log_config(object: &Object) -> Result<LogConfigRequest, Failure> {
    let fields = Fields::new(object, "HostConfig.LogConfig.");
    let driver = fields.text("Type")?.unwrap_or_default();
    let options = fields.object("Config")?;
    Ok(LogConfigRequest {
        driver,
        options: options
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.as_str().map(str::to_owned)))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(body: Value) -> String {
        parse(&Body::Json(body))
            .expect_err("must be refused")
            .text("id")
    }

    #[test]
    fn the_first_wrong_member_is_named() {
        let host = json!({});
        for (body, field, kind) in [
            (json!({}), "Image", "a string"),
            (json!({"Image": 1, "HostConfig": 2}), "Image", "a string"),
            (json!({"Image": "a"}), "HostConfig", "an object"),
            (
                json!({"Image": "a", "HostConfig": null}),
                "HostConfig",
                "an object",
            ),
            (
                json!({"Image": "a", "HostConfig": []}),
                "HostConfig",
                "an object",
            ),
            (
                json!({"Image": "a", "HostConfig": host, "Cmd": "ls", "Name": 1}),
                "Name",
                "a string",
            ),
            (
                json!({"Image": "a", "HostConfig": host, "Cmd": "ls"}),
                "Cmd",
                "an array of strings",
            ),
            (
                json!({"Image": "a", "HostConfig": host, "Env": [1]}),
                "Env",
                "an array of strings",
            ),
            (
                json!({"Image": "a", "HostConfig": {"ExtraHosts": "x"}}),
                "HostConfig.Entrypoint",
                "an array of strings",
            ),
            (
                json!({"Image": "a", "HostConfig": {"PublishAllPorts": 1}}),
                "HostConfig.PublishAllPorts",
                "a boolean",
            ),
            (
                json!({"Image": "a", "HostConfig": {"NetworkMode": 1}, "Hostname": 5}),
                "HostConfig.NetworkMode",
                "a string",
            ),
            (
                json!({"Image": "a", "HostConfig": host, "Hostname": 5}),
                "Hostname",
                "a string",
            ),
            (
                json!({"Image": "a", "HostConfig": {"Binds": [5]}}),
                "HostConfig.Binds",
                "an array of strings",
            ),
            (
                json!({"Image": "a", "HostConfig": host, "Cmd": ["a\0b"], "Env": 1}),
                "Cmd",
                "an array of strings without \\0",
            ),
            (
                json!({"Image": "a", "HostConfig": host, "WorkingDir": "/a\0"}),
                "WorkingDir",
                "a string without \\0",
            ),
            (
                json!({"Image": "a", "HostConfig": {"LogConfig": {"Type": 1}}}),
                "HostConfig.LogConfig.Type",
                "a string",
            ),
            (
                json!({"Image": "a", "HostConfig": {"LogConfig": {"Config": []}}}),
                "HostConfig.LogConfig.Config",
                "an object",
            ),
            (
                json!({"Image": "a", "HostConfig": {"RestartPolicy": {"MaximumRetryCount": "3"}}}),
                "HostConfig.RestartPolicy.MaximumRetryCount",
                "a number",
            ),
        ] {
            assert_eq!(
                refusal(body),
                format!("(Validation) \"{field}\" must be {kind} (id)")
            );
        }
    }

    #[test]
    fn empty_arrays_are_given_and_nulls_are_not() {
        let body = json!({"Image": "a", "HostConfig": {"Memory": 1.5, "Links": null}, "Cmd": [], "Entrypoint": null});
        let request = parse(&Body::Json(body)).expect("valid");
        assert_eq!(request.cmd, Some(vec![]));
        assert_eq!(request.entrypoint, None);
        assert_eq!(request.memory_bytes, Some(1.5));
    }
}
