//! `_ping`, `version`, `info` and `auth`.

mod auth;
mod info;
mod ping;
mod version;

pub(crate) use auth::auth;
pub(crate) use info::info;
pub(crate) use ping::ping;
pub(crate) use version::version;

/// Version of the Docker service that the zone says it runs.
pub(crate) const SERVICE_VERSION: &str = "0.7.11";
