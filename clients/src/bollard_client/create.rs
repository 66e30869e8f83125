//! create, and the flags it shares with run.

use std::collections::HashMap;

use bollard::Docker;
use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigLogConfig, PortBinding, RestartPolicy,
    RestartPolicyNameEnum,
};
use bollard::query_parameters::{CreateContainerOptions, CreateContainerOptionsBuilder};

use super::failure::{Failure, status_of, text_of};
use super::flags::{Flag, Order, Parsed, switch, value};
use super::pull;
use crate::client::in_process::Console;

const FLAGS: &[Flag] = &[
    value(Some('a'), "attach"),
    value(None, "add-host"),
    value(None, "cap-add"),
    value(None, "cap-drop"),
    value(Some('c'), "cpu-shares"),
    switch(Some('d'), "detach"),
    value(None, "detach-keys"),
    value(None, "dns"),
    value(None, "dns-search"),
    value(Some('e'), "env"),
    value(None, "entrypoint"),
    value(None, "expose"),
    value(Some('h'), "hostname"),
    switch(Some('i'), "interactive"),
    value(Some('l'), "label"),
    value(None, "link"),
    value(None, "log-driver"),
    value(None, "log-opt"),
    value(Some('m'), "memory"),
    value(None, "memory-swap"),
    value(None, "name"),
    value(None, "net"),
    value(None, "network"),
    switch(None, "privileged"),
    value(Some('p'), "publish"),
    switch(Some('P'), "publish-all"),
    switch(None, "read-only"),
    value(None, "restart"),
    switch(None, "rm"),
    switch(None, "sig-proxy"),
    value(None, "stop-signal"),
    switch(Some('t'), "tty"),
    value(Some('u'), "user"),
    value(Some('v'), "volume"),
    value(None, "volume-driver"),
    value(None, "volumes-from"),
    value(Some('w'), "workdir"),
];

/// A container somebody wants.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) name: Option<String>,
    pub(super) body: ContainerCreateBody,
    pub(super) image: String,
    pub(super) detach: bool,
    pub(super) remove: bool,
    pub(super) tty: bool,
    pub(super) sig_proxy: bool,
    /// It has a restart policy, so it may not end for good.
    pub(super) restarts: bool,
    pub(super) attach_stdin: bool,
    pub(super) attach_stdout: bool,
    pub(super) attach_stderr: bool,
}

impl Wanted {
    /// Reads the words behind `create` or `run`.
    pub(super) fn read(command: &str, words: Vec<String>) -> Result<Wanted, Failure> {
        let parsed =
            Parsed::read(command, FLAGS, Order::FlagsFirst, words)?.at_least(command, 1)?;
        let problem = |text: String| Failure {
            text: Some(format!("docker: {text}.\nSee 'docker {command} --help'.")),
            status: 125,
        };
        let detach = parsed.on("detach");
        let interactive = parsed.on("interactive");
        let named: Vec<String> = parsed.all("attach").map(str::to_lowercase).collect();
        if detach && !named.is_empty() {
            return Err(Failure::says("Conflicting options: -a and -d"));
        }
        let attaches = |stream: &str, by_default: bool| match (detach, named.is_empty()) {
            (true, _) => false,
            (false, true) => by_default,
            (false, false) => named.iter().any(|name| name == stream),
        };
        let host = host_config(&parsed).map_err(problem)?;
        let mut wanted = Wanted {
            name: parsed.last("name").map(str::to_owned),
            image: parsed.arguments[0].clone(),
            detach,
            remove: parsed.on("rm"),
            tty: parsed.on("tty"),
            sig_proxy: parsed.last("sig-proxy") != Some("false"),
            restarts: host.restart_policy.is_some(),
            attach_stdin: attaches("stdin", interactive),
            attach_stdout: attaches("stdout", true),
            attach_stderr: attaches("stderr", true),
            body: ContainerCreateBody::default(),
        };
        wanted.body = wanted.create_body(&parsed, host);
        Ok(wanted)
    }

    fn create_body(&self, parsed: &Parsed, host: HostConfig) -> ContainerCreateBody {
        let text = |flag: &str| parsed.last(flag).map(str::to_owned);
        let command = parsed.arguments[1..].to_vec();
        let volumes: Vec<String> = parsed
            .all("volume")
            .filter(|volume| !volume.contains(':'))
            .map(str::to_owned)
            .collect();
        let exposed: Vec<String> = parsed
            .all("publish")
            .filter_map(|text| Published::read(text).ok())
            .map(|published| published.container)
            .chain(parsed.all("expose").map(with_protocol))
            .collect();
        ContainerCreateBody {
            image: Some(self.image.clone()),
            cmd: (!command.is_empty()).then_some(command),
            hostname: text("hostname"),
            user: text("user"),
            working_dir: text("workdir"),
            entrypoint: text("entrypoint").map(|entrypoint| vec![entrypoint]),
            stop_signal: text("stop-signal"),
            env: parsed.list("env"),
            labels: parsed.list("label").map(|labels| pairs(&labels)),
            volumes: (!volumes.is_empty()).then_some(volumes),
            exposed_ports: (!exposed.is_empty()).then_some(exposed),
            tty: Some(self.tty),
            open_stdin: Some(parsed.on("interactive")),
            stdin_once: Some(self.attach_stdin),
            attach_stdin: Some(self.attach_stdin),
            attach_stdout: Some(self.attach_stdout),
            attach_stderr: Some(self.attach_stderr),
            // Without it the zone refuses (API-20).
            host_config: Some(host),
            ..ContainerCreateBody::default()
        }
    }
}

fn host_config(parsed: &Parsed) -> Result<HostConfig, String> {
    let number = |flag: &str| {
        parsed
            .last(flag)
            .map(|text| {
                text.parse::<i64>()
                    .map_err(|_| format!("invalid value {text:?} for {flag}"))
            })
            .transpose()
    };
    let binds: Vec<String> = parsed
        .all("volume")
        .filter(|volume| volume.contains(':'))
        .map(str::to_owned)
        .collect();
    let mut bindings: HashMap<String, Option<Vec<PortBinding>>> = HashMap::new();
    for text in parsed.all("publish") {
        let published = Published::read(text)?;
        let list = bindings.entry(published.container).or_default();
        list.get_or_insert_default().push(published.host);
    }
    let log_options = parsed.list("log-opt").map(|options| pairs(&options));
    let log_driver = parsed.last("log-driver");
    Ok(HostConfig {
        binds: (!binds.is_empty()).then_some(binds),
        port_bindings: (!bindings.is_empty()).then_some(bindings),
        publish_all_ports: parsed.on("publish-all").then_some(true),
        privileged: parsed.on("privileged").then_some(true),
        readonly_rootfs: parsed.on("read-only").then_some(true),
        network_mode: parsed
            .last("network")
            .or(parsed.last("net"))
            .map(str::to_owned),
        memory: parsed.last("memory").map(bytes).transpose()?,
        memory_swap: parsed.last("memory-swap").map(bytes).transpose()?,
        cpu_shares: number("cpu-shares")?,
        dns: parsed.list("dns"),
        dns_search: parsed.list("dns-search"),
        extra_hosts: parsed.list("add-host"),
        cap_add: parsed.list("cap-add"),
        cap_drop: parsed.list("cap-drop"),
        links: parsed.list("link"),
        volumes_from: parsed.list("volumes-from"),
        volume_driver: parsed.last("volume-driver").map(str::to_owned),
        restart_policy: parsed
            .last("restart")
            .map(restart_policy)
            .transpose()?
            .flatten(),
        log_config: (log_driver.is_some() || log_options.is_some()).then(|| HostConfigLogConfig {
            typ: log_driver.map(str::to_owned),
            config: log_options,
        }),
        ..HostConfig::default()
    })
}

/// `-p [[IP:]HOST:]CONTAINER[/PROTOCOL]`.
#[derive(Debug)]
struct Published {
    container: String,
    host: PortBinding,
}

impl Published {
    fn read(text: &str) -> Result<Published, String> {
        let (rest, container) = text.rsplit_once(':').unwrap_or(("", text));
        let (ip, host) = rest.rsplit_once(':').unwrap_or(("", rest));
        let container = with_protocol(container);
        let number = container.split('/').next().unwrap_or_default();
        let good = |port: &str| port.parse::<u16>().is_ok();
        if !good(number) || !(host.is_empty() || good(host)) {
            return Err(format!("Invalid containerPort: {number}"));
        }
        Ok(Published {
            host: PortBinding {
                host_ip: Some(ip.to_owned()),
                host_port: Some(host.to_owned()),
            },
            container,
        })
    }
}

fn with_protocol(port: &str) -> String {
    if port.contains('/') {
        port.to_owned()
    } else {
        format!("{port}/tcp")
    }
}

fn pairs(list: &[String]) -> HashMap<String, String> {
    list.iter()
        .map(|item| {
            let (name, value) = item.split_once('=').unwrap_or((item, ""));
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

/// `64m`, `1g`, `512000`, `-1`.
pub(super) fn bytes(text: &str) -> Result<i64, String> {
    let bad = || format!("invalid size: '{text}'");
    let lower = text.to_lowercase();
    let lower = lower.strip_suffix('b').unwrap_or(&lower);
    let (digits, shift) = match lower.chars().last() {
        Some('k') => (&lower[..lower.len() - 1], 10),
        Some('m') => (&lower[..lower.len() - 1], 20),
        Some('g') => (&lower[..lower.len() - 1], 30),
        Some('t') => (&lower[..lower.len() - 1], 40),
        _ => (lower, 0),
    };
    let count: i64 = digits.parse().map_err(|_| bad())?;
    count.checked_mul(1 << shift).ok_or_else(bad)
}

fn restart_policy(text: &str) -> Result<Option<RestartPolicy>, String> {
    let (name, count) = text.split_once(':').unwrap_or((text, "0"));
    let name = match name {
        "no" | "" => return Ok(None),
        "always" => RestartPolicyNameEnum::ALWAYS,
        "unless-stopped" => RestartPolicyNameEnum::UNLESS_STOPPED,
        "on-failure" => RestartPolicyNameEnum::ON_FAILURE,
        unknown => return Err(format!("invalid restart policy {unknown}")),
    };
    let count = count
        .parse()
        .map_err(|_| format!("maximum restart count must be an integer: {text}"))?;
    Ok(Some(RestartPolicy {
        name: Some(name),
        maximum_retry_count: Some(count),
    }))
}

/// `docker create [flags] IMAGE [COMMAND…]`
pub(super) async fn create(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let wanted = Wanted::read("create", words)?;
    let id = create_or_pull(docker, console, &wanted).await?;
    console.stdout.print(format!("{id}\n")).await;
    Ok(())
}

/// Creates a container; pulls its image first when it is not there. Gives the id.
pub(super) async fn create_or_pull(
    docker: &Docker,
    console: &Console,
    wanted: &Wanted,
) -> Result<String, Failure> {
    let create = || {
        let options = wanted
            .name
            .as_deref()
            .map(|name| -> CreateContainerOptions {
                CreateContainerOptionsBuilder::default().name(name).build()
            });
        docker.create_container(options, wanted.body.clone())
    };
    let created = match create().await {
        // Section 3.3 of the clients' contract.
        Err(error)
            if status_of(&error) == Some(404) && text_of(&error).contains("No such image") =>
        {
            let reference = pull::with_default_tag(&wanted.image);
            let text = format!("Unable to find image '{reference}' locally\n");
            console.stderr.print(text).await;
            pull::show(docker, &console.stderr, &reference).await?;
            create().await.map_err(|error| match status_of(&error) {
                Some(404) => Failure::says(format!("Error: No such image: {}", wanted.image)),
                _ => Failure::from(error),
            })?
        }
        other => other?,
    };
    for warning in created.warnings {
        console.stderr.print(format!("WARNING: {warning}\n")).await;
    }
    Ok(created.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(words: &[&str]) -> Wanted {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Wanted::read("run", words).expect("is understood")
    }

    #[test]
    fn streams_are_attached_as_the_flags_say() {
        let of = |words: &[&str]| {
            let wanted = wanted(words);
            (
                wanted.attach_stdin,
                wanted.attach_stdout,
                wanted.attach_stderr,
            )
        };
        assert_eq!(of(&["busybox"]), (false, true, true));
        assert_eq!(of(&["-i", "busybox"]), (true, true, true));
        assert_eq!(of(&["-di", "busybox"]), (false, false, false));
        assert_eq!(of(&["-a", "stdin", "-i", "busybox"]), (true, false, false));
        assert_eq!(of(&["-a", "STDOUT", "busybox"]), (false, true, false));
    }

    #[test]
    fn what_belongs_to_the_command_stays_there() {
        let wanted = wanted(&["--name", "web", "-e", "A=1", "busybox", "ls", "-l"]);
        assert_eq!(wanted.name.as_deref(), Some("web"));
        assert_eq!(
            wanted.body.cmd,
            Some(vec!["ls".to_owned(), "-l".to_owned()])
        );
        assert_eq!(wanted.body.env, Some(vec!["A=1".to_owned()]));
        assert_eq!(wanted.body.host_config, Some(HostConfig::default()));
    }

    #[test]
    fn sizes_ports_and_policies_are_read() {
        assert_eq!(bytes("64m"), Ok(64 << 20));
        assert_eq!(bytes("1gb"), Ok(1 << 30));
        assert_eq!(bytes("-1"), Ok(-1));
        assert!(bytes("lots").is_err());
        assert!(bytes("99999999999t").is_err());
        let published = Published::read("127.0.0.1:80:8080/udp").expect("is one");
        assert_eq!(published.container, "8080/udp");
        assert_eq!(published.host.host_ip.as_deref(), Some("127.0.0.1"));
        assert_eq!(published.host.host_port.as_deref(), Some("80"));
        assert!(Published::read("x:y").is_err());
        assert_eq!(restart_policy("no"), Ok(None));
        let policy = restart_policy("on-failure:3")
            .expect("is one")
            .expect("is some");
        assert_eq!(policy.maximum_retry_count, Some(3));
        assert!(restart_policy("sometimes").is_err());
    }
}
