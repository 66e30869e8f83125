//! Results as a page: scenarios down, clients across.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::bundle::evidence_path;
use crate::page::page;
use crate::{Record, Results, Verdict};

/// Scenarios by their place, each with what became of it by client.
type Rows<'r> = BTreeMap<(&'r str, u64, &'r str), Row<'r>>;

struct Row<'r> {
    name: &'r str,
    by_client: BTreeMap<&'r str, &'r Record>,
}

/// Where a page of results stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting<'s> {
    /// In the bundle: the cells lead to what was seen.
    Bundle,
    /// Alone: this command makes the bundle.
    Alone(&'s str),
}

/// One page that needs nothing else.
pub fn grid(results: &Results, setting: Setting<'_>) -> String {
    let header = &results.header;
    let clients: Vec<&str> = header.clients.iter().map(|client| &*client.name).collect();
    let mut rows = Rows::new();
    for record in &results.records {
        let (file, line) = record
            .feature
            .rsplit_once(':')
            .unwrap_or((&record.feature, ""));
        let row = rows
            .entry((file, line.parse().unwrap_or(0), &record.id))
            .or_insert_with(|| Row {
                name: &record.name,
                by_client: BTreeMap::new(),
            });
        row.by_client.insert(&record.client, record);
    }
    let summary = &results.summary;
    let bad = summary.failed + summary.flaky + summary.error + summary.unexpected_pass;
    let body = html! {
        h1 { "Scenarios and clients" }
        dl {
            dt { "Target" } dd { (header.environment.target) }
            dt { "Started" } dd { (header.started_at) }
            dt { "Suite" } dd { code { (header.suite_digest) } }
            dt { "Seed" } dd { (header.seed) }
            dt { "Result" }
            dd {
                span .good { (summary.passed) " passed" }
                ", " (summary.limited) " limited, " (summary.expected_fail) " expected to fail, "
                span .bad[bad > 0] { (bad) " not as expected" }
                ", " (summary.not_applicable) " not applicable, in " (summary.duration_ms / 1000) " s"
            }
            @if let Setting::Alone(command) = setting {
                dt { "Evidence" } dd { "made by " code { (command) } }
            }
            @for client in &header.clients {
                dt { (client.name) }
                dd {
                    (client.version)
                    @if let Some(digest) = &client.sha256 { " " code .place { (digest) } }
                }
            }
        }
        (table(&clients, &rows, setting == Setting::Bundle))
    };
    page("zonesim: scenarios and clients", "", &body)
}

fn table(clients: &[&str], rows: &Rows<'_>, leads: bool) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th { "Id" } th { "Scenario" }
                    @for client in clients { th { (client) } }
                }
            }
            tbody {
                @for ((file, line, id), row) in rows {
                    tr {
                        td { code { (id) } }
                        td { (row.name) " " span .place { (file) ":" (line) } }
                        @for client in clients { (cell(row.by_client.get(client).copied(), leads)) }
                    }
                }
            }
        }
    }
}

fn cell(record: Option<&Record>, leads: bool) -> Markup {
    let Some(record) = record else {
        return html! { td {} };
    };
    let (class, sign) = match record.verdict {
        Verdict::Pass => ("v good", "✓"),
        Verdict::Limited => ("v good", "limited"),
        Verdict::ExpectedFail => ("v other", "expected"),
        Verdict::NotApplicable => ("v other", "n/a"),
        Verdict::Fail => ("v bad", "✗"),
        Verdict::UnexpectedPass => ("v bad", "passed"),
        Verdict::Flaky => ("v bad", "flaky"),
        Verdict::Error => ("v bad", "error"),
    };
    html! {
        td class=(class) title=[record.reason.as_deref()] {
            @if leads { a href=(evidence_path(record)) { (sign) } } @else { (sign) }
        }
    }
}
