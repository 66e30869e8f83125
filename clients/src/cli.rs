//! A real Docker CLI as a client.
//!
//! Each client has a folder of its own for home, configuration and certificates, which goes
//! with it, and each command an environment that holds nothing else of this process.
//!
//! *Architecture Invariant*: a command runs in a process group of its own, and its outcome is
//! only told once that group is gone. Dropping the handle of a command ends its group.

mod environment;
mod group;
pub(crate) mod process;
mod terminal;

use std::path::Path;
use std::sync::Arc;

use crate::build::CliBinary;
use crate::client::{Client, ClientError, ClientName, Invocation, Running, Target};
use crate::version::CliVersion;
pub(crate) use environment::{Environment, Software};
pub(crate) use group::Groups;

/// A Docker CLI of a version.
///
/// ```no_run
/// use clients::{Client, CliClient, Endpoint, Invocation, Target, version::CliVersion};
/// # async fn example() -> Result<(), clients::ClientError> {
/// let target = Target::plain(Endpoint::loopback(2375));
/// let docker = CliClient::new(CliVersion::V1_12, "target/clients/docker-1.12.6", target)?;
/// let outcome = docker.run(Invocation::new(["run", "--rm", "busybox", "echo", "hi"])).await?;
/// assert_eq!(outcome.stdout_text(), "hi\n");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct CliClient {
    version: CliVersion,
    target: Target,
    environment: Arc<Environment>,
    groups: Groups,
}

impl CliClient {
    /// A client that runs this program as the CLI of this line.
    ///
    /// # Errors
    ///
    /// [`ClientError::Folder`], and [`ClientError::Start`] when there is no such program.
    pub fn new(
        version: CliVersion,
        program: impl AsRef<Path>,
        target: Target,
    ) -> Result<CliClient, ClientError> {
        let program = program.as_ref();
        let program = program.canonicalize().map_err(|error| ClientError::Start {
            program: program.display().to_string(),
            detail: error.to_string(),
        })?;
        let software = Software {
            // Clients say their own name in messages, whatever the file is called.
            name: "docker",
            program: &program,
            // CLI-49: the runtime's own SIGURG would be forwarded to the container.
            variables: vec![("GODEBUG".to_owned(), "asyncpreemptoff=1".to_owned())],
        };
        Ok(CliClient {
            version,
            environment: Arc::new(
                Environment::new(&software, &target).map_err(ClientError::Folder)?,
            ),
            target,
            groups: Groups::default(),
        })
    }

    /// A client that runs a binary built or given.
    ///
    /// # Errors
    ///
    /// As [`CliClient::new`].
    pub fn of(binary: &CliBinary, target: Target) -> Result<CliClient, ClientError> {
        CliClient::new(binary.minor, &binary.path, target)
    }

    /// The home folder of its commands, which is also their working directory.
    pub fn home(&self) -> &Path {
        self.environment.home()
    }
}

impl Client for CliClient {
    fn name(&self) -> ClientName {
        ClientName::Cli(self.version)
    }

    fn target(&self) -> &Target {
        &self.target
    }

    fn folder(&self) -> Option<&Path> {
        Some(self.environment.home())
    }

    fn start(&self, invocation: Invocation) -> Result<Running, ClientError> {
        process::start(
            self.name().as_str(),
            &self.environment,
            &self.groups,
            invocation,
        )
    }

    fn leftover_groups(&self) -> Vec<i32> {
        self.groups.leftover()
    }
}

#[cfg(test)]
mod tests;
