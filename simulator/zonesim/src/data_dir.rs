//! Certificates and keys on disk.
//!
//! ```text
//! ca.pem  ca-key.pem     the zone's certificate authority
//! token.key              the zone's key for tokens
//! keys/LOGIN.pem         an account's key
//! certs/LOGIN/           ca.pem, cert.pem and key.pem: what DOCKER_CERT_PATH points to
//! ```

use crate::auth::issue::Issued;
use crate::auth::key::KeyPair;
use crate::auth::token::TokenKey;
use crate::tls::{self, authority::Authority};
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Why a file of the data directory is of no use.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It could not be read, written or made.
    #[error("{path}: {error}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It holds something else.
    #[error("{path}: {reason}", path = path.display())]
    Content {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> DataDirError + '_ {
    move |error| DataDirError::File {
        path: path.to_owned(),
        error,
    }
}

/// A directory, made when it is not there, readable by its owner only.
#[derive(Clone, Debug)]
pub(crate) struct DataDir(PathBuf);

/// Makes `path` and what leads to it.
pub(crate) fn make_dir(path: &Path) -> Result<(), DataDirError> {
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path);
    made.map_err(at(path))
}

/// Writes a file under another name first, so that nobody sees half of it.
pub(crate) fn write_atomically(path: &Path, content: &[u8]) -> Result<(), DataDirError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
    let written = || {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options.open(&new)?.write_all(content)?;
        fs::rename(&new, path)
    };
    written().map_err(|error| {
        // It may not be there at all.
        let _ = fs::remove_file(&new);
        at(path)(error)
    })
}

/// The text of a file; `None` when there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<String>, DataDirError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at(path)(error)),
    }
}

impl DataDir {
    /// Opens or makes it.
    pub(crate) fn open(path: &Path) -> Result<Self, DataDirError> {
        make_dir(path)?;
        Ok(Self(path.to_owned()))
    }

    /// Where the client files of an account are.
    pub(crate) fn cert_path(&self, login: &str) -> PathBuf {
        self.0.join("certs").join(login)
    }

    /// The authority that was kept, or a new one.
    pub(crate) fn authority(&self) -> Result<Authority, DataDirError> {
        let (pem_path, key_path) = (self.0.join("ca.pem"), self.0.join("ca-key.pem"));
        let wrong = |path: &Path| {
            let path = path.to_owned();
            move |error: tls::Error| DataDirError::Content {
                path,
                reason: error.to_string(),
            }
        };
        match (read(&pem_path)?, read(&key_path)?) {
            (Some(pem), Some(key)) => Authority::load(pem, &key).map_err(wrong(&key_path)),
            _ => {
                let authority = Authority::generate().map_err(wrong(&pem_path))?;
                write_atomically(&key_path, authority.key_pem().as_bytes())?;
                write_atomically(&pem_path, authority.pem().as_bytes())?;
                Ok(authority)
            }
        }
    }

    /// The token key that was kept, or a new one.
    pub(crate) fn token_key(&self) -> Result<TokenKey, DataDirError> {
        let path = self.0.join("token.key");
        if let Some(text) = read(&path)? {
            return TokenKey::from_hex(&text).ok_or_else(|| DataDirError::Content {
                path,
                reason: "not a key of 32 bytes in hex".to_owned(),
            });
        }
        let (key, text) = TokenKey::generate_hex();
        write_atomically(&path, text.as_bytes())?;
        Ok(key)
    }

    /// The key of an account that was kept, or a new one.
    pub(crate) fn account_key(&self, login: &str) -> Result<KeyPair, DataDirError> {
        let directory = self.0.join("keys");
        make_dir(&directory)?;
        let path = directory.join(format!("{login}.pem"));
        if let Some(text) = read(&path)? {
            return KeyPair::from_pem(&text).map_err(|error| DataDirError::Content {
                path,
                reason: error.to_string(),
            });
        }
        let key = KeyPair::generate();
        write_atomically(&path, key.pem().as_bytes())?;
        Ok(key)
    }

    /// Writes the client files of an account; where they are.
    pub(crate) fn write_certificates(
        &self,
        login: &str,
        ca_pem: &str,
        issued: &Issued,
    ) -> Result<PathBuf, DataDirError> {
        let directory = self.cert_path(login);
        make_dir(&directory)?;
        write_atomically(&directory.join("ca.pem"), ca_pem.as_bytes())?;
        write_atomically(
            &directory.join("cert.pem"),
            issued.certificate_pem.as_bytes(),
        )?;
        write_atomically(&directory.join("key.pem"), issued.key_pem.as_bytes())?;
        Ok(directory)
    }
}
