//! The folder and the variables a CLI's commands see.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::client::{Invocation, Target};

/// What a client's commands run.
#[derive(Debug)]
pub(crate) struct Software<'a> {
    /// What the program is called by.
    pub(crate) name: &'static str,
    /// Where it is.
    pub(crate) program: &'a Path,
    /// Variables of its own.
    pub(crate) variables: Vec<(String, String)>,
}

/// Home, configuration and certificates of a client, removed with it.
#[derive(Debug)]
pub(crate) struct Environment {
    folder: TempDir,
    home: PathBuf,
    name: &'static str,
    program: PathBuf,
    variables: Vec<(String, String)>,
}

impl Environment {
    pub(crate) fn new(software: &Software<'_>, target: &Target) -> io::Result<Environment> {
        let folder = tempfile::Builder::new().prefix("docker-cli-").tempdir()?;
        // The system's temporary folder may be a link; the client prints what it is told.
        let root = folder.path().canonicalize()?;
        let home = root.join("home");
        let config = root.join("config");
        std::fs::create_dir(&home)?;
        std::fs::create_dir(&config)?;
        let programs = root.join("bin");
        std::fs::create_dir(&programs)?;
        let program = programs.join(software.name);
        std::os::unix::fs::symlink(software.program, &program)?;
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
            .chain(software.variables.iter().cloned())
            .collect();
        Ok(Environment {
            folder,
            home,
            name: software.name,
            program,
            variables,
        })
    }

    /// What the program is called by.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// The program, under its name.
    pub(super) fn program(&self) -> &Path {
        &self.program
    }

    pub(crate) fn home(&self) -> &Path {
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
