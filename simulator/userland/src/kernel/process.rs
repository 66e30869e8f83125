//! Processes.

use super::descriptor::{self, Descriptor};
use super::memory::{Allowance, Charge, Footprint};
use super::signal::SignalState;
use super::vfs::Node;
use super::{Limit, Pid, ProcessStat, ProcessState, Resource, WaitStatus, limits};
use crate::exec::{Account, fuel};
use bytes::Bytes;
use runtime::clock::TimerOwner;
use runtime::{Signal, Timestamp};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::task::Waker;

/// Who a process is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) uid: u32,
    pub(crate) euid: u32,
    pub(crate) gid: u32,
    pub(crate) egid: u32,
    pub(crate) groups: Arc<[u32]>,
}

impl Credentials {
    pub(crate) fn new(uid: u32, gid: u32, groups: &[u32]) -> Self {
        Self {
            uid,
            euid: uid,
            gid,
            egid: gid,
            groups: groups.into(),
        }
    }

    pub(super) fn is_in_group(&self, gid: u32) -> bool {
        self.egid == gid || self.groups.contains(&gid)
    }
}

/// What the process's task and its entry in the table share without the kernel's lock.
#[derive(Debug)]
pub(super) struct TaskState {
    /// A signal ends or stops the process: the task has to look before it goes on.
    attention: AtomicBool,
    /// It has yielded and did not begin to wait.
    pub(super) yielded: AtomicBool,
    /// The kernel has woken the process, whatever of it waited.
    woken: AtomicBool,
    /// Caught signals may wait to be taken.
    caught: AtomicBool,
    /// How much it lets others go before it: -20 to 19.
    niceness: AtomicI32,
    pub(super) account: Arc<Account>,
    pub(super) footprint: Arc<Footprint>,
}

impl TaskState {
    pub(super) fn new(pid: Pid, allowance: &Arc<Allowance>) -> Self {
        Self {
            attention: AtomicBool::new(false),
            yielded: AtomicBool::new(false),
            woken: AtomicBool::new(false),
            caught: AtomicBool::new(false),
            niceness: AtomicI32::new(0),
            account: Arc::default(),
            footprint: Footprint::new(pid, allowance),
        }
    }

    /// Whether the kernel has woken the process since the last look.
    pub(super) fn take_woken(&self) -> bool {
        self.woken.swap(false, Ordering::AcqRel)
    }

    pub(super) fn may_have_caught(&self) -> bool {
        self.caught.load(Ordering::Acquire)
    }

    pub(super) fn set_caught(&self, caught: bool) {
        self.caught.store(caught, Ordering::Release);
    }

    pub(super) fn niceness(&self) -> i32 {
        self.niceness.load(Ordering::Relaxed)
    }

    pub(super) fn set_niceness(&self, niceness: i32) {
        self.niceness.store(niceness, Ordering::Relaxed);
    }

    /// Whether the slice that the task runs in is used up. It is shorter the nicer the process is.
    pub(super) fn has_spent_slice(&self) -> bool {
        fuel::spent() >= slice_fuel(self.niceness())
    }

    pub(super) fn needs_attention(&self) -> bool {
        self.attention.load(Ordering::Acquire)
    }

    pub(super) fn set_attention(&self, needed: bool) {
        self.attention.store(needed, Ordering::Release);
    }
}

/// The slice of a process: each step of niceness takes a fifth off it, down to a sixteenth; what is less nice than
/// others has no longer slices, so that nobody waits longer.
fn slice_fuel(niceness: i32) -> u64 {
    let steps = niceness.clamp(0, MAX_NICENESS);
    let slice = (0..steps).fold(fuel::SLICE_FUEL, |slice, _| slice * 4 / 5);
    slice.max(fuel::SLICE_FUEL / 16)
}

/// The nicest that a process can be.
pub(super) const MAX_NICENESS: i32 = 19;
/// The least nice that a process can be.
pub(super) const MIN_NICENESS: i32 = -20;

/// What a program was given; a fork shares it.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) argv: Arc<[Bytes]>,
    pub(super) environ: Arc<[Bytes]>,
    pub(super) charge: Charge,
}

impl Arguments {
    /// Memory of so many strings, bytes.
    pub(super) fn cost(argv: &[Bytes], environ: &[Bytes]) -> usize {
        let strings = argv.iter().chain(environ);
        strings.map(|text| text.len() + size_of::<Bytes>()).sum()
    }
}

/// Called once, with how the process ended.
pub(super) type OnExit = Box<dyn FnOnce(WaitStatus) + Send>;

/// One process.
pub(super) struct Process {
    pub(super) pid: Pid,
    /// 0 for those that come from outside.
    pub(super) parent: Pid,
    pub(super) children: Vec<Pid>,
    pub(super) pgid: Pid,
    pub(super) sid: Pid,
    /// What was in the foreground of its session's terminal when that was hung up.
    pub(super) left_foreground: Option<Pid>,
    pub(super) credentials: Credentials,
    pub(super) arguments: Arc<Arguments>,
    pub(super) comm: Bytes,
    pub(super) exe: Bytes,
    pub(super) cwd: Node,
    /// Where its absolute paths begin.
    pub(super) root: Node,
    pub(super) umask: u32,
    pub(super) descriptors: Vec<Option<Descriptor>>,
    pub(super) limits: Arc<[Limit; Resource::COUNT]>,
    pub(super) signals: SignalState,
    /// Stopped by this signal.
    pub(super) stopped: Option<Signal>,
    /// The stop has not been reported to the parent.
    pub(super) stop_unreported: bool,
    /// Set: a zombie.
    pub(super) status: Option<WaitStatus>,
    pub(super) task: Arc<TaskState>,
    pub(super) waker: Option<Waker>,
    /// For its entry here and its table of descriptors.
    pub(super) charge: Charge,
    pub(super) children_cpu_ns: u64,
    pub(super) started_at: Timestamp,
    /// Who its timers belong to.
    pub(super) owner: TimerOwner,
    pub(super) on_exit: Option<OnExit>,
}

impl Process {
    pub(super) fn is_zombie(&self) -> bool {
        self.status.is_some()
    }

    pub(super) fn wake(&self) {
        self.task.woken.store(true, Ordering::Release);
        if let Some(waker) = &self.waker {
            waker.wake_by_ref();
        }
    }

    pub(super) fn limit(&self, resource: Resource) -> Limit {
        self.limits[resource as usize]
    }

    pub(super) fn descriptor_limit(&self) -> usize {
        descriptor::table_length(self.limit(Resource::OpenFiles).soft)
    }

    pub(super) fn state(&self) -> ProcessState {
        if self.is_zombie() {
            ProcessState::Zombie
        } else if self.stopped.is_some() {
            ProcessState::Stopped
        } else if self.task.yielded.load(Ordering::Relaxed) {
            ProcessState::Running
        } else {
            ProcessState::Sleeping
        }
    }

    /// The row of `ps`; `caller` is the process that asks, which runs.
    pub(super) fn stat(&self, caller: Pid, tty_device: u32) -> ProcessStat {
        let zombie = self.is_zombie();
        ProcessStat {
            pid: self.pid,
            ppid: self.parent,
            pgid: self.pgid,
            sid: self.sid,
            uid: self.credentials.euid,
            gid: self.credentials.egid,
            comm: self.comm.clone(),
            argv: if zombie {
                Vec::new()
            } else {
                self.arguments.argv.to_vec()
            },
            state: if caller == self.pid {
                ProcessState::Running
            } else {
                self.state()
            },
            tty_device,
            started_at: self.started_at,
            cpu_ns: self.task.account.cpu_ns(),
            niceness: self.task.niceness(),
            memory_bytes: match zombie {
                true => 0,
                false => limits::TEXT_BYTES + self.task.footprint.used_bytes(),
            },
        }
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process")
            .field("pid", &self.pid)
            .field("comm", &self.comm)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// The name that `ps` shows: a path's base name, at most 15 bytes.
pub(super) fn comm_of(path: &[u8]) -> Bytes {
    let base = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    Bytes::copy_from_slice(&base[..base.len().min(15)])
}
