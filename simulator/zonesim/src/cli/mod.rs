//! The command line.

mod account;
mod connect;
mod control_client;
mod divergences;
mod env;
mod image;
mod memory;
mod outside;
mod ports;
mod ready;
mod replay;
mod routes;
mod say;
mod serve;

use clap::{Args, Parser, Subcommand};
use control_client::ControlClient;
use ready::Ready;
use std::path::PathBuf;
use std::process::ExitCode;

/// Why a command ends early. The number is the process's exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Something went wrong inside, or a replay has reached another state than the recorded one.
    Internal = 1,
    /// An argument makes no sense, or the file of a replay.
    Usage = 2,
    /// An address is in use or cannot be listened on.
    Listen = 3,
    /// A file or directory cannot be used.
    File = 4,
    /// No zone is running.
    NoZone = 5,
    /// A container does not let itself be connected to.
    Unreachable = 6,
}

/// One line for the user, and the exit status.
#[derive(Debug)]
struct Trouble {
    exit: Exit,
    message: String,
}

impl Trouble {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { exit, message }
    }
}

const EXIT_CODES: &str = "Exit status: 0 stopped as asked, 1 something went wrong inside, or a replay reached another state, \
2 wrong arguments, or a file that cannot be replayed, \
3 an address is in use or cannot be listened on, 4 a file or directory cannot be used, 5 no zone is running, \
6 a container cannot be connected to.";

/// A Spearhead Cloud availability zone in one process, for Docker clients of API 1.20 to 1.24.
#[derive(Debug, Parser)]
#[command(name = "zonesim", version, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a zone until it is interrupted (the default).
    Serve(serve::ServeArgs),
    /// Print the variables that point a Docker client at the running zone, for `eval`.
    Env(env::EnvArgs),
    /// Act on the accounts of the running zone.
    Account(account::AccountArgs),
    /// Act on the images of the running zone.
    Image(image::ImageArgs),
    /// Connect standard input and output to a port of a container.
    Connect(connect::ConnectArgs),
    /// List the ports of containers that this machine serves, and where.
    Ports(ports::PortsArgs),
    /// Tell where a zone and Docker Inc's engine answer differently.
    Divergences(divergences::DivergencesArgs),
    /// Tell a zone again what one was told, step by step.
    Replay(replay::ReplayArgs),
    /// List the routes of the Docker endpoint.
    Routes(routes::RoutesArgs),
}

/// Where a zone keeps its files, and where it says that it is ready.
#[derive(Clone, Debug, Args)]
struct Places {
    /// Directory for certificates and keys [default: ~/.zonesim].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// File that says where the zone listens, written when it is ready [default: ready.json in the data directory if
    /// one is given, else in $XDG_RUNTIME_DIR/zonesim, else in ~/.zonesim].
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
}

impl Places {
    fn home() -> PathBuf {
        let home = std::env::var_os("HOME").filter(|home| !home.is_empty());
        PathBuf::from(home.unwrap_or_else(|| ".".into())).join(".zonesim")
    }

    fn data_dir(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(Self::home)
    }

    /// A directory for sockets and the ready file.
    fn runtime_dir(&self) -> PathBuf {
        if let Some(directory) = &self.data_dir {
            return directory.clone();
        }
        match std::env::var_os("XDG_RUNTIME_DIR").filter(|directory| !directory.is_empty()) {
            Some(directory) => PathBuf::from(directory).join("zonesim"),
            None => Self::home(),
        }
    }

    fn ready_file(&self) -> PathBuf {
        let default = || self.runtime_dir().join("ready.json");
        self.ready_file.clone().unwrap_or_else(default)
    }

    /// The zone that the ready file tells of, if it still listens.
    fn running_zone(&self) -> Result<Ready, Trouble> {
        let path = self.ready_file();
        let found = Ready::read(&path);
        let found = found.map_err(|error| Trouble::new(Exit::File, error.to_string()))?;
        found
            .filter(|ready| ControlClient::of(ready).is_there())
            .ok_or_else(|| {
                let message = format!(
                    "no zone is running (by {}); start one with `zonesim serve`",
                    path.display()
                );
                Trouble::new(Exit::NoZone, message)
            })
    }
}

/// Reads the arguments; ends the process after `--help` and `--version`.
fn parse() -> Result<Cli, Trouble> {
    Cli::try_parse().map_err(|error| {
        if !error.use_stderr() {
            error.exit();
        }
        let text = error.to_string();
        // What is wrong may take several lines, as a list of arguments does.
        let wrong = text.lines().map(str::trim);
        let wrong = wrong.take_while(|line| !line.is_empty() && !line.starts_with("Usage:"));
        let wrong = wrong.collect::<Vec<_>>().join(" ");
        let reason = wrong.strip_prefix("error: ").unwrap_or(&wrong);
        Trouble::new(Exit::Usage, format!("{reason} (see `zonesim --help`)"))
    })
}

/// Runs the command line of the process.
pub fn main() -> ExitCode {
    let result = parse().and_then(
        |cli| match cli.command.unwrap_or(Command::Serve(cli.serve)) {
            Command::Serve(args) => serve::run(args),
            Command::Env(args) => env::run(&args),
            Command::Account(args) => account::run(&args),
            Command::Image(args) => image::run(&args),
            Command::Connect(args) => connect::run(&args),
            Command::Ports(args) => ports::run(&args),
            Command::Divergences(args) => divergences::run(&args),
            Command::Replay(args) => replay::run(&args),
            Command::Routes(args) => routes::run(&args),
        },
    );
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("zonesim: {}", trouble.message);
            ExitCode::from(trouble.exit as u8)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serving_is_the_default() {
        let cli = Cli::try_parse_from(["zonesim", "--port", "0"]).expect("parses");
        assert!(cli.command.is_none());
        assert_eq!(cli.serve.port, 0);
        let cli = Cli::try_parse_from(["zonesim", "serve", "--seed", "7"]).expect("parses");
        assert!(matches!(cli.command, Some(Command::Serve(args)) if args.seed == Some(7)));
        assert!(Cli::try_parse_from(["zonesim", "--port", "x"]).is_err());
    }
}
