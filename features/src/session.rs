//! A whole run: from the arguments to the exit status.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use clients::ClientName;
use reports::{Environment, Record, RunHeader, Stream};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::arguments::Arguments;
use crate::foreign::Foreign;
use crate::interrupt;
use crate::panics::Seen;
use crate::plan::{FEATURES, Suite};
use crate::progress::{Progress, print};
use crate::roster::Roster;
use crate::run::{self, Ending};

/// Runs the suite as the process's arguments say; what it says goes to standard output, why it
/// could not run to standard error.
pub fn suite() -> Ending {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            drop(error.print());
            return match error.use_stderr() {
                true => Ending::Usage,
                false => Ending::AsExpected,
            };
        }
    };
    crate::scratch::use_memory();
    let clients: Result<Vec<ClientName>, _> =
        arguments.client.iter().map(|name| name.parse()).collect();
    let clients = match clients {
        Ok(clients) if clients.is_empty() => ClientName::ALL.to_vec(),
        Ok(clients) => clients,
        Err(error) => return usage(&error.to_string()),
    };
    let suite = match Suite::load(Path::new(FEATURES)) {
        Ok(suite) => suite,
        Err(error) => return harness_error(&error.to_string()),
    };
    let cases = match arguments.ignored {
        true => Vec::new(),
        false => suite.cases(&arguments, &clients),
    };
    if arguments.list {
        for case in &cases {
            print(&format!("{}: test\n", case.name()));
        }
        print(&format!("\n{} tests, 0 benchmarks\n", cases.len()));
        return Ending::AsExpected;
    }
    if cases.is_empty() {
        print("\nrunning 0 scenarios × clients\n\n0 passed, 0 failed, 0 skipped\n");
        // A FILTER that was meant for the unit tests is no mistake.
        return match arguments.names_scenarios() {
            true => Ending::NothingRan,
            false => Ending::AsExpected,
        };
    }
    let mut used: Vec<ClientName> = cases.iter().map(|case| case.client).collect();
    used.sort_unstable();
    used.dedup();
    let mut tell = |line: &str| print(&format!("{line}\n"));
    let roster = match Roster::gather(&used, &target_dir(), &mut tell) {
        Ok(roster) => roster,
        Err(error) => {
            eprintln!("error: {error}");
            return Ending::from(&error);
        }
    };
    carry_out(cases, &arguments, &suite, roster, None).0
}

/// A test that tries things beside the suite: from the process's arguments to its exit status.
pub fn trials(
    check: impl FnOnce(&Arguments) -> Result<Ending, Box<dyn std::error::Error>>,
) -> ExitCode {
    let arguments = Arguments::try_parse().unwrap_or_else(|error| error.exit());
    let ending = check(&arguments).unwrap_or_else(|error| harness_error(&error.to_string()));
    ExitCode::from(ending.status())
}

/// What such a test would try, as libtest lists it.
pub fn list(names: impl ExactSizeIterator<Item = String>) -> Ending {
    let count = names.len();
    for name in names {
        print(&format!("{name}: test\n"));
    }
    print(&format!("\n{count} tests, 0 benchmarks\n"));
    Ending::AsExpected
}

/// What such a test needs before it begins, and its clients; how it ends when one cannot be had.
///
/// # Errors
///
/// How it ends then.
pub fn prepare(clients: impl Iterator<Item = ClientName>) -> Result<Arc<Roster>, Ending> {
    crate::scratch::use_memory();
    crate::panics::watch();
    let mut clients: Vec<ClientName> = clients.collect();
    clients.sort_unstable();
    clients.dedup();
    let mut tell = |line: &str| print(&format!("{line}\n"));
    let roster = Roster::gather(&clients, &target_dir(), &mut tell);
    roster.map(Arc::new).map_err(|error| {
        eprintln!("error: {error}");
        Ending::from(&error)
    })
}

/// Runs chosen cases with a roster, in zones of their own or at a foreign target, and writes the results; gives
/// them, too.
pub fn carry_out(
    cases: Vec<crate::plan::Case>,
    arguments: &Arguments,
    suite: &Suite,
    roster: Roster,
    foreign: Option<&Foreign>,
) -> (Ending, Vec<Record>) {
    crate::panics::watch();
    let out = arguments.out.clone();
    let out = out.unwrap_or_else(|| target_dir().join("results"));
    let header = header(arguments, suite, &roster, foreign);
    let mut stream = match Stream::create(&out, header) {
        Ok(stream) => stream,
        Err(error) => return (harness_error(&error.to_string()), Vec::new()),
    };
    let leads = foreign.map(|foreign| foreign.arguments.clone());
    let mut progress = Progress::new(cases.len(), arguments, leads).with_bundle_in(&out);
    let ran = run::all(
        cases,
        arguments,
        &Arc::new(roster),
        foreign,
        &mut stream,
        &mut progress,
    );
    crate::registry::end_shared();
    let ending = match interrupt::asked() {
        true => Ending::Interrupted,
        false => Ending::of(stream.records()),
    };
    let finished = ran.and_then(|()| stream.finish()).and_then(|results| {
        reports::write_bundle(&out, &results)?;
        Ok(results)
    });
    let results = match finished {
        Ok(results) => results,
        Err(error) => return (harness_error(&error.to_string()), Vec::new()),
    };
    progress.close(&results.summary);
    (
        judge_panics(ending, crate::panics::taken()),
        results.records,
    )
}

/// A panic that no scenario has told of is a failure of the harness.
pub fn judge_panics(ending: Ending, seen: Seen) -> Ending {
    let told = ending == Ending::Failures;
    let untold = match told {
        true => seen.elsewhere,
        false => [seen.elsewhere, seen.in_zones].concat(),
    };
    match untold.is_empty() {
        true => ending,
        false => harness_error(&format!(
            "panics outside of any scenario:\n{}",
            untold.join("\n")
        )),
    }
}

fn header(
    arguments: &Arguments,
    suite: &Suite,
    roster: &Roster,
    foreign: Option<&Foreign>,
) -> RunHeader {
    let now = OffsetDateTime::now_utc().format(&Rfc3339);
    RunHeader {
        started_at: now.unwrap_or_default(),
        environment: Environment {
            target: match foreign {
                Some(foreign) => foreign.says.clone(),
                None => format!("zonesim {}", env!("CARGO_PKG_VERSION")),
            },
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
            cpus: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        },
        clients: roster.infos(),
        suite_digest: suite.digest.clone(),
        seed: arguments.seed,
        arguments: std::env::args().skip(1).collect(),
    }
}

/// The build's target folder: where the running program lies, two or three folders up.
pub fn target_dir() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let profile = program
        .ancestors()
        .skip(1)
        .find(|folder| folder.file_name().is_none_or(|name| name != "deps"));
    let target = profile.and_then(Path::parent);
    target.map_or_else(|| PathBuf::from("target"), Path::to_owned)
}

fn usage(text: &str) -> Ending {
    eprintln!("error: {text}");
    Ending::Usage
}

fn harness_error(text: &str) -> Ending {
    eprintln!("error: {text}");
    Ending::HarnessError
}
