//! Which containers a list's filters keep (containers.md 10, CTR-62 to 64, CTR-68).

use super::filters::Filters;
use super::list::position;
use crate::docker::failure::Failure;
use regex::{Regex, RegexBuilder};
use zone::{AccountId, Container, PackageId, State, View};

const PACKAGE: &str = "com.joyent.package";

/// A regular expression's compiled size is limited, bytes.
const PATTERN_LIMIT_BYTES: usize = 1 << 20;

/// Containers that pass every filter; names that mean nothing here pass everything (CTR-64).
pub(super) fn keep<'a>(
    view: &View,
    account: AccountId,
    mut containers: Vec<&'a Container>,
    filters: &Filters,
) -> Result<Vec<&'a Container>, Failure> {
    if let Some(reference) = filters.values("before").first() {
        let position = position(view, account, reference, &containers)?;
        containers.drain(..=position);
    }
    if let Some(reference) = filters.values("since").first() {
        let position = position(view, account, reference, &containers)?;
        containers.truncate(position);
    }
    keep_states(&mut containers, filters.values("status"))?;
    let exited = filters.values("exited");
    if !exited.is_empty() {
        containers.retain(|container| {
            let status = container.exit.map(|exit| exit.status.0.to_string());
            status.is_some_and(|status| exited.contains(&status))
        });
    }
    let ids = patterns(filters.values("id"))?;
    let names = patterns(filters.values("name"))?;
    if !ids.is_empty() {
        containers.retain(|container| any_matches(&ids, &container.id.hex()));
    }
    if !names.is_empty() {
        containers.retain(|container| any_matches(&names, &container.name));
    }
    for label in filters.values("label") {
        keep_label(view, account, &mut containers, label)?;
    }
    Ok(containers)
}

/// CTR-62, CTRX-19: values are alternatives.
fn keep_states(containers: &mut Vec<&Container>, values: &[String]) -> Result<(), Failure> {
    if values.is_empty() {
        return Ok(());
    }
    let mut wanted = Vec::new();
    for value in values {
        match value.as_str() {
            "created" => wanted.push(State::Provisioning),
            "running" => wanted.push(State::Running),
            "exited" => wanted.push(State::Stopped),
            "restarting" | "paused" => {}
            _ => return Err(Failure::docker("Unrecognised filter value for status")),
        }
    }
    containers.retain(|container| wanted.contains(&container.state));
    Ok(())
}

fn patterns(values: &[String]) -> Result<Vec<Regex>, Failure> {
    values
        .iter()
        .map(|value| {
            RegexBuilder::new(value)
                .size_limit(PATTERN_LIMIT_BYTES)
                .build()
                .map_err(|error| Failure::docker(format!("invalid filters: {error}")))
        })
        .collect()
}

fn any_matches(patterns: &[Regex], text: &str) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| pattern.is_match(text))
}

/// `k` or `k=v`; `v` ends at the next `=`. `triton.*` are no ordinary labels. The package label shows on every container and is looked up by itself.
fn keep_label(
    view: &View,
    account: AccountId,
    containers: &mut Vec<&Container>,
    label: &str,
) -> Result<(), Failure> {
    let mut parts = label.split('=');
    let key = parts.next().unwrap_or_default();
    let value = parts.next();
    if key == PACKAGE {
        let Some(value) = value else {
            return Ok(());
        };
        let package = package(view, account, value)?;
        containers.retain(|container| Some(container.package) == package);
        return Ok(());
    }
    containers.retain(|container| {
        zone::label_of(&container.tags, key)
            .is_some_and(|found| value.is_none_or(|value| found.to_string() == value))
    });
    Ok(())
}

/// placement.md 4.5: a UUID stands for itself, eight hex digits for the package whose id begins so, a name for the
/// package listed last; a name wins.
fn package(view: &View, account: AccountId, value: &str) -> Result<Option<PackageId>, Failure> {
    if !zone::is_package_name(value) {
        return Err(Failure::docker(format!(
            "invalid value for {PACKAGE}: {value}"
        )));
    }
    let named = view
        .packages(account)
        .filter(|package| package.name == value)
        .last();
    if let Some(package) = named {
        return Ok(Some(package.id));
    }
    if let Ok(id) = value.parse() {
        return Ok(Some(PackageId(id)));
    }
    let short = value.len() == 8
        && value
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let found = view
        .packages(account)
        .find(|package| short && package.id.to_string().starts_with(value));
    Ok(found.map(|package| package.id))
}
