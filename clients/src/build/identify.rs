//! What a Docker binary says it is.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::error::BuildError;
use super::process;
use super::stamp::file_digest;
use crate::version::CliVersion;

/// `docker --version` answers at once.
const VERSION_LIMIT: Duration = Duration::from_secs(30);

/// A Docker CLI to test with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CliBinary {
    /// The executable; absolute.
    pub path: PathBuf,
    /// What it prints for `--version`, as in `Docker version 1.12.6, build 78d1802`.
    pub version_text: String,
    /// The minor release line whose expectations apply.
    pub minor: CliVersion,
    /// The release it says it is, as in `1.12.6`; of a user's own binary not always the
    /// pinned one.
    pub release: String,
    /// Where it comes from.
    pub origin: Origin,
    /// SHA-256 of the executable, in hex.
    pub sha256: String,
}

/// Where a binary comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Built here from pinned modules.
    Built {
        /// The Go that compiled it, as in `go1.26.8`.
        go_version: String,
        /// Digest of the pins, the added files and the recipe, in hex.
        digest: String,
    },
    /// A user's own.
    Given,
}

/// Looks at the binary a user names for a line.
pub(super) fn given(version: CliVersion, path: &Path) -> Result<CliBinary, BuildError> {
    let named_by = version.variable();
    let seen = Seen::at(named_by, path)?;
    match seen.release.parse() == Ok(version) {
        true => seen.into_binary(version),
        false => Err(BuildError::GivenOtherMinor {
            named_by,
            path: seen.path,
            said: seen.version_text,
            minor: version.minor(),
        }),
    }
}

/// Looks at the binary a user names, of whatever line it says it is.
pub(super) fn given_any(path: &Path) -> Result<CliBinary, BuildError> {
    let seen = Seen::at("the client", path)?;
    match seen.release.parse() {
        Ok(version) => seen.into_binary(version),
        Err(_) => Err(BuildError::GivenNoLine {
            path: seen.path,
            said: seen.version_text,
        }),
    }
}

/// A binary that was asked who it is.
struct Seen {
    path: PathBuf,
    version_text: String,
    release: String,
}

impl Seen {
    fn at(named_by: &'static str, path: &Path) -> Result<Seen, BuildError> {
        let path = std::path::absolute(path).map_err(BuildError::io("find", path))?;
        let unusable = |detail: String| BuildError::GivenUnusable {
            named_by,
            path: path.clone(),
            detail,
        };
        let version_text = version_text(&path).map_err(unusable)?;
        let release = release(&version_text)
            .ok_or_else(|| unusable(format!("`--version` says `{version_text}`")))?
            .to_owned();
        Ok(Seen {
            path,
            version_text,
            release,
        })
    }

    fn into_binary(self, minor: CliVersion) -> Result<CliBinary, BuildError> {
        Ok(CliBinary {
            sha256: file_digest(&self.path)?,
            path: self.path,
            version_text: self.version_text,
            minor,
            release: self.release,
            origin: Origin::Given,
        })
    }
}

/// The first line that a binary prints for `--version`; else what is wrong, in words.
pub(super) fn version_text(path: &Path) -> Result<String, String> {
    let mut command = Command::new(path);
    let end =
        process::run(command.arg("--version"), VERSION_LIMIT, &mut |_| {}).map_err(|error| {
            match error.kind() {
                io::ErrorKind::TimedOut => "`--version` does not come to an end".to_owned(),
                _ => format!("cannot be run: {error}"),
            }
        })?;
    match end.status.success() {
        true => Ok(end.stdout.lines().next().unwrap_or("").trim().to_owned()),
        false => Err(format!("`--version` failed: {}", end.last_lines(1))),
    }
}

/// The release in `Docker version 1.12.6, build 78d1802`.
pub(super) fn release(version_text: &str) -> Option<&str> {
    let (release, _) = version_text
        .strip_prefix("Docker version ")?
        .split_once(',')?;
    Some(release).filter(|release| release.starts_with(|first: char| first.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::release;

    #[test]
    fn the_release_is_read_from_what_docker_prints() {
        for (text, expected) in [
            ("Docker version 1.12.6, build 78d1802", Some("1.12.6")),
            ("Docker version 1.8.3, build f4bf5c7", Some("1.8.3")),
            (
                "Docker version 17.05.0-ce, build 89658be",
                Some("17.05.0-ce"),
            ),
            ("Docker version 1.12.6", None),
            ("Docker version , build", None),
            ("podman version 4.3.1", None),
            ("", None),
        ] {
            assert_eq!(release(text), expected, "{text}");
        }
    }
}
