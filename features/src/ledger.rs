//! Which ids have no scenario, and which routes are not built: `uncovered.txt`, which may only shrink.

use std::collections::BTreeSet;

use crate::ids::Index;
use crate::plan::Suite;

/// The ledger as it is committed.
pub const UNCOVERED: &str = include_str!("../uncovered.txt");

/// The command that writes it anew.
pub const COMMAND: &str = "cargo run -p features --bin ledger";

/// The routes of the specification that are not built, as `METHOD /pattern`.
pub fn todo_routes() -> Vec<String> {
    let routes = zonesim::routes().into_iter();
    routes
        .filter(|route| route.state == zonesim::RouteState::Todo)
        .map(|route| format!("{} {}", route.method, route.pattern))
        .collect()
}

/// Every id without a scenario that is to pass and every route without a handler, one a line.
pub fn uncovered(index: &Index, suite: &Suite, todo_routes: &[String]) -> String {
    let scenarios = suite.scenarios.iter();
    let covered: BTreeSet<&str> = scenarios
        .filter(|scenario| scenario.tags.expected_fail.is_none())
        .flat_map(|scenario| scenario.tags.ids.iter().filter_map(|id| id.covers()))
        .map(|id| index.target_of(id).unwrap_or(id))
        .collect();
    let ids = index
        .ids()
        .iter()
        .filter(|id| !covered.contains(id.as_str()));
    let routes: BTreeSet<String> = todo_routes
        .iter()
        .map(|route| format!("@todo {route}"))
        .collect();
    let mut text = format!("# What has no scenario or is not built. Written by `{COMMAND}`.\n");
    for line in ids.cloned().chain(routes) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::plan::Planned;
    use crate::tags::Tags;

    /// The lines of the ledger of a suite with one scenario of these tags.
    fn lines(tags: &[&str]) -> Vec<String> {
        let index = Index::read("CTR-01\nCTR-02\nCTR-03 = CTR-02\n").expect("an index");
        let scenario = Planned {
            tags: Tags::read(tags.iter().copied()).expect("tags"),
            id: String::new(),
            name: String::new(),
            place: String::new(),
            digest: String::new(),
            lines: Vec::new(),
        };
        let suite = Suite {
            scenarios: vec![Arc::new(scenario)],
            digest: String::new(),
        };
        let text = uncovered(&index, &suite, &["POST /build".to_owned()]);
        text.lines().skip(1).map(str::to_owned).collect()
    }

    #[test]
    fn an_id_leaves_the_ledger_with_a_scenario_that_is_to_pass() {
        let todo = "@todo POST /build";
        for (tags, expected) in [
            (&["RUN-x"][..], &["CTR-01", "CTR-02", todo][..]),
            (&["CTR-01"], &["CTR-02", todo]),
            (&["CTR-01.more"], &["CTR-02", todo]),
            (&["CTR-03"], &["CTR-01", todo]),
            (&["CTR-01", "CTR-02"], &[todo]),
            (&["RUN-x", "also:CTR-01"], &["CTR-01", "CTR-02", todo]),
            (
                &["CTR-01", "expected-fail:why"],
                &["CTR-01", "CTR-02", todo],
            ),
        ] {
            assert_eq!(lines(tags), expected, "{tags:?}");
        }
    }
}
