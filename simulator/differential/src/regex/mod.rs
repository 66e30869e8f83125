//! Random regular expressions in the programs of both, `grep -o` and `sed`, many in one script.

mod case;
mod pattern;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::campaign::{Seeded, on_all_cores, script_seed, seeded};
use crate::case_file;
use crate::compare::run_ours;
use crate::outcome::Outcome;
use crate::reference::Reference;
use case::Case;

/// Expressions of one script.
const BATCH: u64 = 20;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// What the expressions are made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The number of the first expression.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// How many expressions.
    #[arg(long, default_value_t = 10_000)]
    count: u64,
    /// How many scripts run at once; as many as there are cores unless it is said.
    #[arg(long)]
    jobs: Option<usize>,
    /// Stop after so many differences.
    #[arg(long, default_value_t = 50)]
    most: usize,
    /// Print differences as cases only.
    #[arg(long)]
    cases: bool,
}

#[derive(Default)]
struct Summary {
    expressions: u64,
    /// Those with a match.
    matched: u64,
    refused: u64,
    endless: u64,
    /// Those that differ for a known fault of the reference.
    excluded: BTreeMap<&'static str, u64>,
    differing: u64,
    seen: BTreeSet<Case>,
}

/// Compares random expressions; true when nothing differs.
///
/// # Errors
/// The reference cannot be run.
pub(crate) fn run(binary: &Path, options: &Options) -> io::Result<bool> {
    let next = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let summary = Mutex::<Summary>::default();
    on_all_cores(binary, options.jobs, &stop, |reference| {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(BATCH, Ordering::Relaxed);
            if index >= options.count {
                break;
            }
            let numbers = index..options.count.min(index + BATCH);
            let found = batch(reference, options, numbers)?;
            let mut summary = summary
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            summary.add(options, found);
            if summary.seen.len() >= options.most {
                stop.store(true, Ordering::Relaxed);
            }
        }
        Ok(())
    })?;
    let summary = summary
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let Summary {
        expressions,
        matched,
        refused,
        endless,
        differing,
        excluded,
        ..
    } = &summary;
    eprintln!(
        "seed {} from {}: {expressions} expressions ({matched} match, {refused} are refused), {differing} differ ({} when \
         made small), {endless} endless in the reference",
        options.seed,
        options.first,
        summary.seen.len(),
    );
    for (reason, count) in excluded {
        eprintln!("{count} differ that are not counted: {reason}");
    }
    Ok(*differing == 0)
}

/// Compares the expressions of a file of seeds; true when nothing differs.
///
/// # Errors
/// The file cannot be read, a line is none, or the reference cannot be run.
pub(crate) fn run_file(binary: &Path, file: &Path) -> io::Result<bool> {
    let mut same = true;
    for Seeded { seed, first, count } in seeded(file)? {
        let options = Options {
            seed,
            first,
            count,
            jobs: None,
            most: 50,
            cases: false,
        };
        same &= run(binary, &options)?;
    }
    Ok(same)
}

/// What came of one expression.
enum Verdict {
    Same(Outcome),
    Differs(Box<(Case, Outcome, Outcome)>),
    Excluded(&'static str),
    Endless,
}

fn batch(
    reference: &mut Reference,
    options: &Options,
    numbers: std::ops::Range<u64>,
) -> io::Result<Vec<Verdict>> {
    let seeds = numbers.map(|index| script_seed(options.seed, options.first + index));
    let cases: Vec<Case> = seeds.map(pattern::case).collect();
    let mut script = Vec::new();
    for case in &cases {
        script.extend_from_slice(b"exec 2>&1; echo '####'\n");
        script.extend(case.script());
    }
    let (expected, found) = (reference.run(&script)?, run_ours(&script));
    let parts = |outcome: &Outcome| -> Vec<Vec<u8>> {
        let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
        let parts = text.split("####\n").skip(1);
        parts.map(|part| part.as_bytes().to_vec()).collect()
    };
    let (expected_parts, found_parts) = (parts(&expected), parts(&found));
    let mut verdicts = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let same = expected_parts.get(index).is_some()
            && expected_parts.get(index) == found_parts.get(index)
            && expected_parts.len() == cases.len();
        verdicts.push(if same {
            Verdict::Same(Outcome {
                stdout: expected_parts[index].clone(),
                stderr: Vec::new(),
                status: Some(0),
            })
        } else {
            alone(reference, case)?
        });
    }
    Ok(verdicts)
}

/// GNU libc may find a match and then not its groups, or crash: only with back references to what can be empty.
const CONTRADICTION: &str = "grep finds what sed does not, or one of them crashes";

/// Whether `grep` has found something and `sed` nothing.
fn contradicts_itself(outcome: &Outcome) -> bool {
    outcome.has(b"Segmentation fault") || outcome.stdout.ends_with(b"0\n0\n") && !outcome.has(b"<")
}

/// Looks at one expression by itself, and makes it small when it differs.
fn alone(reference: &mut Reference, case: &Case) -> io::Result<Verdict> {
    let expected = reference.run(&case.script())?;
    if expected.status.is_none() {
        return Ok(Verdict::Endless);
    }
    if run_ours(&case.script()).agrees(&expected) {
        return Ok(Verdict::Same(expected));
    }
    if let Some(reason) = case.excluded {
        return Ok(Verdict::Excluded(reason));
    }
    if contradicts_itself(&expected) {
        return Ok(Verdict::Excluded(CONTRADICTION));
    }
    let small = case.minimised(|case| {
        let expected = reference.run(&case.script())?;
        Ok(expected.status.is_some()
            && !contradicts_itself(&expected)
            && !run_ours(&case.script()).agrees(&expected))
    })?;
    let (expected, found) = (reference.run(&small.script())?, run_ours(&small.script()));
    Ok(Verdict::Differs(Box::new((small, expected, found))))
}

impl Summary {
    fn add(&mut self, options: &Options, verdicts: Vec<Verdict>) {
        for verdict in verdicts {
            self.expressions += 1;
            match verdict {
                Verdict::Same(outcome) => {
                    self.refused += u64::from(outcome.has(b"bad regex"));
                    self.matched += u64::from(outcome.has(b"<"));
                }
                Verdict::Endless => self.endless += 1,
                Verdict::Excluded(reason) => *self.excluded.entry(reason).or_default() += 1,
                Verdict::Differs(difference) => {
                    self.differing += 1;
                    let (case, expected, found) = *difference;
                    let script = case.script();
                    if !self.seen.insert(case) {
                        continue;
                    }
                    print!("{}", case_file::render(&expected.case(&script)));
                    if !options.cases {
                        println!("#### found: {:?}", found.status);
                        println!("{}", String::from_utf8_lossy(&found.stdout));
                        println!("{}", String::from_utf8_lossy(&found.stderr));
                    }
                }
            }
        }
    }
}
