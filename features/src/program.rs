//! Programs of the host.

use std::path::PathBuf;

/// Where systems keep programs of their administrators.
const MORE_FOLDERS: [&str; 2] = ["/usr/sbin", "/sbin"];

/// A test that needs a program which is not there says so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the host has no `{0}`, which this scenario needs")]
pub(crate) struct Missing(String);

/// A program by its name.
///
/// # Errors
///
/// [`Missing`] when no folder has it.
pub(crate) fn find(name: &str) -> Result<PathBuf, Missing> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(MORE_FOLDERS.map(PathBuf::from));
    let found = folders
        .map(|folder| folder.join(name))
        .find(|program| program.is_file());
    found.ok_or_else(|| Missing(name.to_owned()))
}
