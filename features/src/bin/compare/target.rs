//! A Docker host to time.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The host, how the CLI finds it, and what was measured.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    environment: Vec<(&'static str, String)>,
    samples: Vec<Duration>,
}

/// The CLI, and its home directory.
pub(crate) struct Cli<'a> {
    pub(crate) program: &'a Path,
    pub(crate) home: &'a Path,
}

impl Target {
    /// One at a URL.
    pub(crate) fn new(name: &'static str, host: String) -> Self {
        Self {
            name,
            environment: vec![("DOCKER_HOST", host)],
            samples: Vec::new(),
        }
    }

    /// One that speaks TLS; `pki` has `ca.pem` and, if the host wants to know who comes, `cert.pem` and `key.pem`.
    pub(crate) fn tls(name: &'static str, address: &str, pki: &Path) -> Self {
        let mut target = Self::new(name, format!("tcp://{address}"));
        target.environment.extend([
            ("DOCKER_TLS_VERIFY", "1".to_owned()),
            ("DOCKER_CERT_PATH", pki.display().to_string()),
        ]);
        target
    }

    /// Runs a command line: its standard output and how long it took, or what went wrong.
    pub(crate) fn run(&self, cli: &Cli<'_>, line: &[&str]) -> Result<(String, Duration), String> {
        let started = Instant::now();
        let output = Command::new(cli.program)
            .args(line)
            .env_clear()
            .env("HOME", cli.home)
            .env("GODEBUG", "asyncpreemptoff=1")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{}: {error}", cli.program.display()))?;
        let elapsed = started.elapsed();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() {
            return Ok((text(&output.stdout), elapsed));
        }
        let (status, said) = (output.status, text(&output.stderr));
        Err(format!(
            "{}: {}: {status}: {said}",
            self.name,
            line.join(" ")
        ))
    }

    /// Runs a command line and keeps how long it took.
    pub(crate) fn sample(&mut self, cli: &Cli<'_>, line: &[&str]) -> Result<(), String> {
        let (_, elapsed) = self.run(cli, line)?;
        self.samples.push(elapsed);
        Ok(())
    }

    pub(crate) fn median(&self) -> Duration {
        let mut samples = self.samples.clone();
        samples.sort();
        samples[samples.len() / 2]
    }
}

/// A folder with these files.
pub(crate) fn folder(parent: &Path, name: &str, files: &[(&str, &str)]) -> Result<PathBuf, String> {
    let folder = parent.join(name);
    let write = |(file, content): &(&str, &str)| std::fs::write(folder.join(file), content);
    std::fs::create_dir_all(&folder)
        .and_then(|()| files.iter().try_for_each(write))
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}
