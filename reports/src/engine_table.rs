//! What an engine answered to the suite: the table that is committed.

use serde::{Deserialize, Serialize};

use crate::Verdict;

/// The rows of every scenario that was tried, or could not be, at an engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineTable {
    /// What the engine says of itself, as in `Docker/20.10.24+dfsg1 (linux)`.
    pub target: String,
    /// SHA-256 over the whole suite when the table was last written, in hex; for information.
    pub suite_digest: String,
    /// One row for each scenario and client, in the order of the suite.
    pub rows: Vec<EngineRow>,
}

/// What became of one scenario with one client at an engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineRow {
    /// The primary id, as in records.
    pub id: String,
    /// The client's name.
    pub client: String,
    /// How it ended: `pass` when the engine gave the answers that the scenario says are its.
    pub verdict: Verdict,
    /// Why, unless it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The first 16 hex digits of the SHA-256 of the scenario's tags and steps.
    pub digest: String,
}

impl EngineTable {
    /// The row of a scenario with a client.
    pub fn row(&self, id: &str, client: &str) -> Option<&EngineRow> {
        let same = |row: &&EngineRow| row.id == id && row.client == client;
        self.rows.iter().find(same)
    }
}
