//! Runs the suite for one Docker CLI, against zones of its own or a given target, and writes the results.
//!
//! What only raw bytes can show runs too, once: it says what the zone is that the client was tried
//! with.
//!
//! `--target` names an endpoint that is there already. A zone has to answer there as scenarios say a zone does; Docker Inc's
//! engine as they say an engine does: alike where they are tagged `@engine`, otherwise in another way, which they
//! tell.
//!
//! Exit status: 0 all as expected, 1 failures, 2 usage, 3 nothing ran, 4 harness error, 5 stale
//! expectation, 130 interrupted: the scenario at hand is finished and cleared away first.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use clients::build::{self, BuildError, CliBinary};
use clients::version::CliVersion;
use clients::{Endpoint, Target, TlsFiles};
use features::arguments::Arguments;
use features::engine;
use features::failure::Failure;
use features::foreign::Foreign;
use features::interrupt;
use features::plan::{FEATURES, Suite};
use features::prepare::{self, Prepared};
use features::roster::Roster;
use features::run::Ending;
use features::session;
use reports::EngineTable;

/// Runs the suite for one Docker CLI.
#[derive(Debug, Parser)]
#[command(name = "certify", version)]
struct Options {
    /// The binary; its own `--version` decides which expectations apply. With `--target` it may be left out: then it
    /// is the suite's own docker 1.12.
    #[arg(long, value_name = "PATH", required_unless_present = "target")]
    client: Option<PathBuf>,
    /// An endpoint that is there already, as in `unix:///var/run/docker.sock` or `tcp://host:2376`.
    #[arg(long, value_name = "ENDPOINT")]
    target: Option<Endpoint>,
    /// A folder with `ca.pem`, `cert.pem` and `key.pem` for the target.
    #[arg(long, value_name = "DIR", requires = "target")]
    tls: Option<PathBuf>,
    /// Only give the target the image that scenarios take for granted, made of this host's static busybox.
    #[arg(long, requires = "target")]
    prepare_target: bool,
    /// The committed table of what an engine answered: only what it has not, or has of another text, is run, and it is
    /// written anew.
    #[arg(long, value_name = "FILE", requires = "target")]
    table: Option<PathBuf>,
    /// Where `results.ndjson` and `results.json` are written.
    #[arg(long, value_name = "DIR", default_value = "certificate")]
    out: PathBuf,
    /// From which each zone's seed is derived.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Only scenarios of this id (repeatable).
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
    /// Only scenarios with this tag (repeatable).
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Only scenarios whose name, as in `containers/run RUN-hello@docker-1.12 A command in the foreground`, has one of these texts.
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
}

impl Options {
    /// What says where scenarios are tried and by whom, as it was given.
    fn of_target(&self) -> String {
        let target = self
            .target
            .iter()
            .map(|target| format!("--target {target}"));
        let tls = self
            .tls
            .iter()
            .map(|tls| format!("--tls {}", tls.display()));
        let client = self.client.iter();
        let client = client.map(|client| format!("--client {}", client.display()));
        target
            .chain(tls)
            .chain(client)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn main() -> ExitCode {
    let ending = certify(&Options::parse()).unwrap_or_else(|(ending, reason)| {
        eprintln!("error: {reason}");
        ending
    });
    ExitCode::from(ending.status())
}

/// How it ends, or how and why it does not begin.
fn certify(options: &Options) -> Result<Ending, (Ending, String)> {
    let harness = |reason: String| (Ending::HarnessError, reason);
    let target = target(options)?;
    if let Some(target) = target.as_ref().filter(|_| options.prepare_target) {
        match meanwhile(prepare::prepare(target)).map_err(harness)? {
            Prepared::Now => println!("the target has busybox:latest now"),
            Prepared::Already => println!("the target has its own busybox:latest, which stays"),
        }
        return Ok(Ending::AsExpected);
    }
    let binary = binary(options).map_err(|error| match error.exit_code() {
        2 => (Ending::Usage, error.to_string()),
        _ => (Ending::HarnessError, error.to_string()),
    })?;
    let suite = Suite::load(Path::new(FEATURES)).map_err(|error| harness(error.to_string()))?;
    let mut arguments = Arguments::default();
    arguments.id.clone_from(&options.id);
    arguments.tag.clone_from(&options.tag);
    arguments.filters.clone_from(&options.filters);
    arguments.seed = options.seed;
    arguments.out = Some(options.out.clone());
    let roster = Roster::of_given(binary);
    let mut cases = suite.cases(&arguments, roster.clients());
    let table = options.table.as_deref().map(read_table).transpose()?;
    if let Some(table) = table.as_ref().filter(|_| !arguments.narrows()) {
        cases = engine::stale(cases, table);
    } else if cases.is_empty() {
        return Err((Ending::NothingRan, "no scenario was chosen".to_owned()));
    }
    let foreign = match target {
        Some(target) => {
            let options = options.of_target();
            Some(meanwhile(Foreign::meet(target, options)).map_err(harness)?)
        }
        None => None,
    };
    if let (Some(foreign), Some(table)) = (&foreign, &table) {
        belongs(foreign, table).map_err(|reason| (Ending::Usage, reason))?;
    }
    interrupt::watch();
    let says = foreign.as_ref().map(|foreign| foreign.says.clone());
    let (ending, records) = session::carry_out(cases, &arguments, &suite, roster, foreign.as_ref());
    if let (Some(path), Some(table)) = (&options.table, table) {
        let table = engine::updated(&table, &says.unwrap_or_default(), &suite, &records);
        write_table(path, &table).map_err(harness)?;
    }
    Ok(ending)
}

/// A table is of one engine.
fn belongs(foreign: &Foreign, table: &EngineTable) -> Result<(), String> {
    let says = &foreign.says;
    if !foreign.is_engine() {
        return Err(format!(
            "the table is of an engine, and the target is {says}"
        ));
    }
    match table.target.is_empty() || table.target == *says {
        true => Ok(()),
        false => Err(format!(
            "the table is of {}, and the target is {says}: begin a new one",
            table.target
        )),
    }
}

fn read_table(path: &Path) -> Result<EngineTable, (Ending, String)> {
    let wrong = |error: String| (Ending::Usage, format!("{}: {error}", path.display()));
    match std::fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|error| wrong(error.to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(EngineTable::default()),
        Err(error) => Err(wrong(error.to_string())),
    }
}

fn write_table(path: &Path, table: &EngineTable) -> Result<(), String> {
    let text = serde_json::to_string_pretty(table).map_err(|error| error.to_string())?;
    std::fs::write(path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))
}

/// The given binary, or the suite's own of the newest line.
fn binary(options: &Options) -> Result<CliBinary, BuildError> {
    match &options.client {
        Some(path) => build::identify_given(path),
        None => {
            let target_dir = session::target_dir();
            build::resolve(CliVersion::V1_12, &target_dir, &mut |line| {
                println!("{line}");
            })
        }
    }
}

fn target(options: &Options) -> Result<Option<Target>, (Ending, String)> {
    let Some(endpoint) = options.target.clone() else {
        return Ok(None);
    };
    let Some(folder) = &options.tls else {
        return Ok(Some(Target::plain(endpoint)));
    };
    match TlsFiles::read(folder) {
        Ok(files) => Ok(Some(Target::tls(endpoint, files))),
        Err(error) => Err((Ending::Usage, format!("{}: {error}", folder.display()))),
    }
}

/// Does something that waits, to its end.
fn meanwhile<T>(what: impl Future<Output = Result<T, Failure>>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| format!("a runtime: {error}"))?;
    runtime
        .block_on(what)
        .map_err(|failure| failure.to_string())
}
