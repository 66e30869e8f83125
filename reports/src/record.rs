//! One scenario with one client.

use serde::{Deserialize, Serialize};

use crate::Verdict;

/// What became of one scenario with one client.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The primary id with its case, as in `CTR-07.25`, or `RUN-name`.
    pub id: String,
    /// Further primary ids, where the specification states one rule twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<String>,
    /// Ids the scenario documents without covering them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// The scenario's title.
    pub name: String,
    /// The feature file, relative to the suite, and its line.
    pub feature: String,
    /// How much the rule matters.
    pub level: Level,
    /// The client's name in the matrix, as in `docker-1.12`.
    pub client: String,
    /// How it ended.
    pub verdict: Verdict,
    /// Why, unless it simply passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The seed of the scenario's own zone.
    pub seed: u64,
    /// How long it took, start of the zone included.
    pub duration_ms: u64,
    /// Its steps in order; those after a failure are not run.
    pub steps: Vec<Step>,
    /// What was kept to judge it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// How much a rule matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A client that fails it cannot be used.
    #[default]
    Must,
    /// A client that fails it is worse off.
    Should,
    /// A fact worth knowing.
    Info,
}

/// One step of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The keyword and the text, as in `Then it exits with 3`.
    pub text: String,
    /// What became of it.
    pub outcome: StepOutcome,
    /// How long it took.
    pub duration_ms: u64,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepOutcome {
    /// It held.
    Passed,
    /// It did not hold.
    Failed,
    /// It is the zone's answer and did not hold where an engine's has to.
    Contradicted,
    /// An earlier step failed.
    NotRun,
}

/// Something kept to judge a scenario by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// What it belongs to, as in `docker run --rm busybox echo hi`.
    pub about: String,
    /// The content, shortened in its middle when it is long.
    pub text: String,
}

/// The kinds of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// What was run and how it ended.
    Command,
    /// Standard output of a command.
    Stdout,
    /// Standard error of a command.
    Stderr,
    /// Bytes on the wire.
    Wire,
    /// What a zone left behind at its end.
    Zone,
    /// What happened when during a command or on a connection: one JSON object a line.
    Transcript,
    /// What a zone was told: one JSON object a line, for `zonesim replay`.
    Journal,
}
