//! Writes the committed pages of `reports/`: the grid of a whole run of `cargo test`, and the divergences with what came of
//! them.
//!
//! Exit status: 0 written, 2 there are no results of a whole run, 4 the pages could not be written.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use clients::ClientName;
use features::arguments::Arguments;
use features::engine;
use features::plan::{FEATURES, Suite};
use features::session::target_dir;
use reports::{EngineTable, Results, Setting};

/// Writes the committed pages of `reports/`.
#[derive(Debug, Parser)]
#[command(name = "pages", version)]
struct Options {
    /// The folder of a run's results; the target folder's `results` unless given.
    #[arg(value_name = "DIR")]
    results: Option<PathBuf>,
}

fn main() -> ExitCode {
    match write(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err((status, reason)) => {
            eprintln!("error: {reason}");
            ExitCode::from(status)
        }
    }
}

fn write(options: &Options) -> Result<(), (u8, String)> {
    let folder = options.results.clone();
    let path = folder.unwrap_or_else(|| target_dir().join("results"));
    let path = path.join("results.json");
    let results = read(&path).map_err(|reason| (2, format!("{}: {reason}", path.display())))?;
    let suite = Suite::load(Path::new(FEATURES)).map_err(|error| (4, error.to_string()))?;
    if results.header.suite_digest != suite.digest {
        return Err((
            2,
            "the results are of other features: run `cargo test` first".to_owned(),
        ));
    }
    let all = suite.cases(&Arguments::default(), &ClientName::ALL).len();
    if results.records.len() != all {
        return Err((
            2,
            "the results are of a part of the suite: run `cargo test` first".to_owned(),
        ));
    }
    let table: EngineTable =
        serde_json::from_str(engine::TABLE).map_err(|error| (4, error.to_string()))?;
    let divergences = reports::divergences(&engine::divergences(&suite), &results, &table);
    let grid = reports::grid(&results, Setting::Alone("cargo test"));
    let folder = Path::new(FEATURES).join("../reports");
    for (name, text) in [("divergences.html", divergences), ("grid.html", grid)] {
        let written = std::fs::write(folder.join(name), text);
        written.map_err(|error| (4, format!("{name}: {error}")))?;
        println!("reports/{name}");
    }
    Ok(())
}

fn read(path: &Path) -> Result<Results, String> {
    let text = std::fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| error.to_string())
}
