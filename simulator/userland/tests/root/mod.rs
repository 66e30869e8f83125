//! A container whose root holds only the busybox programs, on a stepped clock, and a shell run in it.

use std::future::Future as _;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use rootfs::TreeBuilder;
use runtime::clock::{Clock, Mode};
use runtime::console::{Console, Cursor, Stream, StreamSet};
use runtime::net::{Fabric, NoFabric};
use runtime::{
    Disk, EventSink, ExecId, ExecSpec, Incarnation, InstanceId, ManagedFiles, NodeId,
    PROGRAM_MARKER, Runtime, RuntimeEvent, StartSpec, Timestamp, TtySize,
};
use userland::Userland;

/// How long a script may take, in real time.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a script printed and returned; `None`: it did not end.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) status: Option<i32>,
}

/// Ended execs and what they returned.
#[derive(Default)]
struct Ends {
    statuses: Mutex<Vec<(ExecId, i32)>>,
    changed: Condvar,
}

pub(crate) struct Root {
    userland: Userland,
    clock: Clock,
    ends: Arc<Ends>,
    instance: InstanceId,
    runs: AtomicU64,
}

/// RAM of the container, bytes.
const MEMORY_BYTES: u64 = 1 << 28;

/// What a root is made with.
struct Setup<'a> {
    memory_bytes: u64,
    /// Decides the order in which processes run.
    seed: u64,
    /// Programs that it lacks.
    left_out: &'a [&'a str],
    /// Further files: path, content, permission bits.
    files: &'a [(&'a str, &'a [u8], u32)],
    fabric: Arc<dyn Fabric>,
}

impl Default for Setup<'_> {
    fn default() -> Self {
        Self {
            memory_bytes: MEMORY_BYTES,
            seed: 1,
            left_out: &[],
            files: &[],
            fabric: Arc::new(NoFabric),
        }
    }
}

impl Root {
    pub(crate) fn new() -> Self {
        Self::with_memory(MEMORY_BYTES)
    }

    /// The same with so much RAM.
    pub(crate) fn with_memory(memory_bytes: u64) -> Self {
        Self::with(&Setup {
            memory_bytes,
            ..Setup::default()
        })
    }

    /// The same on these networks.
    pub(crate) fn on(fabric: Arc<dyn Fabric>) -> Self {
        Self::with(&Setup {
            fabric,
            ..Setup::default()
        })
    }

    /// The same without some programs, and with an order in which processes run.
    pub(crate) fn without(left_out: &[&str], seed: u64) -> Self {
        Self::with(&Setup {
            left_out,
            seed,
            ..Setup::default()
        })
    }

    /// The same with further files: path, content, permission bits. Directories end in a slash.
    pub(crate) fn with_files(memory_bytes: u64, files: &[(&str, &[u8], u32)]) -> Self {
        Self::with(&Setup {
            memory_bytes,
            files,
            ..Setup::default()
        })
    }

    fn with(setup: &Setup<'_>) -> Self {
        let clock = Clock::starting_at(Mode::Stepped, Timestamp::from_secs(1_500_000_000));
        let ends = Arc::new(Ends::default());
        let registry = userland::registry::standard();
        let mut builder = TreeBuilder::new(1_400_000_000_000_000_000);
        for directory in ["bin", "etc", "dev", "proc", "tmp", "work"] {
            builder
                .directory(directory, 0o755)
                .expect("a new directory");
        }
        builder
            .file("bin/busybox", PROGRAM_MARKER.to_vec(), 0o755)
            .expect("a new file");
        for name in registry.names() {
            if name != "busybox" && !setup.left_out.contains(&name) {
                let path = format!("bin/{name}");
                builder.symlink(path, "busybox").expect("a new link");
            }
        }
        builder
            .file(
                "etc/passwd",
                b"root:x:0:0:root:/root:/bin/sh\n".to_vec(),
                0o644,
            )
            .expect("a new file");
        for (path, content, mode) in setup.files {
            let added = match path.strip_suffix('/') {
                Some(directory) => builder.directory(directory, *mode),
                None => builder.file(path, content.to_vec(), *mode),
            };
            added.expect("a new file");
        }
        let sink = sink(&ends);
        let userland = Userland::on_fabric(
            setup.seed,
            clock.clone(),
            1,
            u64::MAX,
            registry,
            sink,
            setup.fabric.clone(),
        );
        let instance = InstanceId(uuid::Uuid::from_u128(1));
        userland
            .create(
                instance,
                NodeId(uuid::Uuid::from_u128(2)),
                Arc::new(builder.build()),
                Disk::of(1 << 28),
                &[],
            )
            .expect("the container is new");
        let root = Self {
            userland,
            clock,
            ends,
            instance,
            runs: AtomicU64::new(0),
        };
        root.userland
            .start(
                instance,
                Incarnation(1),
                first_process(setup.memory_bytes),
                Console::new(None),
            )
            .expect("the container does not run");
        root
    }

    /// Runs `sh -c SCRIPT` with empty input in the working directory, jumping over every wait.
    pub(crate) fn run(&self, script: &[u8]) -> Outcome {
        let argv = [&b"sh"[..], b"-c", script];
        self.exec(&argv)
    }

    /// Lets so much time pass in which nothing happens but what timers do.
    pub(crate) fn pass(&self, time: Duration) {
        self.userland.wait_idle(PATIENCE);
        let until = self.clock.now() + time;
        while self.clock.fire_next(until).is_some() {
            self.userland.wait_idle(PATIENCE);
        }
        self.clock.advance_to(until);
    }

    /// Destroys the container, whatever runs in it; how many timers are left, and how many processes have panicked.
    pub(crate) fn destroy(&self) -> (usize, u64) {
        let destroyed = self.userland.destroy(self.instance);
        destroyed.expect("the container exists");
        assert!(self.userland.wait_idle(PATIENCE), "something goes on");
        (self.clock.timers().len(), self.userland.panics())
    }

    /// What the runtime has counted.
    pub(crate) fn userland(&self) -> &Userland {
        &self.userland
    }

    fn exec(&self, argv: &[&[u8]]) -> Outcome {
        let console = Console::new(None);
        let mut cursor = console.attach(StreamSet::BOTH);
        let exec = self.next_exec();
        let spec = ExecSpec {
            argv: argv
                .iter()
                .map(|text| Bytes::copy_from_slice(text))
                .collect(),
            user: Bytes::new(),
            tty: false,
            attach_stdin: false,
        };
        self.userland
            .exec(self.instance, exec, spec, console.clone())
            .expect("the container runs");
        let mut outcome = Outcome {
            stdout: Vec::new(),
            stderr: Vec::new(),
            status: None,
        };
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            outcome.status = self.status(exec);
            while let Poll::Ready(Some(chunk)) =
                cursor.poll_next(&mut Context::from_waker(Waker::noop()))
            {
                match chunk.stream {
                    Stream::Stdout => outcome.stdout.extend_from_slice(&chunk.bytes),
                    Stream::Stderr => outcome.stderr.extend_from_slice(&chunk.bytes),
                }
            }
            if outcome.status.is_some() {
                break;
            }
            let idle = self.userland.wait_idle(Duration::from_secs(1));
            if idle && self.status(exec).is_none() && self.clock.jump(|_| true).is_none() {
                self.wait_a_little();
            }
        }
        outcome
    }

    /// Starts a program on a terminal of its own.
    pub(crate) fn terminal(&self, argv: &[&str]) -> Terminal<'_> {
        let console = Console::new(None);
        let cursor = console.attach(StreamSet::BOTH);
        let exec = self.next_exec();
        let spec = ExecSpec {
            argv: argv
                .iter()
                .map(|text| Bytes::copy_from_slice(text.as_bytes()))
                .collect(),
            user: Bytes::new(),
            tty: true,
            attach_stdin: true,
        };
        self.userland
            .exec(self.instance, exec, spec, console.clone())
            .expect("the container runs");
        Terminal {
            root: self,
            console,
            cursor,
            exec,
        }
    }

    fn next_exec(&self) -> ExecId {
        let mut id = [0; 32];
        let number = self.runs.fetch_add(1, Ordering::Relaxed);
        id[..8].copy_from_slice(&number.to_be_bytes());
        ExecId(id)
    }

    fn status(&self, exec: ExecId) -> Option<i32> {
        let statuses = self.ends.statuses.lock().expect("no thread panics with it");
        statuses
            .iter()
            .find(|(ended, _)| *ended == exec)
            .map(|(_, status)| *status)
    }

    /// Until the next report, or a moment when none comes.
    fn wait_a_little(&self) {
        let statuses = self.ends.statuses.lock().expect("no thread panics with it");
        let _ = self
            .ends
            .changed
            .wait_timeout(statuses, Duration::from_millis(5));
    }
}

/// A program on a terminal.
pub(crate) struct Terminal<'a> {
    root: &'a Root,
    console: Console,
    cursor: Cursor,
    exec: ExecId,
}

impl Terminal<'_> {
    /// Types.
    pub(crate) fn send(&self, keys: &[u8]) {
        let written = pin!(self.console.write_input(Bytes::copy_from_slice(keys)));
        let written = written.poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(written, Poll::Ready(true), "the input is full or closed");
    }

    /// What the terminal shows until `text` has come, without jumping over waits.
    pub(crate) fn expect(&mut self, text: &str) -> String {
        let until = Instant::now() + PATIENCE;
        let mut seen = String::new();
        while !seen.ends_with(text) {
            assert!(Instant::now() < until, "{text:?} is missing in {seen:?}");
            match self
                .cursor
                .poll_next(&mut Context::from_waker(Waker::noop()))
            {
                Poll::Ready(Some(chunk)) => seen += &String::from_utf8_lossy(&chunk.bytes),
                _ => {
                    self.root.userland.wait_idle(Duration::from_millis(20));
                }
            }
        }
        seen
    }

    /// Tells the terminal its size.
    pub(crate) fn resize(&self, rows: u16, columns: u16) {
        let size = TtySize { rows, columns };
        let resized = self
            .root
            .userland
            .resize(self.root.instance, Some(self.exec), size);
        resized.expect("the program runs on a terminal");
    }

    /// What is shown until every process waits.
    pub(crate) fn settled(&mut self) -> Vec<u8> {
        let mut seen = Vec::new();
        loop {
            assert!(
                self.root.userland.wait_idle(PATIENCE),
                "a process goes on and on"
            );
            let before = seen.len();
            while let Poll::Ready(Some(chunk)) = self
                .cursor
                .poll_next(&mut Context::from_waker(Waker::noop()))
            {
                seen.extend_from_slice(&chunk.bytes);
            }
            if seen.len() == before {
                return seen;
            }
        }
    }

    /// The status, once the program has ended.
    pub(crate) fn status(&self) -> i32 {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.root.status(self.exec) {
                return status;
            }
            assert!(Instant::now() < until, "the program did not end");
            self.root.wait_a_little();
        }
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = self.userland.destroy(self.instance);
        self.userland.wait_idle(PATIENCE);
        self.clock.stop();
        if !std::thread::panicking() {
            assert_eq!(self.userland.leaks(), (0, 0), "something was left behind");
            assert_eq!(self.userland.panics(), 0, "a process panicked");
        }
    }
}

fn sink(ends: &Arc<Ends>) -> EventSink {
    let ends = ends.clone();
    Arc::new(move |event| {
        if let RuntimeEvent::ExecExited { exec, status, .. } = event {
            let mut statuses = ends.statuses.lock().expect("no thread panics with it");
            statuses.push((exec, status.0));
            ends.changed.notify_all();
        }
    })
}

/// A first process that waits for input which never comes, so that the script is not pid 1.
fn first_process(memory_bytes: u64) -> StartSpec {
    StartSpec {
        argv: vec![Bytes::from_static(b"cat")],
        env: Vec::new(),
        user: Bytes::new(),
        workdir: Bytes::from_static(b"/work"),
        hostname: "box".into(),
        tty: false,
        open_stdin: true,
        files: ManagedFiles::default(),
        memory_bytes,
        swap_bytes: 3 << 28,
        max_processes: 4000,
        cpu_cap_percent: None,
        cpu_shares: 100,
        metadata: vec![("server_uuid", "node".into())],
        log_driver: None,
        smartos: false,
    }
}
