//! The committed ledger is the computed one.

use std::path::Path;

use features::ids::{INDEX, Index};
use features::ledger;
use features::plan::{FEATURES, Suite};

#[test]
fn the_ledger_is_not_stale() {
    let index = Index::read(INDEX).expect("a valid index");
    let suite = Suite::load(Path::new(FEATURES)).expect("valid features");
    let computed = ledger::uncovered(&index, &suite, &ledger::todo_routes());
    assert!(
        computed == ledger::UNCOVERED,
        "features/uncovered.txt is stale: run `{}`",
        ledger::COMMAND
    );
}

#[test]
fn the_suite_has_the_scenarios_it_promises() {
    let suite = Suite::load(Path::new(FEATURES)).expect("valid features");
    assert!(suite.scenarios.len() >= 120, "{}", suite.scenarios.len());
}
