//! How a zone is to be started.

use ipnet::Ipv4Net;
use runtime::clock::Mode;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Everything that is decided before a zone starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Decides everything random in the zone.
    pub seed: u64,
    /// Name of the availability zone.
    pub zone_name: String,
    /// Host name of the Docker endpoint; its certificate is also valid for `localhost` and loopback.
    pub docker_name: String,
    /// How zone time passes.
    pub clock: Mode,
    /// Where the Docker endpoint listens with TLS; port 0 takes a free one.
    pub docker: Option<SocketAddr>,
    /// Where it listens without; speaks as the zone's admin (ACC-41).
    pub plain: Option<SocketAddr>,
    /// The unix socket of the Docker endpoint.
    pub socket: Option<PathBuf>,
    /// The account that the unix socket speaks as.
    pub socket_account: String,
    /// Where the control API listens, without TLS and without authentication.
    pub control: Option<SocketAddr>,
    /// Whether published ports are also served by the host, at addresses of 127.113.0.0/16 that the public network
    /// then has (Linux only).
    pub gateway: bool,
    /// Where SOCKS5 leads to the addresses of accounts.
    pub socks: Option<SocketAddr>,
    /// Compute nodes, all alike.
    pub servers: usize,
    /// The first network of each account's fabric: how many containers an account can have. 192.168.128.0/22 without it.
    pub fabric: Option<Ipv4Net>,
    /// Where certificates and keys are kept; in memory only without it.
    pub data_dir: Option<PathBuf>,
    /// Logins of the accounts that the zone starts with, each with a key of its own.
    pub accounts: Vec<String>,
    /// What containers reach outside the zone.
    pub outside: zone::Outside,
    /// Whether everything that the zone is told is kept, so that it can be told again.
    pub journal: bool,
    /// Threads for connections and the zone's task.
    pub worker_threads: usize,
    /// Memory that the processes of all containers may hold together, bytes: beyond it the largest one is killed.
    pub memory_limit_bytes: u64,
    /// Threads that run the processes of containers; one: their order depends on the seed only.
    pub workers: usize,
}

/// Loopback and a free port.
pub(crate) const ANY_PORT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

impl Default for Config {
    /// A zone of its own for a test: free ports on loopback, nothing on disk, the account `demo`.
    fn default() -> Self {
        Self {
            seed: 0,
            zone_name: "ro-1".to_owned(),
            docker_name: "ro-1.docker.zonesim.internal".to_owned(),
            clock: Mode::Real,
            docker: Some(ANY_PORT),
            plain: None,
            socket: None,
            socket_account: "demo".to_owned(),
            control: Some(ANY_PORT),
            gateway: false,
            socks: None,
            servers: zone::DEFAULT_SERVERS,
            fabric: None,
            data_dir: None,
            accounts: vec!["demo".to_owned()],
            outside: zone::Outside::default(),
            journal: false,
            worker_threads: 2,
            memory_limit_bytes: u64::MAX,
            workers: 1,
        }
    }
}
