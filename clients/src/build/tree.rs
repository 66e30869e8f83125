//! The folder a client is compiled in: its module, and patched copies of upstream modules.
//!
//! Go takes no overlay on its module cache, so a module that needs a file of ours is copied
//! and the copy takes its place.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::error::BuildError;
use super::go::Fetched;
use super::recipe::Recipe;

/// A folder that goes away when this does.
#[derive(Debug)]
pub(super) struct BuildTree {
    path: PathBuf,
}

impl BuildTree {
    /// Copies `go.mod`, `go.sum` and the added files of a module to a new folder.
    pub(super) fn lay_out(module: &Path, path: PathBuf) -> Result<BuildTree, BuildError> {
        fs::create_dir_all(&path).map_err(BuildError::io("create", &path))?;
        let tree = BuildTree { path };
        for file in ["go.mod", "go.sum"] {
            copy_file(&module.join(file), &tree.path.join(file))?;
        }
        copy_folder(&module.join("added"), &tree.path.join("added"), &[])?;
        Ok(tree)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts a copy with our files over it in place of each module that the recipe patches.
    pub(super) fn patch(&self, recipe: &Recipe, fetched: &[Fetched]) -> Result<(), BuildError> {
        let mut replaces = String::new();
        for module in recipe.patched {
            let source = fetched
                .iter()
                .find(|candidate| candidate.path == module.path)
                .and_then(|candidate| candidate.dir.as_deref())
                .ok_or_else(|| BuildError::GoBroken {
                    detail: format!("`go mod download` does not say where {} is", module.path),
                })?;
            let copy = self.path.join("patched").join(module.path);
            copy_folder(source, &copy, module.left_out)?;
            copy_folder(&self.path.join("added").join(module.path), &copy, &[])?;
            write(&copy.join("go.mod"), &format!("module {}\n", module.path))?;
            replaces += &format!("\nreplace {0} => ./patched/{0}\n", module.path);
        }
        let go_mod = self.path.join("go.mod");
        fs::OpenOptions::new()
            .append(true)
            .open(&go_mod)
            .and_then(|mut file| file.write_all(replaces.as_bytes()))
            .map_err(BuildError::io("write", &go_mod))
    }
}

impl Drop for BuildTree {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next build.
        drop(fs::remove_dir_all(&self.path));
    }
}

fn write(path: &Path, text: &str) -> Result<(), BuildError> {
    fs::write(path, text).map_err(BuildError::io("write", path))
}

/// Copies a file and makes the copy writable: the module cache is read-only.
fn copy_file(from: &Path, to: &Path) -> Result<(), BuildError> {
    fs::copy(from, to).map_err(BuildError::io("copy", from))?;
    fs::set_permissions(to, fs::Permissions::from_mode(0o644))
        .map_err(BuildError::io("make writable", to))
}

/// Copies a folder over another, without some of its own folders. Only regular files and
/// folders are taken: a Go module has no others.
fn copy_folder(from: &Path, to: &Path, left_out: &[&str]) -> Result<(), BuildError> {
    fs::create_dir_all(to).map_err(BuildError::io("create", to))?;
    for entry in fs::read_dir(from).map_err(BuildError::io("read", from))? {
        let entry = entry.map_err(BuildError::io("read", from))?;
        let name = entry.file_name();
        if left_out.iter().any(|out| name == *out) {
            continue;
        }
        let kind = entry.file_type().map_err(BuildError::io("read", from))?;
        if kind.is_dir() {
            copy_folder(&entry.path(), &to.join(&name), &[])?;
        } else if kind.is_file() {
            copy_file(&entry.path(), &to.join(&name))?;
        }
    }
    Ok(())
}
