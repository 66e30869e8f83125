//! What `not-applicable.toml` says of a client is so: it does not notice when the rule is broken.

use std::path::Path;
use std::process::ExitCode;

use features::arguments::Arguments;
use features::mutants;
use features::not_applicable::{Claims, Found, Guide, Probe};
use features::plan::{FEATURES, Suite};
use features::run::{Ending, default_workers};
use features::session::{self, judge_panics};

fn main() -> ExitCode {
    session::trials(check)
}

fn check(arguments: &Arguments) -> Result<Ending, Box<dyn std::error::Error>> {
    let suite = Suite::load(Path::new(FEATURES))?;
    let claims = Claims::committed()?;
    let trials = mutants::trials(&mutants::committed()?, &suite)?;
    let mut probes = claims.probes(&trials);
    probes.retain(|probe| !arguments.ignored && arguments.admits_name(&probe.name()));
    if arguments.list {
        return Ok(session::list(probes.iter().map(Probe::name)));
    }
    let roster = match session::prepare(probes.iter().map(|probe| probe.client)) {
        Ok(roster) => roster,
        Err(ending) => return Ok(ending),
    };
    println!("\nrunning {} clients × broken rules", probes.len());
    let guide = Guide {
        roster: &roster,
        seed: arguments.seed,
        workers: arguments.test_threads.unwrap_or_else(default_workers),
    };
    let (mut passed, mut failed) = (0, 0);
    let tell = |probe: &Probe, found: &Found| match found {
        Found::Unchanged { stops, applied } => {
            passed += 1;
            if !arguments.quiet {
                println!(
                    "{} ... not noticed, {applied} changes in {stops} scenarios",
                    probe.name()
                );
            }
        }
        Found::Changed(place, what) => {
            failed += 1;
            println!("{} ... noticed in {place}: {what}", probe.name());
        }
    };
    if let Err(unsteady) = guide.run(&claims.tour(&suite)?, probes, tell) {
        for line in unsteady {
            println!("not the same twice: {line}");
        }
        return Ok(Ending::HarnessError);
    }
    println!("\n{passed} passed, {failed} failed, 0 skipped");
    let ending = match failed {
        0 => Ending::AsExpected,
        _ => Ending::Failures,
    };
    Ok(judge_panics(ending, features::panics::taken()))
}
