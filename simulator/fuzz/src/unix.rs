//! A container for one command.

use bytes::Bytes;
use rootfs::{Tree, TreeBuilder};
use runtime::clock::{Clock, Mode};
use runtime::console::{Console, Cursor, StreamSet};
use runtime::{
    Disk, EventSink, Incarnation, InstanceId, ManagedFiles, NodeId, PROGRAM_MARKER, Runtime,
    StartSpec, Timestamp,
};
use std::cell::RefCell;
use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};
use userland::Userland;

/// CPU time of a command, nanoseconds of a nominal core; then it is ended.
const FUEL: u64 = 3_000_000;
/// RAM of the container, bytes.
const MEMORY_BYTES: u64 = 8 << 20;
/// Its disk, bytes.
const DISK_BYTES: u64 = 4 << 20;
/// Waits that are jumped over before the command is ended.
const JUMPS: usize = 100;
/// Output that is kept, bytes.
const OUTPUT_BYTES: usize = 1024;
/// Real time in which a command must come to a checkpoint.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is run.
pub(crate) struct Command {
    argv: Vec<Bytes>,
    env: Vec<Bytes>,
    input: Bytes,
    tty: bool,
}

impl Command {
    pub(crate) fn new(argv: Vec<Bytes>) -> Self {
        Self {
            argv,
            env: vec![Bytes::from_static(b"PATH=/bin")],
            input: Bytes::new(),
            tty: false,
        }
    }

    /// What stands on standard input.
    pub(crate) fn input(self, input: &[u8]) -> Self {
        Self {
            input: Bytes::copy_from_slice(input),
            ..self
        }
    }

    /// What is typed at a terminal.
    pub(crate) fn typed(self, keys: &[u8]) -> Self {
        Self {
            tty: true,
            ..self.input(keys)
        }
    }

    pub(crate) fn variable(mut self, name: &str, value: &[u8]) -> Self {
        self.env
            .push([name.as_bytes(), b"=", value].concat().into());
        self
    }

    fn spec(&self) -> StartSpec {
        StartSpec {
            argv: self.argv.clone(),
            env: self.env.clone(),
            user: Bytes::new(),
            workdir: Bytes::from_static(b"/tmp"),
            hostname: "box".into(),
            tty: self.tty,
            open_stdin: true,
            files: ManagedFiles::default(),
            memory_bytes: MEMORY_BYTES,
            swap_bytes: 0,
            max_processes: 50,
            cpu_cap_percent: None,
            cpu_shares: 100,
            metadata: Vec::new(),
            log_driver: None,
            smartos: false,
        }
    }
}

struct Unix {
    userland: Userland,
    clock: Clock,
    image: Arc<Tree>,
}

thread_local! {
    static UNIX: RefCell<Option<Unix>> = const { RefCell::new(None) };
}

/// Runs a command to its end, or to that of its CPU time; gives the start of what it has written.
///
/// # Panics
/// When it panics, does not come to a checkpoint, or leaves something behind.
pub(crate) fn end(command: &Command) -> Vec<u8> {
    UNIX.with_borrow_mut(|unix| unix.get_or_insert_with(Unix::new).run(command))
}

impl Unix {
    fn new() -> Self {
        let clock = Clock::starting_at(Mode::Stepped, Timestamp::from_secs(1_500_000_000));
        let registry = userland::registry::standard();
        let mut builder = TreeBuilder::new(0);
        let mut file = |path: &str, content: &[u8], mode| {
            builder
                .file(path, content.to_vec(), mode)
                .expect("a new file");
        };
        for name in registry.names() {
            file(&format!("bin/{name}"), PROGRAM_MARKER, 0o755);
        }
        file("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n", 0o644);
        file("etc/text", b"one line\n\tand another one\nlast\n", 0o644);
        builder.directory("tmp", 0o777).expect("a new directory");
        let sink: EventSink = Arc::new(|_| {});
        Self {
            userland: Userland::new(1, clock.clone(), 1, registry, sink),
            clock,
            image: Arc::new(builder.build()),
        }
    }

    fn run(&self, command: &Command) -> Vec<u8> {
        let mut written = Vec::new();
        let mut take = |output: &mut Cursor| {
            let mut any = false;
            while let Some(chunk) = output.next_now() {
                any = true;
                if written.len() < OUTPUT_BYTES {
                    written.extend_from_slice(&chunk.bytes);
                }
            }
            any
        };
        let instance = InstanceId(uuid::Uuid::from_u128(1));
        let node = NodeId(uuid::Uuid::from_u128(2));
        let disk = Disk::of(DISK_BYTES);
        let created = self
            .userland
            .create(instance, node, self.image.clone(), disk, &[]);
        created.expect("the one before is gone");
        let console = Console::new(None);
        let mut output = console.attach(StreamSet::BOTH);
        {
            let written = pin!(console.write_input(command.input.clone()));
            // What finds no room is not typed.
            let _ = written.poll(&mut Context::from_waker(Waker::noop()));
        }
        if !command.tty {
            console.close_input();
        }
        let started =
            self.userland
                .start(instance, Incarnation(1), command.spec(), console.clone());
        // A command that cannot be found ends at once.
        if started.is_ok() {
            let mut jumps = 0;
            let until = Instant::now() + PATIENCE;
            while jumps < JUMPS {
                take(&mut output);
                let idle = self.userland.wait_idle(Duration::from_millis(2));
                let used = self.userland.usage(instance).map(|usage| usage.cpu_nanos);
                if console.is_finished() || used.is_ok_and(|used| used > FUEL) {
                    break;
                }
                if idle && !take(&mut output) {
                    jumps += 1;
                    if self.clock.jump(|_| true).is_none() {
                        break;
                    }
                }
                assert!(Instant::now() < until, "no checkpoint: {:?}", command.argv);
            }
        }
        take(&mut output);
        self.userland.destroy(instance).expect("it was created");
        assert!(
            self.userland.wait_idle(PATIENCE),
            "it goes on after its end: {:?}",
            command.argv
        );
        assert_eq!(self.userland.panics(), 0, "a program panicked");
        assert_eq!(self.userland.leaks(), (0, 0), "something was left behind");
        assert!(self.clock.timers().is_empty(), "timers were left behind");
        written
    }
}

impl Drop for Unix {
    fn drop(&mut self) {
        self.clock.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> String {
        let command = Command::new(vec![Bytes::from_static(b"sh")]).input(script.as_bytes());
        String::from_utf8_lossy(&end(&command)).into_owned()
    }

    #[test]
    fn commands_run_and_leave_no_trace_for_the_next() {
        assert_eq!(
            sh("echo hi; sleep 100; echo there >file; cat file"),
            "hi\nthere\n"
        );
        assert_eq!(
            sh("cat file"),
            "cat: can't open 'file': No such file or directory\n"
        );
        assert_eq!(sh("echo on; while :; do :; done"), "on\n");
    }

    #[test]
    fn keys_reach_a_terminal() {
        let vi = Command::new(vec![
            Bytes::from_static(b"vi"),
            Bytes::from_static(b"/etc/text"),
        ]);
        let screen = end(&vi.typed(b":q\r"));
        assert!(String::from_utf8_lossy(&screen).contains("one line"));
    }
}
