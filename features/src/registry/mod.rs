//! Registries beside the zone: Debian's, and what stands for one in trouble.

mod answers;
mod authority;
mod debian;
mod image;
mod shared;
mod token;

use clients::faulty::FaultyServer;
use regex::Regex;

use crate::failure::Failure;

pub(crate) use answers::{Answer, Answers};
pub(crate) use authority::{Authority, ServerFiles};
pub(crate) use debian::Access;
pub use debian::DebianRegistry;
pub(crate) use image::{FaultyImage, evil_image, faulty_image, manifest_path, two_images};
pub(crate) use shared::{SharedRegistry, end_shared};
pub(crate) use token::TokenServer;

/// A registry. Dropping it ends it.
#[derive(Debug)]
pub(crate) enum Registry {
    /// `docker-registry` of Debian.
    Debian(DebianRegistry),
    /// The same, open to all.
    Shared(SharedRegistry),
    /// One that serves a layer badly.
    Faulty(FaultyServer),
    /// One that says what it was told to say.
    Answers(Answers),
}

impl Registry {
    /// `METHOD PATH` of each request that it has seen.
    pub(crate) async fn requests(&self) -> Result<Vec<String>, Failure> {
        match self {
            Registry::Debian(registry) => Ok(registry.requests()),
            Registry::Shared(shared) => {
                let registry = shared.registry();
                Ok(registry.map(DebianRegistry::requests).unwrap_or_default())
            }
            Registry::Faulty(server) => Ok(server.requests()),
            Registry::Answers(answers) => answers.requests().await,
        }
    }

    /// How many requests an expression matches as a whole.
    pub(crate) async fn count(&self, expression: &str) -> Result<usize, Failure> {
        let expression = Regex::new(&format!("^(?:{expression})$"))
            .map_err(|error| Failure::Feature(error.to_string()))?;
        let requests = self.requests().await?;
        Ok(requests
            .iter()
            .filter(|request| expression.is_match(request))
            .count())
    }
}
