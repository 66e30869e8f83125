//! What a scenario needs of its target besides the Docker API.
//!
//! A step's file says what its steps need; steps that work anywhere stand apart from those that do not.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use cucumber::step::Collection;

use crate::plan::Planned;
use crate::tags::Tags;
use crate::world::ZoneWorld;

/// What only a zone of the suite's own has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Accounts, keys, users and roles that come and go.
    Accounts,
    /// Client certificates, and ports to show them at.
    Certificates,
    /// A clock that moves when told to.
    Clock,
    /// Things that go wrong when told to.
    Faults,
    /// Settings of the target.
    Settings,
    /// Addresses of containers that the host reaches.
    Addresses,
    /// A way for containers to sockets of the host.
    Outside,
    /// What the target has in hand right now.
    State,
    /// A registry that has the images of the suite.
    Registry,
    /// Registries of the suite's own beside the target.
    OwnRegistries,
    /// The setting `extensions`.
    Extensions,
    /// That nobody else uses it.
    Alone,
}

impl Need {
    /// As it is named in results.
    pub const fn name(self) -> &'static str {
        match self {
            Need::Accounts => "accounts",
            Need::Certificates => "certificates",
            Need::Clock => "clock",
            Need::Faults => "faults",
            Need::Settings => "settings",
            Need::Addresses => "addresses",
            Need::Outside => "outside",
            Need::State => "state",
            Need::Registry => "registry",
            Need::OwnRegistries => "own registries",
            Need::Extensions => "extensions",
            Need::Alone => "solitude",
        }
    }

    /// What the steps of a file need, if anything.
    ///
    /// # Errors
    ///
    /// The file is none of the suite's: it has to be added here.
    pub fn of_file(path: &str) -> Result<Option<Need>, UnknownFile> {
        let name = Path::new(path).file_name().unwrap_or_default();
        Ok(match name.to_str().unwrap_or_default() {
            "account.rs" | "role.rs" => Some(Need::Accounts),
            "certificate.rs" | "handshake.rs" => Some(Need::Certificates),
            "stepping.rs" => Some(Need::Clock),
            "fault.rs" => Some(Need::Faults),
            "setting.rs" => Some(Need::Settings),
            "host.rs" | "program.rs" => Some(Need::Addresses),
            "receiver.rs" => Some(Need::Outside),
            "registry.rs" => Some(Need::OwnRegistries),
            "state.rs" => Some(Need::State),
            "archive.rs" | "clock.rs" | "command.rs" | "container.rs" | "context.rs"
            | "library.rs" | "output.rs" | "running.rs" | "wire.rs" => None,
            _ => return Err(UnknownFile(path.to_owned())),
        })
    }

    /// What the tags say is needed.
    pub fn of_tags(tags: &Tags) -> Vec<Need> {
        [
            (tags.gateway || tags.socks, Need::Addresses),
            (tags.extensions, Need::Extensions),
            (tags.clock, Need::Clock),
            (tags.registry, Need::Registry),
        ]
        .into_iter()
        .filter_map(|(wanted, need)| wanted.then_some(need))
        .collect()
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Everything that a scenario needs.
///
/// # Errors
///
/// A step that is none, or whose file is not in the list.
pub fn of_scenario(
    scenario: &Planned,
    steps: &Collection<ZoneWorld>,
) -> Result<BTreeSet<Need>, String> {
    let mut needs = BTreeSet::from_iter(Need::of_tags(&scenario.tags));
    for line in &scenario.lines {
        let found = steps.find(&line.step).ok().flatten();
        let found = found.and_then(|(_, _, place, _)| place);
        let place = found.ok_or_else(|| format!("no step is like `{}`", line.step.value))?;
        let need = Need::of_file(place.path).map_err(|unknown| unknown.to_string())?;
        needs.extend(need);
    }
    Ok(needs)
}

/// Why a scenario says nothing about a target that was there before, if so.
///
/// # Errors
///
/// As [`of_scenario`].
pub fn lacking(
    scenario: &Planned,
    steps: &Collection<ZoneWorld>,
    is_engine: bool,
) -> Result<Option<String>, String> {
    if let Some(reason) = scenario.tags.zone_only.as_ref().filter(|_| is_engine) {
        return Ok(Some(format!("zone only: {reason}")));
    }
    let mut needs = of_scenario(scenario, steps)?;
    needs.extend((scenario.tags.alone && !is_engine).then_some(Need::Alone));
    let names: Vec<&str> = needs.into_iter().map(Need::name).collect();
    Ok((!names.is_empty()).then(|| format!("the target lacks {}", names.join(", "))))
}

/// A file of steps that is not in the list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("what the steps of {0} need is not said")]
pub struct UnknownFile(String);
