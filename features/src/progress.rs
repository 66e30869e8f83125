//! What people see of a run: a line for each scenario and client, the failures, the counts.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clients::ClientName;
use reports::{Evidence, EvidenceKind, Record, StepOutcome, Summary, Verdict};

use crate::arguments::Arguments;
use crate::run::repeat_command;

/// Prints records as they come.
#[derive(Debug)]
pub struct Progress {
    quiet: bool,
    evidence_of_all: bool,
    seed: u64,
    /// The arguments that lead to where cases are run, unless in zones of their own.
    foreign: Option<String>,
    total: usize,
    shown: usize,
    failures: Vec<String>,
    out: PathBuf,
}

impl Progress {
    /// For a run of so many cases.
    pub fn new(total: usize, arguments: &Arguments, foreign: Option<String>) -> Progress {
        print(&format!("\nrunning {total} scenarios × clients\n"));
        Progress {
            quiet: arguments.quiet,
            evidence_of_all: arguments.nocapture,
            seed: arguments.seed,
            foreign,
            total,
            shown: 0,
            failures: Vec::new(),
            out: PathBuf::new(),
        }
    }

    /// Says where the bundle of the run is going to be.
    #[must_use]
    pub fn with_bundle_in(mut self, out: &Path) -> Progress {
        self.out = out.to_owned();
        self
    }

    /// Prints one line for a record and keeps what is said at the end.
    pub fn show(&mut self, record: &Record) {
        self.shown += 1;
        let expected = record.verdict.is_as_expected();
        if !self.quiet || !expected {
            let word = match record.verdict {
                Verdict::Pass => "ok".to_owned(),
                Verdict::NotApplicable => {
                    let reason = record.reason.as_deref().unwrap_or_default();
                    format!("NOT-APPLICABLE: {reason}")
                }
                other => other.name().to_uppercase(),
            };
            let mut line = format!(
                "{:>4}/{} {:<11} {:<16} {} ... {word} ({} ms)\n",
                self.shown, self.total, record.client, record.id, record.name, record.duration_ms
            );
            if self.evidence_of_all && expected {
                line.push_str(&evidence(record));
            }
            print(&line);
        }
        if !expected {
            self.failures.push(self.failure(record));
        }
    }

    /// Prints the failures in full and the counts.
    pub fn close(self, summary: &Summary) {
        let mut text = String::new();
        if !self.failures.is_empty() {
            text.push_str("\nfailures:\n");
            for failure in &self.failures {
                text.push('\n');
                text.push_str(failure);
            }
        }
        text.push_str(&closing(summary));
        print(&text);
    }

    fn failure(&self, record: &Record) -> String {
        let mut text = format!(
            "---- {} {} with {} ({}) ----\n",
            record.id, record.name, record.client, record.feature
        );
        for step in &record.steps {
            let mark = match step.outcome {
                StepOutcome::Passed => "  ok ",
                StepOutcome::Failed => "  !! ",
                StepOutcome::Contradicted => "  <> ",
                StepOutcome::NotRun => "  .. ",
            };
            text.push_str(&format!("{mark}{}\n", step.text));
        }
        let reason = record.reason.as_deref().unwrap_or_default();
        text.push_str(&format!("{}: {reason}\n", record.verdict));
        text.push_str(&evidence(record));
        let client: Result<ClientName, _> = record.client.parse();
        if let Ok(client) = client {
            text.push_str(&format!(
                "seed of its zone: {}\nrepeat: {}\n",
                record.seed,
                repeat_command(&record.id, client, self.seed, self.foreign.as_deref())
            ));
        }
        if let Some(path) = reports::journal_path(record) {
            let path = self.out.join(path);
            text.push_str(&format!("replay: zonesim replay {}\n", path.display()));
        }
        text
    }
}

/// What people read of the evidence; transcripts and journals are in the results.
fn evidence(record: &Record) -> String {
    let mut text = String::new();
    let for_people =
        |kept: &&Evidence| !matches!(kept.kind, EvidenceKind::Transcript | EvidenceKind::Journal);
    for evidence in record.evidence.iter().filter(for_people) {
        let kind = serde_json::to_value(evidence.kind).unwrap_or_default();
        let kind = kind.as_str().unwrap_or_default();
        text.push_str(&format!("  {kind} of {}:\n", evidence.about));
        for line in evidence.text.lines() {
            text.push_str(&format!("  | {line}\n"));
        }
    }
    text
}

/// The counts, the last line in the form `N passed, N failed, N skipped`.
fn closing(summary: &Summary) -> String {
    let passed = summary.passed + summary.limited + summary.expected_fail;
    let failed = summary.failed + summary.flaky + summary.error + summary.unexpected_pass;
    format!(
        "\n{} limited, {} expected to fail, {} unexpectedly passed, {} errors, in {:.1} s\n{passed} passed, {failed} failed, {} skipped\n",
        summary.limited,
        summary.expected_fail,
        summary.unexpected_pass,
        summary.error,
        summary.duration_ms as f64 / 1000.0,
        summary.not_applicable,
    )
}

/// To standard output; a reader that has gone is no failure of the run.
pub(crate) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_what_passed_failed_and_was_skipped() {
        let summary = Summary {
            passed: 3,
            limited: 1,
            failed: 2,
            error: 1,
            not_applicable: 4,
            ..Summary::default()
        };
        let text = closing(&summary);
        assert_eq!(text.lines().last(), Some("4 passed, 3 failed, 4 skipped"));
    }
}
