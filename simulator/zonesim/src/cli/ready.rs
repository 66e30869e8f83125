//! What a running zone says about itself.

use crate::Zone;
use crate::data_dir::{self, DataDirError};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The ready file: one JSON object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ready {
    /// `tcp://127.0.0.1:PORT`, the Docker endpoint with TLS.
    pub(super) docker: String,
    /// The unix socket's path.
    pub(super) socket: String,
    /// `http://127.0.0.1:PORT`, the control API.
    pub(super) control: String,
    /// `127.0.0.1:PORT`, SOCKS5 that leads to the account's addresses; the user is the login.
    #[serde(default)]
    pub(super) socks: String,
    /// Its password.
    #[serde(default)]
    pub(super) socks_token: String,
    /// Path of the CA's certificate.
    pub(super) ca: String,
    /// Directory with `ca.pem`, `cert.pem` and `key.pem` of the account.
    pub(super) cert_path: String,
    /// The account's login.
    pub(super) account: String,
    /// Name of the zone.
    pub(super) zone: String,
    /// Its seed.
    pub(super) seed: u64,
    /// The process.
    pub(super) pid: u32,
    /// Version of the program.
    pub(super) version: String,
}

impl Ready {
    pub(super) fn of(zone: &Zone) -> Self {
        let config = zone.config();
        let account = config.accounts.first().cloned().unwrap_or_default();
        let credentials = zone.credentials(&account);
        let cert_path = credentials
            .and_then(|credentials| credentials.cert_path.clone())
            .unwrap_or_default();
        let address = |scheme: &str, address: Option<std::net::SocketAddr>| {
            address.map_or(String::new(), |address| format!("{scheme}://{address}"))
        };
        let socket = zone.socket().unwrap_or(Path::new(""));
        Self {
            docker: address("tcp", zone.docker()),
            socket: socket.display().to_string(),
            control: address("http", zone.control()),
            socks: zone
                .socks()
                .map(|socks| socks.to_string())
                .unwrap_or_default(),
            socks_token: zone.socks_token(&account).unwrap_or_default(),
            ca: cert_path.join("ca.pem").display().to_string(),
            cert_path: cert_path.display().to_string(),
            account,
            zone: config.zone_name.clone(),
            seed: config.seed,
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Reads a ready file; `None` when there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, DataDirError> {
        let Some(text) = data_dir::read(path)? else {
            return Ok(None);
        };
        let parsed = serde_json::from_str(&text);
        parsed.map(Some).map_err(|error| DataDirError::Content {
            path: path.to_owned(),
            reason: error.to_string(),
        })
    }

    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("plain strings and numbers")
    }

    /// Shell lines that point a Docker client here.
    pub(super) fn exports(&self) -> String {
        let lines = [
            ("DOCKER_HOST", self.docker.as_str()),
            ("DOCKER_CERT_PATH", self.cert_path.as_str()),
            ("DOCKER_TLS_VERIFY", "1"),
        ];
        lines
            .iter()
            .map(|(name, value)| format!("export {name}={}\n", quote(value)))
            .collect()
    }

    pub(super) fn text(&self) -> String {
        let Self {
            zone,
            seed,
            account,
            socket,
            control,
            ..
        } = self;
        format!(
            "zone {zone} is ready (seed {seed}), account {account}\n\n{}\n\
             or: export DOCKER_HOST=unix://{}\n\
             control API: {control}\nCtrl-C stops it\n",
            self.exports(),
            quote(socket)
        )
    }
}

/// One word for a POSIX shell.
fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/:._-+@%=".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_a_shell() {
        for (text, expected) in [
            ("/a/b.c", "/a/b.c"),
            ("", "''"),
            ("/a b", "'/a b'"),
            ("it's", r"'it'\''s'"),
            ("$(x)", "'$(x)'"),
        ] {
            assert_eq!(quote(text), expected);
        }
    }
}
