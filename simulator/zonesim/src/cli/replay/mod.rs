//! `zonesim replay`.

mod show;
mod verdict;

use super::{Exit, Trouble, memory};
use crate::rerun::Stage;
use clap::Args;
use journal::{Recording, Replay};
use show::Show;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use verdict::{Comparison, Verdict};

/// The longest file that is read, twice what a journal takes.
const LIMIT_BYTES: u64 = 128 << 20;

#[derive(Clone, Debug, Args)]
pub(super) struct ReplayArgs {
    /// What a zone was told: `replay.ndjson` of a failed scenario, or `GET /journal` of the control API of a zone that
    /// was started with `--journal`.
    file: PathBuf,
    /// Stop after this step.
    #[arg(long, value_name = "N")]
    to: Option<usize>,
    /// Stop after each step until Enter is pressed.
    #[arg(long)]
    step: bool,
    /// Run the containers again, too: show what they print, and compare how they end with how they ended.
    #[arg(long)]
    containers: bool,
    /// Show the whole state where it stops.
    #[arg(long)]
    state: bool,
    /// Go through the same steps with another seed.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Print a JSON object for each step, each piece of output and the end.
    #[arg(long)]
    json: bool,
}

/// Exit status 0: the recorded state was reached; 1: another, or containers ended otherwise; 2: the file cannot be used.
pub(super) fn run(args: &ReplayArgs) -> Result<(), Trouble> {
    let recording = read(args)?;
    if let Some(other) = recording.other_version() {
        eprintln!("zonesim: {}: {other}", args.file.display());
    }
    let count = recording.steps().len();
    if let Some(to) = args.to.filter(|to| *to > count) {
        let message = format!("--to {to}: there are {count} steps");
        return Err(Trouble::new(Exit::Usage, message));
    }
    let show = Show { json: args.json };
    let seed = args.seed.unwrap_or(recording.seed());
    let mut replay = Replay::new(&recording, seed);
    let first = recording.steps().first();
    let mut stage = first.filter(|_| args.containers).map(|first| {
        let memory_bytes = memory::half_of_the_machine();
        Stage::new(seed, first.step.at, replay.view(), memory_bytes)
    });
    let mut comparison = Comparison::default();
    while replay.taken() < args.to.unwrap_or(count) {
        let Some(taken) = replay.step() else { break };
        comparison.note(replay.taken(), taken.agrees);
        show.step(&taken);
        if let Some(stage) = &mut stage {
            stage.follow(&taken, replay.view());
            show.printed(&stage.take_printed(), &replay.view());
        }
        if args.step && !goes_on(show, &replay) {
            break;
        }
    }
    if args.state {
        show.state(&replay.view());
    }
    let verdict = Verdict::new(&replay, &recording, comparison, stage.as_ref());
    show.verdict(&verdict);
    verdict.result()
}

fn read(args: &ReplayArgs) -> Result<Recording, Trouble> {
    let unusable =
        |why: &dyn Display| Trouble::new(Exit::Usage, format!("{}: {why}", args.file.display()));
    let file = File::open(&args.file).map_err(|error| unusable(&error))?;
    let mut text = Vec::new();
    let read = file.take(LIMIT_BYTES + 1).read_to_end(&mut text);
    if read.map_err(|error| unusable(&error))? as u64 > LIMIT_BYTES {
        let limit = LIMIT_BYTES >> 20;
        return Err(unusable(&format!("a journal has {limit} MiB at most")));
    }
    Recording::read(&String::from_utf8_lossy(&text)).map_err(|fault| unusable(&fault))
}

/// Shows the digest and waits for Enter; `false` when there is nobody any more to press it.
fn goes_on(show: Show, replay: &Replay<'_>) -> bool {
    show.digest(replay.digest());
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .is_ok_and(|length| length > 0)
}
