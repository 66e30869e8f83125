//! Where a zone answers otherwise than Docker Inc's engine, as the scenarios say.

use serde::{Deserialize, Serialize};

/// A scenario that tells two answers, or one that an engine is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Divergence {
    /// The ids of the specification that it shows; none for a scenario of no rule.
    pub ids: Vec<String>,
    /// The scenario's own id, as in records.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// Its feature file, relative to the suite.
    pub feature: String,
    /// The steps before the first answer.
    pub asked: Vec<String>,
    /// The answers, in the order of the scenario.
    pub answers: Vec<Answer>,
    /// Why an engine is not asked, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_asked: Option<String>,
}

/// What a zone answers, and an engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The zone's.
    pub zone: String,
    /// The engine's; none where it is not asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub engine: Vec<String>,
    /// Whether it is that of engine 20.10 only; those before it answered as the zone or in a third way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drift: bool,
}
