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

/// A page of `reports/`, which `pages` writes.
fn page(name: &str) -> String {
    let path = Path::new(FEATURES).join("../reports").join(name);
    let read = std::fs::read_to_string(&path);
    read.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// As it stands in a page.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            char => escaped.push(char),
        }
    }
    escaped
}

#[test]
fn the_committed_pages_have_every_scenario() {
    let suite = suite();
    let (divergences, grid) = (page("divergences.html"), page("grid.html"));
    let mut missing = Vec::new();
    for divergence in engine::divergences(&suite) {
        let id = format!("id=\"{}\"", divergence.scenario);
        let engines = divergence.answers.iter().flat_map(|answer| &answer.engine);
        let zones = divergence.answers.iter().map(|answer| &answer.zone);
        let whole = zones
            .chain(engines)
            .all(|text| divergences.contains(&escaped(text)));
        if !whole || !divergences.contains(&id) {
            missing.push(format!("divergences.html: {}", divergence.scenario));
        }
    }
    for scenario in &suite.scenarios {
        if !grid.contains(&format!("<code>{}</code>", scenario.id)) {
            missing.push(format!("grid.html: {}", scenario.id));
        }
    }
    assert!(
        missing.is_empty(),
        "pages are stale: run `cargo test --test suite`, then `cargo run -p features --bin pages`\n{}",
        missing.join("\n")
    );
}
