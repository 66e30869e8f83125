//! Cases: what the reference does with given scripts.

use std::io::{self, Write as _};
use std::path::Path;

use crate::campaign::{script_seed, work_folder};
use crate::case_file::{self, Case};
use crate::compare::{Verdict, compare, run_ours};
use crate::outcome::Outcome;
use crate::reference::Reference;
use crate::script;

/// How often the reference must do the same for a case to be kept.
const RUNS: usize = 20;

/// Prints the script with this number of a seed.
pub(crate) fn show(seed: u64, number: u64) -> io::Result<bool> {
    let script = script::script(script_seed(seed, number));
    io::stdout().write_all(&script.text)?;
    println!();
    Ok(true)
}

/// Prints the cases of a file with what the reference does; false when it does not always do the same.
pub(crate) fn record(binary: &Path, file: &Path) -> io::Result<bool> {
    let mut reference = Reference::new(binary, work_folder("record"))?;
    let mut steady = true;
    for case in read(file)? {
        let outcome = reference.run(&case.script)?;
        let mut same = outcome.status.is_some();
        for _ in 1..RUNS {
            same = same && reference.run(&case.script)?.agrees(&outcome);
        }
        if same {
            print!("{}", case_file::render(&outcome.case(&case.script)));
        } else {
            steady = false;
            eprintln!("unsteady: {}", String::from_utf8_lossy(&case.script));
        }
    }
    Ok(steady)
}

/// Prints the cases of a file that differ; false when some do.
pub(crate) fn replay(binary: &Path, file: &Path) -> io::Result<bool> {
    let mut reference = Reference::new(binary, work_folder("replay"))?;
    let mut same = true;
    for case in read(file)? {
        let expected = Outcome {
            stdout: case.stdout.clone(),
            stderr: case.stderr.clone(),
            status: Some(case.status),
        };
        let actual = reference.run(&case.script)?;
        if !actual.agrees(&expected) {
            same = false;
            println!(
                "the reference does otherwise:\n{}{}",
                case_file::render(&case),
                case_file::render(&actual.case(&case.script))
            );
        }
        if let Verdict::Differs(difference) = compare(&mut reference, &case.script)? {
            same = false;
            println!(
                "differs:\n{}found:\n{}",
                case_file::render(&difference.expected.case(&case.script)),
                case_file::render(&run_ours(&case.script).case(&case.script))
            );
        }
    }
    Ok(same)
}

fn read(file: &Path) -> io::Result<Vec<Case>> {
    Ok(case_file::parse(&std::fs::read_to_string(file)?))
}
