//! `zonesim replay`.

use super::{Exit, Trouble};
use crate::docker::time::iso_millis;
use clap::Args;
use journal::{Input, Recording, Replay, StateDigest, Taken};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::PathBuf;
use zone::Outcome;

/// Characters of an input that a line for people shows.
const SHOWN_CHARS: usize = 160;

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
    /// Show the whole state where it stops.
    #[arg(long)]
    state: bool,
    /// Go through the same steps with another seed.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Print a JSON object for each step and one for the end.
    #[arg(long)]
    json: bool,
}

/// Where a replay is another one than what was recorded.
#[derive(Clone, Copy, Debug, Default)]
struct Comparison {
    /// The last step after which the states were seen to be the same.
    same_at: usize,
    /// The first after which they were not.
    other_at: Option<usize>,
}

impl Comparison {
    fn note(&mut self, step: usize, agrees: Option<bool>) {
        match agrees {
            Some(true) if self.other_at.is_none() => self.same_at = step,
            Some(false) => self.other_at = self.other_at.or(Some(step)),
            _ => {}
        }
    }
}

/// Exit status 0: the recorded state was reached; 1: another; 2: the file cannot be used.
pub(super) fn run(args: &ReplayArgs) -> Result<(), Trouble> {
    let unusable = |why: &dyn std::fmt::Display| {
        Trouble::new(Exit::Usage, format!("{}: {why}", args.file.display()))
    };
    let text = std::fs::read(&args.file).map_err(|error| unusable(&error))?;
    let recording = Recording::read(&String::from_utf8_lossy(&text));
    let recording = recording.map_err(|fault| unusable(&fault))?;
    let count = recording.steps().len();
    if let Some(to) = args.to.filter(|to| *to > count) {
        let message = format!("--to {to}: there are {count} steps");
        return Err(Trouble::new(Exit::Usage, message));
    }
    let mut replay = Replay::new(&recording, args.seed.unwrap_or(recording.seed()));
    let mut comparison = Comparison::default();
    while replay.taken() < args.to.unwrap_or(count) {
        let Some(taken) = replay.step() else { break };
        comparison.note(replay.taken(), taken.agrees);
        say(&match args.json {
            true => step_json(&taken).to_string(),
            false => step_line(&taken),
        });
        if args.step && !goes_on(&replay) {
            break;
        }
    }
    // A recording without steps has a digest too.
    let recorded = replay.recorded_digest();
    let reached = replay.digest();
    comparison.note(replay.taken(), recorded.map(|recorded| recorded == reached));
    let stop = Stop {
        replay: &replay,
        recording: &recording,
        recorded,
        reached,
        comparison,
    };
    if args.state {
        stop.show_state(args.json);
    }
    stop.report(args.json)
}

/// Shows the digest and waits for Enter; `false` when there is nobody any more to press it.
fn goes_on(replay: &Replay<'_>) -> bool {
    say(&format!("       digest {}", replay.digest()));
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .is_ok_and(|length| length > 0)
}

/// Whoever reads may have read enough.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// What became of a command, `None` of what was none.
fn outcome(taken: &Taken<'_>) -> Option<String> {
    let applied = taken.applied.as_ref()?;
    Some(match &applied.outcome {
        Outcome::Done(Ok(_)) => "done".to_owned(),
        Outcome::Done(Err(error)) => format!("refused: {error}"),
        Outcome::Pending(job) => format!("pending, job {}", job.0),
    })
}

fn input_json(taken: &Taken<'_>) -> Value {
    serde_json::to_value(&taken.step.input).expect("it was read from JSON")
}

fn step_json(taken: &Taken<'_>) -> Value {
    json!({
        "step": taken.step.number,
        "at_ns": taken.step.at.0,
        "input": input_json(taken),
        "outcome": outcome(taken),
        "same": taken.agrees,
    })
}

fn step_line(taken: &Taken<'_>) -> String {
    let what = match &taken.step.input {
        Input::Command(_) => input_json(taken)["command"].take(),
        Input::External(_) => input_json(taken),
    };
    let what = what.to_string();
    let mut shown: String = what.chars().take(SHOWN_CHARS).collect();
    if shown.len() < what.len() {
        shown.push('…');
    }
    let outcome = outcome(taken).map_or(String::new(), |outcome| format!(" -> {outcome}"));
    let other = match taken.agrees {
        Some(false) => "  (another state than recorded)",
        _ => "",
    };
    let at = iso_millis(taken.step.at);
    format!("{:>5}  {at}  {shown}{outcome}{other}", taken.step.number)
}

/// Where a replay has stopped.
struct Stop<'a> {
    replay: &'a Replay<'a>,
    recording: &'a Recording,
    recorded: Option<StateDigest>,
    reached: StateDigest,
    comparison: Comparison,
}

impl Stop<'_> {
    fn show_state(&self, json: bool) {
        let state = format!("{:#?}", self.replay.view());
        say(&match json {
            true => json!({"state": state}).to_string(),
            false => state,
        });
    }

    fn report(&self, json: bool) -> Result<(), Trouble> {
        let (taken, count) = (self.replay.taken(), self.recording.steps().len());
        let full = taken == count && self.recording.is_full();
        if json {
            let end = json!({
                "steps": taken,
                "of": count,
                "digest": self.reached,
                "recorded": self.recorded,
                "same": self.comparison.other_at.is_none(),
                "full": full,
            });
            say(&end.to_string());
        } else {
            let word = match self.recorded {
                None => "of which nothing is recorded here",
                Some(recorded) if recorded == self.reached => "as recorded",
                Some(_) => "not as recorded",
            };
            let digest = self.reached;
            say(&format!("step {taken} of {count}: state {digest}, {word}"));
            if full {
                say("the journal was full here: what came then is not in it");
            }
        }
        match self.comparison.other_at {
            None => Ok(()),
            Some(other_at) => {
                let same_at = self.comparison.same_at;
                let message = format!(
                    "the state is another than the recorded one: first seen after step {other_at}, not yet after step {same_at}"
                );
                Err(Trouble::new(Exit::Internal, message))
            }
        }
    }
}
