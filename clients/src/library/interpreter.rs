//! Finding an interpreter: one counts only if it says its version.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::name::{LibraryName, Program};

/// The Go that the `go.mod` of CLI 28 names.
const GO_MINOR: u32 = 23;

/// An interpreter, or a compiler, that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interpreter {
    pub(super) path: PathBuf,
    /// What it says of itself, as in `Python 3.6.15`.
    pub(super) version: String,
}

/// The interpreter for a library; the reason when there is none.
pub(super) fn find(name: LibraryName) -> Result<Interpreter, String> {
    match name.program() {
        Program::Node => {
            let found = candidates("node", "").find_map(|path| said(path, "v"));
            return found.ok_or_else(|| "there is no Node.js".to_owned());
        }
        Program::Docker => return go().ok_or_else(|| format!("there is no Go 1.{GO_MINOR}")),
        Program::Python | Program::Compose => {}
    }
    let versions = name.versions();
    let found = versions.iter().find_map(|version| {
        let wanted = format!("Python {version}.");
        candidates(&format!("python{version}"), version).find_map(|path| said(path, &wanted))
    });
    found.ok_or_else(|| format!("there is no Python {}", versions.join(" or ")))
}

/// A Go that is new enough.
fn go() -> Option<Interpreter> {
    let output = Command::new("go").arg("version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text
        .split_whitespace()
        .find(|word| word.starts_with("go1."))?;
    let minor: u32 = version.split('.').nth(1)?.parse().ok()?;
    (minor >= GO_MINOR).then(|| Interpreter {
        path: PathBuf::from("go"),
        version: version.to_owned(),
    })
}

/// Where a program may be: in PATH, then among the versions of pyenv.
fn candidates(program: &str, version: &str) -> impl Iterator<Item = PathBuf> + use<> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .collect();
    let root = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let versions = root.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    let prefix = format!("{version}.");
    let mut in_pyenv: Vec<PathBuf> = versions
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
        .map(|entry| entry.path().join("bin").join(program))
        .collect();
    in_pyenv.sort();
    on_path.into_iter().chain(in_pyenv)
}

fn said(path: PathBuf, wanted: &str) -> Option<Interpreter> {
    if !path.is_file() {
        return None;
    }
    let output = Command::new(&path).arg("--version").output().ok()?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let good = output.status.success() && version.starts_with(wanted);
    let real = real_path(&path);
    good.then(|| Interpreter {
        path: real.unwrap_or(path),
        version,
    })
}

/// The interpreter itself, where what was found only leads to it.
fn real_path(path: &Path) -> Option<PathBuf> {
    let python = "import sys; print(sys.executable)";
    let output = Command::new(path).args(["-c", python]).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !said.is_empty()).then(|| PathBuf::from(said))
}
