//! What a client is pointed at.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A Docker endpoint and how to reach it.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where it listens.
    pub docker: Endpoint,
    /// TLS with these files; plain HTTP without.
    pub tls: Option<TlsFiles>,
    /// What `DOCKER_API_VERSION` is set to (CLI 1.10 and later honour it), and the prefix
    /// bollard's requests get; none leaves each client its own.
    pub api_version: Option<String>,
}

impl Target {
    /// A plain endpoint with each client's own API version.
    pub fn plain(docker: Endpoint) -> Target {
        Target {
            docker,
            tls: None,
            api_version: None,
        }
    }

    /// A TLS endpoint with each client's own API version.
    pub fn tls(docker: Endpoint, files: TlsFiles) -> Target {
        Target {
            docker,
            tls: Some(files),
            api_version: None,
        }
    }

    /// The same with an API version given to the client.
    #[must_use]
    pub fn with_api_version(mut self, version: impl Into<String>) -> Target {
        self.api_version = Some(version.into());
        self
    }
}

/// Where a Docker endpoint listens; reads and prints as `DOCKER_HOST` does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `tcp://host:port`.
    Tcp {
        /// Name or address.
        host: String,
        /// Port.
        port: u16,
    },
    /// `unix:///path/of/the/socket`.
    Unix(PathBuf),
}

impl Endpoint {
    /// `tcp://127.0.0.1:port`.
    pub fn loopback(port: u16) -> Endpoint {
        Endpoint::Tcp {
            host: "127.0.0.1".to_owned(),
            port,
        }
    }

    /// The port of a TCP endpoint.
    pub fn port(&self) -> Option<u16> {
        match self {
            Endpoint::Tcp { port, .. } => Some(*port),
            Endpoint::Unix(_) => None,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Tcp { host, port } if host.contains(':') => {
                write!(f, "tcp://[{host}]:{port}")
            }
            Endpoint::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
            Endpoint::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

/// The text is no `DOCKER_HOST`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither tcp://HOST:PORT nor unix:///PATH")]
pub struct InvalidEndpoint(pub String);

impl FromStr for Endpoint {
    type Err = InvalidEndpoint;

    fn from_str(text: &str) -> Result<Self, InvalidEndpoint> {
        let invalid = || InvalidEndpoint(text.to_owned());
        if let Some(path) = text.strip_prefix("unix://") {
            let path = PathBuf::from(path);
            return if path.is_absolute() {
                Ok(Endpoint::Unix(path))
            } else {
                Err(invalid())
            };
        }
        let rest = text.strip_prefix("tcp://").ok_or_else(invalid)?;
        let (host, port) = rest.rsplit_once(':').ok_or_else(invalid)?;
        let host = host
            .strip_prefix('[')
            .and_then(|inner| inner.strip_suffix(']'))
            .unwrap_or(host);
        if host.is_empty() {
            return Err(invalid());
        }
        Ok(Endpoint::Tcp {
            host: host.to_owned(),
            port: port.parse().map_err(|_| invalid())?,
        })
    }
}

/// The PEM contents of the three files of a `DOCKER_CERT_PATH`.
#[derive(Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// `ca.pem`: who may sign the server's certificate.
    pub ca: Vec<u8>,
    /// `cert.pem`: the client's certificate; none leaves the file out.
    pub cert: Option<Vec<u8>>,
    /// `key.pem`: the client's private key; none leaves the file out.
    pub key: Option<Vec<u8>>,
}

impl TlsFiles {
    /// Files that hold a client certificate.
    pub fn new(
        ca: impl Into<Vec<u8>>,
        cert: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> TlsFiles {
        TlsFiles {
            ca: ca.into(),
            cert: Some(cert.into()),
            key: Some(key.into()),
        }
    }

    /// Files with which a client trusts the server but shows no certificate.
    pub fn without_certificate(ca: impl Into<Vec<u8>>) -> TlsFiles {
        TlsFiles {
            ca: ca.into(),
            cert: None,
            key: None,
        }
    }

    /// Reads `ca.pem`, and `cert.pem` and `key.pem` where they exist.
    ///
    /// # Errors
    ///
    /// A file that exists cannot be read, or `ca.pem` does not exist.
    pub fn read(folder: &Path) -> io::Result<TlsFiles> {
        let optional = |name: &str| match std::fs::read(folder.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        Ok(TlsFiles {
            ca: std::fs::read(folder.join("ca.pem"))?,
            cert: optional("cert.pem")?,
            key: optional("key.pem")?,
        })
    }

    /// Writes them into an existing folder under the names of a `DOCKER_CERT_PATH`.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::write(folder.join("ca.pem"), &self.ca)?;
        let named = [("cert.pem", &self.cert), ("key.pem", &self.key)];
        for (name, content) in named {
            if let Some(content) = content {
                std::fs::write(folder.join(name), content)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for TlsFiles {
    // Keys do not belong into evidence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsFiles")
            .field("cert", &self.cert.is_some())
            .field("key", &self.key.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_read_back_as_they_print() {
        for text in [
            "tcp://127.0.0.1:2376",
            "tcp://[::1]:1",
            "unix:///run/zone.sock",
        ] {
            let endpoint: Endpoint = text.parse().expect("is one");
            assert_eq!(endpoint.to_string(), text);
        }
        for text in [
            "",
            "tcp://",
            "tcp://:1",
            "tcp://a:99999",
            "unix://relative",
            "http://a:1",
        ] {
            assert!(text.parse::<Endpoint>().is_err(), "{text}");
        }
    }

    #[test]
    fn files_without_a_certificate_leave_it_out() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        TlsFiles::without_certificate("CA")
            .write(folder.path())
            .expect("writes");
        let read = TlsFiles::read(folder.path()).expect("reads");
        assert_eq!(read, TlsFiles::without_certificate("CA"));
        assert!(!folder.path().join("cert.pem").exists());
    }

    #[test]
    fn a_key_is_never_shown() {
        let shown = format!("{:?}", TlsFiles::new("CA", "CERT", "KEY MATERIAL"));
        assert!(
            !shown.contains("MATERIAL") && !shown.contains("75"),
            "{shown}"
        );
    }
}
