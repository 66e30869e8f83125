//! A run: the chosen cases on a bounded number of threads, each with a runtime and a zone of its own.
//!
//! The step registry, the expressions and the parser are cucumber's. Its runner is not used: it
//! polls every step of every scenario on one thread, has no deadlines, and takes an undefined
//! step for a skipped one.

use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use clients::ClientName;
use reports::{Record, Stream, Verdict};

use crate::arguments::Arguments;
use crate::case::{self, Place};
use crate::foreign::Foreign;
use crate::interrupt;
use crate::plan::Case;
use crate::progress::Progress;
use crate::roster::{Roster, RosterError};
use crate::workers;
use crate::world::{Conditions, ZoneWorld};

/// How a run ends; each has an exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everything ended as it should.
    AsExpected,
    /// Something failed.
    Failures,
    /// The arguments make no sense.
    Usage,
    /// No scenario was chosen.
    NothingRan,
    /// The harness itself failed.
    HarnessError,
    /// Something passed that was expected to fail.
    StaleExpectation,
    /// Somebody asked to stop.
    Interrupted,
}

impl From<&RosterError> for Ending {
    /// A binary that the user named and that does not do is a usage error.
    fn from(error: &RosterError) -> Ending {
        match error {
            RosterError::Build(error) if error.exit_code() == 2 => Ending::Usage,
            RosterError::Build(_) | RosterError::Library(_) => Ending::HarnessError,
        }
    }
}

impl Ending {
    /// The exit status of the process.
    pub const fn status(self) -> u8 {
        match self {
            Ending::AsExpected => 0,
            Ending::Failures => 1,
            Ending::Usage => 2,
            Ending::NothingRan => 3,
            Ending::HarnessError => 4,
            Ending::StaleExpectation => 5,
            Ending::Interrupted => 130,
        }
    }

    /// What a finished run's records amount to; the worst one decides.
    pub fn of(records: &[Record]) -> Ending {
        let any = |wanted: &[Verdict]| {
            records
                .iter()
                .any(|record| wanted.contains(&record.verdict))
        };
        if any(&[Verdict::Error]) {
            Ending::HarnessError
        } else if any(&[Verdict::Fail, Verdict::Flaky]) {
            Ending::Failures
        } else if any(&[Verdict::UnexpectedPass]) {
            Ending::StaleExpectation
        } else {
            Ending::AsExpected
        }
    }
}

/// Runs cases until all are done, each in a zone of its own or one after the other at a foreign target;
/// every record goes to the stream and to people as it comes.
///
/// # Errors
///
/// [`reports::Error`] when the results cannot be written; cases that run then are finished.
pub fn all(
    cases: Vec<Case>,
    arguments: &Arguments,
    roster: &Arc<Roster>,
    foreign: Option<&Foreign>,
    stream: &mut Stream,
    progress: &mut Progress,
) -> Result<(), reports::Error> {
    let workers = match foreign {
        // Others use it, too.
        Some(_) => 1,
        None => arguments.test_threads.unwrap_or_else(default_workers),
    };
    let workers = workers.clamp(1, cases.len().max(1));
    let steps = <ZoneWorld as cucumber::World>::collection();
    let work = |case: Case| {
        if interrupt::asked() {
            return None;
        }
        let place = match foreign {
            Some(foreign) => Place::Foreign(foreign),
            None => Place::Own(Conditions::default()),
        };
        let (record, _) = case::run(&case, &steps, roster, arguments.seed, place);
        Some(record)
    };
    workers::each(cases, workers, work, |record| {
        progress.show(&record);
        stream.push(record)
    })
}

/// Twice the cores: a scenario mostly waits for its client's process.
pub fn default_workers() -> usize {
    thread::available_parallelism().map_or(2, NonZero::get) * 2
}

/// The one command that runs a case again: in a zone of its own, or with the arguments that lead to a foreign target.
pub fn repeat_command(id: &str, client: ClientName, seed: u64, foreign: Option<&str>) -> String {
    match foreign {
        Some(arguments) => {
            format!("cargo run -p features --bin certify -- {arguments} --id {id}")
        }
        None => format!(
            "cargo test -p features --test suite -- --id {id} --client {client} --seed {seed}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_record_decides_how_a_run_ends() {
        let records = |verdicts: &[Verdict]| -> Vec<Record> {
            let record = |verdict: &Verdict| Record {
                verdict: *verdict,
                ..Record::default()
            };
            verdicts.iter().map(record).collect()
        };
        use Verdict::{
            Error, ExpectedFail, Fail, Flaky, Limited, NotApplicable, Pass, UnexpectedPass,
        };
        for (verdicts, status) in [
            (&[Pass, Limited, ExpectedFail, NotApplicable][..], 0),
            (&[Pass, Fail, UnexpectedPass], 1),
            (&[Flaky], 1),
            (&[Pass, UnexpectedPass], 5),
            (&[Fail, Error, UnexpectedPass], 4),
        ] {
            assert_eq!(
                Ending::of(&records(verdicts)).status(),
                status,
                "{verdicts:?}"
            );
        }
    }
}
