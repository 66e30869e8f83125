//! Names of a scenario's containers and volumes, made different from everybody else's.
//!
//! What a scenario calls them is found in its steps, and every word that is such a name, in
//! what is sent and in what is expected alike, gets a prefix.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::answer::Line;

/// Where a step gives a name.
static GIVEN: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    const NAME: &str = "([a-zA-Z0-9][a-zA-Z0-9_.-]*)";
    [
        format!("the container \"{NAME}\" (?:runs|is created)"),
        format!("--name[= ]{NAME}"),
        format!("/containers/create\\?(?:[^ `]*&)?name=/?{NAME}"),
        format!("/rename\\?name=/?{NAME}"),
        format!("docker rename [^ `]+ {NAME}"),
        // What is expected not to be there may be somebody's.
        "\\b(nosuch)\\b".to_owned(),
        format!("/containers/{NAME}[/?`]"),
        format!("-v {NAME}:/"),
        format!("(?s)/(?:volumes|networks)/create.*?\"Name\": *\"{NAME}\""),
        format!("\"Binds\": \\[ *\"{NAME}:/"),
    ]
    .into_iter()
    .map(|expression| Regex::new(&expression).expect("a valid expression"))
    .collect()
});

/// What stands in a path where names do.
const ROUTES: [&str; 3] = ["json", "create", "prune"];

/// Steps with every name of a container or a volume behind a prefix.
pub(crate) fn own(lines: &[Line], prefix: &str) -> Vec<Line> {
    let texts: Vec<String> = lines.iter().map(Line::whole).collect();
    let given = |text| {
        GIVEN
            .iter()
            .flat_map(move |given| given.captures_iter(text))
    };
    let names: BTreeSet<&str> = texts
        .iter()
        .flat_map(|text| given(text))
        .filter_map(|found| Some(found.get(1)?.as_str()))
        .filter(|name| !ROUTES.contains(name))
        .collect();
    let mut lines = lines.to_vec();
    for line in &mut lines {
        let step = &mut line.step;
        step.value = prefixed(&step.value, &names, prefix);
        if let Some(text) = &mut step.docstring {
            *text = prefixed(text, &names, prefix);
        }
        let rows = step.table.iter_mut().flat_map(|table| &mut table.rows);
        for cell in rows.flatten() {
            *cell = prefixed(cell, &names, prefix);
        }
    }
    lines
}

/// A text whose words that are names have the prefix. A word is made of letters, digits, `_`, `.` and `-`; an escape as
/// in `\n` or `%2F` is none of it.
fn prefixed(text: &str, names: &BTreeSet<&str>, prefix: &str) -> String {
    let mut made = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == '\\' {
            let end = rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at);
            made.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        if let Some(escape) = percent_escape(rest) {
            made.push_str(escape);
            rest = &rest[escape.len()..];
            continue;
        }
        let end = rest.find(|char| !is_of_word(char)).unwrap_or(rest.len());
        if end == 0 {
            made.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        if names.contains(&rest[..end]) {
            made.push_str(prefix);
        }
        made.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    made
}

/// `%2F` at the start of a text.
fn percent_escape(text: &str) -> Option<&str> {
    let escape = text.get(..3).filter(|escape| escape.starts_with('%'))?;
    let digits = escape[1..].bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.then_some(escape)
}

fn is_of_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '.' | '-')
}

#[cfg(test)]
mod tests {
    use cucumber::gherkin::{Feature, GherkinEnv};

    use super::*;
    use crate::answer;

    fn owned(steps: &str) -> Vec<String> {
        let text = format!("Feature: F\n  Scenario: S\n{steps}");
        let feature = Feature::parse(text, GherkinEnv::default()).expect("Gherkin");
        let lines = answer::read(feature.scenarios[0].steps.clone()).expect("steps");
        let lines = own(&lines, "p-");
        let whole = |line: &Line| {
            let cells = line
                .step
                .table
                .iter()
                .flat_map(|table| &table.rows)
                .flatten();
            let more: Vec<String> = line.step.docstring.iter().chain(cells).cloned().collect();
            [vec![line.step.value.clone()], more].concat().join("|")
        };
        lines.iter().map(whole).collect()
    }

    #[test]
    fn names_are_found_where_they_are_given_and_changed_everywhere() {
        let steps = "    Given the container \"web\" runs `sleep 1`\n    When I run `docker run --name db --link web:x -e web.a=1 busybox`\n    And I request `POST /v1.24/containers/create?a=b&name=raw` with the body:\n      \"\"\"\n      {\"Links\": [\"/web:db\"], \"Binds\": [\"data:/x\"]}\n      \"\"\"\n    Then stdout is \"a\\nweb\\nwebs -web %2Fweb\\n\"\n    And inspect of \"web\" shows:\n      | /Name | \"/web\" |\n";
        assert_eq!(
            owned(steps),
            [
                "the container \"p-web\" runs `sleep 1`",
                "I run `docker run --name p-db --link p-web:x -e web.a=1 busybox`",
                "I request `POST /v1.24/containers/create?a=b&name=p-raw` with the body:|\n{\"Links\": [\"/p-web:p-db\"], \"Binds\": [\"p-data:/x\"]}\n",
                "stdout is \"a\\np-web\\nwebs -web %2Fp-web\\n\"",
                "inspect of \"p-web\" shows:|/Name|\"/p-web\"",
            ]
        );
    }
}
