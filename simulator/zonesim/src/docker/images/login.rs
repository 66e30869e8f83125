//! A login to a registry (images.md 12).

use super::place::{Place, WRONG_PASSWORD, check_hub_user, place};
use crate::docker::failure::Failure;
use crate::driver::Driver;
use http::StatusCode;
use images::registry::{Credentials, LoginError, RegistryError};
use zone::ImageNameError;

/// Who wants in, and where.
#[derive(Debug)]
pub(crate) struct Login<'r> {
    /// `https://index.docker.io/v1/`, a host, or a URL of one.
    pub(crate) address: &'r str,
    /// The user.
    pub(crate) username: &'r str,
    /// The password.
    pub(crate) password: &'r str,
}

/// What clients call the official index.
const OFFICIAL_ADDRESSES: [&str; 2] = [
    "https://index.docker.io/v1/",
    "https://registry-1.docker.io/v2/",
];

/// Asks the registry whether it lets somebody in (IMG-51).
pub(crate) async fn log_in(driver: &Driver, login: &Login<'_>) -> Result<(), Failure> {
    let (index, plain) = index_of(login.address)
        .map_err(|error| Failure::plain(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    let credentials = Credentials::Password {
        username: login.username.to_owned(),
        password: login.password.to_owned(),
    };
    let outcome = match place(driver, &index) {
        Place::Hub(host) => {
            check_hub_user(driver, &host, Some(&credentials)).map_err(|_| LoginError::Refused {
                status: 401,
                message: WRONG_PASSWORD.to_owned(),
            })
        }
        // As registries that ask nobody who they are.
        Place::Layouts(_) => Ok(()),
        Place::Registry(transport) => {
            images::registry::log_in(&transport, &index, plain, &credentials).await
        }
    };
    outcome.map_err(|error| match error {
        LoginError::Refused { status, message } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNAUTHORIZED);
            Failure::plain(status, message)
        }
        LoginError::Unasked(RegistryError::Status { status, .. }) => {
            Failure::docker(format!("unexpected status {status} of the registry"))
        }
        LoginError::Unasked(error) => Failure::docker(error.to_string()),
    })
}

/// The host of an address, and whether it is plain HTTP.
fn index_of(address: &str) -> Result<(String, bool), ImageNameError> {
    if OFFICIAL_ADDRESSES.contains(&address) {
        return Ok(("docker.io".to_owned(), false));
    }
    let owned = || address.to_owned();
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, address),
    };
    if scheme.is_some_and(|scheme| scheme != "http" && scheme != "https") {
        return Err(ImageNameError::IndexScheme(owned()));
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if !path.is_empty() {
        return Err(ImageNameError::IndexTrailing(owned()));
    }
    if host.is_empty() {
        return Err(ImageNameError::IndexEmptyHost(owned()));
    }
    if !host.contains(['.', ':']) && host != "localhost" {
        return Err(ImageNameError::IndexHost {
            host: host.to_owned(),
            given: owned(),
        });
    }
    let plain = scheme == Some("http");
    match host {
        "docker.io" | "index.docker.io" if plain => Err(ImageNameError::HttpToOfficial(owned())),
        "docker.io" | "index.docker.io" => Ok(("docker.io".to_owned(), false)),
        host => Ok((host.to_owned(), plain)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host() {
        let check = |address: &str, expected: Result<(&str, bool), &str>| {
            let found = index_of(address).map_err(|error| error.to_string());
            let found = found.as_ref().map(|(host, plain)| (host.as_str(), *plain));
            assert_eq!(
                found,
                expected.map_err(str::to_owned).as_ref().copied(),
                "{address}"
            );
        };
        check("https://index.docker.io/v1/", Ok(("docker.io", false)));
        check("index.docker.io", Ok(("docker.io", false)));
        check("localhost:5000", Ok(("localhost:5000", false)));
        check("http://localhost:5000", Ok(("localhost:5000", true)));
        check("https://quay.io/", Ok(("quay.io", false)));
        check(
            "https://quay.io/v2",
            Err("invalid index, trailing repo: https://quay.io/v2"),
        );
        check(
            "reg",
            Err("invalid index, \"reg\" does not look like a valid host: reg"),
        );
        check("https://", Err("invalid index, empty host: https://"));
        check(
            "ftp://a.b",
            Err("invalid index scheme, must be \"http\" or \"https\": ftp://a.b"),
        );
        check(
            "http://docker.io",
            Err("invalid index, HTTP to official index is disallowed: http://docker.io"),
        );
    }
}
