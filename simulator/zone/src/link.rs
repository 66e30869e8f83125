//! Links between containers (containers.md 8.1).

use crate::change::Change;
use crate::job::Work;
use crate::state::State;
use crate::{AccountId, Container, Error, JobId, Port, Ports};
use runtime::InstanceId;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// One link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The container that has it.
    pub source: InstanceId,
    /// The container it leads to.
    pub target: InstanceId,
    /// The target as the client typed it; a rename of the target replaces it.
    pub target_name: String,
    /// How the source calls the target.
    pub alias: String,
    /// Orders links by age.
    pub(crate) sequence: u64,
}

/// The address that links lead to: the last fabric interface, else the first one.
pub(crate) fn link_address(target: &Container) -> Option<Ipv4Addr> {
    let fabric = target.nics.iter().rev().find(|nic| nic.is_fabric());
    fabric.or(target.nics.first()).map(|nic| nic.ip)
}

impl Link {
    /// The link's line in `/etc/hosts`.
    pub(crate) fn hosts_line(&self, target: &Container) -> Option<String> {
        let address = link_address(target)?;
        let hostname = &target.config.hostname;
        Some(format!(
            "{address}\t{} {hostname} {}\n",
            self.alias, self.target_name
        ))
    }

    /// The link's environment entries; only the first `-` of the alias becomes `_` (CTR-46).
    pub(crate) fn environment(
        &self,
        source: &Container,
        target: &Container,
        ports: &Ports,
    ) -> Vec<String> {
        let prefix = self.alias.to_uppercase().replacen('-', "_", 1);
        let mut entries = vec![format!("{prefix}_NAME=/{}/{}", source.name, self.alias)];
        let inherited = target.config.environment().filter(|entry| {
            let name = entry.split_once('=').map_or(*entry, |(name, _)| name);
            name != "HOME" && name != "PATH"
        });
        entries.extend(inherited.map(|entry| format!("{prefix}_ENV_{entry}")));
        if let Some(address) = link_address(target) {
            for port in ports.published.iter().chain(&ports.unpublished) {
                entries.extend(port_entries(&prefix, *port, address));
            }
        }
        entries
    }
}

fn port_entries(prefix: &str, port: Port, address: Ipv4Addr) -> [String; 4] {
    let Port { number, protocol } = port;
    let name = format!(
        "{prefix}_PORT_{number}_{}",
        protocol.to_string().to_uppercase()
    );
    [
        format!("{name}={protocol}://{address}:{number}"),
        format!("{name}_ADDR={address}"),
        format!("{name}_PORT={number}"),
        format!("{name}_PROTO={protocol}"),
    ]
}

impl State {
    /// Reads `target:alias` and finds the target inside the account.
    pub(crate) fn resolve_link(
        &self,
        account: AccountId,
        entry: &str,
    ) -> Result<(InstanceId, String, String), Error> {
        let parts = entry
            .split_once(':')
            .filter(|(target, _)| !target.is_empty());
        let (target, alias) = parts.ok_or_else(|| Error::InvalidLink(entry.to_owned()))?;
        let found = self
            .find_container(account, target)
            .map_err(|_| Error::NoLinkTarget(target.to_owned()))?;
        Ok((found.instance(), target.to_owned(), alias.to_owned()))
    }
}

impl Change {
    /// Keeps the links of a container that has just been made. A target removed meanwhile is left out.
    pub(crate) fn save_links(&mut self, job: JobId) {
        let Some(Work::Create { links }) = self.state.jobs.get(&job).map(|job| job.work.clone())
        else {
            return;
        };
        for link in links {
            if self.state.container_of(link.target).is_some() {
                self.save_link(link);
            }
        }
    }

    /// A second link of the same alias takes the place of the first.
    fn save_link(&mut self, mut link: Link) {
        let mut links = self.links_of(link.source);
        match links.iter_mut().find(|other| other.alias == link.alias) {
            Some(other) => {
                link.sequence = other.sequence;
                let old = (other.target, other.sequence, other.source);
                self.state.linked_by.remove(&old);
                *other = link.clone();
            }
            None => links.push(link.clone()),
        }
        let key = (link.target, link.sequence, link.source);
        self.state.linked_by.insert(key);
        self.state.links.insert(link.source, Arc::new(links));
    }

    /// Removes the link of this alias, if there is one (CTR-17).
    pub(crate) fn remove_link(&mut self, source: InstanceId, alias: &str) {
        let links = self.links_of(source);
        let (gone, kept): (Vec<Link>, Vec<Link>) =
            links.into_iter().partition(|link| link.alias == alias);
        for link in gone {
            let key = (link.target, link.sequence, source);
            self.state.linked_by.remove(&key);
        }
        self.keep_links(source, kept);
    }

    /// Removes the links from and to a container.
    pub(crate) fn remove_links_of(&mut self, instance: InstanceId) {
        for link in self.links_of(instance) {
            self.remove_link(instance, &link.alias);
        }
        for (source, alias) in self.aliases_of(instance) {
            self.remove_link(source, &alias);
        }
    }

    /// Links to a container show its new name.
    pub(crate) fn rename_in_links(&mut self, target: InstanceId, name: &str) {
        for (source, alias) in self.aliases_of(target) {
            let mut links = self.links_of(source);
            for link in links.iter_mut().filter(|link| link.alias == alias) {
                name.clone_into(&mut link.target_name);
            }
            self.keep_links(source, links);
        }
    }

    fn links_of(&self, source: InstanceId) -> Vec<Link> {
        self.state.links_from(source).cloned().collect()
    }

    fn aliases_of(&self, target: InstanceId) -> Vec<(InstanceId, String)> {
        let links = self.state.links_to(target);
        links
            .map(|(link, _)| (link.source, link.alias.clone()))
            .collect()
    }

    fn keep_links(&mut self, source: InstanceId, links: Vec<Link>) {
        if links.is_empty() {
            self.state.links.remove(&source);
        } else {
            self.state.links.insert(source, Arc::new(links));
        }
    }
}
