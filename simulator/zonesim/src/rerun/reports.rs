//! What a runtime has reported, then and now.

use runtime::{ExecId, ExitStatus, Incarnation, InstanceId, RuntimeEvent};
use std::sync::{Arc, Mutex, PoisonError};

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
pub(super) struct Reports(Arc<Mutex<Vec<Report>>>);

impl Reports {
    pub(super) fn hear(&self, event: &RuntimeEvent) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.push(event.into());
    }

    /// Whether a report was heard, at whatever time.
    pub(super) fn have(&self, event: &RuntimeEvent) -> bool {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.contains(&event.into())
    }

    /// In which way what was heard is not what the recording has; empty when it is.
    pub(super) fn differences(&self, recorded: &[RuntimeEvent]) -> Vec<String> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recorded = recorded.iter().map(Report::from);
        recorded
            .filter(|report| !heard.contains(report))
            .map(|report| {
                let other = heard.iter().find(|other| other.is_of_same(report));
                match other {
                    Some(other) => format!("{}, not: {}", report.told(), other.told()),
                    None => format!("{}, now it has not", report.told()),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::Timestamp;

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
            reports.differences(&recorded),
            [
                format!("{two} has ended with 4, not: {two} has ended with 3"),
                format!("{three} has ended with 0, now it has not"),
            ]
        );
        assert!(reports.differences(&recorded[..1]).is_empty());
    }
}
