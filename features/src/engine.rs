//! The engine's side of the suite: what it has been asked, and what is still to be asked.

use std::collections::BTreeSet;

use clients::ClientName;
use clients::version::CliVersion;
use cucumber::World as _;
use reports::{Divergence, EngineRow, EngineTable, Record, Verdict};

use crate::answer::Whose;
use crate::arguments::Arguments;
use crate::needs;
use crate::plan::{Case, Planned, Suite};
use crate::world::ZoneWorld;

/// Who asks an engine.
pub const CLIENTS: [ClientName; 2] = [ClientName::Cli(CliVersion::V1_12), ClientName::Raw];

/// The table as it is committed.
pub const TABLE: &str = include_str!("../../reports/engine.json");

/// The divergences as they are committed, and as `zonesim divergences` tells them.
pub const DIVERGENCES: &str = include_str!("../../reports/divergences.json");

/// The command that asks what was not asked yet, and writes the table.
pub const COMMAND: &str =
    "cargo run -p features --bin certify -- --target ENDPOINT --table reports/engine.json";

/// Every case that an engine is asked.
pub fn cases(suite: &Suite) -> Vec<Case> {
    suite.cases(&Arguments::default(), &CLIENTS)
}

/// Those whose row is missing, is of another text, or says that the engine did not answer as it should.
pub fn stale(cases: Vec<Case>, table: &EngineTable) -> Vec<Case> {
    let is_stale = |case: &Case| {
        let row = table.row(&case.scenario.id, case.client.as_str());
        row.is_none_or(|row| !row.verdict.is_as_expected() || row.digest != case.scenario.digest)
    };
    cases.into_iter().filter(is_stale).collect()
}

/// The table with the records of a run put in, rows of what is no case any more left out.
pub fn updated(
    table: &EngineTable,
    target: &str,
    suite: &Suite,
    records: &[Record],
) -> EngineTable {
    let row = |case: Case| {
        let client = case.client.as_str();
        let of_case = |record: &&Record| record.id == case.scenario.id && record.client == client;
        match records.iter().find(of_case) {
            Some(record) => Some(EngineRow {
                id: record.id.clone(),
                client: record.client.clone(),
                verdict: record.verdict,
                reason: record.reason.clone(),
                digest: case.scenario.digest.clone(),
            }),
            None => table.row(&case.scenario.id, client).cloned(),
        }
    };
    EngineTable {
        target: target.to_owned(),
        suite_digest: suite.digest.clone(),
        rows: cases(suite).into_iter().filter_map(row).collect(),
    }
}

/// What is wrong with a table: a row that is missing, stale or of a failure, and a reason that is not the one that follows
/// from the scenario.
pub fn faults(table: &EngineTable, suite: &Suite) -> Vec<String> {
    let steps = ZoneWorld::collection();
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    for case in cases(suite) {
        let (scenario, client) = (&*case.scenario, case.client.as_str());
        let name = format!("{}@{client}", scenario.id);
        let Some(row) = table.row(&scenario.id, client) else {
            faults.push(format!("{name} has no row"));
            continue;
        };
        known.insert((row.id.clone(), row.client.clone()));
        if row.digest != scenario.digest {
            faults.push(format!("{name} is not what was tried"));
        }
        let lacking = needs::lacking(scenario, &steps, true).unwrap_or_else(Some);
        let expected = match lacking {
            Some(_) => Verdict::NotApplicable,
            None => Verdict::Pass,
        };
        if row.verdict != expected || row.reason != lacking {
            let reason = row.reason.as_deref().unwrap_or_default();
            faults.push(format!("{name}: {} {reason}", row.verdict));
        }
    }
    let unknown = table
        .rows
        .iter()
        .filter(|row| !known.contains(&(row.id.clone(), row.client.clone())));
    faults.extend(unknown.map(|row| format!("{}@{} is no case", row.id, row.client)));
    faults
}

/// Scenarios that an engine can be asked and that do not say what it answers, or say it twice.
pub fn undecided(suite: &Suite) -> Vec<String> {
    let steps = ZoneWorld::collection();
    let asked: BTreeSet<String> = cases(suite)
        .into_iter()
        .map(|case| case.scenario.id.clone())
        .collect();
    let mut undecided = Vec::new();
    for scenario in &suite.scenarios {
        let says = |whose: Whose| scenario.lines.iter().any(|line| line.whose == whose);
        let tags = &scenario.tags;
        let diverges = says(Whose::Engine) || (says(Whose::Drift) && !tags.engine);
        let kinds = [tags.engine, diverges, tags.zone_only.is_some()];
        let kinds = kinds.into_iter().filter(|kind| *kind).count();
        let lacks = needs::of_scenario(scenario, &steps).map_or(true, |needs| !needs.is_empty());
        let has_to = asked.contains(&scenario.id) && !lacks;
        if kinds > 1 || (kinds == 0 && has_to) {
            undecided.push(format!("{} {}", scenario.place, scenario.id));
        }
    }
    undecided
}

/// The scenarios that tell two answers, and those of rules that an engine is not asked.
pub fn divergences(suite: &Suite) -> Vec<Divergence> {
    let steps = ZoneWorld::collection();
    let told = suite.scenarios.iter().filter_map(|scenario| {
        let tells = scenario
            .lines
            .iter()
            .any(|line| line.is_engines() || (line.whose == Whose::Zone && !scenario.tags.engine));
        let is_rule = scenario.tags.ids.iter().any(|id| id.covers().is_some());
        let not_asked = needs::lacking(scenario, &steps, true).unwrap_or_else(Some);
        let wanted = tells || (is_rule && not_asked.is_some() && !scenario.tags.engine);
        wanted.then(|| divergence(scenario, not_asked))
    });
    told.collect()
}

fn divergence(scenario: &Planned, not_asked: Option<String>) -> Divergence {
    let mut asked = Vec::new();
    let mut answers: Vec<reports::Answer> = Vec::new();
    for line in &scenario.lines {
        if line.is_engines() {
            if let Some(answer) = answers.last_mut() {
                answer.engine.push(line.answer());
                answer.drift |= line.whose == Whose::Drift;
            }
        } else if line.contradicted
            || line.whose == Whose::Zone
            || (not_asked.is_some() && line.expects())
        {
            answers.push(reports::Answer {
                zone: line.answer(),
                ..reports::Answer::default()
            });
        } else if answers.is_empty() && !line.expects() {
            asked.push(line.answer());
        }
    }
    let ids = scenario.tags.ids.iter().filter_map(|id| id.covers());
    let file = scenario.place.split(':').next().unwrap_or_default();
    Divergence {
        ids: ids.map(str::to_owned).collect(),
        scenario: scenario.id.clone(),
        title: scenario.name.clone(),
        feature: file.to_owned(),
        asked,
        answers,
        not_asked,
    }
}

/// Divergences as they are committed.
pub fn as_json(divergences: &[Divergence]) -> String {
    let text = serde_json::to_string_pretty(divergences);
    text.expect("texts are JSON") + "\n"
}
