//! Divergences as a page: both answers, and what came of them with each client and at an engine.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use crate::page::page;
use crate::{Divergence, EngineTable, Record, Results, Verdict};

const STYLE: &str = "
td pre { margin: 0 0 .3rem; white-space: pre-wrap; overflow-wrap: anywhere; max-width: 34rem; font-size: 12px; }
td ul { margin: 0; padding: 0; list-style: none; }
";

/// One page that needs nothing else. The results are those of a run with zones of the suite's own.
pub fn divergences(divergences: &[Divergence], results: &Results, engine: &EngineTable) -> String {
    let clients = &results.header.clients;
    let place = |record: &Record| {
        clients
            .iter()
            .position(|client| client.name == record.client)
    };
    let mut by_scenario = BTreeMap::<&str, Vec<&Record>>::new();
    for record in &results.records {
        by_scenario.entry(&record.id).or_default().push(record);
    }
    for records in by_scenario.values_mut() {
        records.sort_by_key(|record| place(record));
    }
    let ids: BTreeSet<&str> = divergences
        .iter()
        .flat_map(|divergence| divergence.ids.iter().map(String::as_str))
        .collect();
    let body = html! {
        h1 { "Where a zone and Docker Inc's engine answer differently" }
        dl {
            dt { "Rules" } dd { (ids.len()) " in " (divergences.len()) " scenarios" }
            dt { "Engine" } dd { (engine.target) }
            dt { "Made by" } dd { code { "cargo run -p features --bin pages" } }
        }
        table {
            thead {
                tr {
                    th { "Rule" } th { "Asked" } th { "Engine" } th { "Zone" }
                    th { "Clients" } th { "At the engine" }
                }
            }
            tbody {
                @for divergence in divergences {
                    (row(divergence, by_scenario.get(&*divergence.scenario), engine))
                }
            }
        }
    };
    page("zonesim: divergences", STYLE, &body)
}

fn row(divergence: &Divergence, records: Option<&Vec<&Record>>, engine: &EngineTable) -> Markup {
    let verdicts = records.into_iter().flatten();
    let at_engine = engine
        .rows
        .iter()
        .filter(|row| row.id == divergence.scenario);
    html! {
        tr id=(divergence.scenario) {
            td {
                @for id in &divergence.ids { code { (id) } " " }
                br;
                (divergence.title) br;
                span .place { (divergence.feature) " " (divergence.scenario) }
            }
            td { @for step in &divergence.asked { pre { (step) } } }
            td {
                @match &divergence.not_asked {
                    Some(reason) => span .other { (reason) },
                    None => @for answer in &divergence.answers {
                        @if answer.drift { span .other { "20.10 only" } }
                        @for text in &answer.engine { pre { (text) } }
                    }
                }
            }
            td { @for answer in &divergence.answers { pre { (answer.zone) } } }
            td { ul { @for record in verdicts { li { (record.client) " " (sign(record.verdict)) } } } }
            td { ul { @for row in at_engine { li { (row.client) " " (sign(row.verdict)) } } } }
        }
    }
}

fn sign(verdict: Verdict) -> Markup {
    let class = match verdict {
        Verdict::NotApplicable => "other",
        verdict if verdict.is_as_expected() => "good",
        _ => "bad",
    };
    html! { span class=(class) { (verdict) } }
}
