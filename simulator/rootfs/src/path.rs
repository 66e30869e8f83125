//! Names and paths: limits, and the resolution that the Docker side needs.

use crate::metadata::{FileKind, Ino, ROOT};
use crate::{FsError, RootFs};
use bytes::Bytes;

/// Longest name, bytes.
pub const NAME_MAX: usize = 255;
/// Longest path, bytes.
pub const PATH_MAX: usize = 4096;
/// Symbolic links followed for one path.
pub const SYMLINKS_MAX: usize = 40;

/// Checks a name that is to be added or removed.
pub(crate) fn check_name(name: &[u8]) -> Result<(), FsError> {
    match name {
        b"" | b"." | b".." => Err(FsError::Invalid),
        _ if name.len() > NAME_MAX => Err(FsError::NameTooLong),
        _ if name.iter().any(|byte| matches!(byte, b'/' | 0)) => Err(FsError::Invalid),
        _ => Ok(()),
    }
}

impl RootFs {
    /// Resolves `path` from the root directory without regard to permissions, as `docker cp` does from outside:
    /// links stay inside the root, and the last one is followed when `follow_last`.
    pub fn resolve(&self, path: &[u8], follow_last: bool) -> Result<Ino, FsError> {
        self.resolve_from(ROOT, path, follow_last)
    }

    /// As [`RootFs::resolve`], from directory `start`.
    pub fn resolve_from(&self, start: Ino, path: &[u8], follow_last: bool) -> Result<Ino, FsError> {
        if path.len() > PATH_MAX {
            return Err(FsError::NameTooLong);
        }
        let mut todo: Vec<Bytes> = components_reversed(&Bytes::copy_from_slice(path));
        let must_be_directory = path.last() == Some(&b'/');
        let mut at = if path.first() == Some(&b'/') {
            ROOT
        } else {
            start
        };
        let mut links = 0;
        while let Some(name) = todo.pop() {
            if name.as_ref() == b".." {
                at = self.parent(at);
                continue;
            }
            let next = self.lookup(at, &name)?;
            let is_link = self.metadata(next)?.kind == FileKind::Symlink;
            if !is_link || (todo.is_empty() && !follow_last && !must_be_directory) {
                at = next;
                continue;
            }
            links += 1;
            if links > SYMLINKS_MAX {
                return Err(FsError::SymlinkLoop);
            }
            let target = self.read_link(next)?;
            if target.first() == Some(&b'/') {
                at = ROOT;
            }
            todo.extend(components_reversed(&target));
        }
        if must_be_directory && self.metadata(at)?.kind != FileKind::Directory {
            return Err(FsError::NotDirectory);
        }
        Ok(at)
    }
}

/// The components of a path, last first, without `.` and empty ones.
fn components_reversed(path: &Bytes) -> Vec<Bytes> {
    path.split(|byte| *byte == b'/')
        .rev()
        .filter(|name| !name.is_empty() && *name != b".")
        .map(|name| path.slice_ref(name))
        .collect()
}
