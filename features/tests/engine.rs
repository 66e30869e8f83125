//! What an engine answers: every scenario says it, and the committed table shows it.

use std::path::Path;

use features::engine;
use features::plan::{FEATURES, Suite};
use reports::EngineTable;

fn suite() -> Suite {
    Suite::load(Path::new(FEATURES)).expect("valid features")
}

#[test]
fn every_scenario_says_what_an_engine_answers() {
    let undecided = engine::undecided(&suite());
    assert!(
        undecided.is_empty(),
        "{} scenarios need @engine, an answer `on the engine`, or @zone-only with its reason:\n{}",
        undecided.len(),
        undecided.join("\n")
    );
}

#[test]
fn the_table_shows_what_an_engine_answered_to_each() {
    let table: EngineTable = serde_json::from_str(engine::TABLE).expect("a table");
    let faults = engine::faults(&table, &suite());
    assert!(
        faults.is_empty(),
        "reports/engine.json is stale: run `{}` at an engine\n{}",
        engine::COMMAND,
        faults.join("\n")
    );
}

#[test]
fn the_committed_divergences_are_those_of_the_features() {
    let computed = engine::as_json(&engine::divergences(&suite()));
    assert!(
        computed == engine::DIVERGENCES,
        "reports/divergences.json is stale: run `{}`",
        features::ledger::COMMAND
    );
}
