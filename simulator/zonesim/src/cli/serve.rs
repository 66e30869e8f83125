//! `zonesim serve`.

use super::ready::Ready;
use super::{Exit, Places, Trouble, memory, outside};
use crate::data_dir::{make_dir, write_atomically};
use crate::extent;
use crate::{Builder, ClockMode, Config, LeaseError, StartError, Zone};
use clap::Args;
use ipnet::Ipv4Net;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::signal::unix::{SignalKind, signal};
use tracing::level_filters::LevelFilter;

/// The login that a zone on a developer's machine starts with.
const DEMO: &str = "demo";

#[derive(Clone, Debug, Args)]
pub(super) struct ServeArgs {
    /// Port of the Docker endpoint with TLS on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 2376)]
    pub(super) port: u16,
    /// Unix socket of the Docker endpoint [default: docker.sock beside the default ready file].
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// The account that the unix socket speaks as.
    #[arg(long, value_name = "LOGIN", default_value = DEMO)]
    socket_account: String,
    /// Also listen without TLS and without authentication, as the zone's admin.
    #[arg(long, value_name = "ADDRESS:PORT")]
    tcp: Option<SocketAddr>,
    /// Port of the control API on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 2370)]
    control_port: u16,
    /// Port of SOCKS5 on 127.0.0.1, which leads to the addresses of accounts; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    socks_port: u16,
    /// Do not serve the published ports of containers at addresses of 127.113.0.0/16.
    #[arg(long)]
    no_gateway: bool,
    /// Decides every id, name and address in the zone [default: from the time].
    #[arg(long)]
    pub(super) seed: Option<u64>,
    /// Name of the availability zone.
    #[arg(long, value_name = "NAME", default_value_t = Config::default().zone_name)]
    zone_name: String,
    /// Host name in the server's certificate, besides localhost and loopback.
    #[arg(long, value_name = "NAME", default_value_t = Config::default().docker_name)]
    docker_name: String,
    /// How zone time passes: `real`, `stepped` (only by the control API), or a factor.
    #[arg(long, value_name = "MODE", default_value = "real", value_parser = clock_mode)]
    clock: ClockMode,
    /// Memory that the processes of all containers may hold together, as `512m` or `8g`: beyond it the largest one is
    /// killed [default: half of the machine's].
    #[arg(long, value_name = "SIZE", value_parser = memory::parse)]
    memory_limit: Option<u64>,
    /// What containers reach outside the zone, and the socket that stands for it, as
    /// `logs.example.com:514=127.0.0.1:5514`; may be given often.
    #[arg(long, value_name = "HOST:PORT=ADDRESS:PORT", value_parser = outside::parse)]
    outside: Vec<(String, String)>,
    /// Compute nodes, all alike, from 1 to 1000.
    #[arg(long, value_name = "N", default_value_t = Config::default().servers, value_parser = servers)]
    servers: usize,
    /// The first network of each account's fabric, from /8 to /27: how many containers an account can have [default:
    /// 192.168.128.0/22].
    #[arg(long, value_name = "SUBNET", value_parser = fabric)]
    fabric: Option<Ipv4Net>,
    /// Keep what the zone is told, for `GET /journal` of the control API and `zonesim replay`.
    #[arg(long)]
    journal: bool,
    #[command(flatten)]
    places: Places,
    /// Print one line of JSON instead of text when ready.
    #[arg(long)]
    json: bool,
    /// Log what happens; twice for every request.
    #[arg(short, long, action = clap::ArgAction::Count)]
    verbose: u8,
}

fn clock_mode(text: &str) -> Result<ClockMode, String> {
    match text {
        "real" => Ok(ClockMode::Real),
        "stepped" => Ok(ClockMode::Stepped),
        _ => match text.parse::<f64>() {
            Ok(factor) if factor.is_finite() && factor > 0.0 => Ok(ClockMode::Scaled(factor)),
            _ => Err("neither `real` nor `stepped` nor a positive number".to_owned()),
        },
    }
}

fn servers(text: &str) -> Result<usize, String> {
    let count = text.parse().map_err(|_| "no number".to_owned())?;
    extent::servers(count).map_err(|error| error.to_string())
}

fn fabric(text: &str) -> Result<Ipv4Net, String> {
    let subnet = text.parse();
    let subnet = subnet.map_err(|_| "no subnet as in 192.168.128.0/22".to_owned())?;
    extent::fabric(subnet).map_err(|error| error.to_string())
}

impl ServeArgs {
    fn config(&self) -> Result<Config, Trouble> {
        let loopback = |port| Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
        let socket = self.socket.clone();
        let mut accounts = vec![DEMO.to_owned()];
        if self.socket_account != DEMO && self.socket_account != "admin" {
            accounts.push(self.socket_account.clone());
        }
        Ok(Config {
            seed: self.seed.unwrap_or_else(seed_of_the_moment),
            zone_name: self.zone_name.clone(),
            docker_name: self.docker_name.clone(),
            clock: self.clock,
            docker: loopback(self.port),
            plain: self.tcp,
            socket: Some(socket.unwrap_or_else(|| self.places.runtime_dir().join("docker.sock"))),
            socket_account: self.socket_account.clone(),
            control: loopback(self.control_port),
            // Other systems have no addresses of 127.0.0.0/8 but one.
            gateway: cfg!(target_os = "linux") && !self.no_gateway,
            socks: loopback(self.socks_port),
            data_dir: Some(self.places.data_dir()),
            servers: self.servers,
            fabric: self.fabric,
            accounts,
            journal: self.journal,
            memory_limit_bytes: self
                .memory_limit
                .unwrap_or_else(memory::half_of_the_machine),
            worker_threads: std::thread::available_parallelism().map_or(1, Into::into),
            workers: std::thread::available_parallelism().map_or(1, Into::into),
            outside: outside::read(&self.outside)
                .map_err(|fault| Trouble::new(Exit::Usage, fault.to_string()))?,
        })
    }
}

/// Another one for every start, small enough to type.
fn seed_of_the_moment() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = since_epoch.map_or(0, |elapsed| elapsed.subsec_nanos());
    u64::from(nanos) % 1_000_000
}

fn trouble(error: StartError) -> Trouble {
    let exit = match &error {
        StartError::Listen { .. } => Exit::Listen,
        StartError::DataDir(_) | StartError::Lease(LeaseError::Folder { .. }) => Exit::File,
        StartError::Lease(LeaseError::NoneLeft) => Exit::Listen,
        StartError::Account { .. } | StartError::Extent(_) => Exit::Usage,
        _ => Exit::Internal,
    };
    let message = match &error {
        StartError::Listen { address, error } if error.kind() == io::ErrorKind::AddrInUse => {
            format!(
                "{address} is in use; choose another with --port, --control-port, --socks-port, --socket or --tcp"
            )
        }
        StartError::Listen { address, error } if error.kind() == io::ErrorKind::AlreadyExists => {
            format!("{address} exists and is no socket; choose another with --socket")
        }
        StartError::Lease(error) => format!("{error}; --no-gateway does without"),
        _ => error.to_string(),
    };
    Trouble::new(exit, message)
}

/// As many descriptors as the system lets this process have: each connection takes one, and shells allow few.
fn allow_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::debug!(%error, "the limit of descriptors stays");
    }
}

pub(super) fn run(args: ServeArgs) -> Result<(), Trouble> {
    log(args.verbose);
    allow_descriptors();
    let internal = |error: io::Error| Trouble::new(Exit::Internal, error.to_string());
    let threads = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    threads.map_err(internal)?.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt()).map_err(internal)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(internal)?;
        let zone = Builder::from_config(args.config()?)
            .start()
            .await
            .map_err(trouble)?;
        if zone.plain().is_some_and(|plain| !plain.ip().is_loopback()) {
            eprintln!("zonesim: anybody who can reach --tcp is the zone's admin");
        }
        let ready_file = args.places.ready_file();
        let ready = Ready::of(&zone);
        announce(&ready_file, &ready, args.json)?;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        withdraw(&ready_file, &ready);
        tokio::select! {
            ended = stop(zone) => ended,
            // Whoever asks twice does not want to wait.
            _ = interrupt.recv() => Err(Trouble::new(Exit::Internal, "interrupted while stopping")),
        }
    })
}

/// Writes the ready file, then says so.
fn announce(path: &Path, ready: &Ready, json: bool) -> Result<(), Trouble> {
    let unusable = |error: crate::DataDirError| Trouble::new(Exit::File, error.to_string());
    if let Some(directory) = path.parent() {
        make_dir(directory).map_err(unusable)?;
    }
    let line = ready.json();
    write_atomically(path, format!("{line}\n").as_bytes()).map_err(unusable)?;
    let text = if json {
        format!("{line}\n")
    } else {
        ready.text()
    };
    let mut out = io::stdout().lock();
    // A closed stdout is no reason to stop.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    Ok(())
}

/// Removes the ready file, unless another zone has replaced it.
fn withdraw(path: &Path, ready: &Ready) {
    if Ready::read(path)
        .ok()
        .flatten()
        .is_some_and(|found| found.pid == ready.pid)
    {
        let _ = std::fs::remove_file(path);
    }
}

async fn stop(zone: Zone) -> Result<(), Trouble> {
    let report = zone.shutdown().await;
    if report.is_clean() {
        return Ok(());
    }
    let faults = [report.panics, report.leaks].concat().join("; ");
    let message = format!("something went wrong (seed {}): {faults}", report.seed);
    Err(Trouble::new(Exit::Internal, message))
}

fn log(verbose: u8) {
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        .init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_named_or_a_factor() {
        assert_eq!(clock_mode("real"), Ok(ClockMode::Real));
        assert_eq!(clock_mode("stepped"), Ok(ClockMode::Stepped));
        assert_eq!(clock_mode("60"), Ok(ClockMode::Scaled(60.0)));
        for text in ["", "0", "-1", "inf", "fast"] {
            assert!(clock_mode(text).is_err(), "{text}");
        }
    }
}
