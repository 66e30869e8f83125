//! What the first process of a container is told (containers.md 6).

use super::Container;
use crate::state::State;
use bytes::Bytes;
use runtime::{InstanceId, ManagedFiles, StartSpec};

/// The lines of every `/etc/hosts` behind the container's own (CTR-48).
const HOSTS: &str = "127.0.0.1\tlocalhost\n\
::1\tlocalhost ip6-localhost ip6-loopback\n\
fe00::0\tip6-localnet\n\
ff00::0\tip6-mcastprefix\n\
ff02::1\tip6-allnodes\n\
ff02::2\tip6-allrouters\n";

/// Far more than the kernel's limit of arguments and environment, which is 2 MiB.
const ENVIRONMENT_BYTES: usize = 8 << 20;

impl State {
    /// What a start of the container tells the runtime. Links are looked at anew.
    pub(crate) fn start_spec(&self, instance: InstanceId) -> Option<StartSpec> {
        let container = self.container_of(instance)?;
        let config = &container.config;
        let link_entries = self.targets_of(container).flat_map(|(link, target)| {
            link.environment(container, target, &self.ports_of(target))
                .into_iter()
                .map(Bytes::from)
        });
        let own_entries = config.environment().map(bytes_of);
        Some(StartSpec {
            argv: config.argv().map(bytes_of).collect(),
            env: within_limit(link_entries.chain(own_entries)),
            user: bytes_of(&config.user),
            workdir: bytes_of(&config.workdir),
            hostname: config.hostname.clone(),
            tty: config.tty,
            open_stdin: config.open_stdin,
            files: self.managed_files(container),
            memory_bytes: container.resources.memory_mib << 20,
            swap_bytes: container.resources.swap_bytes(),
            max_processes: container.resources.max_lwps,
            cpu_cap_percent: container.resources.cpu_cap_percent,
            cpu_shares: container.resources.cpu_shares,
            metadata: self.metadata(container),
            log_driver: container.network_log_driver(),
            smartos: container.config.brand == crate::Brand::JoyentMinimal,
        })
    }

    /// The links of a container whose targets are there.
    fn targets_of(
        &self,
        source: &Container,
    ) -> impl Iterator<Item = (&crate::Link, &Container)> + use<'_> {
        self.links_from(source.instance())
            .filter_map(|link| Some((link, self.container_of(link.target)?)))
    }

    /// What the container can ask of itself (placement.md 9).
    fn metadata(&self, container: &Container) -> Vec<(&'static str, String)> {
        vec![
            ("alias", container.name.to_string()),
            ("datacenter_name", self.name.to_string()),
            ("hostname", container.config.hostname.clone()),
            ("owner_uuid", container.owner.0.to_string()),
            ("server_uuid", container.node.0.to_string()),
            ("uuid", container.instance().0.to_string()),
        ]
    }

    fn managed_files(&self, container: &Container) -> ManagedFiles {
        ManagedFiles {
            hosts: self.hosts_file(container).into(),
            resolv_conf: resolv_conf(container).into(),
            hostname: format!("{}\n", container.config.hostname).into(),
        }
    }

    fn hosts_file(&self, container: &Container) -> String {
        let mut text = String::new();
        if let Some(nic) = container.primary_nic() {
            text = format!("{}\t{}\n", nic.ip, container.config.hostname);
        }
        text.push_str(HOSTS);
        for entry in &container.config.extra_hosts {
            if let Some((name, address)) = entry.split_once(':') {
                text.push_str(&format!("{address}\t{name}\n"));
            }
        }
        for (link, target) in self.targets_of(container) {
            text.extend(link.hosts_line(target));
        }
        text
    }
}

/// The resolvers, then the search list with the domain last (network.md 10.6).
fn resolv_conf(container: &Container) -> String {
    let mut text: String = container
        .resolvers()
        .iter()
        .map(|address| format!("nameserver {address}\n"))
        .collect();
    let domain = Some(&container.config.domainname).filter(|domain| !domain.is_empty());
    let search: Vec<&str> = container
        .config
        .dns_search
        .iter()
        .chain(domain)
        .map(String::as_str)
        .collect();
    if !search.is_empty() {
        text.push_str(&format!("search {}\n", search.join(" ")));
    }
    text
}

/// The entries until they are more than any process can be told: the start fails then (3), and one container linked to
/// often does not become many copies of its environment.
fn within_limit(entries: impl Iterator<Item = Bytes>) -> Vec<Bytes> {
    let mut left = ENVIRONMENT_BYTES;
    entries
        .take_while(|entry| {
            let taken = left > 0;
            left = left.saturating_sub(entry.len() + 1);
            taken
        })
        .collect()
}

fn bytes_of(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}
