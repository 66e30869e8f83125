//! Writes `uncovered.txt` anew. Exit status: 0 written, 4 it could not be.

use std::path::Path;
use std::process::ExitCode;

use features::ids::{INDEX, Index};
use features::ledger;
use features::plan::{FEATURES, Suite};

fn main() -> ExitCode {
    match write() {
        Ok(count) => {
            println!("features/uncovered.txt: {count} lines");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(4)
        }
    }
}

fn write() -> Result<usize, String> {
    let index = Index::read(INDEX).map_err(|error| error.to_string())?;
    let folder = Path::new(FEATURES);
    let suite = Suite::load(folder).map_err(|error| error.to_string())?;
    let text = ledger::uncovered(&index, &suite, &ledger::todo_routes());
    std::fs::write(folder.join("uncovered.txt"), &text).map_err(|error| error.to_string())?;
    Ok(text.lines().count() - 1)
}
