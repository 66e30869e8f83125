//! Installing a library from its lock file, once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::interpreter::{self, Interpreter};
use super::name::{LibraryName, Program};
use crate::build::{BuildError, lock, remove_leftovers, run_child};

/// The folder of the lock files, one folder a library.
const LOCKS: &str = env!("CARGO_MANIFEST_DIR");
/// How long an installation may take.
const LIMIT: Duration = Duration::from_secs(600);
/// No symbols, and the version that its release says it is.
const DOCKER_LINKER_FLAGS: &str = "-s -w -X github.com/docker/cli/cli/version.Version=28.2.2";
/// Raised when the way of installing changes, so that what was installed before is stale.
const REVISION: u32 = 1;

/// A library on the disk and what runs it.
#[derive(Debug, Clone)]
pub struct Installed {
    /// Which.
    pub name: LibraryName,
    /// Its packages.
    pub folder: PathBuf,
    /// What runs it, or it itself.
    pub interpreter: PathBuf,
    /// What the interpreter says of itself.
    pub interpreter_version: String,
    /// SHA-256 of the lock file, in hex.
    pub digest: String,
}

/// Why a library cannot be had here: one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct Unavailable {
    /// Which.
    pub name: &'static str,
    /// What is missing.
    pub reason: String,
}

/// Installs a library below `<target_dir>/clients/` unless it is there as its lock file has it.
///
/// # Errors
///
/// [`Unavailable`] when there is no interpreter for it or its packages cannot be had.
pub fn install(
    name: LibraryName,
    target_dir: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<Installed, Unavailable> {
    let unavailable = |reason: String| Unavailable {
        name: name.as_str(),
        reason,
    };
    let interpreter = interpreter::find(name).map_err(unavailable)?;
    ensure(name, target_dir, interpreter, progress).map_err(unavailable)
}

fn ensure(
    name: LibraryName,
    target_dir: &Path,
    interpreter: Interpreter,
    progress: &mut dyn FnMut(&str),
) -> Result<Installed, String> {
    let text = |error: BuildError| error.to_string();
    let io = |action: &str, path: &Path| {
        let action = format!("{action} {}", path.display());
        move |error: std::io::Error| format!("cannot {action}: {error}")
    };
    let locks = Path::new(LOCKS).join(name.as_str());
    let digest = digest_of(&locks, &interpreter).map_err(io("read", &locks))?;
    let output = target_dir.join("clients");
    fs::create_dir_all(&output).map_err(io("create", &output))?;
    let output = std::path::absolute(&output).map_err(io("find", &output))?;
    let folder = output.join(name.as_str());
    let stamp = folder.join("installed");
    let installed = Installed {
        name,
        folder: folder.clone(),
        interpreter: match name.program() {
            Program::Docker => folder.join("docker"),
            _ => interpreter.path.clone(),
        },
        interpreter_version: interpreter.version.clone(),
        digest: digest.clone(),
    };
    let is_fresh = || fs::read_to_string(&stamp).is_ok_and(|stamp| stamp == digest);
    if is_fresh() {
        return Ok(installed);
    }
    let lock_file = output.join(format!("{}.lock", name.as_str()));
    let _lock = lock(&lock_file, name.as_str(), progress).map_err(text)?;
    if is_fresh() {
        return Ok(installed);
    }
    let started = Instant::now();
    let unfinished = format!("{}.unfinished-", name.as_str());
    remove_leftovers(&output, &unfinished).map_err(text)?;
    let made = output.join(format!("{unfinished}{}", std::process::id()));
    fs::create_dir(&made).map_err(io("create", &made))?;
    progress(&format!("{}: installing", name.as_str()));
    let mut command = command(name, &interpreter, &locks, &made).map_err(io("read", &locks))?;
    let ended = run_child(&mut command, LIMIT, &mut |passed: Duration| {
        progress(&format!(
            "{}: installing, {} s",
            name.as_str(),
            passed.as_secs()
        ));
    });
    let ended = ended.map_err(|error| format!("it cannot be installed: {error}"))?;
    if !ended.status.success() {
        return Err(format!(
            "it cannot be installed: {}",
            ended.last_lines(3).replace('\n', " ")
        ));
    }
    let made_stamp = made.join("installed");
    fs::write(&made_stamp, &digest).map_err(io("write", &made_stamp))?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(io("remove", &folder))?;
    }
    fs::rename(&made, &folder).map_err(io("create", &folder))?;
    progress(&format!(
        "{}: installed in {:.1} s",
        name.as_str(),
        started.elapsed().as_secs_f64()
    ));
    Ok(installed)
}

/// What decides whether an installation is fresh.
fn digest_of(locks: &Path, interpreter: &Interpreter) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    hash.update(format!("{REVISION} {}\n", interpreter.version));
    let mut files: Vec<PathBuf> = fs::read_dir(locks)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    for file in files {
        hash.update(fs::read(file)?);
    }
    Ok(hex::encode(hash.finalize()))
}

/// The command that installs exactly what is locked into a folder.
fn command(
    name: LibraryName,
    interpreter: &Interpreter,
    locks: &Path,
    folder: &Path,
) -> std::io::Result<Command> {
    Ok(match name.program() {
        Program::Python | Program::Compose => {
            let mut pip = Command::new(&interpreter.path);
            pip.args(["-m", "pip", "install", "--quiet", "--no-deps"])
                .args(["--require-hashes", "--disable-pip-version-check"])
                .arg("--target")
                .arg(folder)
                .arg("--requirement")
                .arg(locks.join("requirements.txt"));
            pip
        }
        Program::Docker => {
            let mut go = Command::new(&interpreter.path);
            go.args(["build", "-mod=readonly", "-trimpath", "-buildvcs=false"])
                .args(["-ldflags", DOCKER_LINKER_FLAGS, "-o"])
                .arg(folder.join("docker"))
                .arg("github.com/docker/cli/cmd/docker")
                .env("CGO_ENABLED", "0")
                .env("GOTOOLCHAIN", "local")
                .current_dir(locks);
            go
        }
        Program::Node => {
            for file in ["package.json", "package-lock.json"] {
                fs::copy(locks.join(file), folder.join(file))?;
            }
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
                .current_dir(folder);
            npm
        }
    })
}
