//! What every kind of client under test has in common: it runs a command against a target.
//!
//! A [`Client`] is made for one scenario and one [`Target`]. [`Client::start`] runs an
//! [`Invocation`] (a `docker` command line and what surrounds it) and gives a [`Running`];
//! waiting for that gives the [`Outcome`]: what was printed, how it ended, and when what happened.

mod capture;
mod error;
pub(crate) mod in_process;
mod invocation;
mod outcome;
mod running;
mod signal;
mod target;
mod transcript;

pub(crate) use capture::{Capture, Channel, ReaderGate};
pub use error::ClientError;
pub use invocation::{Invocation, Keep, PtySize, Reader, Stdin};
pub use outcome::{Exit, Outcome};
pub(crate) use running::Control;
pub use running::{Running, SoFar};
pub use signal::Signal;
pub use target::{Endpoint, InvalidEndpoint, Target, TlsFiles};
pub use transcript::{Data, Event, EventKind, Transcript};

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::str::FromStr;

use crate::library::LibraryName;
use crate::version::CliVersion;

/// A future that may be sent between threads, as trait objects need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A Docker client, ready to run commands against the target it was made for.
pub trait Client: Send + Sync + fmt::Debug {
    /// Which client this is; the tag of a scenario and the name in every report.
    fn name(&self) -> ClientName;

    /// The target it was made for.
    fn target(&self) -> &Target;

    /// Starts a command. Must be called within a tokio runtime with time and I/O enabled.
    ///
    /// # Errors
    ///
    /// [`ClientError`] when the command cannot even be started. What the command itself
    /// thinks of its arguments is in its [`Outcome`].
    fn start(&self, invocation: Invocation) -> Result<Running, ClientError>;

    /// The folder its commands work in, if they work in one.
    fn folder(&self) -> Option<&Path> {
        None
    }

    /// Process groups of commands that ended or were dropped and are still there: none, unless
    /// something escaped its kill, and never any of a client that is a library.
    fn leftover_groups(&self) -> Vec<i32> {
        Vec::new()
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    ///
    /// As [`Client::start`], and [`ClientError::Deadline`] with everything that was seen until then.
    fn run(&self, invocation: Invocation) -> BoxFuture<'_, Result<Outcome, ClientError>> {
        Box::pin(async move { self.start(invocation)?.wait().await })
    }
}

/// The clients a scenario can be driven by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientName {
    /// A real Docker CLI.
    Cli(CliVersion),
    /// The Rust library bollard, behind a command line of its own.
    Bollard,
    /// HTTP/1.1 bytes of our own.
    Raw,
    /// A library, or Compose.
    Library(LibraryName),
}

impl ClientName {
    /// Every client, the CLIs first, oldest first.
    pub const ALL: [ClientName; 13] = [
        ClientName::Cli(CliVersion::V1_8),
        ClientName::Cli(CliVersion::V1_9),
        ClientName::Cli(CliVersion::V1_10),
        ClientName::Cli(CliVersion::V1_11),
        ClientName::Cli(CliVersion::V1_12),
        ClientName::Bollard,
        ClientName::Raw,
        ClientName::Library(LibraryName::DockerPy1_10),
        ClientName::Library(LibraryName::DockerPy7_2),
        ClientName::Library(LibraryName::Dockerode2_5),
        ClientName::Library(LibraryName::Compose1_8),
        ClientName::Library(LibraryName::Compose1_29),
        ClientName::Library(LibraryName::Docker28),
    ];

    /// The tag of scenarios and the name in file names, as in `docker-1.12`.
    pub const fn as_str(self) -> &'static str {
        match self {
            ClientName::Cli(CliVersion::V1_8) => "docker-1.8",
            ClientName::Cli(CliVersion::V1_9) => "docker-1.9",
            ClientName::Cli(CliVersion::V1_10) => "docker-1.10",
            ClientName::Cli(CliVersion::V1_11) => "docker-1.11",
            ClientName::Cli(CliVersion::V1_12) => "docker-1.12",
            ClientName::Bollard => "bollard",
            ClientName::Raw => "raw",
            ClientName::Library(library) => library.as_str(),
        }
    }
}

impl fmt::Display for ClientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no client; known are docker-1.8 to docker-1.12, bollard, raw, docker-py-1.10.6, docker-py-7.2.0, dockerode-2.5.8, compose-1.8.1 and compose-1.29.2"
)]
pub struct UnknownClient(pub String);

impl FromStr for ClientName {
    type Err = UnknownClient;

    fn from_str(text: &str) -> Result<Self, UnknownClient> {
        ClientName::ALL
            .into_iter()
            .find(|name| name.as_str() == text)
            .ok_or_else(|| UnknownClient(text.to_owned()))
    }
}

impl serde::Serialize for ClientName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_as_itself() {
        for name in ClientName::ALL {
            assert_eq!(name.as_str().parse(), Ok(name));
        }
        assert!("docker-1.13".parse::<ClientName>().is_err());
    }
}
