//! An in-process Unix whose containers are counted when they end.

use bytes::Bytes;
use rootfs::{Tree, TreeBuilder};
use runtime::clock::{Clock, Mode};
use runtime::console::Console;
use runtime::{
    Disk, ExitStatus, Incarnation, InstanceId, ManagedFiles, NodeId, PROGRAM_MARKER, Runtime,
    RuntimeEvent, StartSpec, Timestamp,
};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;
use userland::Userland;

/// How long anything here may take at most.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// How containers have ended, in their order.
#[derive(Default)]
pub(crate) struct Ends {
    statuses: Mutex<Vec<i32>>,
    changed: Condvar,
}

impl Ends {
    /// Waits until so many have ended; how the last one did.
    pub(crate) fn wait(&self, wanted: usize) -> i32 {
        let statuses = self.statuses.lock().expect("nobody panics with it");
        let waited = self
            .changed
            .wait_timeout_while(statuses, PATIENCE, |statuses| statuses.len() < wanted);
        let (statuses, timeout) = waited.expect("nobody panics with it");
        assert!(!timeout.timed_out(), "{} of {wanted} ended", statuses.len());
        statuses.last().copied().unwrap_or(0)
    }
}

pub(crate) struct Zone {
    pub(crate) userland: Userland,
    pub(crate) clock: Clock,
    pub(crate) ends: Arc<Ends>,
    image: Arc<Tree>,
}

impl Zone {
    /// Containers on a stepped clock whose image has every program in `/bin`, and these files.
    pub(crate) fn with_files(files: &[(&str, Bytes)]) -> Self {
        Self::on(Mode::Stepped, files)
    }

    /// The same on another clock.
    pub(crate) fn on(mode: Mode, files: &[(&str, Bytes)]) -> Self {
        let clock = Clock::starting_at(mode, Timestamp::from_secs(1_500_000_000));
        let ends = Arc::new(Ends::default());
        let registry = userland::registry::standard();
        let mut builder = TreeBuilder::new(0);
        for name in registry.names() {
            builder
                .file(format!("bin/{name}"), PROGRAM_MARKER.to_vec(), 0o755)
                .expect("a new file");
        }
        for (path, content) in files {
            builder
                .file(*path, content.clone(), 0o644)
                .expect("a new file");
        }
        let counted = ends.clone();
        let sink = Arc::new(move |event| {
            if let RuntimeEvent::Exited {
                status: ExitStatus(status),
                ..
            } = event
            {
                let mut statuses = counted.statuses.lock().expect("nobody panics with it");
                statuses.push(status);
                counted.changed.notify_all();
            }
        });
        Self {
            userland: Userland::new(1, clock.clone(), workers(), registry, sink),
            clock,
            ends,
            image: Arc::new(builder.build()),
        }
    }

    /// Creates and starts a container.
    pub(crate) fn start(&self, number: usize, argv: &[&'static str]) {
        let instance = instance(number);
        // As in `zonesim serve` every core works, each for its compute nodes.
        let node = NodeId(uuid::Uuid::from_u128((number % workers()) as u128));
        self.userland
            .create(instance, node, self.image.clone(), Disk::of(1 << 28), &[])
            .expect("it is new");
        self.userland
            .start(instance, Incarnation(1), command(argv), Console::new(None))
            .expect("it does not run");
    }

    /// Destroys a container.
    pub(crate) fn destroy(&self, number: usize) {
        self.userland.destroy(instance(number)).expect("it exists");
    }
}

impl Drop for Zone {
    fn drop(&mut self) {
        self.clock.stop();
    }
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, Into::into)
}

pub(crate) fn instance(number: usize) -> InstanceId {
    InstanceId(uuid::Uuid::from_u128(number as u128))
}

fn command(argv: &[&'static str]) -> StartSpec {
    StartSpec {
        argv: argv
            .iter()
            .map(|word| Bytes::from_static(word.as_bytes()))
            .collect(),
        env: vec![Bytes::from_static(b"PATH=/bin")],
        user: Bytes::new(),
        workdir: Bytes::new(),
        hostname: "box".into(),
        tty: false,
        open_stdin: false,
        files: ManagedFiles::default(),
        memory_bytes: 1 << 30,
        swap_bytes: 1 << 28,
        max_processes: 4000,
        cpu_cap_percent: None,
        cpu_shares: 100,
        metadata: Vec::new(),
        log_driver: None,
        smartos: false,
    }
}
