//! The Go toolchain.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;

use super::error::BuildError;
use super::process::{self, Finished};
use super::recipe::{GO_FLAGS, LINKER_FLAGS, Recipe};
use crate::version::CliVersion;

/// The oldest minor release of Go 1 that builds the modules (their `go` line).
const OLDEST_MINOR: u32 = 19;

/// `go version` answers at once.
const VERSION_LIMIT: Duration = Duration::from_secs(60);

/// Fetching a hundred megabytes over a slow line.
const FETCH_LIMIT: Duration = Duration::from_secs(15 * 60);

/// Compiling with an empty cache on a slow core; two minutes are usual.
const COMPILE_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Lines of a failed compilation that are shown.
const COMPILE_LINES: usize = 20;

/// A Go toolchain that is new enough.
#[derive(Debug)]
pub(super) struct Go {
    program: OsString,
    /// As in `go1.26.8`.
    pub(super) version: String,
}

/// One module as `go mod download -json` tells of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Fetched {
    pub(super) path: String,
    pub(super) dir: Option<PathBuf>,
    error: Option<String>,
}

impl Go {
    /// Asks `go` (found in PATH, or a path) for its version.
    pub(super) fn find(program: &OsStr, wanted_for: CliVersion) -> Result<Go, BuildError> {
        let broken = |detail: String| BuildError::GoBroken { detail };
        let mut command = Command::new(program);
        command.arg("version").env("GOTOOLCHAIN", "local");
        let said = match process::run(&mut command, VERSION_LIMIT, &mut |_| {}) {
            Ok(said) => said,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let variable = wanted_for.variable();
                return Err(BuildError::NoGo { variable });
            }
            Err(error) => return Err(broken(error.to_string())),
        };
        if !said.status.success() {
            return Err(broken(said.last_lines(1)));
        }
        let (version, minor) = parse_version(&said.stdout)
            .ok_or_else(|| broken(format!("it says `{}`", said.stdout.trim())))?;
        if minor < OLDEST_MINOR {
            return Err(BuildError::GoTooOld { found: version });
        }
        Ok(Go {
            program: program.to_owned(),
            version,
        })
    }

    /// Has every module that the `go.mod` of a folder names in the module cache, verified by
    /// its `go.sum`, and answers where they are.
    pub(super) fn fetch(
        &self,
        version: CliVersion,
        folder: &Path,
        tick: &mut dyn FnMut(Duration),
    ) -> Result<Vec<Fetched>, BuildError> {
        let release = version.release();
        let mut command = self.command(folder);
        command.args(["mod", "download", "-json"]);
        let end = process::run(&mut command, FETCH_LIMIT, tick)
            .map_err(|error| step_failed(error, "fetching the modules of", release, FETCH_LIMIT))?;
        let modules: Vec<Fetched> = serde_json::Deserializer::from_str(&end.stdout)
            .into_iter()
            .map_while(Result::ok)
            .collect();
        if end.status.success() {
            return Ok(modules);
        }
        let detail = modules
            .into_iter()
            .find_map(|module| module.error)
            .unwrap_or_else(|| end.last_lines(COMPILE_LINES));
        match detail.contains("checksum mismatch") {
            true => Err(BuildError::Checksum { release, detail }),
            false => Err(BuildError::Fetch { release, detail }),
        }
    }

    /// Compiles a client in a folder that [`super::tree`] laid out.
    pub(super) fn compile(
        &self,
        version: CliVersion,
        folder: &Path,
        output: &Path,
        tick: &mut dyn FnMut(Duration),
    ) -> Result<(), BuildError> {
        let (release, recipe) = (version.release(), Recipe::of(version));
        let mut command = self.command(folder);
        command.args(["build", "-tags", recipe.tags, "-ldflags", LINKER_FLAGS]);
        command.arg("-o").arg(output).arg(recipe.main_package);
        let end: Finished = process::run(&mut command, COMPILE_LIMIT, tick)
            .map_err(|error| step_failed(error, "compiling", release, COMPILE_LIMIT))?;
        match end.status.success() {
            true => Ok(()),
            false => Err(BuildError::Compile {
                release,
                detail: end.last_lines(COMPILE_LINES),
            }),
        }
    }

    /// A `go` command with the user's proxy and cache settings and nothing else of theirs.
    fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(folder)
            .env("CGO_ENABLED", "0")
            .env("GO111MODULE", "on")
            .env("GOTOOLCHAIN", "local")
            .env("GOWORK", "off")
            .env("GOFLAGS", GO_FLAGS);
        for unwanted in ["GOOS", "GOARCH", "GOEXPERIMENT", "GODEBUG"] {
            command.env_remove(unwanted);
        }
        command
    }
}

fn step_failed(
    error: io::Error,
    step: &'static str,
    release: &'static str,
    limit: Duration,
) -> BuildError {
    match error.kind() {
        io::ErrorKind::TimedOut => BuildError::Timeout {
            step,
            release,
            limit_s: limit.as_secs(),
        },
        _ => BuildError::Io {
            action: "run go".to_owned(),
            source: error,
        },
    }
}

/// Reads `go version go1.26.8 linux/amd64` and `go version devel go1.20-0123abc …`.
fn parse_version(said: &str) -> Option<(String, u32)> {
    let version = said
        .split_whitespace()
        .find(|word| word.starts_with("go1."))?;
    let digits: String = version["go1.".len()..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    Some((version.to_owned(), digits.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn the_version_of_go_is_read() {
        for (said, version, minor) in [
            ("go version go1.26.8 linux/amd64\n", "go1.26.8", 26),
            ("go version go1.19 linux/amd64", "go1.19", 19),
            ("go version go1.21rc2 linux/amd64", "go1.21rc2", 21),
            ("go version devel go1.20-0a1b Mon", "go1.20-0a1b", 20),
        ] {
            assert_eq!(parse_version(said), Some((version.to_owned(), minor)));
        }
        for said in ["", "go version", "gccgo 9", "go version go1.x linux"] {
            assert_eq!(parse_version(said), None);
        }
    }
}
