//! What system calls tell about files and processes.

use bytes::Bytes;
use runtime::Timestamp;

pub use rootfs::{DirEntry, FileKind};

/// What is known of a file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Number of the file system: root, `/proc`, `/dev`, pipes.
    pub dev: u32,
    /// Inode number in it.
    pub ino: u64,
    /// File type.
    pub kind: FileKind,
    /// Permission bits, `0o7777`.
    pub mode: u32,
    /// Hard links.
    pub nlink: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// A device's own number, `major << 8 | minor`, else 0.
    pub rdev: u32,
    /// Bytes.
    pub size: u64,
    /// Storage used, in units of 512 bytes.
    pub blocks_512: u64,
    /// Last access.
    pub atime: Timestamp,
    /// Last change of the content.
    pub mtime: Timestamp,
    /// Last change of content or metadata.
    pub ctime: Timestamp,
}

impl Stat {
    /// File type and permission bits as in `st_mode`.
    pub fn full_mode(&self) -> u32 {
        let kind = match self.kind {
            FileKind::Fifo => 0o010_000,
            FileKind::CharDevice { .. } => 0o020_000,
            FileKind::Directory => 0o040_000,
            FileKind::BlockDevice { .. } => 0o060_000,
            FileKind::File => 0o100_000,
            FileKind::Symlink => 0o120_000,
            FileKind::Socket => 0o140_000,
        };
        kind | self.mode
    }

    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.kind == FileKind::Directory
    }
}

/// What is known of a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatFs {
    /// Unit of the block counts, bytes.
    pub block_bytes: u64,
    /// Size.
    pub blocks: u64,
    /// Unused.
    pub free_blocks: u64,
    /// Inodes, used and free.
    pub inodes: u64,
    /// Unused inodes.
    pub free_inodes: u64,
    /// Longest file name, bytes.
    pub name_max: u32,
}

/// CPU time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CpuTimes {
    /// Used by the process, nanoseconds.
    pub own_ns: u64,
    /// Used by its children that it has waited for.
    pub children_ns: u64,
}

/// What a process is doing, as `ps` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessState {
    /// Runs or could run.
    Running,
    /// Waits.
    Sleeping,
    /// Stopped by a signal.
    Stopped,
    /// Ended and not yet waited for.
    Zombie,
}

impl ProcessState {
    /// The letter in `/proc/PID/stat`.
    pub fn letter(self) -> char {
        match self {
            ProcessState::Running => 'R',
            ProcessState::Sleeping => 'S',
            ProcessState::Stopped => 'T',
            ProcessState::Zombie => 'Z',
        }
    }
}

/// One row of `ps`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessStat {
    /// Process id.
    pub pid: u32,
    /// Parent's.
    pub ppid: u32,
    /// Process group.
    pub pgid: u32,
    /// Session.
    pub sid: u32,
    /// Effective user.
    pub uid: u32,
    /// Effective group.
    pub gid: u32,
    /// Base name of the executed file, at most 15 bytes.
    pub comm: Bytes,
    /// Arguments; empty for a zombie.
    pub argv: Vec<Bytes>,
    /// What it is doing.
    pub state: ProcessState,
    /// Device number of the controlling terminal, 0 for none.
    pub tty_device: u32,
    /// When it was started.
    pub started_at: Timestamp,
    /// CPU time used, nanoseconds.
    pub cpu_ns: u64,
    /// How much it lets others go before it: -20 to 19.
    pub niceness: i32,
    /// Estimated memory, bytes.
    pub memory_bytes: u64,
}

/// What `ulimit` can limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Resource {
    /// CPU seconds.
    Cpu,
    /// Size of a file, bytes; enforced (EFBIG and XFSZ).
    FileSize,
    /// Data segment, bytes.
    Data,
    /// Stack, bytes.
    Stack,
    /// Core file, bytes.
    Core,
    /// Resident memory, bytes.
    ResidentSet,
    /// Processes; enforced (EAGAIN).
    Processes,
    /// Descriptors; enforced (EMFILE).
    OpenFiles,
    /// Locked memory, bytes.
    LockedMemory,
    /// Address space, bytes.
    AddressSpace,
    /// File locks.
    Locks,
    /// Pending signals.
    PendingSignals,
    /// Message queues, bytes.
    MessageQueues,
    /// Nice value's ceiling.
    Nice,
    /// Realtime priority.
    RealtimePriority,
}

impl Resource {
    pub(super) const COUNT: usize = Resource::RealtimePriority as usize + 1;
}

/// Soft and hard limit; `None` is unlimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// In force.
    pub soft: Option<u64>,
    /// How far the soft limit may be raised.
    pub hard: Option<u64>,
}
