//! Faults between a client and the zone, and the proof that the scenarios notice them.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use clients::ClientName;
use clients::proxy::{Change, Match, Mutation};
use clients::version::CliVersion;
use reports::{EvidenceKind, Record, StepOutcome, Verdict};
use serde::Deserialize;

use crate::case::{self, Place};
use crate::ids::{INDEX, Index};
use crate::plan::{Case, FEATURES, Suite};
use crate::roster::Roster;
use crate::tags::Kinds;
use crate::workers;
use crate::world::{Conditions, ZoneWorld};

/// The file of mutants, in the suite's folder.
const MUTANTS: &str = "mutants.toml";

/// Who runs the scenarios of a mutant unless it says otherwise.
const CLIENT: ClientName = ClientName::Cli(CliVersion::V1_12);

/// A fault and who has to notice it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutant {
    /// What is wrong, in words.
    pub name: String,
    /// Who runs the scenarios.
    pub client: Option<String>,
    /// The ids of the scenarios that have to fail, and what the step says at which each does: the one that states the
    /// rule.
    pub killed_by: BTreeMap<String, String>,
    /// Which exchanges are touched.
    #[serde(default)]
    pub on: Match,
    /// What is done to them.
    pub what: Vec<Change>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    mutant: Vec<Mutant>,
    #[serde(default)]
    beyond: Vec<Beyond>,
}

/// A rule that nothing between a client and the zone can break.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beyond {
    /// Its id.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// The mutants as they are committed.
///
/// # Errors
///
/// [`MutantError`] when the file cannot be read.
pub fn committed() -> Result<String, MutantError> {
    let path = Path::new(FEATURES).join(MUTANTS);
    std::fs::read_to_string(path).map_err(|error| MutantError::File(error.to_string()))
}

/// Why the mutants cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum MutantError {
    /// The file is not as it should be.
    #[error("mutants.toml: {0}")]
    File(String),
}

/// A mutant with one of its scenarios.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What the mutant is called.
    pub mutant: String,
    /// What it does.
    pub mutation: Mutation,
    /// What the step that has to fail says.
    pub at: String,
    /// The scenario and the client.
    pub case: Case,
}

impl Trial {
    /// As it is listed: `mutant [CTR-06@docker-1.12]`.
    pub fn name(&self) -> String {
        let (id, client) = (&self.case.scenario.id, self.case.client);
        format!("{} [{id}@{client}]", self.mutant)
    }
}

/// What became of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The scenario failed where it should.
    Killed,
    /// It failed at another step than the one that names the rule.
    Elsewhere,
    /// It passed though its answers were changed.
    Survived,
    /// Nothing was changed: the trial proves nothing.
    NeverApplied,
    /// The harness failed, or something was left behind: nobody knows what the scenario noticed.
    Error,
}

impl Fate {
    fn of(record: &Record, applied: u64, at: &str) -> Fate {
        let failed = |step: &&reports::Step| step.outcome == StepOutcome::Failed;
        let left = |kept: &reports::Evidence| kept.kind == EvidenceKind::Zone;
        match record.verdict {
            Verdict::Error => Fate::Error,
            _ if record.evidence.iter().any(left) => Fate::Error,
            _ if applied == 0 => Fate::NeverApplied,
            Verdict::Fail => match record.steps.iter().find(failed) {
                Some(step) if step.text.contains(at) => Fate::Killed,
                Some(_) => Fate::Elsewhere,
                None => Fate::Survived,
            },
            _ => Fate::Survived,
        }
    }
}

/// Reads the file and finds the scenarios.
///
/// # Errors
///
/// [`MutantError`] for a file that is none, a scenario that is none or that the client cannot
/// drive, and a name that is given twice.
pub fn trials(text: &str, suite: &Suite) -> Result<Vec<Trial>, MutantError> {
    let file: File = toml::from_str(text).map_err(|error| MutantError::File(error.to_string()))?;
    let mut trials: Vec<Trial> = Vec::new();
    for mutant in file.mutant {
        let wrong = |what: String| MutantError::File(format!("`{}`: {what}", mutant.name));
        if trials.iter().any(|trial| trial.mutant == mutant.name) {
            return Err(wrong("the name is taken".to_owned()));
        }
        if mutant.killed_by.is_empty() {
            return Err(wrong("no scenario has to notice it".to_owned()));
        }
        let client = match &mutant.client {
            Some(name) => name
                .parse()
                .map_err(|_| wrong(format!("no client {name}")))?,
            None => CLIENT,
        };
        for (id, at) in &mutant.killed_by {
            let scenario = suite.scenarios.iter().find(|scenario| scenario.id == *id);
            let scenario = scenario.ok_or_else(|| wrong(format!("no scenario {id}")))?;
            let client = match scenario.tags.kinds {
                Kinds::Raw => ClientName::Raw,
                _ => client,
            };
            if !crate::matrix::drives(client, &scenario.tags) {
                return Err(wrong(format!("{client} does not drive {id}")));
            }
            trials.push(Trial {
                mutant: mutant.name.clone(),
                mutation: Mutation {
                    name: mutant.name.clone(),
                    on: mutant.on.clone(),
                    what: mutant.what.clone(),
                },
                at: at.clone(),
                case: Case {
                    scenario: Arc::clone(scenario),
                    client,
                },
            });
        }
    }
    Ok(trials)
}

/// Rules of the endpoint, of containers and of images that have a scenario and neither a mutant nor a reason why there can be none, and
/// reasons for rules that have one.
///
/// # Errors
///
/// As [`trials`].
pub fn unguarded(text: &str, suite: &Suite) -> Result<Vec<String>, MutantError> {
    const PREFIXES: [&str; 5] = ["API-", "APIX-", "CTR-", "CTRX-", "IMG-"];
    let file: File = toml::from_str(text).map_err(|error| MutantError::File(error.to_string()))?;
    let index = Index::read(INDEX).map_err(|error| MutantError::File(error.to_string()))?;
    let rules = |case: &Case| -> Vec<String> {
        let ids = case.scenario.tags.ids.iter().filter_map(|id| id.covers());
        ids.map(|id| index.target_of(id).unwrap_or(id).to_owned())
            .collect()
    };
    let guarded: BTreeSet<String> = trials(text, suite)?
        .iter()
        .flat_map(|trial| rules(&trial.case))
        .collect();
    let beyond: BTreeSet<String> = file.beyond.into_iter().map(|beyond| beyond.id).collect();
    let shown: BTreeSet<String> = suite
        .scenarios
        .iter()
        .flat_map(|scenario| {
            rules(&Case {
                scenario: Arc::clone(scenario),
                client: CLIENT,
            })
        })
        .filter(|id| PREFIXES.iter().any(|prefix| id.starts_with(prefix)))
        .collect();
    let bare = shown
        .iter()
        .filter(|id| !guarded.contains(*id) && !beyond.contains(*id))
        .map(|id| format!("{id} has no mutant"));
    let idle = beyond
        .iter()
        .filter(|id| guarded.contains(*id) || !shown.contains(*id))
        .map(|id| format!("{id} needs no reason"));
    Ok(bare.chain(idle).collect())
}

/// Runs every trial on a number of threads; `tell` hears of each as it ends.
pub fn run(
    trials: Vec<Trial>,
    roster: &Arc<Roster>,
    seed: u64,
    workers: usize,
    mut tell: impl FnMut(&Trial, Fate, &Record),
) {
    let steps = <ZoneWorld as cucumber::World>::collection();
    let work = |trial: Trial| {
        let place = Place::Own(Conditions::mutated(trial.mutation.clone()));
        let (record, wire) = case::run(&trial.case, &steps, roster, seed, place);
        let fate = Fate::of(&record, wire.applied, &trial.at);
        Some((trial, fate, record))
    };
    let Ok(()) = workers::each(trials, workers, work, |(trial, fate, record)| {
        tell(&trial, fate, &record);
        Ok::<(), Infallible>(())
    });
    crate::registry::end_shared();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_mutants_enough_and_each_names_scenarios_of_the_suite() {
        let suite = Suite::load(Path::new(FEATURES)).expect("valid features");
        let text = committed().expect("a file");
        let trials = trials(&text, &suite).expect("valid mutants");
        let mut names: Vec<&str> = trials.iter().map(|trial| &*trial.mutant).collect();
        names.dedup();
        assert!(names.len() >= 100, "{}", names.len());
    }

    #[test]
    fn every_rule_that_can_be_broken_on_the_wire_is_broken_there() {
        let suite = Suite::load(Path::new(FEATURES)).expect("valid features");
        let text = committed().expect("a file");
        let unguarded = unguarded(&text, &suite).expect("valid mutants");
        assert!(unguarded.is_empty(), "{}", unguarded.join("\n"));
    }

    #[test]
    fn a_mutant_without_a_scenario_is_refused() {
        let suite = Suite::load(Path::new(FEATURES)).expect("valid features");
        for text in [
            "[[mutant]]\nname = 'a'\nkilled_by = {}\nwhat = []\n",
            "[[mutant]]\nname = 'a'\nkilled_by = {RUN-no-such = ''}\nwhat = []\n",
            "[[mutant]]\nname = 'a'\nclient = 'podman'\nkilled_by = {RUN-hello = ''}\nwhat = []\n",
            "[[mutant]]\nname = 'a'\nclient = 'bollard'\nkilled_by = {PLC-07 = ''}\nwhat = []\n",
        ] {
            assert!(trials(text, &suite).is_err(), "{text}");
        }
    }
}
