//! Libraries, Compose and a Docker CLI of today as clients: programs that are installed from lock files.
//!
//! A lock file names every package with its version and the digests of its files, and nothing else is installed.
//! What a machine lacks (an interpreter, access to packages) makes a client unavailable, which is told with its reason.

mod install;
mod interpreter;
mod name;

pub use install::{Installed, Unavailable, install};
pub use name::{LibraryName, Program};

use std::path::Path;
use std::sync::Arc;

use crate::cli::{Environment, Groups, Software, process};
use crate::client::{Client, ClientError, ClientName, Invocation, Running, Target};

/// A library, driven by the scripts of scenarios, or Compose, driven by its command line.
#[derive(Debug)]
pub struct LibraryClient {
    name: LibraryName,
    target: Target,
    environment: Arc<Environment>,
    groups: Groups,
}

impl LibraryClient {
    /// A client of what was installed.
    ///
    /// # Errors
    ///
    /// [`ClientError::Folder`].
    pub fn new(installed: &Installed, target: Target) -> Result<LibraryClient, ClientError> {
        let name = installed.name;
        let packages = installed.folder.display().to_string();
        let variables = match name.program() {
            Program::Python | Program::Compose => vec![
                ("PYTHONPATH".to_owned(), packages),
                // The folder of packages is shared by all that run at once.
                ("PYTHONDONTWRITEBYTECODE".to_owned(), "1".to_owned()),
                ("PYTHONUNBUFFERED".to_owned(), "1".to_owned()),
                ("PYTHONWARNINGS".to_owned(), "ignore".to_owned()),
                // Its `exec` and `run` speak for themselves, not through a `docker` on the way.
                ("COMPOSE_INTERACTIVE_NO_CLI".to_owned(), "1".to_owned()),
            ],
            Program::Node => vec![("NODE_PATH".to_owned(), format!("{packages}/node_modules"))],
            Program::Docker => vec![("GODEBUG".to_owned(), "asyncpreemptoff=1".to_owned())],
        };
        let software = Software {
            name: name.program().file_name(),
            program: &installed.interpreter,
            variables,
        };
        Ok(LibraryClient {
            name,
            environment: Arc::new(
                Environment::new(&software, &target).map_err(ClientError::Folder)?,
            ),
            target,
            groups: Groups::default(),
        })
    }
}

impl Client for LibraryClient {
    fn name(&self) -> ClientName {
        ClientName::Library(self.name)
    }

    fn target(&self) -> &Target {
        &self.target
    }

    fn folder(&self) -> Option<&Path> {
        Some(self.environment.home())
    }

    /// `argv` is a script in the client's folder and its arguments; of Compose, what follows its name.
    fn start(&self, mut invocation: Invocation) -> Result<Running, ClientError> {
        if self.name.program() == Program::Compose {
            let module = ["-m", "compose"].map(str::to_owned);
            invocation.argv.splice(0..0, module);
        }
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
