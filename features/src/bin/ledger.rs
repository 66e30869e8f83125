//! Writes what follows from the features anew: `uncovered.txt`, and `divergences.json` of the reports. Exit status: 0
//! written, 4 it could not be.

use std::path::Path;
use std::process::ExitCode;

use features::engine;
use features::ids::{INDEX, Index};
use features::ledger;
use features::plan::{FEATURES, Suite};

fn main() -> ExitCode {
    match write() {
        Ok((uncovered, divergences)) => {
            println!("features/uncovered.txt: {uncovered} lines");
            println!("reports/divergences.json: {divergences} divergences");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(4)
        }
    }
}

fn write() -> Result<(usize, usize), String> {
    let index = Index::read(INDEX).map_err(|error| error.to_string())?;
    let folder = Path::new(FEATURES);
    let suite = Suite::load(folder).map_err(|error| error.to_string())?;
    let text = ledger::uncovered(&index, &suite, &ledger::todo_routes());
    std::fs::write(folder.join("uncovered.txt"), &text).map_err(|error| error.to_string())?;
    let divergences = engine::divergences(&suite);
    let json = engine::as_json(&divergences);
    let path = folder.join("../reports/divergences.json");
    std::fs::write(path, json).map_err(|error| error.to_string())?;
    Ok((text.lines().count() - 1, divergences.len()))
}
