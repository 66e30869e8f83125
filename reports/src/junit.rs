//! Results as JUnit XML, which CI systems read.

use std::collections::BTreeMap;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::{Record, Results, Verdict};

/// One suite a client, one test case a scenario.
pub fn junit(results: &Results) -> String {
    let mut report = Report::new("zonesim");
    report.set_time(Duration::from_millis(results.summary.duration_ms));
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for record in &results.records {
        suites
            .entry(&record.client)
            .or_insert_with(|| TestSuite::new(&record.client))
            .add_test_case(case(record));
    }
    report.add_test_suites(suites.into_values());
    // What is written to memory is written.
    report.to_string().unwrap_or_default()
}

fn case(record: &Record) -> TestCase {
    let reason = record.reason.as_deref().unwrap_or_default();
    let failed = |kind: NonSuccessKind| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(reason);
        status.set_type(record.verdict.name());
        status
    };
    let status = match record.verdict {
        Verdict::Pass | Verdict::Limited | Verdict::ExpectedFail => TestCaseStatus::success(),
        Verdict::NotApplicable => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason);
            status
        }
        Verdict::Fail | Verdict::UnexpectedPass | Verdict::Flaky => failed(NonSuccessKind::Failure),
        Verdict::Error => failed(NonSuccessKind::Error),
    };
    let mut case = TestCase::new(format!("{} {}", record.id, record.name), status);
    case.set_classname(&record.feature);
    case.set_time(Duration::from_millis(record.duration_ms));
    case
}
