//! Paths: from names to files, with permissions, `/proc` and `/dev`.

mod modify;
mod open;
mod permission;
mod resolve;
mod status;

pub(super) use open::Opening;
pub(super) use resolve::Found;
pub(super) use status::device;

use super::container::Kernel;
use super::dev::DevNode;
use super::mount::{Files, Mount};
use super::proc::ProcNode;
use super::process::Credentials;
use super::state::State;
use super::{DirEntry, Errno, FileKind, Pid};
use bytes::Bytes;
use rootfs::{Ino, ROOT};
use std::sync::MutexGuard;

/// One file, wherever it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// In the root file system, or one that is mounted.
    Fs(Ino),
    /// In `/dev`, over the root file system's directory.
    Dev(DevNode),
    /// In `/proc`.
    Proc(ProcNode),
}

/// The root directory.
pub(super) const ROOT_NODE: Node = Node::Fs(ROOT);

/// The file tree as one process sees it, with the kernel's locks held.
pub(super) struct Vfs<'a> {
    pub(super) kernel: &'a Kernel,
    pub(super) state: MutexGuard<'a, State>,
    pub(super) fs: Files<'a>,
    pub(super) pid: Pid,
    pub(super) credentials: Credentials,
    pub(super) cwd: Node,
    /// Where absolute paths begin, and what has nothing above it.
    pub(super) root: Node,
    pub(super) umask: u32,
    pub(super) now_ns: u64,
}

impl<'a> Vfs<'a> {
    pub(super) fn new(kernel: &'a Kernel, pid: Pid) -> Result<Self, Errno> {
        let state = kernel.lock();
        let fs = kernel.lock_fs();
        let process = state.process(pid).ok_or(Errno::ESRCH)?;
        let (credentials, umask) = (process.credentials.clone(), process.umask);
        let (cwd, root) = (process.cwd, process.root);
        Ok(Self {
            kernel,
            state,
            fs,
            pid,
            credentials,
            cwd,
            root,
            umask,
            now_ns: kernel.clock.now().0,
        })
    }

    /// The names in a directory, without `.` and `..`.
    /// The same for a directory of so many names that they are read in steps: at most `most` that come behind
    /// `name`. `None`: all are read at once.
    pub(super) fn entries_after(
        &self,
        dir: Node,
        name: &[u8],
        most: usize,
    ) -> Result<Option<Vec<DirEntry>>, Errno> {
        match dir {
            Node::Fs(ino)
                if ino != self.kernel.dev_dir && self.mounted_in(ino).next().is_none() =>
            {
                Ok(Some(self.fs.entries_after(ino, name, most)?))
            }
            _ => Ok(None),
        }
    }

    pub(super) fn entries(&self, dir: Node) -> Result<Vec<DirEntry>, Errno> {
        match dir {
            Node::Fs(ino) => {
                let mut entries = self.fs.entries(ino)?;
                if ino == self.kernel.dev_dir {
                    self.add_devices(&mut entries);
                }
                self.add_mounts(ino, &mut entries);
                Ok(entries)
            }
            Node::Dev(node) => self.device_entries(node),
            Node::Proc(node) => self.proc_entries(node),
        }
    }

    /// The file system whose root directory this is.
    pub(super) fn mounted_at(&self, ino: Ino) -> Option<Mount> {
        Files::mount(ino).filter(|mount| mount.root() == ino)
    }

    /// The file systems that are mounted in a directory, by the name there.
    fn mounted_in(&self, dir: Ino) -> impl Iterator<Item = (Mount, &'static [u8])> {
        let dev = self.kernel.dev_dir;
        let placed = Mount::ALL
            .into_iter()
            .map(move |mount| (mount, mount.place(dev)));
        placed.filter_map(move |(mount, (at, name))| (at == dir).then_some((mount, name)))
    }

    fn add_mounts(&self, dir: Ino, entries: &mut Vec<DirEntry>) {
        for (_, name) in self.mounted_in(dir) {
            entries.retain(|entry| entry.name != name);
            entries.push(DirEntry {
                name: Bytes::from_static(name),
                ino: ROOT,
                kind: FileKind::Directory,
            });
        }
    }

    /// The root directory of what is mounted in a directory by this name.
    fn find_mount(&self, dir: Ino, name: &[u8]) -> Option<Node> {
        let mut mounted = self.mounted_in(dir);
        let found = mounted.find(|(_, mounted)| *mounted == name);
        found.map(|(mount, _)| Node::Fs(mount.root()))
    }

    /// The directory above, as the process sees it.
    pub(super) fn parent_below_root(&self, node: Node) -> Node {
        match node == self.root {
            true => node,
            false => self.parent(node),
        }
    }

    /// The directory above.
    pub(super) fn parent(&self, node: Node) -> Node {
        match node {
            Node::Fs(ino) => match self.mounted_at(ino) {
                Some(mount) => Node::Fs(mount.place(self.kernel.dev_dir).0),
                None => Node::Fs(self.fs.parent(ino)),
            },
            Node::Dev(_) => Node::Fs(self.kernel.dev_dir),
            Node::Proc(ProcNode::Root) => ROOT_NODE,
            Node::Proc(node) => Node::Proc(node.parent()),
        }
    }
}
