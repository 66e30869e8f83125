//! Results as a page: scenarios down, clients across.

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::bundle::evidence_path;
use crate::{Record, Results, Verdict};

pub(crate) const STYLE: &str = "
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #cf222e; --other: #9a6700; }
body { font: 14px/1.4 system-ui, sans-serif; margin: 1.5rem; }
h1 { font-size: 1.3rem; margin: 0 0 .3rem; }
h2 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0 1rem; }
dt { color: #888; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .15rem .5rem; text-align: left; vertical-align: top; }
thead th { position: sticky; top: 0; background: Canvas; }
td.v { text-align: center; white-space: nowrap; }
td.v a { text-decoration: none; }
.good, .good a { color: var(--good); } .bad, .bad a { color: var(--bad); font-weight: bold; }
.other, .other a { color: var(--other); }
.place { color: #888; }
";

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
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { "zonesim: scenarios and clients" }
                style { (PreEscaped(STYLE)) }
            }
            body {
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
            }
        }
    };
    page.into_string()
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
