//! Random shell scripts and regular expressions in the in-process Unix and in real busybox, side by side.
//!
//! `differential run` makes scripts from a seed, runs each in both, compares standard output, standard error and
//! status, and prints what differs, made small. It needs root (the reference runs in a root directory of its own) and
//! the reference, which `simulator/userland/reference/build.sh` builds. `differential record` writes down what the
//! reference does with scripts of one's own; `differential replay` tells which cases of a file it no longer agrees with.
//! `differential regex` compares what `grep -o` and `sed` find with random regular expressions.
//!
//! *Architecture Invariant:* a script depends on its seed only; what comes out of it in no certain order is not made.

mod campaign;
#[path = "../../userland/tests/case_file/mod.rs"]
mod case_file;
mod compare;
mod construct;
mod defects;
mod dice;
mod fixture;
mod minimise;
mod outcome;
mod record;
mod reference;
mod regex;
#[path = "../../userland/tests/root/mod.rs"]
#[expect(dead_code, reason = "tests use what this does not")]
mod root;
mod script;
mod worker;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Where the reference is unless it is said.
const REFERENCE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../target/reference/busybox"
);

/// Seeds whose regular expressions are known to match the same.
const REGEX_SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/regex-seeds.txt");

/// Seeds whose scripts are known to come out the same.
const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds.txt");

#[derive(Parser)]
#[command(about = "Random shell scripts in the in-process Unix and in real busybox")]
struct Arguments {
    /// The busybox to compare with.
    #[arg(long, global = true, default_value = REFERENCE)]
    reference: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compares random scripts.
    Run(campaign::Options),
    /// Compares the scripts of a file of seeds: a seed, a first number and a count a line.
    Seeds {
        #[arg(default_value = SEEDS)]
        file: PathBuf,
    },
    /// Compares random regular expressions.
    Regex(regex::Options),
    /// Compares the regular expressions of a file of seeds, as `seeds` does.
    RegexSeeds {
        #[arg(default_value = REGEX_SEEDS)]
        file: PathBuf,
    },
    /// Puts deliberate defects into a copy of the project and counts the scripts that find each.
    Defects(defects::Options),
    /// Prints the script of a seed.
    Show { seed: u64, number: u64 },
    /// Runs the scripts of a file of cases in the reference and prints the cases with what it did.
    Record { file: PathBuf },
    /// Runs the cases of a file in both and prints those that differ.
    Replay { file: PathBuf },
    /// Runs scripts of standard input inside a root directory.
    #[command(hide = true)]
    Worker { root: PathBuf },
}

fn main() -> ExitCode {
    let Arguments { reference, command } = Arguments::parse();
    let outcome = match command {
        Command::Run(options) => campaign::run(&reference, &options),
        Command::Seeds { file } => campaign::run_file(&reference, &file),
        Command::Regex(options) => regex::run(&reference, &options),
        Command::RegexSeeds { file } => regex::run_file(&reference, &file),
        Command::Defects(options) => defects::run(&reference, &options),
        Command::Show { seed, number } => record::show(seed, number),
        Command::Record { file } => record::record(&reference, &file),
        Command::Replay { file } => record::replay(&reference, &file),
        Command::Worker { root } => worker::run(&root).map(|()| true),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("differential: {error}");
            ExitCode::from(2)
        }
    }
}
