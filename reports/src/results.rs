//! The whole of a finished run.

use serde::{Deserialize, Serialize};

use crate::{FORMAT, Record, RunHeader, Verdict};

/// The content of `results.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// Always [`FORMAT`].
    pub format: String,
    /// What the run was made of.
    pub header: RunHeader,
    /// One record for each scenario and client, in the order they ended.
    pub records: Vec<Record>,
    /// The counts.
    pub summary: Summary,
}

impl Results {
    /// Counts the records of a finished run.
    pub fn new(header: RunHeader, records: Vec<Record>, duration_ms: u64) -> Results {
        let summary = Summary::of(&records, duration_ms);
        Results {
            format: FORMAT.to_owned(),
            header,
            records,
            summary,
        }
    }
}

/// Counts over the records of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// Records that passed.
    pub passed: usize,
    /// Records that passed by showing what a client cannot do.
    pub limited: usize,
    /// Records that failed.
    pub failed: usize,
    /// Records that failed as they should.
    pub expected_fail: usize,
    /// Records that passed though they should not have.
    pub unexpected_pass: usize,
    /// Records that could not be judged for lack of something.
    pub not_applicable: usize,
    /// Records that both passed and failed.
    pub flaky: usize,
    /// Records the harness could not finish.
    pub error: usize,
    /// From the start of the run to its end.
    pub duration_ms: u64,
}

impl Summary {
    /// Counts verdicts.
    pub fn of(records: &[Record], duration_ms: u64) -> Summary {
        let mut summary = Summary {
            duration_ms,
            ..Summary::default()
        };
        for record in records {
            *summary.count_of(record.verdict) += 1;
        }
        summary
    }

    fn count_of(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Pass => &mut self.passed,
            Verdict::Limited => &mut self.limited,
            Verdict::Fail => &mut self.failed,
            Verdict::ExpectedFail => &mut self.expected_fail,
            Verdict::UnexpectedPass => &mut self.unexpected_pass,
            Verdict::NotApplicable => &mut self.not_applicable,
            Verdict::Flaky => &mut self.flaky,
            Verdict::Error => &mut self.error,
        }
    }

    /// How many records there are.
    pub fn total(&self) -> usize {
        self.passed
            + self.limited
            + self.failed
            + self.expected_fail
            + self.unexpected_pass
            + self.not_applicable
            + self.flaky
            + self.error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_has_a_count_of_its_own() {
        for verdict in Verdict::ALL {
            let record = Record {
                verdict,
                ..Record::default()
            };
            let mut summary = Summary::of(&[record], 0);
            assert_eq!(summary.total(), 1);
            assert_eq!(*summary.count_of(verdict), 1);
        }
    }
}
