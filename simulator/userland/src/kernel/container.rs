//! The kernel of one run of one container.

use super::process::Credentials;
use super::signal::Origin;
use super::state::{Counters, State};
use super::tty;
use super::{Errno, Pid, ProcessStat, Sys};
use crate::exec::Group;
use crate::registry::Registry;
use bytes::Bytes;
use rootfs::{Ino, RootFs};
use runtime::clock::{Clock, TimerOwner};
use runtime::console::Console;
use runtime::{Signal, Timestamp, TtySize};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a kernel is made with.
pub(crate) struct KernelConfig {
    pub(crate) clock: Clock,
    pub(crate) registry: Arc<Registry>,
    pub(crate) fs: Arc<Mutex<RootFs>>,
    pub(crate) group: Group,
    pub(crate) hostname: Bytes,
    pub(crate) memory_bytes: u64,
    pub(crate) cpus: u32,
    /// Decides what `/dev/random` gives.
    pub(crate) seed: u64,
    pub(crate) counters: Arc<Counters>,
    /// Told what panicked.
    pub(crate) on_panic: Arc<dyn Fn(&str) + Send + Sync>,
    /// Its place in the network.
    pub(crate) stack: Arc<super::net::Stack>,
}

/// A container that runs: its processes and what they share.
pub(crate) struct Kernel {
    pub(super) clock: Clock,
    pub(super) registry: Arc<Registry>,
    fs: Arc<Mutex<RootFs>>,
    pub(super) group: Group,
    pub(super) memory_bytes: u64,
    pub(super) cpus: u32,
    pub(super) on_panic: Arc<dyn Fn(&str) + Send + Sync>,
    pub(super) random: super::dev::Random,
    pub(super) booted_at: Timestamp,
    /// The directory that `/dev` stands for in the root file system.
    pub(super) dev_dir: Ino,
    pub(super) stack: Arc<super::net::Stack>,
    state: Mutex<State>,
}

/// Where the standard streams of a process from outside lead.
#[derive(Debug)]
pub(crate) enum Stdio {
    /// Separate streams of a console; stdin is `/dev/null` unless it is connected.
    Streams { console: Console, stdin: bool },
    /// A terminal on a console.
    Terminal(Console),
}

/// A process that the runtime starts.
pub(crate) struct RootProcess {
    pub(crate) credentials: Credentials,
    pub(crate) cwd: Ino,
    pub(crate) image: super::ExecImage,
    pub(crate) stdio: Stdio,
    pub(crate) owner: TimerOwner,
    /// Called when it begins to run.
    pub(crate) on_start: Box<dyn FnOnce() + Send>,
    /// Called when it has ended.
    pub(crate) on_exit: super::process::OnExit,
}

impl Kernel {
    /// A kernel without processes. Makes `/dev` and `/proc` where the image lacks them.
    pub(crate) fn new(config: KernelConfig) -> Arc<Self> {
        let booted_at = config.clock.now();
        let dev_dir = {
            let mut fs = config.fs.lock().unwrap_or_else(PoisonError::into_inner);
            super::dev::prepare(&mut fs, booted_at.0)
        };
        Arc::new(Self {
            clock: config.clock,
            registry: config.registry,
            fs: config.fs,
            group: config.group,
            memory_bytes: config.memory_bytes,
            cpus: config.cpus,
            on_panic: config.on_panic,
            random: super::dev::Random::new(config.seed),
            booted_at,
            dev_dir,
            stack: config.stack,
            state: Mutex::new(State::new(config.hostname, config.counters)),
        })
    }

    /// Lock order: state, then files, then consoles and run queues.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The root file system; after the state when both are needed.
    pub(super) fn lock_fs(&self) -> MutexGuard<'_, RootFs> {
        self.fs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `action` when the last process is gone.
    pub(crate) fn on_empty(&self, action: impl FnOnce() + Send + 'static) {
        self.lock().on_empty = Some(Box::new(action));
    }

    /// Signals the first process as the zone does.
    pub(crate) fn signal_init(&self, signal: Signal) {
        self.lock().post(1, signal, Origin::Outside);
    }

    /// Ends every process as by KILL; nothing new starts.
    pub(crate) fn halt(&self) {
        self.group.uncap();
        let mut state = self.lock();
        state.dying = true;
        let pids: Vec<Pid> = state.processes.keys().copied().collect();
        for pid in pids {
            state.post(pid, Signal::Kill, Origin::Outside);
        }
    }

    /// Sets the size of a process's terminal, WINCH included; nothing happens when it has none.
    pub(crate) fn resize(&self, pid: Pid, size: TtySize) {
        let mut state = self.lock();
        let sid = state.process(pid).map(|process| process.sid);
        if let Some(number) = sid.and_then(|sid| state.session_tty(sid)) {
            state.set_window_size(number, size);
        }
    }

    /// The processes, by number.
    pub(crate) fn processes(&self) -> Vec<ProcessStat> {
        self.process_stats(0)
    }

    pub(super) fn process_stats(&self, caller: Pid) -> Vec<ProcessStat> {
        let state = self.lock();
        let rows = state.processes.values();
        rows.map(|process| process.stat(caller, state.tty_device(process)))
            .collect()
    }

    /// When the container was started.
    pub(crate) fn booted_at(&self) -> Timestamp {
        self.booted_at
    }

    /// CPU time of every process since the start, nanoseconds.
    pub(crate) fn cpu_ns(&self) -> u64 {
        self.group.cpu_ns()
    }

    /// Estimated memory of every process, bytes.
    pub(crate) fn memory_used_bytes(&self) -> u64 {
        let state = self.lock();
        let pipes: usize = state.pipes.iter().map(super::pipe::Pipe::len).sum();
        let sockets: usize = state.socket_bytes();
        state.live as u64 * super::limits::RESIDENT_BYTES + (pipes + sockets) as u64
    }

    /// Starts a process of the runtime's: the first one, or one for an exec. EAGAIN: the container ends, or has too
    /// many processes.
    pub(crate) fn start(self: &Arc<Self>, root: RootProcess) -> Result<Pid, Errno> {
        let (pid, task, terminal) = {
            let mut state = self.lock();
            let pid = state.new_pid()?;
            let mut fs = self.lock_fs();
            let mut process = self.root_process(pid, &root);
            process.on_exit = Some(root.on_exit);
            let task = process.task.clone();
            fs.hold(root.cwd);
            state.add_process(process);
            let terminal = state.open_stdio(pid, root.stdio, &mut fs)?;
            (pid, task, terminal)
        };
        if let Some(number) = terminal {
            tty::start_pump(self, number);
        }
        let sys = Sys::new(self.clone(), pid, root.image.argv.into(), task.clone());
        let program = (root.image.main)(sys);
        self.start_task(pid, task, program, Some(root.on_start));
        Ok(pid)
    }

    /// Lets `action` run on the container's worker, in turn with its processes.
    pub(crate) fn spawn_report(&self, action: impl FnOnce() + Send + 'static) {
        let task = self.group.spawn(0, Arc::default(), async move { action() });
        task.start();
    }

    fn root_process(&self, pid: Pid, root: &RootProcess) -> super::process::Process {
        super::process::Process {
            pid,
            parent: 0,
            children: Vec::new(),
            pgid: pid,
            sid: pid,
            credentials: root.credentials.clone(),
            argv: root.image.argv.as_slice().into(),
            environ: root.image.env.as_slice().into(),
            comm: root.image.comm.clone(),
            exe: root.image.path.clone(),
            cwd: super::vfs::Node::Fs(root.cwd),
            umask: 0o022,
            descriptors: Vec::new(),
            limits: Arc::new(super::limits::initial()),
            signals: super::signal::SignalState::default(),
            stopped: None,
            stop_unreported: false,
            status: None,
            task: Arc::default(),
            waker: None,
            children_cpu_ns: 0,
            started_at: self.clock.now(),
            owner: root.owner,
            on_exit: None,
        }
    }
}

impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kernel")
            .field("booted_at", &self.booted_at)
            .finish_non_exhaustive()
    }
}
