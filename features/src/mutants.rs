//! Faults between a client and the zone, and the proof that the scenarios notice them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use clients::ClientName;
use clients::proxy::{Change, Match, Mutation};
use clients::version::CliVersion;
use reports::{EvidenceKind, Record, StepOutcome, Verdict};
use serde::Deserialize;

use crate::case::{self, Place};
use crate::plan::{Case, Suite};
use crate::roster::Roster;
use crate::tags::Kinds;
use crate::world::{Conditions, ZoneWorld};

/// The mutants as they are committed.
pub const MUTANTS: &str = include_str!("../mutants.toml");

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
    /// The ids of the scenarios that have to fail, each of them.
    pub killed_by: Vec<String>,
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
    /// The scenario failed, as it should.
    Killed,
    /// It passed though its answers were changed.
    Survived,
    /// Nothing was changed: the trial proves nothing.
    NeverApplied,
    /// The harness failed, or something was left behind: nobody knows what the scenario noticed.
    Error,
}

impl Fate {
    fn of(record: &Record, applied: u64) -> Fate {
        let failed = |step: &reports::Step| step.outcome == StepOutcome::Failed;
        let left = |kept: &reports::Evidence| kept.kind == EvidenceKind::Zone;
        match record.verdict {
            Verdict::Error => Fate::Error,
            _ if record.evidence.iter().any(left) => Fate::Error,
            _ if applied == 0 => Fate::NeverApplied,
            Verdict::Fail if record.steps.iter().any(failed) => Fate::Killed,
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
        for id in &mutant.killed_by {
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
                case: Case {
                    scenario: Arc::clone(scenario),
                    client,
                },
            });
        }
    }
    Ok(trials)
}

/// Runs every trial on a number of threads; `tell` hears of each as it ends.
pub fn run(
    trials: Vec<Trial>,
    roster: &Arc<Roster>,
    seed: u64,
    workers: usize,
    mut tell: impl FnMut(&Trial, Fate, &Record),
) {
    let queue = Mutex::new(VecDeque::from(trials));
    let steps = <ZoneWorld as cucumber::World>::collection();
    let (sender, received) = std::sync::mpsc::channel();
    thread::scope(|scope| {
        for place in 0..workers.max(1) {
            let (queue, steps, sender) = (&queue, &steps, sender.clone());
            let work = move || {
                loop {
                    let next = queue
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .pop_front();
                    let Some(trial) = next else { break };
                    let conditions = Conditions::mutated(trial.mutation.clone());
                    let place = Place::Own(conditions);
                    let (record, applied) = case::run(&trial.case, steps, roster, seed, place);
                    let fate = Fate::of(&record, applied);
                    if sender.send((trial, fate, record)).is_err() {
                        break;
                    }
                }
            };
            thread::Builder::new()
                .name(format!("suite-{place}"))
                .spawn_scoped(scope, work)
                .expect("a machine that runs clients has a thread to spare");
        }
        drop(sender);
        for (trial, fate, record) in received {
            tell(&trial, fate, &record);
        }
    });
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::plan::FEATURES;

    #[test]
    fn there_are_mutants_enough_and_each_names_scenarios_of_the_suite() {
        let suite = Suite::load(Path::new(FEATURES)).expect("valid features");
        let trials = trials(MUTANTS, &suite).expect("valid mutants");
        let mut names: Vec<&str> = trials.iter().map(|trial| &*trial.mutant).collect();
        names.dedup();
        assert!(names.len() >= 40, "{}", names.len());
    }

    #[test]
    fn a_mutant_without_a_scenario_is_refused() {
        let suite = Suite::load(Path::new(FEATURES)).expect("valid features");
        for text in [
            "[[mutant]]\nname = 'a'\nkilled_by = []\nwhat = []\n",
            "[[mutant]]\nname = 'a'\nkilled_by = ['RUN-no-such']\nwhat = []\n",
            "[[mutant]]\nname = 'a'\nclient = 'podman'\nkilled_by = ['RUN-hello']\nwhat = []\n",
            "[[mutant]]\nname = 'a'\nclient = 'bollard'\nkilled_by = ['PLC-07']\nwhat = []\n",
        ] {
            assert!(trials(text, &suite).is_err(), "{text}");
        }
    }
}
