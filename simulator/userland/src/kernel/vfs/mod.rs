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
use super::proc::ProcNode;
use super::process::Credentials;
use super::state::State;
use super::{DirEntry, Errno, Pid};
use rootfs::{Ino, ROOT, RootFs};
use std::sync::MutexGuard;

/// One file, wherever it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// In the root file system.
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
    pub(super) fs: MutexGuard<'a, RootFs>,
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
    pub(super) fn entries(&self, dir: Node) -> Result<Vec<DirEntry>, Errno> {
        match dir {
            Node::Fs(ino) => {
                let mut entries = self.fs.entries(ino)?;
                if ino == self.kernel.dev_dir {
                    self.add_devices(&mut entries);
                }
                Ok(entries)
            }
            Node::Dev(node) => self.device_entries(node),
            Node::Proc(node) => self.proc_entries(node),
        }
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
            Node::Fs(ino) => Node::Fs(self.fs.parent(ino)),
            Node::Dev(_) => Node::Fs(self.kernel.dev_dir),
            Node::Proc(ProcNode::Root) => ROOT_NODE,
            Node::Proc(node) => Node::Proc(node.parent()),
        }
    }
}
