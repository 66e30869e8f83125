//! Builds the real Docker CLIs from their pinned Go modules, once, and finds a user's own.
//!
//! ```no_run
//! use clients::{build, version::CliVersion};
//! let target = std::path::Path::new("target");
//! let docker = build::resolve(CliVersion::V1_12, target, &mut |line| eprintln!("{line}"))?;
//! println!("{} says {}", docker.path.display(), docker.version_text);
//! # Ok::<(), build::BuildError>(())
//! ```
//!
//! *Architecture Invariant*: a binary under its final name is complete. It is written
//! elsewhere, asked for its version, and renamed; a stamp beside it says what it was made of.
//!
//! *Architecture Invariant*: nothing is ever fetched that `go.sum` does not pin.

mod builder;
mod error;
mod go;
mod identify;
mod process;
mod recipe;
mod stamp;
mod tree;

pub(crate) use builder::{lock, remove_leftovers};
pub use error::BuildError;
pub use identify::{CliBinary, Origin};
pub(crate) use process::run as run_child;

use std::collections::VecDeque;
use std::ffi::OsString;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

use crate::version::CliVersion;
use builder::Builder;

/// The folder of the Go modules (`docker-1.8/` … `docker-1.12/`).
const MODULES: &str = env!("CARGO_MANIFEST_DIR");

/// Builds the pinned release of a line unless a fresh one is there.
///
/// The binary is `<target_dir>/clients/docker-1.12.6` and so on. `progress` gets lines for
/// people: what is done for which client, and for how long. Callers of any process wait for
/// each other by a lock on a file. A fresh binary is found without a Go toolchain.
///
/// # Errors
///
/// [`BuildError`] says in one line what to do; nothing half-made stays behind.
pub fn ensure_built(
    version: CliVersion,
    target_dir: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<PathBuf, BuildError> {
    let builder = Builder::new(MODULES.into(), target_dir, "go".into());
    Ok(builder.ensure(version, progress)?.path)
}

/// The binary that stands for a line: the user's own (`ZONESIM_DOCKER_1_8=/path` …
/// `_1_12`), else the pinned release, built when need be.
///
/// What a user's own binary says of itself decides its release.
///
/// # Errors
///
/// As [`ensure_built`]; and a user's own binary that cannot be run or is of another minor
/// release, for which [`BuildError::exit_code`] is 2.
pub fn resolve(
    version: CliVersion,
    target_dir: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<CliBinary, BuildError> {
    let builder = Builder::new(MODULES.into(), target_dir, "go".into());
    resolve_with(&builder, version, &given_by_environment, progress)
}

/// A user's own binary of whatever line it says it is.
///
/// # Errors
///
/// [`BuildError`] when it cannot be run or is of none of the five lines.
pub fn identify_given(path: &Path) -> Result<CliBinary, BuildError> {
    identify::given_any(path)
}

/// [`resolve`] for several lines at once, in their order.
///
/// One worker per core: while one compiles, the next one's modules are fetched and laid out.
///
/// # Errors
///
/// The first one, by the order of `versions`; the others are finished all the same.
pub fn resolve_all(
    versions: &[CliVersion],
    target_dir: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<CliBinary>, BuildError> {
    let builder = Builder::new(MODULES.into(), target_dir, "go".into());
    resolve_all_with(&builder, versions, &given_by_environment, progress)
}

/// Answers the path a user gives for a line, if any.
type Given<'a> = &'a (dyn Fn(CliVersion) -> Option<OsString> + Sync);

fn given_by_environment(version: CliVersion) -> Option<OsString> {
    std::env::var_os(version.variable()).filter(|path| !path.is_empty())
}

fn resolve_with(
    builder: &Builder,
    version: CliVersion,
    given: Given<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<CliBinary, BuildError> {
    match given(version) {
        Some(path) => identify::given(version, Path::new(&path)),
        None => builder.ensure(version, progress),
    }
}

fn resolve_all_with(
    builder: &Builder,
    versions: &[CliVersion],
    given: Given<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<CliBinary>, BuildError> {
    let queue: Mutex<VecDeque<(usize, CliVersion)>> =
        Mutex::new(versions.iter().copied().enumerate().collect());
    let next = || {
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.pop_front()
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let (lines, received) = mpsc::channel::<String>();
    let mut results = thread::scope(|scope| {
        let work = |lines: mpsc::Sender<String>| {
            // The receiver outlives the workers; were it gone, a lost line would not matter.
            let mut progress = |line: &str| drop(lines.send(line.to_owned()));
            let mut done = Vec::new();
            while let Some((place, version)) = next() {
                done.push((place, resolve_with(builder, version, given, &mut progress)));
            }
            done
        };
        let workers: Vec<_> = (0..workers.min(versions.len()))
            .map(|_| {
                let lines = lines.clone();
                scope.spawn(move || work(lines))
            })
            .collect();
        drop(lines);
        for line in received {
            progress(&line);
        }
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a worker does not panic"))
            .collect::<Vec<_>>()
    });
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;
