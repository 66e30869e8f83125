//! Runs the suite for one given Docker CLI and writes the results.
//!
//! What only raw bytes can show runs too, once: it says what the zone is that the client was tried
//! with.
//!
//! Exit status: 0 all as expected, 1 failures, 2 usage, 3 nothing ran, 4 harness error, 5 stale
//! expectation.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use clients::build;
use features::arguments::Arguments;
use features::plan::{FEATURES, Suite};
use features::roster::Roster;
use features::run::Ending;
use features::session;

/// Runs the suite for one Docker CLI.
#[derive(Debug, Parser)]
#[command(name = "certify", version)]
struct Options {
    /// The binary; its own `--version` decides which expectations apply.
    #[arg(long, value_name = "PATH")]
    client: PathBuf,
    /// Where `results.ndjson` and `results.json` are written.
    #[arg(long, value_name = "DIR", default_value = "certificate")]
    out: PathBuf,
    /// From which each zone's seed is derived.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Only scenarios of this id (repeatable).
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
}

fn main() -> ExitCode {
    ExitCode::from(certify(Options::parse()).status())
}

fn certify(options: Options) -> Ending {
    let binary = match build::identify_given(&options.client) {
        Ok(binary) => binary,
        Err(error) => {
            eprintln!("error: {error}");
            return Ending::Usage;
        }
    };
    let suite = match Suite::load(Path::new(FEATURES)) {
        Ok(suite) => suite,
        Err(error) => {
            eprintln!("error: {error}");
            return Ending::HarnessError;
        }
    };
    let arguments = Arguments::of_ids(options.id, options.seed, options.out);
    let roster = Roster::of_given(binary);
    let cases = suite.cases(&arguments, roster.clients());
    if cases.is_empty() {
        eprintln!("error: no scenario was chosen");
        return Ending::NothingRan;
    }
    session::carry_out(cases, &arguments, &suite, roster)
}
