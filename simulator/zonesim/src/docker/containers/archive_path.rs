//! What a path of `docker cp` leads to (containers.md 17).

use crate::docker::failure::Failure;
use crate::docker::time::iso_millis;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, StatusCode};
use rootfs::{FileKind, FsError, Ino, Metadata, RootFs};
use runtime::Timestamp;
use serde_json::json;

const STAT: HeaderName = HeaderName::from_static("x-docker-container-path-stat");

/// Go's bits of a file's type.
const DIRECTORY: u32 = 1 << 31;
const SYMLINK: u32 = 1 << 27;

/// A path inside a container, from its root and without `.` and `..`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ArchivePath(String);

impl ArchivePath {
    /// The path that a client has written, with or without a slash in front; nothing leads out of the root.
    pub(super) fn new(text: &str) -> Self {
        let mut parts = Vec::new();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        Self(parts.join("/"))
    }

    /// As `rootfs` takes it.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The same as text.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// What an archive calls it.
    pub(super) fn base_name(&self) -> &[u8] {
        let base = self.0.rsplit('/').next().unwrap_or_default();
        if base.is_empty() {
            b"/"
        } else {
            base.as_bytes()
        }
    }

    /// What is there; a link is not followed.
    pub(super) fn find(&self, fs: &RootFs) -> Result<Found, FsError> {
        let metadata = fs.metadata(fs.resolve(self.bytes(), false)?)?;
        let target = match metadata.kind {
            FileKind::Symlink => String::from_utf8_lossy(&fs.read_link(metadata.ino)?).into_owned(),
            _ => String::new(),
        };
        Ok(Found { metadata, target })
    }

    /// Whether a directory is there, or a link to one.
    pub(super) fn check_directory(&self, fs: &RootFs) -> Result<(), FsError> {
        let metadata = fs.metadata(fs.resolve(self.bytes(), true)?)?;
        match metadata.kind {
            FileKind::Directory => Ok(()),
            _ => Err(FsError::NotDirectory),
        }
    }

    /// The header that says what is there (CTR-91, CTRX-13).
    pub(super) fn stat(&self, found: &Found) -> (HeaderName, HeaderValue) {
        let metadata = &found.metadata;
        let mode = match metadata.kind {
            FileKind::Directory => DIRECTORY,
            FileKind::Symlink => SYMLINK,
            _ => 0,
        };
        let stat = json!({
            "name": self.0,
            "size": metadata.size,
            "mtime": iso_millis(Timestamp(metadata.mtime_ns)),
            "linkTarget": found.target,
            "mode": mode,
        });
        let value = STANDARD.encode(stat.to_string());
        let value = HeaderValue::from_str(&value).expect("base64 is ASCII");
        (STAT, value)
    }
}

/// A file, and where it leads when it is a link.
#[derive(Clone, Debug)]
pub(super) struct Found {
    metadata: Metadata,
    target: String,
}

impl Found {
    pub(super) fn ino(&self) -> Ino {
        self.metadata.ino
    }
}

/// Why a path cannot be copied from or to; `problem`: what else may fail is called.
pub(super) fn failure(error: FsError, problem: &str) -> Failure {
    match error {
        FsError::NotFound => Failure::coded(
            StatusCode::NOT_FOUND,
            "FileNotFound",
            "no such file or directory",
        ),
        FsError::NotDirectory => Failure::coded(
            StatusCode::NOT_FOUND,
            "PathNotDirectory",
            "path was not to a directory",
        ),
        _ => Failure::docker(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_begin_at_the_root_and_do_not_leave_it() {
        for (text, path, base) in [
            ("/etc/passwd", "etc/passwd", "passwd"),
            ("etc/passwd/", "etc/passwd", "passwd"),
            ("/a/./b/../c", "a/c", "c"),
            ("../../x", "x", "x"),
            ("/", "", "/"),
            ("", "", "/"),
            ("..", "", "/"),
        ] {
            let found = ArchivePath::new(text);
            assert_eq!(found.0, path, "{text}");
            assert_eq!(found.base_name(), base.as_bytes(), "{text}");
        }
    }
}
