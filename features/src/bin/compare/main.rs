//! `compare`: what a zone costs, measured beside a null server and, when one is reachable, a real Docker Engine.
//!
//! Runs `docker run --rm busybox true` with the real CLI 1.12.6 against each in turn, round after round in one run, and
//! prints medians and ratios. `DOCKER_ENGINE=unix:///…` names an engine that has an image `busybox`.

mod null_server;

use clap::Parser;
use clients::build;
use clients::version::CliVersion;
use null_server::NullServer;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

#[derive(Debug, Parser)]
#[command(
    about = "Times `docker run --rm busybox true` against a zone, a null server and an engine"
)]
struct Arguments {
    /// Rounds; each runs every target once.
    #[arg(long, default_value_t = 40)]
    rounds: usize,
    /// Folder for the CLIs that are built.
    #[arg(long, default_value = "target")]
    target_dir: PathBuf,
}

/// A Docker host to time.
struct Target {
    name: &'static str,
    environment: Vec<(&'static str, String)>,
    samples: Vec<Duration>,
}

impl Target {
    fn new(name: &'static str, environment: Vec<(&'static str, String)>) -> Self {
        Self {
            name,
            environment,
            samples: Vec::new(),
        }
    }

    /// One run, or what went wrong.
    fn run(&self, cli: &Path, home: &Path) -> Result<Duration, String> {
        let started = Instant::now();
        let output = Command::new(cli)
            .args(["run", "--rm", "busybox", "true"])
            .env_clear()
            .env("HOME", home)
            .env("GODEBUG", "asyncpreemptoff=1")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{}: {error}", cli.display()))?;
        let elapsed = started.elapsed();
        if output.status.success() {
            return Ok(elapsed);
        }
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(format!("{}: {}: {text}", self.name, output.status))
    }

    fn median(&self) -> Duration {
        let mut samples = self.samples.clone();
        samples.sort();
        samples[samples.len() / 2]
    }
}

fn main() -> ExitCode {
    match compare(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("compare: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(arguments: &Arguments) -> Result<(), String> {
    let cli = build::resolve(CliVersion::V1_12, &arguments.target_dir, &mut |line| {
        eprintln!("{line}");
    })
    .map_err(|error| error.to_string())?
    .path;
    let home = tempfile::tempdir().map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let null = runtime
        .block_on(NullServer::start())
        .map_err(|error| error.to_string())?;
    let zone = runtime
        .block_on(zonesim::Zone::builder().start())
        .map_err(|error| error.to_string())?;
    let address = zone.docker().ok_or("the zone has no TLS listener")?;
    let demo = zone
        .credentials("demo")
        .ok_or("the zone has no account demo")?;
    let zone_pki = folder(
        home.path(),
        "zone",
        &[
            ("ca.pem", zone.ca_pem()),
            ("cert.pem", &demo.certificate_pem),
            ("key.pem", &demo.key_pem),
        ],
    )?;
    let null_pki = folder(home.path(), "null", &[("ca.pem", &null.ca_pem)])?;
    let mut targets = vec![
        Target::new("null server", tls(&null.address.to_string(), &null_pki)),
        Target::new("zone", tls(&address.to_string(), &zone_pki)),
    ];
    if let Ok(engine) = std::env::var("DOCKER_ENGINE") {
        targets.push(Target::new("engine", vec![("DOCKER_HOST", engine)]));
    }
    for target in &targets {
        target.run(&cli, home.path())?; // the first run pulls
    }
    for _ in 0..arguments.rounds {
        for target in &mut targets {
            let elapsed = target.run(&cli, home.path())?;
            target.samples.push(elapsed);
        }
    }
    report(&targets);
    let ended = runtime.block_on(zone.shutdown());
    match ended.is_clean() {
        true => Ok(()),
        false => Err(format!("the zone ended badly: {ended:?}")),
    }
}

/// A certificate folder with these files.
fn folder(home: &Path, name: &str, files: &[(&str, &str)]) -> Result<PathBuf, String> {
    let folder = home.join(name);
    let write = |(file, content): &(&str, &str)| std::fs::write(folder.join(file), content);
    std::fs::create_dir_all(&folder)
        .and_then(|()| files.iter().try_for_each(write))
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

fn report(targets: &[Target]) {
    let null = targets[0].median();
    for target in targets {
        let median = target.median();
        let ratio = median.as_secs_f64() / null.as_secs_f64();
        println!(
            "{:12} median {median:>10.2?}  {ratio:.2} x null server",
            target.name
        );
    }
    if let [_, zone, engine] = targets {
        let ratio = engine.median().as_secs_f64() / zone.median().as_secs_f64();
        println!("the zone is {ratio:.1} times as fast as the engine");
    }
}

fn tls(address: &str, cert_path: &Path) -> Vec<(&'static str, String)> {
    vec![
        ("DOCKER_HOST", format!("tcp://{address}")),
        ("DOCKER_TLS_VERIFY", "1".to_owned()),
        ("DOCKER_CERT_PATH", cert_path.display().to_string()),
    ]
}
