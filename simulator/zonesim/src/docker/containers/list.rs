//! `GET /containers/json` (containers.md 10).

use super::filters::Filters;
use super::matching::keep;
use crate::docker::duration::human;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use runtime::Timestamp;
use serde_json::{Map, Value, json};
use zone::{AccountId, Container, Ports, State, View, labels_of};

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
        let entries = containers
            .into_iter()
            .map(|container| entry(&view, account, container, now))
            .collect();
        Ok(Answer::ok(Value::Array(entries)))
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

/// CTR-60: exactly these keys, at every API version.
fn entry(view: &View, account: AccountId, container: &Container, now: Timestamp) -> Value {
    let mut labels: Map<String, Value> = labels_of(&container.tags)
        .into_iter()
        .map(|(key, value)| (key, Value::String(value)))
        .collect();
    let package = view.package(account, container.package);
    let package = package.map_or("<unknown>", |package| package.name.as_str());
    labels.insert("com.joyent.package".to_owned(), package.into());
    let config = &container.config;
    json!({
        "Id": container.id.hex(),
        "Names": names(view, container),
        "Image": config.image_text,
        "Command": command(config.argv()),
        "Created": container.created_at.as_secs(),
        "Status": status(container, now),
        "Ports": ports(&view.ports(container)),
        "Labels": labels,
    })
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
fn ports(ports: &Ports) -> Vec<Value> {
    let published = ports.published.iter().map(|port| {
        json!({"IP": "0.0.0.0", "PrivatePort": port.number, "PublicPort": port.number, "Type": port.protocol.to_string()})
    });
    let unpublished = ports
        .unpublished
        .iter()
        .map(|port| json!({"PrivatePort": port.number, "Type": port.protocol.to_string()}));
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
