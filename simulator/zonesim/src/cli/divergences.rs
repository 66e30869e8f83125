//! `zonesim divergences`: what the suite's scenarios say, compiled in.

use super::say::say;
use super::{Exit, Trouble};
use clap::Args;
use serde_json::Value;

/// Generated from the features; a test of theirs compares it.
const DIVERGENCES: &str = include_str!("../../../../reports/divergences.json");

#[derive(Clone, Debug, Args)]
pub(super) struct DivergencesArgs {
    /// Only this rule or scenario, as in `CTR-06`.
    id: Option<String>,
    /// Print JSON instead.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &DivergencesArgs) -> Result<(), Trouble> {
    let all: Vec<Value> = serde_json::from_str(DIVERGENCES)
        .map_err(|error| Trouble::new(Exit::Internal, error.to_string()))?;
    let chosen: Vec<Value> = match &args.id {
        None => all,
        Some(id) => all.into_iter().filter(|one| is_named(one, id)).collect(),
    };
    if let (Some(id), true) = (&args.id, chosen.is_empty()) {
        let message = format!("no divergence is called {id} (see `zonesim divergences`)");
        return Err(Trouble::new(Exit::Usage, message));
    }
    match args.json {
        true => say(&format!("{:#}", Value::Array(chosen))),
        false => say(all_told(&chosen).trim_end_matches('\n')),
    }
    Ok(())
}

/// By a rule, or by the scenario, whose rows share its name.
fn is_named(divergence: &Value, id: &str) -> bool {
    let scenario = divergence["scenario"].as_str().unwrap_or_default();
    texts(&divergence["ids"]).any(|one| one == id)
        || scenario == id
        || scenario.split('#').next() == Some(id)
}

/// Each in words, with an empty line between two.
fn all_told(divergences: &[Value]) -> String {
    let told: Vec<String> = divergences.iter().map(told).collect();
    told.join("\n")
}

/// In words: what is asked, and each answer.
fn told(divergence: &Value) -> String {
    let text = |key: &str| divergence[key].as_str().unwrap_or_default();
    let mut told = format!(
        "{}  {} ({})\n",
        text("scenario"),
        text("title"),
        text("feature")
    );
    for step in texts(&divergence["asked"]) {
        told += &indented("asked:  ", step);
    }
    for answer in divergence["answers"].as_array().into_iter().flatten() {
        told += &indented("zone:   ", answer["zone"].as_str().unwrap_or_default());
        let engine = match answer["drift"] == true {
            true => "20.10:  ",
            false => "engine: ",
        };
        for step in texts(&answer["engine"]) {
            told += &indented(engine, step);
        }
    }
    if let Some(reason) = divergence["not_asked"].as_str() {
        told += &indented("engine: ", &format!("not asked; {reason}"));
    }
    told
}

/// A text of several lines stays below its first.
fn indented(label: &str, text: &str) -> String {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    let rest = lines.map(|line| format!("            {line}\n"));
    format!("    {label}{first}\n{}", rest.collect::<String>())
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_answers_are_told() {
        let divergence = json!({
            "ids": ["API-19"], "scenario": "API-19", "title": "T", "feature": "a/b.feature",
            "asked": ["I request `POST /x` with the body:\n{}\n"],
            "answers": [
                {"zone": "the status is 200", "engine": ["the status is 201"]},
                {"zone": "the body is \"\"", "engine": ["the body is \"a\""], "drift": true},
            ],
        });
        assert_eq!(
            told(&divergence),
            "API-19  T (a/b.feature)\n\
             \x20   asked:  I request `POST /x` with the body:\n\
             \x20           {}\n\
             \x20   zone:   the status is 200\n\
             \x20   engine: the status is 201\n\
             \x20   zone:   the body is \"\"\n\
             \x20   20.10:  the body is \"a\"\n"
        );
    }

    #[test]
    fn a_divergence_is_named_by_its_rule_and_by_its_scenario() {
        let divergence = json!({"ids": ["CTR-19", "API-28"], "scenario": "CTR-19.rm#2"});
        for (id, named) in [
            ("CTR-19", true),
            ("API-28", true),
            ("CTR-19.rm", true),
            ("CTR-19.rm#2", true),
            ("CTR-1", false),
        ] {
            assert_eq!(is_named(&divergence, id), named, "{id}");
        }
    }

    #[test]
    fn what_is_compiled_in_can_be_told() {
        let all: Vec<Value> = serde_json::from_str(DIVERGENCES).expect("a list");
        assert!(
            all.iter()
                .all(|divergence| told(divergence).lines().count() > 1)
        );
    }
}
