//! How a scenario ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The verdict on one scenario with one client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything held.
    Pass,
    /// Everything held, and what held is that this client cannot do it.
    Limited,
    /// An assertion did not hold.
    Fail,
    /// It failed as the scenario says it does.
    ExpectedFail,
    /// It was expected to fail and did not: the expectation is stale.
    UnexpectedPass,
    /// The target or the client lacks what the scenario needs.
    NotApplicable,
    /// It passed and failed in repeated runs.
    Flaky,
    /// The harness itself failed: nothing is known about the scenario.
    #[default]
    Error,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Verdict; 8] = [
        Verdict::Pass,
        Verdict::Limited,
        Verdict::Fail,
        Verdict::ExpectedFail,
        Verdict::UnexpectedPass,
        Verdict::NotApplicable,
        Verdict::Flaky,
        Verdict::Error,
    ];

    /// Whether the scenario ended as it should.
    pub const fn is_as_expected(self) -> bool {
        matches!(
            self,
            Verdict::Pass | Verdict::Limited | Verdict::ExpectedFail | Verdict::NotApplicable
        )
    }

    /// As it is written in results.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Limited => "limited",
            Verdict::Fail => "fail",
            Verdict::ExpectedFail => "expected-fail",
            Verdict::UnexpectedPass => "unexpected-pass",
            Verdict::NotApplicable => "not-applicable",
            Verdict::Flaky => "flaky",
            Verdict::Error => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_written_as_it_is_named() {
        for verdict in Verdict::ALL {
            let json = serde_json::to_value(verdict).expect("a name");
            assert_eq!(json, verdict.name());
        }
    }
}
