//! `compare`: what a zone costs, measured beside a null server and, when one is reachable, a real Docker Engine.
//!
//! Runs a command line of the real CLI 1.12.6 against each in turn, round after round in one run, and prints medians and
//! ratios. `DOCKER_ENGINE=unix:///…` names an engine that has an image `busybox`.

mod null_server;
mod target;
mod workload;

use clap::Parser;
use clients::build;
use clients::version::CliVersion;
use features::DebianRegistry;
use null_server::NullServer;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use target::{Cli, Target, folder};
use workload::{Workload, many_images};
use zonesim::{Builder, Config, Zone};

#[derive(Debug, Parser)]
#[command(
    about = "Times command lines of the CLI 1.12.6 against a zone, a null server and an engine"
)]
struct Arguments {
    /// What is run.
    #[arg(value_enum, default_value_t = Workload::Run)]
    workload: Workload,
    /// Rounds; each runs every target once.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Folder for the CLIs that are built.
    #[arg(long, default_value = "target")]
    target_dir: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let compared = runtime
        .map_err(|error| error.to_string())
        .and_then(|runtime| {
            let home = tempfile::tempdir().map_err(|error| error.to_string())?;
            let ground = runtime.block_on(Ground::new(home.path()))?;
            let compared = compare(&arguments, &runtime, &ground, home.path());
            let ended = runtime.block_on(ground.zone.shutdown());
            compared?;
            match ended.is_clean() {
                true => Ok(()),
                false => Err(format!("the zone ended badly: {ended:?}")),
            }
        });
    match compared {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("compare: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What runs beside the CLI.
struct Ground {
    zone: Zone,
    socket: PathBuf,
    registry: DebianRegistry,
}

impl Ground {
    async fn new(home: &Path) -> Result<Self, String> {
        let socket = home.join("docker.sock");
        let config = Config {
            socket: Some(socket.clone()),
            ..Config::default()
        };
        let zone = Builder::from_config(config).start().await;
        let registry = DebianRegistry::open().await;
        Ok(Self {
            zone: zone.map_err(|error| error.to_string())?,
            socket,
            registry: registry.map_err(|error| error.to_string())?,
        })
    }

    fn target(&self, home: &Path) -> Result<Target, String> {
        let address = self.zone.docker().ok_or("the zone has no TLS listener")?;
        let demo = self.zone.credentials("demo");
        let demo = demo.ok_or("the zone has no account demo")?;
        let files = [
            ("ca.pem", self.zone.ca_pem()),
            ("cert.pem", &demo.certificate_pem),
            ("key.pem", &demo.key_pem),
        ];
        let pki = folder(home, "zone", &files)?;
        Ok(Target::tls("zone", &address.to_string(), &pki))
    }
}

fn compare(
    arguments: &Arguments,
    runtime: &tokio::runtime::Runtime,
    ground: &Ground,
    home: &Path,
) -> Result<(), String> {
    let program = build::resolve(CliVersion::V1_12, &arguments.target_dir, &mut |line| {
        eprintln!("{line}");
    });
    let program = program.map_err(|error| error.to_string())?.path;
    let cli = Cli {
        program: &program,
        home,
    };
    let workload = arguments.workload;
    let zone = ground.target(home)?;
    let lines = workload.prepare(&zone, &ground.registry, &cli)?;
    let mut targets = Vec::new();
    if workload.has_null() {
        let images = match workload {
            Workload::Images => Some(runtime.block_on(many_images(&ground.socket))?),
            _ => None,
        };
        let null = runtime.block_on(NullServer::start(images));
        let null = null.map_err(|error| error.to_string())?;
        let pki = folder(home, "null", &[("ca.pem", &null.ca_pem)])?;
        targets.push(Target::tls("null server", &null.address.to_string(), &pki));
    }
    targets.push(zone);
    if let Ok(engine) = std::env::var("DOCKER_ENGINE")
        && workload.has_engine()
    {
        let engine = Target::new("engine", engine);
        let (info, _) = engine.run(&cli, &["info"])?;
        for line in info.lines().filter(|line| is_of_engine(line)) {
            println!("engine: {}", line.trim());
        }
        targets.push(engine);
    }
    for target in &mut targets {
        lines.run(target, &cli, false)?; // the first run pulls
    }
    for _ in 0..arguments.rounds {
        for target in &mut targets {
            lines.run(target, &cli, true)?;
        }
    }
    report(&targets);
    Ok(())
}

/// What the times of an engine depend on.
fn is_of_engine(line: &str) -> bool {
    ["Server Version:", "Storage Driver:", "Backing Filesystem:"]
        .iter()
        .any(|start| line.trim().starts_with(start))
}

/// Medians, each beside that of the first target.
fn report(targets: &[Target]) {
    let first = targets[0].median();
    for target in targets {
        let median = target.median();
        let ratio = median.as_secs_f64() / first.as_secs_f64();
        println!(
            "{:12} median {median:>10.2?}  {ratio:.2} x {}",
            target.name, targets[0].name
        );
    }
    let named = |name| targets.iter().find(|target| target.name == name);
    if let (Some(zone), Some(engine)) = (named("zone"), named("engine")) {
        let ratio = engine.median().as_secs_f64() / zone.median().as_secs_f64();
        println!("the zone is {ratio:.1} times as fast as the engine");
    }
}
