//! API version negotiation (docker-api.md 2.5).

use crate::docker::failure::Failure;
use crate::docker::route::ApiVersion;

/// Which release of Docker the zone speaks as where a client does not say which it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Release {
    /// API-16
    Default,
    /// CLI-99: with `extensions`.
    Modern,
}

impl Release {
    /// Of a zone whose setting `extensions` is this.
    pub(crate) fn of(extensions: bool) -> Self {
        match extensions {
            true => Release::Modern,
            false => Release::Default,
        }
    }

    /// What `/version` reports.
    pub(crate) const fn api(self) -> &'static str {
        match self {
            Release::Default => "1.21",
            Release::Modern => "1.24",
        }
    }

    /// What a path without a version means.
    pub(super) const fn version(self) -> ApiVersion {
        match self {
            Release::Default => ApiVersion(1, 21),
            Release::Modern => ApiVersion(1, 24),
        }
    }
}

const MINIMUM: ApiVersion = ApiVersion(1, 20);

/// The version of a path's first segment (`v1.24`, without its slash). APIX-04: numbers, and no maximum (API-05).
pub(crate) fn check(segment: Option<&str>, release: Release) -> Result<ApiVersion, Failure> {
    let Some(segment) = segment else {
        return Ok(release.version());
    };
    let Some((version, text)) = parse(segment) else {
        return Err(Failure::invalid_version(format!(
            "client and server don't have same API version (client : /{segment}, server: {})",
            release.api()
        )));
    };
    if version < MINIMUM {
        // API-06
        return Err(Failure::invalid_version(format!(
            "client API version ({text}) is less than the minimum required API version (1.20)"
        )));
    }
    Ok(version)
}

/// `vN` or `vN.N`, and the text behind the `v`.
fn parse(segment: &str) -> Option<(ApiVersion, &str)> {
    let text = segment.strip_prefix('v')?;
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    Some((ApiVersion(number(major)?, number(minor)?), text))
}

/// Decimal digits; saturates.
fn number(digits: &str) -> Option<u32> {
    let valid = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    valid.then(|| digits.parse().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_pairs_of_numbers() {
        for (segment, expected) in [
            (None, ApiVersion(1, 21)),
            (Some("v1.20"), ApiVersion(1, 20)),
            (Some("v1.24"), ApiVersion(1, 24)),
            (Some("v1.43"), ApiVersion(1, 43)),
            (Some("v1.100"), ApiVersion(1, 100)),
            (Some("v2"), ApiVersion(2, 0)),
            (Some("v10.0"), ApiVersion(10, 0)),
            (Some("v99999999999.1"), ApiVersion(u32::MAX, 1)),
        ] {
            assert_eq!(
                check(segment, Release::Default),
                Ok(expected),
                "{segment:?}"
            );
        }
        assert_eq!(check(None, Release::Modern), Ok(ApiVersion(1, 24)));
    }

    #[test]
    fn old_and_odd_versions_are_refused_in_their_own_words() {
        for (segment, text) in [
            (
                "v1.19",
                "client API version (1.19) is less than the minimum required API version (1.20)",
            ),
            (
                "v1.3",
                "client API version (1.3) is less than the minimum required API version (1.20)",
            ),
            (
                "v1",
                "client API version (1) is less than the minimum required API version (1.20)",
            ),
            (
                "v1.2.3",
                "client and server don't have same API version (client : /v1.2.3, server: 1.21)",
            ),
            (
                "v1.",
                "client and server don't have same API version (client : /v1., server: 1.21)",
            ),
            (
                "vgolden",
                "client and server don't have same API version (client : /vgolden, server: 1.21)",
            ),
        ] {
            let failure = check(Some(segment), Release::Default).expect_err(segment);
            assert_eq!(failure.message, text);
            assert_eq!(failure.rest_code.as_deref(), Some("InvalidVersion"));
        }
    }
}
