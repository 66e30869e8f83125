//! The trait that every container runtime implements, and what it is told.

use crate::console::Console;
use crate::{ExecId, Incarnation, InstanceId, LogDriver, NodeId, Signal, Timestamp};
use bytes::Bytes;
use rootfs::{RootFs, Tree};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex};
use thiserror::Error;

/// Rows and columns of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TtySize {
    /// Lines.
    pub rows: u16,
    /// Characters in a line.
    pub columns: u16,
}

/// Disk of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// What may be charged, bytes.
    pub quota_bytes: u64,
    /// What is charged from the beginning and never given back, bytes.
    pub taken_bytes: u64,
}

impl Disk {
    /// One of which nothing is taken.
    pub fn of(quota_bytes: u64) -> Self {
        Self {
            quota_bytes,
            taken_bytes: 0,
        }
    }
}

/// Everything a container's first process is told (containers.md 6).
#[derive(Clone, Debug)]
pub struct StartSpec {
    /// Entrypoint followed by command; empty means status 13.
    pub argv: Vec<Bytes>,
    /// `NAME=value` entries of image and request, in order; the runtime puts TERM, HOME, PATH and HOSTNAME
    /// before them and drops entries without a name or `=` (containers.md 6.2).
    pub env: Vec<Bytes>,
    /// `uid`, `name`, `uid:gid`, `name:group` or empty for root.
    pub user: Bytes,
    /// Working directory, anchored at `/`; empty means `/`.
    pub workdir: Bytes,
    /// Host name without domain.
    pub hostname: String,
    /// Stdin, stdout and stderr are one terminal.
    pub tty: bool,
    /// Stdin is connected to attachers instead of `/dev/null`.
    pub open_stdin: bool,
    /// Files that the zone writes over the image's at every start.
    pub files: ManagedFiles,
    /// RAM of the package, bytes: what the processes may hold together.
    pub memory_bytes: u64,
    /// Swap of the package, bytes; shown, never used.
    pub swap_bytes: u64,
    /// Most processes at once (`max_lwps` of the package).
    pub max_processes: u32,
    /// CPU cap of the package, 100 = one core; `None`: uncapped.
    pub cpu_cap_percent: Option<u32>,
    /// Scheduler shares of the package.
    pub cpu_shares: u32,
    /// Names of the namespace `sdc:` without it, and what the zone tells the container by them (`mdata-get`).
    pub metadata: Vec<(&'static str, String)>,
    /// Sends the output elsewhere too.
    pub log_driver: Option<LogDriver>,
    /// The container is one of SmartOS and has its daemons (CTR-95).
    pub smartos: bool,
}

/// `/etc/hosts`, `/etc/resolv.conf` and `/etc/hostname` (containers.md 6.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManagedFiles {
    /// Content of `/etc/hosts`; of `/etc/inet/hosts` in containers of SmartOS.
    pub hosts: Bytes,
    /// Content of `/etc/resolv.conf`.
    pub resolv_conf: Bytes,
    /// Content of `/etc/hostname`.
    pub hostname: Bytes,
}

/// A process to run inside a running container (containers.md 15).
#[derive(Clone, Debug)]
pub struct ExecSpec {
    /// Program and arguments.
    pub argv: Vec<Bytes>,
    /// As [`StartSpec::user`]: the exec's own user, else the container's.
    pub user: Bytes,
    /// Allocate a pseudo-terminal.
    pub tty: bool,
    /// Connect stdin instead of `/dev/null`.
    pub attach_stdin: bool,
}

/// One row of a process listing (CTR-75).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessInfo {
    /// Process id inside the container; `zsched` is 0.
    pub pid: u32,
    /// Parent's process id.
    pub ppid: u32,
    /// Effective user id.
    pub uid: u32,
    /// When it was started.
    pub started_at: Timestamp,
    /// Device number of its terminal, 0 when it has none.
    pub tty_device: u32,
    /// CPU time used, nanoseconds.
    pub cpu_nanos: u64,
    /// Arguments joined with blanks.
    pub command_line: Bytes,
}

/// Resources a container uses now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Resident memory, bytes.
    pub memory_bytes: u64,
    /// How often the container's processes were refused memory since the start.
    pub memory_refusals: u64,
    /// CPU time since the start, nanoseconds.
    pub cpu_nanos: u64,
    /// Time since the start that they waited at the CPU cap, nanoseconds.
    pub throttled_nanos: u64,
    /// Bytes charged against the disk quota.
    pub disk_bytes: u64,
}

/// What has gone through a network interface since the container was started, headers included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceTraffic {
    /// As the zone calls it: `net0`, `net1`…
    pub name: String,
    /// Bytes that came in.
    pub received_bytes: u64,
    /// Packets that came in.
    pub received_packets: u64,
    /// Bytes that went out.
    pub sent_bytes: u64,
    /// Packets that went out.
    pub sent_packets: u64,
}

/// Processes that stand still; dropping it lets them go on.
pub struct Freeze(Option<Box<dyn FnOnce() + Send>>);

impl Freeze {
    /// Lets go on by calling `thaw`.
    pub fn until(thaw: impl FnOnce() + Send + 'static) -> Self {
        Self(Some(Box::new(thaw)))
    }
}

impl Drop for Freeze {
    fn drop(&mut self) {
        if let Some(thaw) = self.0.take() {
            thaw();
        }
    }
}

impl std::fmt::Debug for Freeze {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Freeze")
    }
}

/// Why a runtime refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RuntimeError {
    /// No such instance on this runtime.
    #[error("instance is unknown to the runtime")]
    UnknownInstance,
    /// The instance is not running.
    #[error("instance is not running")]
    NotRunning,
    /// The instance runs already.
    #[error("instance is already running")]
    AlreadyRunning,
    /// No such exec.
    #[error("exec is unknown to the runtime")]
    UnknownExec,
    /// A file or a link is where a data volume belongs.
    #[error("there is no place for a data volume")]
    NoPlaceForVolume,
}

/// Runs the processes of containers. All calls return at once; results arrive as [`crate::RuntimeEvent`]s.
pub trait Runtime: Send + Sync + std::fmt::Debug {
    /// Makes the root file system of a new container on `node`: the image's tree, copy-on-write, with a directory for
    /// each of its data volumes, whose paths are absolute and normal.
    fn create(
        &self,
        instance: InstanceId,
        node: NodeId,
        image: Arc<Tree>,
        disk: Disk,
        volumes: &[String],
    ) -> Result<(), RuntimeError>;

    /// Replaces the files of an instance that does not run by an image's.
    fn reset(&self, instance: InstanceId, image: Arc<Tree>, disk: Disk)
    -> Result<(), RuntimeError>;

    /// Starts the first process with a fresh console `console` (its log is the container's).
    /// A command that cannot run still counts as started and exits with its code (CTR-07).
    fn start(
        &self,
        instance: InstanceId,
        incarnation: Incarnation,
        spec: StartSpec,
        console: Console,
    ) -> Result<(), RuntimeError>;

    /// Delivers a signal to the first process. Without a handler it ignores all but KILL.
    fn signal(&self, instance: InstanceId, signal: Signal) -> Result<(), RuntimeError>;

    /// Starts a process in a running container; a command that cannot run writes one line and ends (CTR-88).
    fn exec(
        &self,
        instance: InstanceId,
        exec: ExecId,
        spec: ExecSpec,
        console: Console,
    ) -> Result<(), RuntimeError>;

    /// Sets a terminal's size and sends WINCH; nothing happens without a terminal.
    fn resize(
        &self,
        instance: InstanceId,
        exec: Option<ExecId>,
        size: TtySize,
    ) -> Result<(), RuntimeError>;

    /// The processes of a running container, `zsched` included.
    fn processes(&self, instance: InstanceId) -> Result<Vec<ProcessInfo>, RuntimeError>;

    /// What the container uses.
    fn usage(&self, instance: InstanceId) -> Result<Usage, RuntimeError>;

    /// What has gone through the interfaces of a running container, in their order; loopback is not among them.
    fn traffic(&self, instance: InstanceId) -> Result<Vec<InterfaceTraffic>, RuntimeError>;

    /// The container's files, running or not; its processes wait while the caller holds the lock.
    fn files(&self, instance: InstanceId) -> Result<Arc<Mutex<RootFs>>, RuntimeError>;

    /// The container's files as they were before it, or anybody, changed them: what a commit compares them with. Inode
    /// numbers are those of [`Runtime::files`].
    fn pristine(&self, instance: InstanceId) -> Result<RootFs, RuntimeError>;

    /// Makes again what every container has beside its image's files, where it is gone, as each start does.
    fn lay(&self, instance: InstanceId) -> Result<(), RuntimeError>;

    /// Makes every process of a running container stand still, until what it returns is dropped; none runs when this
    /// returns. Signals come when they go on.
    fn freeze(&self, instance: InstanceId) -> Result<Freeze, RuntimeError>;

    /// Ends every process of the container as by KILL (delete, node halt); `Exited` follows if it ran.
    fn halt(&self, instance: InstanceId) -> Result<(), RuntimeError>;

    /// Forgets the container and frees its files; halts it first if needed, without an `Exited`.
    fn destroy(&self, instance: InstanceId) -> Result<(), RuntimeError>;

    /// What is left behind, for the leak check at the end of a scenario: `(processes, open descriptors)`.
    fn leaks(&self) -> (usize, usize);
}
