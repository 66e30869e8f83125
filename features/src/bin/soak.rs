//! Loads a zone for a long time and watches its memory.
//!
//! Exit status: 0 nothing was found, 1 something was, 2 usage, 4 the load could not be made.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use clients::ClientName;
use clients::version::CliVersion;
use features::load::{Findings, Load};
use features::roster::Roster;
use features::session::target_dir;

/// Loads a zone for a long time.
#[derive(Debug, Parser)]
#[command(name = "soak", version)]
struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Connections and command lines that are cut at random points.
    Load {
        /// For how long.
        #[arg(long, value_name = "M", default_value_t = 30)]
        minutes: u64,
        /// Decides what is done and where it is cut.
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
        /// Connections at once.
        #[arg(long, value_name = "N", default_value_t = 200)]
        connections: usize,
        /// Command lines at once.
        #[arg(long, value_name = "N", default_value_t = 10)]
        command_lines: usize,
    },
}

fn main() -> ExitCode {
    let What::Load {
        minutes,
        seed,
        connections,
        command_lines,
    } = Options::parse().what;
    let clients: Vec<ClientName> = CliVersion::ALL.map(ClientName::Cli).to_vec();
    let roster = match Roster::gather(&clients, &target_dir(), &mut |line| println!("{line}")) {
        Ok(roster) => roster,
        Err(error) => return harness_error(&error.to_string()),
    };
    let load = Load {
        connections,
        command_lines,
        binaries: roster.binaries(),
        duration: Duration::from_secs(minutes * 60),
        seed,
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return harness_error(&error.to_string()),
    };
    match runtime.block_on(load.run(&mut |line| println!("{line}"))) {
        Ok(findings) => told(&findings),
        Err(failure) => harness_error(&failure.to_string()),
    }
}

fn told(findings: &Findings) -> ExitCode {
    println!(
        "{} requests answered, {} cut, {} command lines",
        findings.answered, findings.cut, findings.commands
    );
    if let Some(slope) = findings.slope_bytes_per_minute() {
        println!("memory grows by {slope:.0} bytes a minute over the second half");
    }
    for problem in &findings.problems {
        println!("found: {problem}");
    }
    match findings.problems.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn harness_error(text: &str) -> ExitCode {
    eprintln!("error: {text}");
    ExitCode::from(4)
}
