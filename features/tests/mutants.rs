//! Every mutant dies: the scenarios it names fail when their answers are changed.

use std::path::Path;
use std::process::ExitCode;

use features::arguments::Arguments;
use features::mutants::{self, Fate};
use features::plan::{FEATURES, Suite};
use features::run::{Ending, default_workers};
use features::session::{self, judge_panics};
use reports::StepOutcome;

fn main() -> ExitCode {
    session::trials(check)
}

fn check(arguments: &Arguments) -> Result<Ending, Box<dyn std::error::Error>> {
    let suite = Suite::load(Path::new(FEATURES))?;
    let mut trials = mutants::trials(&mutants::committed()?, &suite)?;
    trials.retain(|trial| !arguments.ignored && arguments.admits_name(&trial.name()));
    if arguments.list {
        return Ok(session::list(trials.iter().map(mutants::Trial::name)));
    }
    let roster = match session::prepare(trials.iter().map(|trial| trial.case.client)) {
        Ok(roster) => roster,
        Err(ending) => return Ok(ending),
    };
    println!("\nrunning {} mutants × scenarios", trials.len());
    let workers = arguments.test_threads.unwrap_or_else(default_workers);
    let (mut killed, mut others) = (0, 0);
    let tell = |trial: &mutants::Trial, fate: Fate, record: &reports::Record| {
        let (name, duration_ms) = (trial.name(), record.duration_ms);
        match fate {
            Fate::Killed => {
                killed += 1;
                if !arguments.quiet {
                    println!("{name} ... killed ({duration_ms} ms)");
                }
                if arguments.nocapture {
                    println!("  {}", record.reason.as_deref().unwrap_or_default());
                }
            }
            fate => {
                others += 1;
                let reason = record.reason.as_deref().unwrap_or_default();
                let failed = |step: &&reports::Step| step.outcome == StepOutcome::Failed;
                let at = record.steps.iter().find(failed);
                let at = at.map(|step| format!(" at `{}`", step.text));
                let at = at.unwrap_or_default();
                println!("{name} ... {fate:?}{at} ({duration_ms} ms) {reason}");
            }
        }
    };
    mutants::run(trials, &roster, arguments.seed, workers, tell);
    println!("\n{killed} killed, {others} not");
    println!("{killed} passed, {others} failed, 0 skipped");
    let ending = match others {
        0 => Ending::AsExpected,
        _ => Ending::Failures,
    };
    Ok(judge_panics(ending, features::panics::taken()))
}
