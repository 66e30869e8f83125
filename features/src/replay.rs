//! What a scenario's zone was told, which goes with the record of one that failed.

use reports::{Evidence, EvidenceKind, Record, Verdict};
use zonesim::Journal;

/// Keeps the journal of the zone of a scenario that has failed, whole: what is cut cannot be replayed.
pub(crate) fn keep(record: &mut Record, journal: Option<&Journal>) {
    if let (Verdict::Fail, Some(journal)) = (record.verdict, journal) {
        record.evidence.push(Evidence {
            kind: EvidenceKind::Journal,
            about: "what its zone was told".to_owned(),
            text: journal.text(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::{Entrances, RunningZone};

    #[tokio::test]
    async fn only_a_failure_leaves_a_journal() {
        let zone = RunningZone::start(7, Entrances::default(), false).await;
        let zone = zone.expect("it starts");
        let journal = zone.journal().expect("zones of scenarios keep one");
        zone.stop(Vec::new()).await.expect("nothing is left behind");
        for (verdict, count) in [
            (Verdict::Fail, 1),
            (Verdict::Pass, 0),
            (Verdict::ExpectedFail, 0),
            (Verdict::Error, 0),
        ] {
            let mut record = Record {
                verdict,
                ..Record::default()
            };
            keep(&mut record, Some(&journal));
            keep(&mut record, None);
            assert_eq!(record.evidence.len(), count, "{verdict:?}");
        }
    }
}
