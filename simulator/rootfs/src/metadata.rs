//! What is known of a file without reading it.

use bytes::Bytes;

/// An inode number; unique in one [`crate::RootFs`], never reused in it.
pub type Ino = u64;

/// The root directory's inode number.
pub const ROOT: Ino = 1;

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A character device.
    CharDevice {
        /// Driver number.
        major: u32,
        /// Unit number.
        minor: u32,
    },
    /// A block device.
    BlockDevice {
        /// Driver number.
        major: u32,
        /// Unit number.
        minor: u32,
    },
    /// A named pipe.
    Fifo,
    /// A Unix socket.
    Socket,
}

/// What `stat` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Inode number.
    pub ino: Ino,
    /// File type, with device numbers.
    pub kind: FileKind,
    /// Permission bits, `0o7777`.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Hard links; a directory has two and one for each subdirectory.
    pub nlink: u32,
    /// Bytes of a file, length of a link's target, entries of a directory and two (as ZFS counts).
    pub size: u64,
    /// Bytes of storage the content takes, layers included; holes take none.
    pub allocated_bytes: u64,
    /// Last change of the content, nanoseconds since the epoch.
    pub mtime_ns: u64,
    /// Last change of content or metadata.
    pub ctime_ns: u64,
    /// Last access; only [`crate::RootFs::set_times`] changes it.
    pub atime_ns: u64,
}

/// What a new file starts with.
#[derive(Clone, Copy, Debug)]
pub struct Attributes {
    /// File type; ignored by `symlink`.
    pub kind: FileKind,
    /// Permission bits, umask already applied.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// All three times.
    pub now_ns: u64,
}

impl Attributes {
    /// A file of root's.
    pub fn root(kind: FileKind, mode: u32, now_ns: u64) -> Self {
        Self {
            kind,
            mode,
            uid: 0,
            gid: 0,
            now_ns,
        }
    }
}

/// One name in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// The name.
    pub name: Bytes,
    /// What it leads to.
    pub ino: Ino,
    /// The file's type.
    pub kind: FileKind,
}
