//! A zone that runs.

use crate::config::Config;
use crate::driver::Driver;
use crate::gateway::Gateway;
use crate::http::drain::Drain;
use crate::panics::Panics;
use crate::start::{self, StartError};
use journal::Journal;
use runtime::clock::Mode;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long the zone's threads may take to end, in real time.
const THREADS_LIMIT: Duration = Duration::from_secs(5);

/// Makes a [`Zone`].
#[derive(Clone, Debug, Default)]
pub struct Builder(Config);

/// A running zone, on threads of its own. It stops when it is shut down or dropped.
#[derive(Debug)]
pub struct Zone {
    running: Option<Running>,
    threads: Option<tokio::runtime::Runtime>,
}

/// What a client needs to speak as an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// `cert.pem`
    pub certificate_pem: String,
    /// `key.pem`
    pub key_pem: String,
    /// Where both are, with `ca.pem`, when the zone has a data directory.
    pub cert_path: Option<PathBuf>,
}

/// How a zone has ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The seed, to see it again.
    pub seed: u64,
    /// Every panic inside the zone.
    pub panics: Vec<String>,
    /// Whatever should be gone and is not.
    pub leaks: Vec<String>,
}

impl Report {
    /// Nothing has gone wrong.
    pub fn is_clean(&self) -> bool {
        self.panics.is_empty() && self.leaks.is_empty()
    }
}

/// The parts of a running zone.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) docker: Option<SocketAddr>,
    pub(crate) plain: Option<SocketAddr>,
    pub(crate) control: Option<SocketAddr>,
    pub(crate) gateway: Gateway,
    pub(crate) ca_pem: String,
    pub(crate) credentials: BTreeMap<String, Credentials>,
    pub(crate) driver: Driver,
    pub(crate) panics: Panics,
    pub(crate) drain: Drain,
    pub(crate) tasks: Vec<JoinHandle<()>>,
    pub(crate) config: Config,
}

impl Running {
    /// Ends the containers and the connections, then looks what is left.
    async fn stop(self) -> Report {
        self.drain.begin();
        self.driver.stop().await;
        for task in self.tasks {
            self.panics.note(task.await);
        }
        Report {
            seed: self.config.seed,
            panics: self.panics.texts(),
            leaks: leaks(&self.driver),
        }
    }
}

/// What a zone without clients and without containers still holds.
fn leaks(driver: &Driver) -> Vec<String> {
    let (instances, execs) = driver.consoles();
    let (processes, descriptors) = driver.runtime().leaks();
    let counts = [
        (processes, "processes"),
        (descriptors, "open descriptors"),
        (driver.requests().in_flight(), "requests in flight"),
        (instances, "consoles of containers"),
        (execs, "consoles of execs"),
    ];
    let inconsistent = driver.view().operator_check().err();
    counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .chain(inconsistent)
        .collect()
}

impl Builder {
    /// From a whole configuration.
    pub fn from_config(config: Config) -> Self {
        Self(config)
    }

    /// Decides everything random.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }

    /// How zone time passes.
    #[must_use]
    pub fn clock(mut self, clock: Mode) -> Self {
        self.0.clock = clock;
        self
    }

    /// No account to start with but the zone's admin.
    #[must_use]
    pub fn without_accounts(mut self) -> Self {
        self.0.accounts.clear();
        self
    }

    /// One more account to start with.
    #[must_use]
    pub fn account(mut self, login: &str) -> Self {
        self.0.accounts.push(login.to_owned());
        self
    }

    /// A unix socket that speaks as `demo`.
    #[must_use]
    pub fn socket(mut self, path: &Path) -> Self {
        self.0.socket = Some(path.to_owned());
        self
    }

    /// A listener without TLS on a free port of loopback, as the zone's admin.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.0.plain = Some(crate::config::ANY_PORT);
        self
    }

    /// Published ports are also served by the host.
    #[must_use]
    pub fn gateway(mut self) -> Self {
        self.0.gateway = true;
        self
    }

    /// SOCKS5 on a free port of loopback.
    #[must_use]
    pub fn socks(mut self) -> Self {
        self.0.socks = Some(crate::config::ANY_PORT);
        self
    }

    /// Everything that the zone is told is kept.
    #[must_use]
    pub fn journal(mut self) -> Self {
        self.0.journal = true;
        self
    }

    /// Starts the zone.
    ///
    /// # Errors
    ///
    /// See [`StartError`].
    pub async fn start(self) -> Result<Zone, StartError> {
        let panics = Panics::default();
        let of_threads = panics.clone();
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(self.0.worker_threads.max(1))
            .thread_name("zone")
            .on_thread_start(move || of_threads.adopt_thread())
            .enable_all()
            .build()
            .map_err(StartError::Threads)?;
        let started = threads.spawn(start::start(self.0, panics)).await;
        let started =
            started.unwrap_or_else(|error| Err(StartError::Threads(std::io::Error::other(error))));
        match started {
            Ok(running) => Ok(Zone {
                running: Some(running),
                threads: Some(threads),
            }),
            Err(error) => {
                threads.shutdown_background();
                Err(error)
            }
        }
    }
}

impl Zone {
    /// A zone of its own: free ports on loopback, nothing on disk, the account `demo`.
    pub fn builder() -> Builder {
        Builder::default()
    }

    fn running(&self) -> &Running {
        self.running
            .as_ref()
            .expect("it runs until it is shut down")
    }

    /// Where the Docker endpoint listens with TLS.
    pub fn docker(&self) -> Option<SocketAddr> {
        self.running().docker
    }

    /// Where it listens without.
    pub fn plain(&self) -> Option<SocketAddr> {
        self.running().plain
    }

    /// The unix socket.
    pub fn socket(&self) -> Option<&Path> {
        self.running().config.socket.as_deref()
    }

    /// Where the control API listens.
    pub fn control(&self) -> Option<SocketAddr> {
        self.running().control
    }

    /// Where SOCKS5 leads to the addresses of accounts.
    pub fn socks(&self) -> Option<SocketAddr> {
        self.running().gateway.socks
    }

    /// The password of an account for SOCKS5; the user is its login.
    pub fn socks_token(&self, login: &str) -> Option<String> {
        let running = self.running();
        let view = running.driver.view();
        let account = view.account_by_login_or_id(login)?;
        Some(running.gateway.tokens.of(account.id))
    }

    /// PEM of the zone's CA.
    pub fn ca_pem(&self) -> &str {
        &self.running().ca_pem
    }

    /// Certificate and key of an account that the zone has started with.
    pub fn credentials(&self, login: &str) -> Option<&Credentials> {
        self.running().credentials.get(login)
    }

    /// How it was started.
    pub fn config(&self) -> &Config {
        &self.running().config
    }

    /// What it was told so far, if its configuration has that kept; readable also when it has stopped.
    pub fn journal(&self) -> Option<Journal> {
        self.running().driver.journal().cloned()
    }

    /// Ends containers and connections and says what went wrong meanwhile.
    pub async fn shutdown(mut self) -> Report {
        let (Some(running), Some(threads)) = (self.running.take(), &self.threads) else {
            unreachable!("both are there until here");
        };
        let panics = running.panics.clone();
        let seed = running.config.seed;
        // Whoever does not wait for this drops the zone, which ends the threads in the background.
        let stopped = threads.spawn(running.stop()).await;
        let threads = self.threads.take();
        let ended = tokio::task::spawn_blocking(move || {
            if let Some(threads) = threads {
                threads.shutdown_timeout(THREADS_LIMIT);
            }
        });
        // The threads are waited for; whether that went well shows in the report.
        let _ = ended.await;
        stopped.unwrap_or_else(|_| Report {
            seed,
            panics: panics.texts(),
            leaks: vec!["the zone did not stop".to_owned()],
        })
    }
}

impl Drop for Zone {
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}
