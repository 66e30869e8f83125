//! The folder and the variables a CLI's commands see.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::client::{Invocation, Target};

/// What the program is called by.
pub(super) const PROGRAM: &str = "docker";

/// Home, configuration and certificates of a client, removed with it.
#[derive(Debug)]
pub(super) struct Environment {
    folder: TempDir,
    home: PathBuf,
    variables: Vec<(String, String)>,
}

impl Environment {
    pub(super) fn new(program: &Path, target: &Target) -> io::Result<Environment> {
        let folder = tempfile::Builder::new().prefix("docker-cli-").tempdir()?;
        // The system's temporary folder may be a link; the client prints what it is told.
        let root = folder.path().canonicalize()?;
        let home = root.join("home");
        let config = root.join("config");
        std::fs::create_dir(&home)?;
        std::fs::create_dir(&config)?;
        // Clients say their own name in messages: it is `docker`, whatever the file is called.
        let programs = root.join("bin");
        std::fs::create_dir(&programs)?;
        std::os::unix::fs::symlink(program, programs.join(PROGRAM))?;
        let mut variables = vec![
            ("HOME", text(&home)?),
            ("DOCKER_CONFIG", text(&config)?),
            ("DOCKER_HOST", target.docker.to_string()),
            (
                "PATH",
                format!("{}:/usr/local/bin:/usr/bin:/bin", text(&programs)?),
            ),
            ("LC_ALL", "C".to_owned()),
            ("TZ", "UTC".to_owned()),
            // CLI-49: the runtime's own SIGURG would be forwarded to the container.
            ("GODEBUG", "asyncpreemptoff=1".to_owned()),
        ];
        if let Some(files) = &target.tls {
            let certificates = root.join("certificates");
            std::fs::create_dir(&certificates)?;
            files.write(&certificates)?;
            variables.push(("DOCKER_CERT_PATH", text(&certificates)?));
            variables.push(("DOCKER_TLS_VERIFY", "1".to_owned()));
        }
        if let Some(version) = &target.api_version {
            variables.push(("DOCKER_API_VERSION", version.clone()));
        }
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Ok(Environment {
            folder,
            home,
            variables,
        })
    }

    pub(super) fn home(&self) -> &Path {
        debug_assert!(self.folder.path().exists(), "lives as long as this");
        &self.home
    }

    /// Every variable of a command; of equal names the last one counts.
    pub(super) fn variables<'a>(
        &'a self,
        invocation: &'a Invocation,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let terminal = invocation.pty.map(|_| ("TERM", "xterm"));
        let own = self.variables.iter().chain(&invocation.env);
        terminal
            .into_iter()
            .chain(own.map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

fn text(path: &Path) -> io::Result<String> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        let message = format!("the temporary folder {} is not UTF-8", path.display());
        io::Error::new(io::ErrorKind::InvalidInput, message)
    })
}
