//! `GET /containers/json` (containers.md 10).

use super::filters::Filters;
use super::matching::keep;
use crate::docker::duration::human;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use runtime::Timestamp;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use zone::{AccountId, Container, ContainerId, Package, Ports, State, View, labels_of};

/// The account's containers, newest first.
pub(crate) fn list(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let filters = Filters::parse(call.query.text("filters"))?;
        let view = call.driver.view();
        let selection = Selection {
            all: call.query.flag("all"),
            limit: call
                .query
                .int("limit")
                .and_then(|limit| usize::try_from(limit).ok())
                .filter(|limit| *limit > 0),
            since: call.query.text("since").filter(|text| !text.is_empty()),
            before: call.query.text("before").filter(|text| !text.is_empty()),
        };
        let account = call.account().id;
        let containers = select(&view, account, &selection, &filters)?;
        let now = call.driver.now();
        let list = List {
            packages: view.packages(account).collect(),
            view: &view,
            containers,
            now,
        };
        let bytes = list.containers.len() * ENTRY_BYTES;
        Answer::written(&list, bytes).map_err(|error| Failure::docker(error.to_string()))
    })
}

struct Selection<'a> {
    all: bool,
    limit: Option<usize>,
    since: Option<&'a str>,
    before: Option<&'a str>,
}

/// The steps in their order: state, `since`, `before`, filters, `limit`.
fn select<'a>(
    view: &'a View,
    account: AccountId,
    selection: &Selection<'_>,
    filters: &Filters,
) -> Result<Vec<&'a Container>, Failure> {
    let all = selection.all
        || selection.limit.is_some()
        || selection.since.is_some()
        || selection.before.is_some()
        || filters.has("status");
    let mut containers: Vec<&Container> = view
        .containers(account)
        .filter(|container| all || container.is_running())
        .collect();
    // An empty list comes before everything else is looked at.
    if containers.is_empty() {
        return Ok(containers);
    }
    if view.packages(account).next().is_none() {
        return Err(Failure::docker(if filters.names_package() {
            "no packages match selection"
        } else {
            "no packages available to this user"
        }));
    }
    if let Some(reference) = selection.since {
        let position = position(view, account, reference, &containers)?;
        containers.truncate(position);
    }
    if let Some(reference) = selection.before {
        let position = position(view, account, reference, &containers)?;
        containers.drain(..=position);
    }
    let mut containers = keep(view, account, containers, filters)?;
    containers.truncate(selection.limit.unwrap_or(usize::MAX));
    Ok(containers)
}

/// Where the container that `reference` names stands among `containers`, or would stand.
pub(super) fn position(
    view: &View,
    account: AccountId,
    reference: &str,
    containers: &[&Container],
) -> Result<usize, Failure> {
    let unknown = || {
        Failure::docker(format!(
            "Could not find container with name or id {reference}"
        ))
    };
    let named = view.container(account, reference).map_err(|_| unknown())?;
    containers
        .iter()
        .position(|container| container.id == named.id)
        .ok_or_else(unknown)
}

/// What an entry takes when nothing is said of it that is unusual.
const ENTRY_BYTES: usize = 288;

/// A whole list; entries are made when they are written.
struct List<'a> {
    view: &'a View,
    packages: Vec<&'a Package>,
    containers: Vec<&'a Container>,
    now: Timestamp,
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let containers = self.containers.iter();
        serializer.collect_seq(containers.map(|container| self.entry(container)))
    }
}

/// CTR-60: exactly these keys, at every API version.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
    id: Hex,
    names: Vec<String>,
    image: &'a str,
    command: String,
    created: u64,
    status: String,
    ports: Vec<Port>,
    labels: Labels<'a>,
}

/// An id, written as 64 hex digits.
struct Hex(ContainerId);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut digits = [0; 64];
        let written = hex::encode_to_slice(self.0.0, &mut digits);
        let digits = written.ok().and(std::str::from_utf8(&digits).ok());
        serializer.serialize_str(digits.unwrap_or_default())
    }
}

/// CTR-67.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Port {
    #[serde(rename = "IP", skip_serializing_if = "Option::is_none")]
    ip: Option<&'static str>,
    private_port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_port: Option<u16>,
    r#type: String,
}

/// The container's, and that of its package, which wins.
struct Labels<'a> {
    own: BTreeMap<String, String>,
    package: &'a str,
}

impl Serialize for Labels<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const PACKAGE: &str = "com.joyent.package";
        let own = self.own.iter().filter(|(key, _)| *key != PACKAGE);
        let own = own.map(|(key, value)| (key.as_str(), value.as_str()));
        serializer.collect_map(own.chain([(PACKAGE, self.package)]))
    }
}

impl List<'_> {
    fn entry<'a>(&'a self, container: &'a Container) -> Entry<'a> {
        let mut packages = self.packages.iter();
        let package = packages.find(|package| package.id == container.package);
        let config = &container.config;
        Entry {
            id: Hex(container.id),
            names: names(self.view, container),
            image: &config.image_text,
            command: command(config.argv()),
            created: container.created_at.as_secs(),
            status: status(container, self.now),
            ports: ports(&self.view.ports(container)),
            labels: Labels {
                own: labels_of(&container.tags),
                package: package.map_or("<unknown>", |package| &package.name),
            },
        }
    }
}

fn names(view: &View, container: &Container) -> Vec<String> {
    let own = std::iter::once(format!("/{}", container.name));
    let links = view
        .links_to(container)
        .map(|(link, source)| format!("/{}/{}", source.name, link.alias));
    own.chain(links).collect()
}

/// Arguments joined with blanks; every one but the first that holds a blank in single quotes.
fn command<'a>(argv: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = argv
        .enumerate()
        .map(|(index, word)| match index > 0 && word.contains(' ') {
            true => format!("'{word}'"),
            false => word.to_owned(),
        })
        .collect();
    words.join(" ")
}

/// CTR-67: as the firewall's rules are now.
fn ports(ports: &Ports) -> Vec<Port> {
    let published = ports.published.iter().map(|port| Port {
        ip: Some("0.0.0.0"),
        private_port: port.number,
        public_port: Some(port.number),
        r#type: port.protocol.to_string(),
    });
    let unpublished = ports.unpublished.iter().map(|port| Port {
        ip: None,
        private_port: port.number,
        public_port: None,
        r#type: port.protocol.to_string(),
    });
    published.chain(unpublished).collect()
}

/// CTR-61.
fn status(container: &Container, now: Timestamp) -> String {
    let ago = |at: Timestamp| human(now.since(at));
    match (container.state, &container.exit) {
        (State::Running, _) => format!("Up {}", ago(container.booted_at.unwrap_or(now))),
        (State::Provisioning, _) => format!("Provisioning {}", ago(container.created_at)),
        (State::Stopped, Some(exit)) => format!("Exited ({}) {} ago", exit.status.0, ago(exit.at)),
        (State::Stopped, None) if container.started_once => "Exited".to_owned(),
        (State::Stopped, None) => "Created".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_quotes_later_words_with_blanks() {
        let argv = ["a b", "-c", "echo hi; exit 3"];
        assert_eq!(command(argv.into_iter()), "a b -c 'echo hi; exit 3'");
    }
}
