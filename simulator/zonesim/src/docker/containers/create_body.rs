//! The body of a create request: its types are checked here, its meaning in the zone (docker-api.md 7.2).

use crate::docker::body::Body;
use crate::docker::failure::Failure;
use serde_json::{Map, Value};
use zone::{CreateRequest, LabelValue, LogConfigRequest, PortBinding, RestartPolicyRequest};

type Object = Map<String, Value>;

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
    let cmd = config.texts("Cmd")?;
    let env = config.texts("Env")?;
    let entrypoint = config.texts("Entrypoint")?;
    let links = host.texts("Links")?;
    // The reference names the wrong field, and clients know it so.
    let extra_hosts = host.texts_called("ExtraHosts", "HostConfig.Entrypoint")?;
    let publish_all = host.boolean("PublishAllPorts")?;
    let port_bindings = host.object("PortBindings")?.map(port_bindings);
    let log_config = host.object("LogConfig")?.map(log_config);
    let network_mode = host.text("NetworkMode")?;

    Ok(CreateRequest {
        image,
        cmd,
        env: env.unwrap_or_default(),
        entrypoint,
        links: links.unwrap_or_default(),
        extra_hosts: extra_hosts.unwrap_or_default(),
        publish_all,
        port_bindings: port_bindings.unwrap_or_default(),
        log_config,
        network_mode: network_mode.unwrap_or_default(),
        hostname: config.text("Hostname")?.unwrap_or_default(),
        domainname: config.text("Domainname")?.unwrap_or_default(),
        user: config.text("User")?.unwrap_or_default(),
        workdir: config.text("WorkingDir")?.unwrap_or_default(),
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

/// An object's members; `null` counts as absent.
struct Fields<'a> {
    object: &'a Object,
    /// What stands before a member's name in texts.
    prefix: &'static str,
}

/// APIX-18: never a fault, always this text.
fn wrong(field: &str, expected: &str) -> Failure {
    Failure::validation(format!("\"{field}\" must be {expected}"))
}

impl<'a> Fields<'a> {
    fn new(object: &'a Object, prefix: &'static str) -> Self {
        Self { object, prefix }
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn wrong(&self, name: &str, expected: &str) -> Failure {
        wrong(&format!("{}{name}", self.prefix), expected)
    }

    fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong(name, "a string")),
        }
    }

    fn required_text(&self, name: &str) -> Result<String, Failure> {
        self.text(name)?.ok_or_else(|| self.wrong(name, "a string"))
    }

    fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Failure> {
        self.texts_called(name, &format!("{}{name}", self.prefix))
    }

    fn texts_called(&self, name: &str, called: &str) -> Result<Option<Vec<String>>, Failure> {
        let wrong = || wrong(called, "an array of strings");
        match self.value(name) {
            None => Ok(None),
            Some(Value::Array(values)) => values
                .iter()
                .map(|value| value.as_str().map(str::to_owned).ok_or_else(wrong))
                .collect::<Result<_, _>>()
                .map(Some),
            Some(_) => Err(wrong()),
        }
    }

    fn boolean(&self, name: &str) -> Result<bool, Failure> {
        match self.value(name) {
            None => Ok(false),
            Some(Value::Bool(value)) => Ok(*value),
            Some(_) => Err(self.wrong(name, "a boolean")),
        }
    }

    fn object(&self, name: &str) -> Result<Option<&'a Object>, Failure> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(self.wrong(name, "an object")),
        }
    }

    /// Members that the reference stores when they are truthy in JavaScript's sense.
    fn truthy(&self, name: &str) -> bool {
        match self.value(name) {
            None => false,
            Some(Value::Bool(value)) => *value,
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(Value::String(text)) => !text.is_empty(),
            Some(_) => true,
        }
    }
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
    let count = policy.value("MaximumRetryCount").and_then(Value::as_i64);
    Ok(Some(RestartPolicyRequest {
        name: policy.text("Name")?.unwrap_or_default(),
        maximum_retry_count: count.unwrap_or(0),
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

fn port_bindings(object: &Object) -> Vec<PortBinding> {
    object
        .iter()
        .map(|(key, bindings)| PortBinding {
            key: key.clone(),
            host_ports: bindings
                .as_array()
                .into_iter()
                .flatten()
                .map(|binding| match &binding["HostPort"] {
                    Value::String(port) => port.clone(),
                    Value::Number(port) => port.to_string(),
                    _ => String::new(),
                })
                .collect(),
        })
        .collect()
}

fn log_config(object: &Object) -> LogConfigRequest {
    let options = object.get("Config").and_then(Value::as_object);
    LogConfigRequest {
        driver: object
            .get("Type")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        options: options
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.as_str().map(str::to_owned)))
            .collect(),
    }
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
