//! Where a registry is.

use super::{Access, RegistryError};
use http::Uri;
use std::net::IpAddr;

/// The host that stands behind the official index.
const OFFICIAL_HOST: &str = "registry-1.docker.io";

/// A server to talk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Over TLS.
    pub(super) https: bool,
    /// `HOST[:PORT]`, as it stands in `Host`.
    pub(super) authority: String,
    /// What is connected to: a name or an address.
    pub(super) host: String,
    /// Its port.
    pub(super) port: u16,
}

impl Target {
    /// The registry behind an index. Plain HTTP is for `localhost` and `127.0.0.1`, unless `insecure` says so
    /// (IMG-42); `https_only`: it is for nobody.
    pub(super) fn of_index(
        access: &Access,
        index: &str,
        insecure: bool,
        https_only: bool,
    ) -> Result<Self, RegistryError> {
        let (host, _) = split_port(index);
        let plain = insecure || (!https_only && matches!(host, "localhost" | "127.0.0.1"));
        let authority = match index {
            "docker.io" => OFFICIAL_HOST,
            other => other,
        };
        Self::find(access, index, authority, !plain)
    }

    /// The server of an absolute URL.
    pub(super) fn of_uri(access: &Access, uri: &Uri) -> Result<Self, RegistryError> {
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => {
                return Err(RegistryError::Broken(format!(
                    "{uri} is no URL of a registry"
                )));
            }
        };
        Self::find(access, authority, authority, https)
    }

    fn find(
        access: &Access,
        name: &str,
        authority: &str,
        https: bool,
    ) -> Result<Self, RegistryError> {
        let not_found = || RegistryError::HostNotFound(name.to_owned());
        let mapped = access.map.get(name).or_else(|| access.map.get(authority));
        if let Some(url) = mapped {
            let uri: Uri = url.parse().map_err(|_| not_found())?;
            let behind = uri.authority().ok_or_else(not_found)?;
            let https = uri.scheme_str() == Some("https");
            return Ok(Self::new(authority, behind.as_str(), https));
        }
        let target = Self::new(authority, authority, https);
        match access.outside || is_loopback(&target.host) {
            true => Ok(target),
            false => Err(not_found()),
        }
    }

    fn new(authority: &str, behind: &str, https: bool) -> Self {
        let (host, port) = split_port(behind);
        let default = if https { 443 } else { 80 };
        Self {
            https,
            authority: authority.to_owned(),
            host: host.trim_matches(['[', ']']).to_owned(),
            port: port.unwrap_or(default),
        }
    }

    /// The name that the server's certificate must have.
    pub(super) fn tls_name(&self) -> &str {
        split_port(&self.authority).0.trim_matches(['[', ']'])
    }

    /// The URL of a path of it.
    pub(super) fn url(&self, path: &str) -> String {
        let scheme = if self.https { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.authority)
    }
}

/// Name and port of `HOST[:PORT]`.
fn split_port(authority: &str) -> (&str, Option<u16>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') && !port.ends_with(']') => {
            (host, port.parse().ok())
        }
        _ => (authority, None),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(map: &[(&str, &str)]) -> Access {
        let map = map
            .iter()
            .map(|(name, url)| ((*name).into(), (*url).into()));
        Access {
            map: map.collect(),
            ..Access::default()
        }
    }

    fn found(access: &Access, index: &str, insecure: bool, https_only: bool) -> String {
        match Target::of_index(access, index, insecure, https_only) {
            Ok(target) => format!(
                "{} {} {} {}",
                target.url(""),
                target.tls_name(),
                target.host,
                target.port
            ),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_loopback_is_plain_and_nothing_else_is_reached() {
        let access = access(&[]);
        let check = |index, expected: &str| {
            assert_eq!(found(&access, index, false, false), expected);
        };
        check(
            "localhost:5000",
            "http://localhost:5000 localhost localhost 5000",
        );
        check("127.0.0.1", "http://127.0.0.1 127.0.0.1 127.0.0.1 80");
        check(
            "127.0.0.2:5000",
            "https://127.0.0.2:5000 127.0.0.2 127.0.0.2 5000",
        );
        check("[::1]:5000", "https://[::1]:5000 ::1 ::1 5000");
        check("docker.io", "docker.io host not found");
        check("quay.io", "quay.io host not found");
        assert_eq!(
            found(&access, "localhost:5000", false, true),
            "https://localhost:5000 localhost localhost 5000"
        );
        assert_eq!(
            found(&access, "127.0.0.2:1", true, false),
            "http://127.0.0.2:1 127.0.0.2 127.0.0.2 1"
        );
    }

    #[test]
    fn what_is_mapped_keeps_its_name() {
        let access = access(&[
            ("reg.example.com:5443", "https://127.0.0.1:9"),
            ("docker.io", "http://127.0.0.1:8"),
            ("broken", "nothing at all"),
        ]);
        assert_eq!(
            found(&access, "reg.example.com:5443", false, false),
            "https://reg.example.com:5443 reg.example.com 127.0.0.1 9"
        );
        assert_eq!(
            found(&access, "docker.io", false, false),
            "http://registry-1.docker.io registry-1.docker.io 127.0.0.1 8"
        );
        assert_eq!(
            found(&access, "broken", false, false),
            "broken host not found"
        );
    }
}
