//! A changed or new file of a container.

use crate::content::Content;
use crate::metadata::{FileKind, Ino, Metadata};
use crate::names::Names;
use crate::xattrs::Xattrs;
use bytes::Bytes;

/// One override above the tree, complete in itself.
#[derive(Clone, Debug)]
pub(crate) struct Inode {
    pub(crate) kind: FileKind,
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) nlink: u32,
    pub(crate) mtime_ns: u64,
    pub(crate) ctime_ns: u64,
    pub(crate) atime_ns: u64,
    pub(crate) xattrs: Xattrs,
    pub(crate) body: Body,
}

/// What a file holds.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    File(Content),
    Directory(Directory),
    Symlink(Bytes),
    /// Devices, named pipes and sockets.
    Special,
}

/// A directory that was changed.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) parent: Ino,
    pub(crate) names: Names,
}

/// A directory's storage in `stat`, as on ZFS.
pub(crate) const DIRECTORY_BYTES: u64 = 512;

/// A link has no permissions of its own.
pub(crate) fn shown_mode(kind: FileKind, mode: u32) -> u32 {
    match kind {
        FileKind::Symlink => 0o777,
        _ => mode,
    }
}

impl Inode {
    pub(crate) fn metadata(&self, ino: Ino) -> Metadata {
        let (size, allocated_bytes) = match &self.body {
            Body::File(content) => (content.len(), content.allocated_bytes()),
            Body::Directory(directory) => (directory.names.len() as u64 + 2, DIRECTORY_BYTES),
            Body::Symlink(target) => (target.len() as u64, 0),
            Body::Special => (0, 0),
        };
        Metadata {
            ino,
            kind: self.kind,
            mode: shown_mode(self.kind, self.mode),
            uid: self.uid,
            gid: self.gid,
            nlink: self.nlink,
            size,
            allocated_bytes,
            mtime_ns: self.mtime_ns,
            ctime_ns: self.ctime_ns,
            atime_ns: self.atime_ns,
        }
    }
}
