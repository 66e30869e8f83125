//! Debian's `docker-registry`, with a configuration and a folder of its own.

use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::authority::ServerFiles;
use crate::program;

/// The program, and the package that has it.
const PROGRAM: &str = "docker-registry";
/// Names another one.
const OVERRIDE: &str = "ZONESIM_REGISTRY";
/// How often it is looked at whether it listens.
const LOOKS: usize = 2000;
/// How long it is left alone between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// Who may come.
#[derive(Debug, Default)]
pub(crate) struct Access {
    /// A line of htpasswd (bcrypt): who may come with a password.
    pub(crate) htpasswd: Option<&'static str>,
    /// Realm and file of certificates of a token server.
    pub(crate) tokens: Option<(String, std::path::PathBuf)>,
    /// Speaks TLS with this certificate and key.
    pub(crate) tls: Option<ServerFiles>,
}

/// A running registry.
#[derive(Debug)]
pub struct DebianRegistry {
    process: Child,
    port: u16,
    folder: TempDir,
    /// Bytes of its log of accesses that are of somebody before.
    log_start: usize,
}

/// JSON is YAML, too.
fn configuration(folder: &Path, access: &Access) -> io::Result<Value> {
    let mut configuration = json!({
        "version": "0.1",
        "log": {"level": "info", "formatter": "json"},
        "storage": {"filesystem": {"rootdirectory": folder.join("data")}},
        "http": {"addr": "127.0.0.1:0", "secret": "of a test"},
    });
    if let Some(line) = access.htpasswd {
        let path = folder.join("htpasswd");
        std::fs::write(&path, format!("{line}\n"))?;
        configuration["auth"] = json!({"htpasswd": {"realm": "test", "path": path}});
    }
    if let Some((realm, certificates)) = &access.tokens {
        configuration["auth"] = json!({"token": {
            "realm": realm,
            "service": "registry.test",
            "issuer": "issuer.test",
            "rootcertbundle": certificates,
        }});
    }
    if let Some(files) = &access.tls {
        configuration["http"]["tls"] = json!({"certificate": files.certificate, "key": files.key});
    }
    Ok(configuration)
}

impl DebianRegistry {
    /// Starts one that everybody may use.
    ///
    /// # Errors
    ///
    /// It is not installed, or ends.
    pub async fn open() -> io::Result<DebianRegistry> {
        Self::start(&Access::default()).await
    }

    /// Starts it on a free port and waits until it listens.
    ///
    /// # Errors
    ///
    /// It is not installed, or ends.
    pub(crate) async fn start(access: &Access) -> io::Result<DebianRegistry> {
        let program = match std::env::var_os(OVERRIDE) {
            Some(path) => path.into(),
            None => program::find(PROGRAM).map_err(|missing| {
                io::Error::other(format!("{missing}: install the package `{PROGRAM}`"))
            })?,
        };
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("config.yml");
        let configuration = configuration(folder.path(), access)?;
        std::fs::write(&file, configuration.to_string())?;
        let log = |name| std::fs::File::create(folder.path().join(name));
        let process = Command::new(&program)
            .arg("serve")
            .arg(&file)
            .env("OTEL_TRACES_EXPORTER", "none")
            .stdin(Stdio::null())
            .stdout(log("requests")?)
            .stderr(log("log")?)
            .spawn()
            .map_err(|error| {
                let path = std::path::Path::new(&program).display();
                io::Error::other(format!("{path} ({OVERRIDE} names another): {error}"))
            })?;
        let mut registry = DebianRegistry {
            process,
            port: 0,
            folder,
            log_start: 0,
        };
        for _ in 0..LOOKS {
            if let Some(port) = registry.listens_at() {
                registry.port = port;
                return Ok(registry);
            }
            if let Some(status) = registry.process.try_wait()? {
                let said = registry.read("log");
                return Err(io::Error::other(format!(
                    "{PROGRAM} has ended: {status}: {said}"
                )));
            }
            tokio::time::sleep(PAUSE).await;
        }
        let said = registry.read("log");
        Err(io::Error::other(format!(
            "{PROGRAM} does not listen: {said}"
        )))
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    fn listens_at(&self) -> Option<u16> {
        let log = self.read("log");
        let (_, rest) = log.split_once("listening on 127.0.0.1:")?;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse().ok()
    }

    /// Its port on the loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Empties it, as if it had just been started.
    pub(super) fn empty(&mut self) -> io::Result<()> {
        self.log_start = self.read("requests").len();
        match std::fs::remove_dir_all(self.folder.path().join("data")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// `METHOD PATH` of each request, from its log of accesses.
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = self.read("requests");
        let requests = log
            .get(self.log_start..)
            .unwrap_or_default()
            .lines()
            .filter_map(|line| {
                let (_, request) = line.split_once(" \"")?;
                let (request, _) = request.split_once(" HTTP/")?;
                Some(request.to_owned())
            });
        requests.collect()
    }
}

impl Drop for DebianRegistry {
    fn drop(&mut self) {
        // It may have ended itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
