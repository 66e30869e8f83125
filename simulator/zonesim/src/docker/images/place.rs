//! Whether an index is the embedded hub or a registry.

use crate::driver::Driver;
use images::registry::{Access, Credentials, RegistryError, Transport};
use std::path::PathBuf;
use std::time::Duration;
use zone::{ImageReference, Registries};

/// Where the images of an index are.
pub(super) enum Place {
    /// In the embedded hub, which answers for this host.
    Hub(String),
    /// In a registry.
    Registry(Transport),
    /// Below this directory, each repository an OCI layout.
    Layouts(PathBuf),
}

/// The place of an index as operators want it.
pub(super) fn place(driver: &Driver, index: &str) -> Place {
    place_if(driver, index, driver.hub().answers_for(index))
}

/// The place of a repository: the hub may have it though it does not answer for its index.
pub(super) fn place_of(driver: &Driver, reference: &ImageReference) -> Place {
    let index = &reference.index;
    let is_there = driver.hub().has(index, &reference.remote_name);
    place_if(driver, index, is_there)
}

fn place_if(driver: &Driver, index: &str, is_hub: bool) -> Place {
    let view = driver.view();
    let settings = &view.settings().registries;
    if let Some(directory) = settings.layouts(index) {
        return Place::Layouts(directory.into());
    }
    match is_hub && !settings.outside && !settings.map.contains_key(index) {
        true => Place::Hub(index.to_owned()),
        false => Place::Registry(Transport::new(access(settings))),
    }
}

/// IMG-43, as every registry: identity tokens are not accepted, nor are users of the hub that it does not have.
pub(super) fn check_hub_user(
    driver: &Driver,
    index: &str,
    credentials: Option<&Credentials>,
) -> Result<(), RegistryError> {
    match credentials {
        None => Ok(()),
        Some(Credentials::IdentityToken) => Err(RegistryError::IdentityToken(index.to_owned())),
        Some(Credentials::Password { username, password }) => {
            let view = driver.view();
            let known = view.settings().registries.hub_users.get(username);
            match known == Some(password) {
                true => Ok(()),
                false => Err(RegistryError::Unauthorized(WRONG_PASSWORD.to_owned())),
            }
        }
    }
}

/// What the hub's token service says of credentials that it does not know.
pub(super) const WRONG_PASSWORD: &str = "incorrect username or password";

fn access(settings: &Registries) -> Access {
    Access {
        insecure: settings.insecure,
        ca_file: settings.ca_file.as_ref().map(PathBuf::from),
        map: settings.map.clone(),
        outside: settings.outside,
        connect: Duration::from_millis(settings.connect_ms),
        stall: Duration::from_millis(settings.stall_ms),
    }
}
