//! An authority that nobody knows yet, and what it certifies.

use std::io;
use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

/// A certificate and its key, as files.
#[derive(Debug, Clone)]
pub(crate) struct ServerFiles {
    /// PEM.
    pub(crate) certificate: PathBuf,
    /// PEM.
    pub(crate) key: PathBuf,
}

/// The authority; its files are there as long as it is.
#[derive(Debug)]
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    /// Makes one.
    ///
    /// # Errors
    ///
    /// No key, or no folder.
    pub(crate) fn new() -> io::Result<Authority> {
        Self::named(Vec::new())
    }

    /// One that is also the server of this name.
    ///
    /// # Errors
    ///
    /// As [`Authority::new`].
    pub(crate) fn of_itself(name: &str) -> io::Result<(Authority, ServerFiles)> {
        let authority = Self::named(vec![name.to_owned()])?;
        let files = ServerFiles {
            certificate: authority.certificate(),
            key: authority.folder.path().join("ca-key.pem"),
        };
        std::fs::write(&files.key, authority.issuer.key().serialize_pem())?;
        Ok((authority, files))
    }

    fn named(names: Vec<String>) -> io::Result<Authority> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let mut own = CertificateParams::new(names).map_err(io::Error::other)?;
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = own.self_signed(&key).map_err(io::Error::other)?;
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("ca.pem"), certificate.pem())?;
        let issuer = Issuer::new(own, key);
        Ok(Authority { issuer, folder })
    }

    /// Its own certificate.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Certifies a server.
    ///
    /// # Errors
    ///
    /// No key, or no file.
    pub(crate) fn certify(&self, name: &str) -> io::Result<ServerFiles> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let server = CertificateParams::new(vec![name.to_owned()]).map_err(io::Error::other)?;
        let server = server.signed_by(&key, &self.issuer);
        let server = server.map_err(io::Error::other)?;
        let files = ServerFiles {
            certificate: self.folder.path().join("server.pem"),
            key: self.folder.path().join("server-key.pem"),
        };
        std::fs::write(&files.certificate, server.pem())?;
        std::fs::write(&files.key, key.serialize_pem())?;
        Ok(files)
    }
}
