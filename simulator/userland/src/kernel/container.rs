//! The kernel of one run of one container.

use super::memory::{Allowance, Charge, Footprint, Pool};
use super::mount::{Files, Mounts};
use super::process::{Arguments, Credentials, TaskState};
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
use runtime::{InterfaceTraffic, Signal, Timestamp, TtySize};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// What a kernel is made with.
pub(crate) struct KernelConfig {
    pub(crate) clock: Clock,
    pub(crate) registry: Arc<Registry>,
    pub(crate) fs: Arc<Mutex<RootFs>>,
    pub(crate) group: Group,
    pub(crate) hostname: Bytes,
    pub(crate) memory_bytes: u64,
    /// Memory of the processes of all containers.
    pub(crate) pool: Arc<Pool>,
    pub(crate) swap_bytes: u64,
    pub(crate) max_processes: usize,
    pub(crate) cpus: u32,
    /// Decides what `/dev/random` gives.
    pub(crate) seed: u64,
    pub(crate) counters: Arc<Counters>,
    /// Told what panicked.
    pub(crate) on_panic: Arc<dyn Fn(&str) + Send + Sync>,
    /// Its place in the network.
    pub(crate) stack: Arc<super::net::Stack>,
    /// What the zone tells of it, by names of the namespace `sdc:`.
    pub(crate) zone_metadata: Vec<(&'static str, String)>,
    pub(crate) metadata: Arc<super::Metadata>,
}

/// A container that runs: its processes and what they share.
pub(crate) struct Kernel {
    pub(super) clock: Clock,
    pub(super) registry: Arc<Registry>,
    fs: Arc<Mutex<RootFs>>,
    mounts: Mutex<Mounts>,
    pub(super) group: Group,
    pub(super) allowance: Arc<Allowance>,
    pub(super) swap_bytes: u64,
    pub(super) max_processes: usize,
    pub(super) cpus: u32,
    pub(super) on_panic: Arc<dyn Fn(&str) + Send + Sync>,
    pub(super) random: super::dev::Random,
    pub(super) booted_at: Timestamp,
    /// The directory that `/dev` stands for in the root file system.
    pub(super) dev_dir: Ino,
    pub(super) stack: Arc<super::net::Stack>,
    pub(super) zone_metadata: Vec<(&'static str, String)>,
    pub(super) metadata: Arc<super::Metadata>,
    state: Mutex<State>,
}

/// Where the standard streams of a process from outside lead.
#[derive(Debug)]
pub(crate) enum Stdio {
    /// Separate streams of a console; stdin is `/dev/null` unless it is connected.
    Streams { console: Console, stdin: bool },
    /// All are `/dev/null`.
    Nothing,
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

/// A process of the runtime's that does not run yet.
pub(super) struct Enlisted {
    sys: Sys,
    pid: Pid,
    task: Arc<TaskState>,
    main: super::Main,
    /// The terminal that was made for it.
    terminal: Option<u32>,
    on_start: Box<dyn FnOnce() + Send>,
}

impl Enlisted {
    /// Its number.
    pub(super) fn pid(&self) -> Pid {
        self.pid
    }
}

impl Kernel {
    /// A kernel without processes. Makes `/dev` and `/proc` where the image lacks them.
    pub(crate) fn new(config: KernelConfig) -> Arc<Self> {
        let booted_at = config.clock.now();
        let dev_dir = {
            let mut fs = config.fs.lock().unwrap_or_else(PoisonError::into_inner);
            super::dev::prepare(&mut fs)
        };
        Arc::new_cyclic(|kernel: &Weak<Self>| {
            let kernel = kernel.clone();
            let kill = move |pid| {
                if let Some(kernel) = kernel.upgrade() {
                    kernel.kill_largest(pid);
                }
            };
            let allowance = Allowance::new(config.memory_bytes, &config.pool, Box::new(kill));
            let footprint = Footprint::new(0, &allowance);
            let mounts = Mounts::new(
                config.memory_bytes,
                &footprint,
                &config.registry,
                config.cpus,
                booted_at.0,
            );
            let state = State::new(
                config.hostname,
                config.counters,
                config.max_processes,
                footprint,
            );
            Self {
                clock: config.clock,
                registry: config.registry,
                fs: config.fs,
                mounts: Mutex::new(mounts),
                group: config.group,
                allowance,
                swap_bytes: config.swap_bytes,
                max_processes: config.max_processes,
                cpus: config.cpus,
                on_panic: config.on_panic,
                random: super::dev::Random::new(config.seed),
                booted_at,
                dev_dir,
                stack: config.stack,
                zone_metadata: config.zone_metadata,
                metadata: config.metadata,
                state: Mutex::new(state),
            }
        })
    }

    /// Lock order: state, then files, then consoles and run queues.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The file systems; after the state when both are needed.
    pub(super) fn lock_fs(&self) -> Files<'_> {
        Files {
            root: self.fs.lock().unwrap_or_else(PoisonError::into_inner),
            mounts: self.mounts.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Calls `action` when the last process is gone.
    pub(crate) fn on_empty(&self, action: impl FnOnce() + Send + 'static) {
        self.lock().on_empty = Some(Box::new(action));
    }

    /// Signals the first process as the zone does.
    pub(crate) fn signal_init(&self, signal: Signal) {
        self.lock().post(1, signal, Origin::Outside);
    }

    /// Makes all processes stand still until [`Kernel::thaw`], as often as that was said.
    pub(crate) fn freeze(&self) {
        self.group.freeze();
    }

    /// Takes one [`Kernel::freeze`] back.
    pub(crate) fn thaw(&self) {
        self.group.thaw();
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

    /// Memory of all processes, and of what has come for their sockets, bytes.
    pub(crate) fn memory_used_bytes(&self) -> u64 {
        let sockets = self.lock().socket_bytes();
        self.allowance.used_bytes() + sockets as u64
    }

    /// Time that the processes have waited at the CPU cap, nanoseconds.
    pub(crate) fn throttled_ns(&self) -> u64 {
        self.group.throttled_ns()
    }

    /// How often processes were refused memory.
    pub(crate) fn memory_refusals(&self) -> u64 {
        self.allowance.refusals()
    }

    /// What has gone through the interfaces of the zone.
    pub(crate) fn traffic(&self) -> Vec<InterfaceTraffic> {
        self.stack.traffic()
    }

    /// Ends the process that is the largest of all containers.
    fn kill_largest(&self, pid: Pid) {
        let mut state = self.lock();
        if let Some(process) = state.process(pid) {
            tracing::warn!(
                "the processes of all containers hold too much: {} ({pid}) of {} is killed, the largest with {} MiB",
                process.comm.escape_ascii(),
                state.hostname.escape_ascii(),
                process.task.footprint.used_bytes() >> 20,
            );
        }
        state.post(pid, Signal::Kill, Origin::Outside);
    }

    /// Starts a process of the runtime's: the first one, or one for an exec. EAGAIN: the container ends, or has too
    /// many processes.
    pub(crate) fn start(self: &Arc<Self>, root: RootProcess) -> Result<Pid, Errno> {
        let enlisted = self.enlist(root)?;
        Ok(self.go(enlisted))
    }

    /// Makes a process that does not run yet.
    pub(super) fn enlist(self: &Arc<Self>, root: RootProcess) -> Result<Enlisted, Errno> {
        let mut state = self.lock();
        let pid = state.new_pid()?;
        let mut fs = self.lock_fs();
        let mut process = self.root_process(pid, &root);
        process.on_exit = Some(root.on_exit);
        let task = process.task.clone();
        let argv = process.arguments.argv.clone();
        fs.hold(root.cwd);
        fs.hold(rootfs::ROOT);
        // The runtime's own processes are few.
        process.charge.set_unchecked(super::limits::PROCESS_BYTES);
        state.add_process(process);
        let terminal = state.open_stdio(pid, root.stdio, &mut fs)?;
        Ok(Enlisted {
            sys: Sys::new(self.clone(), pid, argv, task.clone()),
            pid,
            task,
            main: root.image.main,
            terminal,
            on_start: root.on_start,
        })
    }

    /// Lets it run.
    pub(super) fn go(self: &Arc<Self>, enlisted: Enlisted) -> Pid {
        let Enlisted {
            sys,
            pid,
            task,
            main,
            terminal,
            on_start,
        } = enlisted;
        if let Some(number) = terminal {
            tty::start_pump(self, number);
        }
        self.start_task(pid, task, main(sys), Some(on_start));
        pid
    }

    /// Lets `action` run on the container's worker, in turn with its processes.
    pub(crate) fn spawn_report(&self, action: impl FnOnce() + Send + 'static) {
        let task = self.group.spawn(0, Arc::default(), async move { action() });
        task.start();
    }

    fn root_process(&self, pid: Pid, root: &RootProcess) -> super::process::Process {
        let image = &root.image;
        let task = TaskState::new(pid, &self.allowance);
        let mut arguments = Arguments {
            argv: image.argv.as_slice().into(),
            environ: image.env.clone(),
            charge: Charge::on(&task.footprint),
        };
        let cost = Arguments::cost(&arguments.argv, &arguments.environ);
        arguments.charge.set_unchecked(cost);
        super::process::Process {
            pid,
            parent: 0,
            children: Vec::new(),
            pgid: pid,
            sid: pid,
            left_foreground: None,
            credentials: root.credentials.clone(),
            arguments: Arc::new(arguments),
            comm: image.comm.clone(),
            exe: image.path.clone(),
            cwd: super::vfs::Node::Fs(root.cwd),
            root: super::vfs::ROOT_NODE,
            umask: 0o022,
            descriptors: Vec::new(),
            limits: Arc::new(super::limits::initial(self.max_processes as u64)),
            signals: super::signal::SignalState::default(),
            stopped: None,
            stop_unreported: false,
            status: None,
            charge: Charge::on(&task.footprint),
            task: Arc::new(task),
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
