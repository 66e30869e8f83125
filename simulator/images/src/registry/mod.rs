//! A client of Docker registries (API v2; images.md 15).

mod access;
mod blob;
mod challenge;
mod client;
mod credentials;
mod error;
mod login;
mod push;
mod search;
mod target;
mod transport;
mod trust;

pub use access::Access;
pub use blob::BlobStream;
pub use client::{Actions, ManifestAnswer, Registry};
pub use credentials::Credentials;
pub use error::{ApiError, RegistryError};
pub use login::{LoginError, log_in};
pub use push::PushedManifest;
pub use search::search;
pub use transport::Transport;

pub use trust::certificates;
