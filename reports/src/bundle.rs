//! Everything that people and programs read of a run, in one folder.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::{Error, Evidence, EvidenceKind, Record, Results, Setting, StepOutcome, grid, junit};

/// The folder of what each record was judged by.
const EVIDENCE: &str = "evidence";

/// Writes `index.html` (the grid of scenarios and clients), `junit.xml`, and for each record what it was judged by,
/// in `evidence/`, with `replay.ndjson` in a folder of its own when it has a journal. What an earlier run left under
/// these names goes.
///
/// # Errors
///
/// [`Error::Io`] when a file cannot be written.
pub fn write_bundle(folder: &Path, results: &Results) -> Result<(), Error> {
    let evidence = folder.join(EVIDENCE);
    if evidence.exists() {
        fs::remove_dir_all(&evidence).map_err(Error::io("remove", &evidence))?;
    }
    fs::create_dir_all(&evidence).map_err(Error::io("create", &evidence))?;
    for record in &results.records {
        let path = folder.join(evidence_path(record));
        fs::write(&path, told(record)).map_err(Error::io("write", &path))?;
        write_journal(folder, record)?;
    }
    let page = grid(results, Setting::Bundle);
    for (name, text) in [("index.html", page), ("junit.xml", junit(results))] {
        let path = folder.join(name);
        fs::write(&path, text).map_err(Error::io("write", &path))?;
    }
    Ok(())
}

fn write_journal(folder: &Path, record: &Record) -> Result<(), Error> {
    let (Some(path), Some(journal)) = (journal_path(record), journal(record)) else {
        return Ok(());
    };
    let path = folder.join(path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
    }
    fs::write(&path, &journal.text).map_err(Error::io("write", &path))
}

/// Where the bundle has what a record was judged by, relative to its folder.
pub(crate) fn evidence_path(record: &Record) -> String {
    format!("{}.txt", evidence_name(record))
}

/// Where the bundle has what the zone of a record was told, relative to its folder; `None` when that was not kept.
pub fn journal_path(record: &Record) -> Option<String> {
    journal(record)?;
    Some(format!("{}/replay.ndjson", evidence_name(record)))
}

fn evidence_name(record: &Record) -> String {
    // Rows of an outline have a `#`, which means something else in links.
    let id = record.id.replace('#', ".row");
    format!("{EVIDENCE}/{id}@{}", record.client)
}

fn journal(record: &Record) -> Option<&Evidence> {
    let mut evidence = record.evidence.iter();
    evidence.find(|kept| kept.kind == EvidenceKind::Journal)
}

/// A record in words.
fn told(record: &Record) -> String {
    let mut text = format!(
        "{} {}\n{} with {}, seed {}, {} ms: {}\n",
        record.id,
        record.name,
        record.feature,
        record.client,
        record.seed,
        record.duration_ms,
        record.verdict
    );
    if let Some(reason) = &record.reason {
        let _ = writeln!(text, "{reason}");
    }
    text.push('\n');
    for step in &record.steps {
        let mark = match step.outcome {
            StepOutcome::Passed => "ok",
            StepOutcome::Failed => "!!",
            StepOutcome::Contradicted => "<>",
            StepOutcome::NotRun => "..",
        };
        let _ = writeln!(text, "{mark} {} ({} ms)", step.text, step.duration_ms);
    }
    if let Some(path) = journal_path(record) {
        let _ = writeln!(text, "\nreplay: zonesim replay {path}");
    }
    let others = |kept: &&Evidence| kept.kind != EvidenceKind::Journal;
    for kept in record.evidence.iter().filter(others) {
        let kind = serde_json::to_value(kept.kind).unwrap_or_default();
        let kind = kind.as_str().unwrap_or_default();
        let _ = write!(text, "\n---- {kind} of {}\n{}", kept.about, kept.text);
        if !kept.text.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClientInfo, RunHeader, Step, Verdict};

    #[test]
    fn a_bundle_has_a_page_a_report_for_programs_and_the_evidence_that_they_lead_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let record = Record {
            id: "CTR-06#2".into(),
            name: "Names & <signs>".into(),
            client: "docker-1.12".into(),
            verdict: Verdict::Fail,
            reason: Some("the status is 1".into()),
            steps: vec![Step {
                text: "Then it exits with 0".into(),
                outcome: StepOutcome::Failed,
                duration_ms: 3,
            }],
            evidence: vec![
                Evidence {
                    kind: EvidenceKind::Journal,
                    about: "its zone".into(),
                    text: "{}\n".into(),
                },
                Evidence {
                    kind: EvidenceKind::Stdout,
                    about: "docker ps".into(),
                    text: "web".into(),
                },
            ],
            ..Record::default()
        };
        let header = RunHeader {
            clients: vec![ClientInfo {
                name: "docker-1.12".into(),
                ..ClientInfo::default()
            }],
            ..RunHeader::default()
        };
        let results = Results::new(header, vec![record.clone()], 5);
        fs::create_dir(folder.path().join(EVIDENCE)).expect("a folder");
        let old = folder.path().join(EVIDENCE).join("old.txt");
        fs::write(&old, "of an earlier run").expect("a file");
        write_bundle(folder.path(), &results).expect("written");
        assert!(!old.exists());
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect(name);
        let evidence = read(&evidence_path(&record));
        assert!(evidence.contains("!! Then it exits with 0"), "{evidence}");
        let path = "evidence/CTR-06.row2@docker-1.12/replay.ndjson";
        assert_eq!(journal_path(&record).as_deref(), Some(path));
        assert_eq!(read(path), "{}\n");
        let end = format!("replay: zonesim replay {path}\n\n---- stdout of docker ps\nweb\n");
        assert!(evidence.ends_with(&end), "{evidence}");
        let page = read("index.html");
        assert!(page.contains("Names &amp; &lt;signs&gt;"), "{page}");
        assert!(
            page.contains("href=\"evidence/CTR-06.row2@docker-1.12.txt\""),
            "{page}"
        );
        let report = read("junit.xml");
        assert!(report.contains("failures=\"1\""), "{report}");
        assert!(report.contains("the status is 1"), "{report}");
    }
}
