//! The five Docker command line clients the zone is certified with.

use std::fmt;
use std::str::FromStr;

/// A minor release line of the Docker CLI, and the one release of it that is pinned here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CliVersion {
    /// 1.8.3, API 1.20.
    V1_8,
    /// 1.9.1, API 1.21.
    V1_9,
    /// 1.10.3, API 1.22.
    V1_10,
    /// 1.11.2, API 1.23.
    V1_11,
    /// 1.12.6, API 1.24.
    V1_12,
}

impl CliVersion {
    /// Every line, oldest first.
    pub const ALL: [CliVersion; 5] = [
        CliVersion::V1_8,
        CliVersion::V1_9,
        CliVersion::V1_10,
        CliVersion::V1_11,
        CliVersion::V1_12,
    ];

    /// The number after `1.`: 8 to 12.
    pub const fn minor(self) -> u32 {
        match self {
            CliVersion::V1_8 => 8,
            CliVersion::V1_9 => 9,
            CliVersion::V1_10 => 10,
            CliVersion::V1_11 => 11,
            CliVersion::V1_12 => 12,
        }
    }

    /// The line whose number after `1.` this is.
    pub fn from_minor(minor: u32) -> Option<CliVersion> {
        CliVersion::ALL
            .into_iter()
            .find(|version| version.minor() == minor)
    }

    /// The pinned release, as in `1.12.6`.
    pub const fn release(self) -> &'static str {
        match self {
            CliVersion::V1_8 => "1.8.3",
            CliVersion::V1_9 => "1.9.1",
            CliVersion::V1_10 => "1.10.3",
            CliVersion::V1_11 => "1.11.2",
            CliVersion::V1_12 => "1.12.6",
        }
    }

    /// The Remote API version every release of the line speaks, as in `1.24`.
    pub const fn api(self) -> &'static str {
        match self {
            CliVersion::V1_8 => "1.20",
            CliVersion::V1_9 => "1.21",
            CliVersion::V1_10 => "1.22",
            CliVersion::V1_11 => "1.23",
            CliVersion::V1_12 => "1.24",
        }
    }

    /// The environment variable that names a user's own binary, as in `ZONESIM_DOCKER_1_12`.
    pub const fn variable(self) -> &'static str {
        match self {
            CliVersion::V1_8 => "ZONESIM_DOCKER_1_8",
            CliVersion::V1_9 => "ZONESIM_DOCKER_1_9",
            CliVersion::V1_10 => "ZONESIM_DOCKER_1_10",
            CliVersion::V1_11 => "ZONESIM_DOCKER_1_11",
            CliVersion::V1_12 => "ZONESIM_DOCKER_1_12",
        }
    }

    /// The folder of the Go module that pins it, as in `docker-1.12`.
    pub fn module_folder(self) -> String {
        format!("docker-1.{}", self.minor())
    }

    /// The file name of the built binary, as in `docker-1.12.6`.
    pub fn binary_name(self) -> String {
        format!("docker-{}", self.release())
    }
}

impl fmt::Display for CliVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.release())
    }
}

/// A text that names none of the five lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no Docker CLI version known here: one of 1.8, 1.9, 1.10, 1.11, 1.12")]
pub struct UnknownVersion(pub String);

impl FromStr for CliVersion {
    type Err = UnknownVersion;

    /// Reads `1.12`, any release of the line as in `1.12.3`, and both after `docker-`.
    fn from_str(text: &str) -> Result<CliVersion, UnknownVersion> {
        let unknown = || UnknownVersion(text.to_owned());
        let number = text.strip_prefix("docker-").unwrap_or(text);
        let mut parts = number.splitn(3, '.');
        let (major, minor, patch) = (parts.next(), parts.next(), parts.next());
        if major != Some("1") || patch == Some("") {
            return Err(unknown());
        }
        minor
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
            .and_then(CliVersion::from_minor)
            .ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_its_line_its_release_and_its_binary_name() {
        for version in CliVersion::ALL {
            let line = format!("1.{}", version.minor());
            for text in [line.clone(), format!("{line}.0"), version.to_string()] {
                assert_eq!(text.parse(), Ok(version));
                assert_eq!(format!("docker-{text}").parse(), Ok(version));
            }
            assert!(version.release().starts_with(&format!("{line}.")));
            assert_eq!(version.api(), format!("1.{}", version.minor() + 12));
            assert_eq!(
                version.variable(),
                format!("ZONESIM_DOCKER_1_{}", version.minor())
            );
        }
    }

    #[test]
    fn other_versions_are_refused() {
        for text in [
            "", "1", "1.", "1.7", "1.13", "1.13.1", "1.12.", "1.+8", "2.8", "17.05", "docker",
            "bollard",
        ] {
            assert_eq!(
                text.parse::<CliVersion>(),
                Err(UnknownVersion(text.to_owned()))
            );
        }
    }
}
