//! Why a pull ends without an image (images.md 10).

use crate::registry::RegistryError;
use thiserror::Error;

/// A failure. `Display` is the client's text without the request id; `IMAGE` is `repo:tag` or `repo@digest`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PullError {
    /// The repository, tag or digest is unknown, or nobody may know of it (IMG-34, IMG-36).
    #[error("Error: image {0} not found")]
    NotFound(String),
    /// The token service rejects the credentials, or cannot be understood.
    #[error("unauthorized: {0}")]
    Unauthorized(String),
    /// IMG-43
    #[error("Could not pull from registry {host}: {error}")]
    IdentityToken {
        /// The registry.
        host: String,
        /// What is not supported.
        error: RegistryError,
    },
    /// The registry cannot be reached or trusted (IMG-35).
    #[error("Error pulling image: (RemoteSourceError) {0}")]
    Unreachable(RegistryError),
    /// A blob could not be got.
    #[error("Error downloading {image}: {detail}")]
    Download {
        /// The image.
        image: String,
        /// Why.
        detail: String,
    },
    /// What the registry said.
    #[error("Error pulling image: {0}")]
    Told(RegistryError),
    /// Anything else; the reason is for the log.
    #[error("Error pulling image: Internal error")]
    Internal(String),
}

impl PullError {
    /// A failure to get a manifest, or to log in for it.
    pub fn of_registry(error: RegistryError, image: &str) -> Self {
        match error {
            RegistryError::HostNotFound(_)
            | RegistryError::NoTls(_)
            | RegistryError::Untrusted(_) => Self::Unreachable(error),
            RegistryError::ConnectTimeout(host) => {
                Self::Unreachable(RegistryError::HostNotFound(host))
            }
            RegistryError::NoV2(_) => Self::NotFound(image.to_owned()),
            RegistryError::Unauthorized(message) => Self::Unauthorized(message),
            RegistryError::IdentityToken(ref host) => Self::IdentityToken {
                host: host.clone(),
                error,
            },
            RegistryError::Status { status, ref errors } => match (status, errors.as_slice()) {
                (401 | 404, _) => Self::NotFound(image.to_owned()),
                (_, [only]) if only.code == "MANIFEST_UNKNOWN" => Self::NotFound(image.to_owned()),
                (_, []) => Self::Internal(error.to_string()),
                _ => Self::Told(error),
            },
            RegistryError::RedirectLoop | RegistryError::Broken(_) => {
                Self::Internal(error.to_string())
            }
        }
    }
}
