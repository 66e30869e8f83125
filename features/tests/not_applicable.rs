//! What `not-applicable.toml` says of a client is so: it does not notice when the rule is broken.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use features::arguments::Arguments;
use features::mutants;
use features::not_applicable::{Claims, Found, Guide, Probe};
use features::plan::{FEATURES, Suite};
use features::roster::Roster;
use features::run::{Ending, default_workers};
use features::session::{judge_panics, target_dir};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    let ending = match check(&arguments) {
        Ok(ending) => ending,
        Err(error) => {
            eprintln!("error: {error}");
            Ending::HarnessError
        }
    };
    ExitCode::from(ending.status())
}

fn check(arguments: &Arguments) -> Result<Ending, Box<dyn std::error::Error>> {
    let suite = Suite::load(Path::new(FEATURES))?;
    let claims = Claims::committed()?;
    let trials = mutants::trials(&mutants::committed()?, &suite)?;
    let mut probes = claims.probes(&trials);
    probes.retain(|probe| !arguments.ignored && arguments.admits_name(&probe.name()));
    if arguments.list {
        for probe in &probes {
            println!("{}: test", probe.name());
        }
        println!("\n{} tests, 0 benchmarks", probes.len());
        return Ok(Ending::AsExpected);
    }
    features::scratch::use_memory();
    features::panics::watch();
    let mut clients: Vec<_> = probes.iter().map(|probe| probe.client).collect();
    clients.sort_unstable();
    clients.dedup();
    let roster = match Roster::gather(&clients, &target_dir(), &mut |line| println!("{line}")) {
        Ok(roster) => Arc::new(roster),
        Err(error) => {
            eprintln!("error: {error}");
            return Ok(Ending::from(&error));
        }
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
