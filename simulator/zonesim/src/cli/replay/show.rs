//! What `zonesim replay` prints: lines for people, or JSON objects.

use super::super::say::say;
use super::verdict::Verdict;
use crate::docker::time::iso_millis;
use crate::rerun::Printed;
use journal::{Input, StateDigest, Taken};
use runtime::console::Stream;
use serde_json::{Value, json};
use zone::{Outcome, View};

/// Characters of an input that a line for people shows.
const SHOWN_CHARS: usize = 160;

/// How it is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Show {
    pub(super) json: bool,
}

impl Show {
    pub(super) fn step(self, taken: &Taken<'_>) {
        say(&match self.json {
            true => step_object(taken).to_string(),
            false => step_line(taken),
        });
    }

    /// What containers have printed, each write by itself only where the stream changes.
    pub(super) fn printed(self, printed: &[Printed], view: &View) {
        for piece in printed {
            let container = view.operator_container(piece.instance);
            let name = container.map_or(piece.instance.to_string(), |c| c.name.to_string());
            let stream = match piece.stream {
                Stream::Stdout => "stdout",
                Stream::Stderr => "stderr",
            };
            let text = String::from_utf8_lossy(&piece.bytes);
            if self.json {
                let object = json!({
                    "printed": {"container": name, "exec": piece.by_exec, "stream": stream, "text": text},
                });
                say(&object.to_string());
                continue;
            }
            let who = if piece.by_exec { "an exec in " } else { "" };
            for line in text.lines() {
                say(&format!("       {who}{name} {stream}| {line}"));
            }
        }
    }

    pub(super) fn digest(self, digest: StateDigest) {
        say(&match self.json {
            true => json!({ "digest": digest }).to_string(),
            false => format!("       digest {digest}"),
        });
    }

    pub(super) fn state(self, view: &View) {
        let state = format!("{view:#?}");
        say(&match self.json {
            true => json!({ "state": state }).to_string(),
            false => state,
        });
    }

    pub(super) fn verdict(self, verdict: &Verdict) {
        let digest = verdict.reached;
        if self.json {
            let end = json!({
                "steps": verdict.taken,
                "of": verdict.count,
                "digest": digest,
                "recorded": verdict.recorded,
                "same": verdict.is_same(),
                "full": verdict.full,
                "differences": verdict.differences,
                "missing_connections": verdict.missing_connections,
            });
            return say(&end.to_string());
        }
        for difference in &verdict.differences {
            say(&format!("recorded: {difference}"));
        }
        if verdict.missing_connections > 0 {
            let count = verdict.missing_connections;
            say(&format!(
                "{count} recorded connections with the host could not be made again"
            ));
        }
        let word = match verdict.recorded {
            None => "of which nothing is recorded here",
            Some(recorded) if recorded == digest => "as recorded",
            Some(_) => "not as recorded",
        };
        let (taken, count) = (verdict.taken, verdict.count);
        say(&format!("step {taken} of {count}: state {digest}, {word}"));
        if verdict.full {
            say("the journal was full here: what came then is not in it");
        }
    }
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

fn step_object(taken: &Taken<'_>) -> Value {
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
