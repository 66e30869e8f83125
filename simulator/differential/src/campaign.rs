//! Many scripts, on all cores.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::case_file;
use crate::compare::{Difference, Verdict, compare};
use crate::construct::Tally;
use crate::minimise::minimise;
use crate::reference::Reference;
use crate::script;

/// The least percentage of scripts that each construct must be in.
const LEAST_PERCENT: f64 = 1.0;

/// Percentages of fewer scripts say little.
const TALLIED_SCRIPTS: u64 = 2000;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// What the scripts are made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The number of the first script.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// How many scripts.
    #[arg(long, default_value_t = 1000)]
    count: u64,
    /// How many run at once; as many as there are cores unless it is said.
    #[arg(long)]
    jobs: Option<usize>,
    /// Stop after so many differences.
    #[arg(long, default_value_t = 50)]
    most: usize,
    /// Do not make scripts that differ smaller.
    #[arg(long)]
    whole: bool,
    /// Print no percentages.
    #[arg(long)]
    brief: bool,
    /// Tell which scripts cannot be compared.
    #[arg(long)]
    verbose: bool,
}

/// What all workers know.
struct Shared<'a> {
    options: &'a Options,
    next: AtomicU64,
    stop: AtomicBool,
    summary: Mutex<Summary>,
}

#[derive(Default)]
struct Summary {
    tally: Tally,
    scripts: u64,
    unsteady: u64,
    endless: u64,
    seen: BTreeSet<Vec<u8>>,
    differences: usize,
}

/// The seed of one script.
pub(crate) fn script_seed(seed: u64, number: u64) -> u64 {
    seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(number)
}

/// A folder for a root directory of the reference.
pub(crate) fn work_folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("differential-{}-{name}", std::process::id()))
}

/// Runs a campaign; true when nothing differs and every construct was tried often enough.
pub(crate) fn run(binary: &Path, options: &Options) -> io::Result<bool> {
    let shared = Shared {
        options,
        next: AtomicU64::new(0),
        stop: AtomicBool::new(false),
        summary: Mutex::default(),
    };
    on_all_cores(binary, options.jobs, &shared.stop, |reference| {
        compare_all(reference, &shared)
    })?;
    let summary = shared
        .summary
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(report(options, &summary))
}

/// Runs a campaign for each line of a file; true when nothing differs in any.
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
            whole: false,
            brief: true,
            verbose: false,
        };
        same &= run(binary, &options)?;
    }
    Ok(same)
}

/// What one line of a file of seeds says.
pub(crate) struct Seeded {
    pub(crate) seed: u64,
    pub(crate) first: u64,
    pub(crate) count: u64,
}

/// The lines of a file of seeds.
///
/// # Errors
/// The file cannot be read, or a line is none.
pub(crate) fn seeded(file: &Path) -> io::Result<Vec<Seeded>> {
    let text = std::fs::read_to_string(file)?;
    let read = |line: &str| {
        let numbers: Result<Vec<u64>, _> = line.split_whitespace().map(str::parse).collect();
        match numbers.as_deref() {
            Ok([seed, first, count]) => Ok(Seeded {
                seed: *seed,
                first: *first,
                count: *count,
            }),
            _ => Err(io::Error::other(format!(
                "no seed, number and count: {line}"
            ))),
        }
    };
    text.lines().map(read).collect()
}

/// Runs `work` on every core, or on `jobs` of them, each with a reference of its own; an error lets the others stop.
///
/// # Errors
/// Those of `work`, or the reference cannot be made.
pub(crate) fn on_all_cores(
    binary: &Path,
    jobs: Option<usize>,
    stop: &AtomicBool,
    work: impl Fn(&mut Reference) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let one = |job: usize| {
        let folder = work_folder(&format!("job{job}"));
        let mut reference = Reference::new(binary, folder.clone())?;
        let outcome = work(&mut reference);
        if outcome.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        drop(reference);
        std::fs::remove_dir_all(folder)?;
        outcome
    };
    std::thread::scope(|scope| {
        let one = &one;
        let workers: Vec<_> = (0..jobs.unwrap_or(cores).max(1))
            .map(|job| scope.spawn(move || one(job)))
            .collect();
        for worker in workers {
            worker
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("a worker panicked")))?;
        }
        Ok(())
    })
}

fn compare_all(reference: &mut Reference, shared: &Shared<'_>) -> io::Result<()> {
    while !shared.stop.load(Ordering::Relaxed) {
        let index = shared.next.fetch_add(1, Ordering::Relaxed);
        if index >= shared.options.count {
            break;
        }
        let number = shared.options.first + index;
        let script = script::script(script_seed(shared.options.seed, number));
        let verdict = compare(reference, &script.text)?;
        let small = match &verdict {
            Verdict::Differs(difference) if !shared.options.whole => {
                Some(shrink(reference, difference)?)
            }
            Verdict::Differs(difference) => Some((**difference).clone()),
            _ => None,
        };
        let mut summary = shared
            .summary
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        summary.scripts += 1;
        summary.tally.add(&script.constructs);
        if shared.options.verbose && matches!(verdict, Verdict::Unsteady | Verdict::Endless) {
            println!("#### script {number}: {verdict:?}");
        }
        match verdict {
            Verdict::Unsteady => summary.unsteady += 1,
            Verdict::Endless => summary.endless += 1,
            Verdict::Same | Verdict::Differs(_) => {}
        }
        if let Some(difference) = small {
            summary.differences += 1;
            if summary.seen.insert(difference.script.clone()) {
                print_difference(shared.options.seed, number, &difference);
            }
            if summary.seen.len() >= shared.options.most {
                shared.stop.store(true, Ordering::Relaxed);
            }
        }
    }
    Ok(())
}

fn shrink(reference: &mut Reference, difference: &Difference) -> io::Result<Difference> {
    let mut smallest = difference.clone();
    minimise(&difference.script, |script| {
        match compare(reference, script)? {
            Verdict::Differs(found) => {
                smallest = *found;
                Ok::<_, io::Error>(true)
            }
            _ => Ok(false),
        }
    })?;
    Ok(smallest)
}

fn print_difference(seed: u64, number: u64, difference: &Difference) {
    let Difference {
        script,
        expected,
        found,
    } = difference;
    println!("#### differs: seed {seed}, script {number}");
    print!("{}", case_file::render(&expected.case(script)));
    println!("#### found: {:?}", found.status);
    println!("{}", String::from_utf8_lossy(&found.stdout));
    println!("#### err:\n{}", String::from_utf8_lossy(&found.stderr));
}

fn report(options: &Options, summary: &Summary) -> bool {
    let mut enough = true;
    for (construct, percent) in summary.tally.percentages() {
        let rare = percent < LEAST_PERCENT;
        enough &= !rare || summary.scripts < TALLIED_SCRIPTS;
        if !options.brief || rare {
            let mark = if rare { "  too rare" } else { "" };
            println!("{percent:6.2} % {}{mark}", construct.name());
        }
    }
    println!(
        "seed {} from {}: {} scripts, {} differ ({} when made small), {} unsteady in the reference, {} endless in it",
        options.seed,
        options.first,
        summary.scripts,
        summary.differences,
        summary.seen.len(),
        summary.unsteady,
        summary.endless,
    );
    enough && summary.differences == 0
}
