//! A runtime with one container, and programs written as closures.

use crate::kernel::{BoxFuture, Errno, Exit, Main, Sys};
use crate::registry::Registry;
use crate::userland::Userland;
use bytes::Bytes;
use rootfs::TreeBuilder;
use runtime::clock::{Clock, Mode};
use runtime::console::{Chunk, Console, Cursor, StreamSet};
use runtime::{
    Disk, EventSink, ExecId, ExecSpec, ExitStatus, Incarnation, InstanceId, ManagedFiles, NodeId,
    PROGRAM_MARKER, Runtime, RuntimeEvent, StartSpec, Timestamp,
};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Reports in the order they came.
#[derive(Default)]
pub(super) struct Reports {
    events: Mutex<Vec<RuntimeEvent>>,
    changed: Condvar,
}

impl Reports {
    /// Waits until `find` finds something in the reports.
    pub(super) fn wait<T>(&self, find: impl Fn(&[RuntimeEvent]) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        let mut events = self.events.lock().expect("no test panics with it");
        loop {
            if let Some(found) = find(&events) {
                return found;
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "nothing like it among {events:?}");
            events = self.changed.wait_timeout(events, left).expect("as above").0;
        }
    }

    pub(super) fn all(&self) -> Vec<RuntimeEvent> {
        self.events.lock().expect("no test panics with it").clone()
    }

    pub(super) fn sink(self: &Arc<Self>) -> EventSink {
        let reports = self.clone();
        Arc::new(move |event| {
            reports.events.lock().expect("as above").push(event);
            reports.changed.notify_all();
        })
    }
}

pub(super) struct Zone {
    pub(super) userland: Userland,
    pub(super) clock: Clock,
    pub(super) reports: Arc<Reports>,
    pub(super) instance: InstanceId,
    pub(super) console: Console,
    cursor: Mutex<Cursor>,
    incarnation: Mutex<u64>,
}

/// A program that ends with a status, or with 99 after an unexpected error.
#[macro_export]
macro_rules! program {
    ($sys:ident, $body:block) => {{
        fn main(
            $sys: $crate::kernel::Sys,
        ) -> $crate::kernel::BoxFuture<'static, $crate::kernel::Exit> {
            Box::pin(async move {
                let result: Result<u8, $crate::kernel::Errno> = async { $body }.await;
                $crate::kernel::Exit::Status(result.unwrap_or(99))
            })
        }
        main as $crate::kernel::Main
    }};
}
pub(super) use crate::program;

/// As `program!`, for `fork`.
#[macro_export]
macro_rules! child {
    (|$sys:ident| $body:block) => {
        move |$sys: $crate::kernel::Sys| -> $crate::kernel::BoxFuture<'static, $crate::kernel::Exit> {
            Box::pin(async move {
                let result: Result<u8, $crate::kernel::Errno> = async { $body }.await;
                $crate::kernel::Exit::Status(result.unwrap_or(99))
            })
        }
    };
}
pub(super) use crate::child;

fn echo(sys: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(async move {
        let mut line = sys.argv()[1..].join(&b' ');
        line.push(b'\n');
        match sys.write_all(1, &line).await {
            Ok(()) => Exit::Status(0),
            Err(_) => Exit::Status(1),
        }
    })
}

fn truth(_: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(async { Exit::Status(0) })
}

/// Copies its input to its output.
fn cat(sys: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(async move {
        let mut buffer = [0; 4096];
        loop {
            match sys.read(0, &mut buffer).await {
                Ok(0) => return Exit::Status(0),
                Ok(count) => {
                    if sys.write_all(1, &buffer[..count]).await.is_err() {
                        return Exit::Status(1);
                    }
                }
                Err(Errno::EINTR) => {}
                Err(_) => return Exit::Status(2),
            }
        }
    })
}

impl Zone {
    /// A zone on a stepped clock with a container that has `main` as `/bin/test`, and `echo`, `cat` and `true`.
    pub(super) fn new(main: Main) -> Self {
        Self::with(main, 1, Mode::Stepped)
    }

    pub(super) fn with(main: Main, seed: u64, mode: Mode) -> Self {
        let programs = [
            ("test", main),
            ("echo", echo),
            ("true", truth),
            ("cat", cat),
        ];
        Self::with_all(&programs, seed, mode)
    }

    /// A zone on a stepped clock with a container that has these programs.
    pub(super) fn with_programs(programs: &[(&'static str, Main)]) -> Self {
        Self::with_all(programs, 1, Mode::Stepped)
    }

    fn with_all(programs: &[(&'static str, Main)], seed: u64, mode: Mode) -> Self {
        let mut registry = Registry::new();
        for (name, main) in programs {
            registry.add(name, *main);
        }
        let image = image_with(programs.iter().map(|(name, _)| *name));
        let clock = Clock::starting_at(mode, Timestamp::from_secs(1_500_000_000));
        let reports = Arc::new(Reports::default());
        let userland = Userland::new(seed, clock.clone(), 1, registry, reports.sink());
        let console = Console::new(None);
        let zone = Self {
            userland,
            clock,
            reports,
            instance: InstanceId(uuid(1)),
            cursor: Mutex::new(console.attach(StreamSet::BOTH)),
            console,
            incarnation: Mutex::new(0),
        };
        let disk = Disk::of(1 << 24);
        let created =
            zone.userland
                .create(zone.instance, NodeId(uuid(2)), Arc::new(image), disk, &[]);
        created.expect("the container is new");
        zone
    }

    pub(super) fn start(&self, spec: StartSpec) {
        let mut incarnation = self.incarnation.lock().expect("one thread");
        *incarnation += 1;
        let started = self.userland.start(
            self.instance,
            Incarnation(*incarnation),
            spec,
            self.console.clone(),
        );
        started.expect("the container does not run");
    }

    /// Waits for the end of the latest start.
    pub(super) fn exit_status(&self) -> i32 {
        let latest = Incarnation(*self.incarnation.lock().expect("one thread"));
        self.reports.wait(|events| {
            events.iter().find_map(|event| match event {
                RuntimeEvent::Exited {
                    incarnation,
                    status: ExitStatus(status),
                    ..
                } if *incarnation == latest => Some(*status),
                _ => None,
            })
        })
    }

    /// Runs a command to its end: status and output.
    pub(super) fn run(&self, spec: StartSpec) -> (i32, String) {
        self.start(spec);
        let status = self.exit_status();
        (status, self.output())
    }

    /// Output that is there and was not looked at before.
    pub(super) fn output(&self) -> String {
        let mut text = Vec::new();
        while let Some(chunk) = self.next_chunk() {
            text.extend_from_slice(&chunk.bytes);
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    pub(super) fn next_chunk(&self) -> Option<Chunk> {
        let mut cursor = self.cursor.lock().expect("one thread");
        match cursor.poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(chunk) => chunk,
            Poll::Pending => None,
        }
    }

    /// Waits until the output contains `text`.
    pub(super) fn expect_output(&self, text: &str) -> String {
        let until = Instant::now() + PATIENCE;
        let mut seen = String::new();
        while !seen.contains(text) {
            assert!(Instant::now() < until, "{text:?} is missing in {seen:?}");
            assert!(self.userland.wait_idle(PATIENCE), "busy without end");
            seen += &self.output();
        }
        seen
    }

    pub(super) fn settle(&self) {
        assert!(self.userland.wait_idle(PATIENCE), "busy without end");
    }

    /// Types to the console's input.
    pub(super) fn send(&self, bytes: &[u8]) {
        let written = pin!(self.console.write_input(Bytes::copy_from_slice(bytes)));
        let written = written.poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(written, Poll::Ready(true), "the input is full or closed");
    }

    pub(super) fn exec(&self, argv: &[&str], tty: bool, stdin: bool) -> (ExecId, Console) {
        let id = ExecId([u8::try_from(self.reports.all().len()).expect("few events"); 32]);
        let console = Console::new(None);
        let spec = ExecSpec {
            argv: argv
                .iter()
                .map(|arg| Bytes::copy_from_slice(arg.as_bytes()))
                .collect(),
            user: Bytes::new(),
            tty,
            attach_stdin: stdin,
        };
        let started = self.userland.exec(self.instance, id, spec, console.clone());
        started.expect("the container runs");
        (id, console)
    }

    pub(super) fn exec_status(&self, wanted: ExecId) -> i32 {
        self.reports.wait(|events| {
            events.iter().find_map(|event| match event {
                RuntimeEvent::ExecExited { exec, status, .. } if *exec == wanted => Some(status.0),
                _ => None,
            })
        })
    }
}

impl Drop for Zone {
    fn drop(&mut self) {
        // A container that ended or was destroyed leaves nothing.
        let _ = self.userland.destroy(self.instance);
        if std::thread::panicking() {
            return;
        }
        self.settle();
        assert_eq!(self.userland.leaks(), (0, 0), "something was left behind");
        assert_eq!(self.userland.panics(), 0, "a process panicked");
        let timers = self.clock.timers();
        assert!(timers.is_empty(), "timers were left behind: {timers:?}");
        self.clock.stop();
    }
}

pub(super) fn uuid(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

/// A file tree with programs of these names.
pub(super) fn image_with<'a>(names: impl IntoIterator<Item = &'a str>) -> rootfs::Tree {
    let mut builder = TreeBuilder::new(0);
    let mut file = |path: &str, content: &[u8], mode| {
        builder
            .file(path, content.to_vec(), mode)
            .expect("a new file");
    };
    for name in names {
        file(&format!("bin/{name}"), PROGRAM_MARKER, 0o755);
    }
    file("bin/script", b"#!/bin/echo one two\n", 0o755);
    file("bin/text", b"just text\n", 0o755);
    file("bin/foreign", b"\x7fELF\x02 for another kernel", 0o755);
    file("bin/data", b"data\n", 0o644);
    file(
        "etc/passwd",
        b"root:x:0:0::/root:/bin/sh\nbin:x:2:2::/bin:\n",
        0o644,
    );
    file("etc/group", b"root:x:0:\nbin:x:2:\n", 0o644);
    file("root/secret", b"secret\n", 0o600);
    builder.build()
}

/// A start of `argv` as root without stdin.
pub(super) fn command(argv: &[&str]) -> StartSpec {
    StartSpec {
        argv: argv
            .iter()
            .map(|arg| Bytes::copy_from_slice(arg.as_bytes()))
            .collect(),
        env: Vec::new(),
        user: Bytes::new(),
        workdir: Bytes::new(),
        hostname: "web".into(),
        tty: false,
        open_stdin: false,
        files: ManagedFiles::default(),
        memory_bytes: 1 << 28,
        swap_bytes: 3 << 28,
        max_processes: 4000,
        cpu_cap_percent: None,
        cpu_shares: 100,
        metadata: vec![("server_uuid", "node".into())],
        log_driver: None,
        smartos: false,
    }
}
