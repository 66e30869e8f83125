//! One build, from the question whether it is needed to the rename.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::error::BuildError;
use super::go::Go;
use super::identify::{self, CliBinary, Origin};
use super::recipe::Recipe;
use super::stamp::{Stamp, file_digest, sources_digest};
use super::tree::BuildTree;
use crate::version::CliVersion;

/// Builds clients from one folder of modules into another folder.
#[derive(Debug)]
pub(super) struct Builder {
    modules: PathBuf,
    output: PathBuf,
    go_program: OsString,
    /// Held to compile: one `go build` uses every core, and two at once would both compile
    /// the standard library when Go's cache is empty.
    compiling: Mutex<()>,
}

/// The files of one client in the output folder.
struct Files {
    binary: PathBuf,
    stamp: PathBuf,
    lock: PathBuf,
}

impl Builder {
    pub(super) fn new(modules: PathBuf, target_dir: &Path, go_program: OsString) -> Builder {
        Builder {
            modules,
            output: target_dir.join("clients"),
            go_program,
            compiling: Mutex::new(()),
        }
    }

    /// The fresh binary of a release, built when there is none.
    pub(super) fn ensure(
        &self,
        version: CliVersion,
        progress: &mut dyn FnMut(&str),
    ) -> Result<CliBinary, BuildError> {
        let module = self.modules.join(version.module_folder());
        let sources = sources_digest(&module, &Recipe::of(version))?;
        let go = Go::find(&self.go_program, version);
        fs::create_dir_all(&self.output).map_err(BuildError::io("create", &self.output))?;
        let output =
            std::path::absolute(&self.output).map_err(BuildError::io("find", &self.output))?;
        let name = version.binary_name();
        let files = Files {
            binary: output.join(&name),
            stamp: output.join(format!("{name}.stamp")),
            lock: output.join(format!("{name}.lock")),
        };
        let go_version = go.as_ref().ok().map(|go| go.version.as_str());
        if let Some(binary) = fresh(version, &files, &sources, go_version) {
            return Ok(binary);
        }
        let go = go?;
        let _lock = lock(&files.lock, &name, progress)?;
        // Another process may have built it while we waited.
        if let Some(binary) = fresh(version, &files, &sources, Some(&go.version)) {
            return Ok(binary);
        }
        self.build(version, &go, &files, sources, progress)
    }

    /// Builds it, the lock being held.
    fn build(
        &self,
        version: CliVersion,
        go: &Go,
        files: &Files,
        sources: String,
        progress: &mut dyn FnMut(&str),
    ) -> Result<CliBinary, BuildError> {
        let started = Instant::now();
        let name = version.binary_name();
        let output = files.binary.parent().expect("a file in the output folder");
        let unfinished = format!("{name}.unfinished-");
        remove_leftovers(output, &unfinished)?;
        match fs::remove_file(&files.stamp) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(BuildError::io("remove", &files.stamp)(error));
            }
            _ => {}
        }
        // A name of this process's own: were a killed one's `go` still at work, it would
        // find its folder gone rather than write into ours.
        let folder = output.join(format!("{unfinished}{}", std::process::id()));
        let tree = BuildTree::lay_out(&self.modules.join(version.module_folder()), folder)?;

        progress(&format!("{name}: fetching modules"));
        let fetched = go.fetch(version, tree.path(), &mut |passed: Duration| {
            progress(&format!("{name}: fetching modules, {} s", passed.as_secs()));
        })?;
        tree.patch(&Recipe::of(version), &fetched)?;
        let compiled = tree.path().join("docker");
        {
            let _turn = self
                .compiling
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            progress(&format!("{name}: compiling with {}", go.version));
            go.compile(version, tree.path(), &compiled, &mut |passed: Duration| {
                progress(&format!("{name}: compiling, {} s", passed.as_secs()));
            })?;
        }
        let stamp = Stamp {
            sources,
            go: go.version.clone(),
            binary: file_digest(&compiled)?,
            version_text: own_version(version, &compiled)?,
        };
        fs::rename(&compiled, &files.binary).map_err(BuildError::io("create", &files.binary))?;
        stamp.write(&files.stamp)?;
        progress(&format!(
            "{name}: built in {:.1} s",
            started.elapsed().as_secs_f64()
        ));
        Ok(built(version, files, stamp))
    }
}

/// The binary that is there, when its stamp says it is what a build would give. Without a
/// toolchain to ask, one by any Go will do.
fn fresh(
    version: CliVersion,
    files: &Files,
    sources: &str,
    go_version: Option<&str>,
) -> Option<CliBinary> {
    let stamp = Stamp::read(&files.stamp)?;
    let same_go = go_version.is_none_or(|go_version| go_version == stamp.go);
    let whole = || file_digest(&files.binary).is_ok_and(|digest| digest == stamp.binary);
    (stamp.sources == sources && same_go && whole()).then(|| built(version, files, stamp))
}

fn built(version: CliVersion, files: &Files, stamp: Stamp) -> CliBinary {
    CliBinary {
        path: files.binary.clone(),
        version_text: stamp.version_text,
        minor: version,
        release: version.release().to_owned(),
        origin: Origin::Built {
            go_version: stamp.go,
            digest: stamp.sources,
        },
        sha256: stamp.binary,
    }
}

/// Asks what was just compiled for its version, which must be the release's.
fn own_version(version: CliVersion, compiled: &Path) -> Result<String, BuildError> {
    let release = version.release();
    let wrong = |said: String| BuildError::WrongBuild { release, said };
    let text = identify::version_text(compiled).map_err(wrong)?;
    match identify::release(&text) == Some(release) {
        true => Ok(text),
        false => Err(wrong(text)),
    }
}

/// Waits for the lock of a client; the operating system drops that of a process that died.
pub(crate) fn lock(
    path: &Path,
    name: &str,
    progress: &mut dyn FnMut(&str),
) -> Result<File, BuildError> {
    let file = File::create(path).map_err(BuildError::io("create", path))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => progress(&format!("{name}: waiting for another build")),
        Err(TryLockError::Error(error)) => return Err(BuildError::io("lock", path)(error)),
    }
    file.lock().map_err(BuildError::io("lock", path))?;
    Ok(file)
}

/// Removes the folders of builds that were killed.
pub(crate) fn remove_leftovers(output: &Path, prefix: &str) -> Result<(), BuildError> {
    for entry in fs::read_dir(output).map_err(BuildError::io("read", output))? {
        let entry = entry.map_err(BuildError::io("read", output))?;
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            let path = entry.path();
            fs::remove_dir_all(&path).map_err(BuildError::io("remove", &path))?;
        }
    }
    Ok(())
}
