//! What a runtime has reported, then and now.

use runtime::{ExecId, ExitStatus, Incarnation, InstanceId, RuntimeEvent, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How much earlier than recorded a report may come: CPU time does not pass here, so that one that was still to come where
/// the recording ends may have come here already.
const EARLY: Duration = Duration::from_secs(1);

/// A report without its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Report {
    Started(InstanceId, Incarnation),
    Exited(InstanceId, Incarnation, ExitStatus),
    ExecExited(InstanceId, ExecId, ExitStatus),
}

impl From<&RuntimeEvent> for Report {
    fn from(event: &RuntimeEvent) -> Self {
        match *event {
            RuntimeEvent::Started {
                instance,
                incarnation,
                ..
            } => Report::Started(instance, incarnation),
            RuntimeEvent::Exited {
                instance,
                incarnation,
                status,
                ..
            } => Report::Exited(instance, incarnation, status),
            RuntimeEvent::ExecExited {
                exec,
                instance,
                status,
                ..
            } => Report::ExecExited(instance, exec, status),
        }
    }
}

impl Report {
    /// Who it is about, and what it says.
    fn told(self) -> String {
        match self {
            Report::Started(instance, _) => format!("{instance} has started"),
            Report::Exited(instance, _, status) => {
                format!("{instance} has ended with {}", status.0)
            }
            Report::ExecExited(instance, exec, status) => {
                format!("exec {exec} in {instance} has ended with {}", status.0)
            }
        }
    }

    fn is_of_same(self, other: Report) -> bool {
        match (self, other) {
            (Report::Exited(a, run_a, _), Report::Exited(b, run_b, _)) => (a, run_a) == (b, run_b),
            (Report::ExecExited(_, a, _), Report::ExecExited(_, b, _)) => a == b,
            _ => self == other,
        }
    }
}

/// The reports of a runtime that runs containers again. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Reports(Arc<Mutex<Vec<(Report, Timestamp)>>>);

impl Reports {
    pub(super) fn hear(&self, event: &RuntimeEvent) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.push((event.into(), at(event)));
    }

    /// Whether a report was heard, at whatever time.
    pub(super) fn have(&self, event: &RuntimeEvent) -> bool {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.iter().any(|(report, _)| *report == event.into())
    }

    /// In which way what was heard is not what the recording has up to a time, its end; empty when it is.
    pub(super) fn differences(&self, recorded: &[RuntimeEvent], end: Timestamp) -> Vec<String> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recorded: Vec<Report> = recorded.iter().map(Report::from).collect();
        let lost = recorded
            .iter()
            .filter(|report| !heard.iter().any(|(other, _)| other == *report))
            .map(|report| {
                let other = heard.iter().find(|(other, _)| other.is_of_same(*report));
                match other {
                    Some((other, _)) => format!("{}, not: {}", report.told(), other.told()),
                    None => format!("{}, now it has not", report.told()),
                }
            });
        let added = heard
            .iter()
            .filter(|(_, at)| *at + EARLY < end)
            .filter(|(report, _)| !recorded.iter().any(|other| other.is_of_same(*report)))
            .map(|(report, _)| format!("nothing of this: {}", report.told()));
        lost.chain(added).collect()
    }
}

fn at(event: &RuntimeEvent) -> Timestamp {
    match event {
        RuntimeEvent::Started { at, .. }
        | RuntimeEvent::Exited { at, .. }
        | RuntimeEvent::ExecExited { at, .. } => *at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exited(instance: u128, status: i32, at: u64) -> RuntimeEvent {
        RuntimeEvent::Exited {
            instance: InstanceId(uuid::Uuid::from_u128(instance)),
            incarnation: Incarnation(1),
            status: ExitStatus(status),
            at: Timestamp(at),
        }
    }

    #[test]
    fn another_status_and_an_end_that_does_not_come_are_differences_and_times_are_not() {
        let reports = Reports::default();
        reports.hear(&exited(1, 0, 5));
        reports.hear(&exited(2, 3, 5));
        let recorded = [exited(1, 0, 9), exited(2, 4, 5), exited(3, 0, 5)];
        let [_, two, three] = [1, 2, 3].map(uuid::Uuid::from_u128);
        assert_eq!(
            reports.differences(&recorded, Timestamp(9)),
            [
                format!("{two} has ended with 4, not: {two} has ended with 3"),
                format!("{three} has ended with 0, now it has not"),
            ]
        );
    }

    #[test]
    fn an_end_that_is_not_recorded_is_a_difference_unless_it_may_have_come_later_then() {
        let reports = Reports::default();
        reports.hear(&exited(1, 0, 5));
        let one = uuid::Uuid::from_u128(1);
        let long_after = Timestamp(6) + EARLY;
        assert_eq!(
            reports.differences(&[], long_after),
            [format!("nothing of this: {one} has ended with 0")]
        );
        assert!(reports.differences(&[], Timestamp(6)).is_empty());
        let recorded = [exited(1, 0, 9)];
        assert!(reports.differences(&recorded, long_after).is_empty());
    }
}
