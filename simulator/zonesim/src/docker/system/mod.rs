//! `_ping`, `version`, `info`, `auth` and `events`.

mod auth;
mod events;
mod info;
mod ping;
mod version;

pub(crate) use auth::auth;
pub(crate) use events::events;
pub(crate) use info::info;
pub(crate) use ping::ping;
pub(crate) use version::version;

/// Version of the Docker service that the zone says it runs.
pub(crate) const SERVICE_VERSION: &str = "0.7.11";
