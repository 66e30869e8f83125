//! `/proc`: what the kernel tells about itself and its processes.

mod network;
mod process;
mod system;

use super::descriptor::Object;
use super::vfs::{Node, Vfs};
use super::{DirEntry, Errno, Fd, FileKind, Pid, Stat};
use bytes::Bytes;
pub(super) use network::NetFile;
pub(super) use process::{ProcessFile, ProcessLink};
pub(super) use system::{KernelFile, SystemFile};
pub use system::{RELEASE, VERSION};

/// A file of `/proc`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProcNode {
    Root,
    /// `self`, a link.
    Own,
    /// `mounts`, a link.
    Mounts,
    /// `net`, a link.
    Net,
    System(SystemFile),
    /// `sys`.
    Settings,
    /// `sys/kernel`.
    KernelSettings,
    Kernel(KernelFile),
    Process(Pid),
    ProcessFile(Pid, ProcessFile),
    ProcessLink(Pid, ProcessLink),
    /// `PID/fd`.
    Descriptors(Pid),
    Descriptor(Pid, Fd),
    /// `PID/net`.
    Network(Pid),
    NetFile(Pid, NetFile),
}

/// Inode numbers of `/proc` are above those of devices.
const FIRST_INO: u64 = 0xf000_0000;

impl ProcNode {
    pub(super) fn parent(self) -> ProcNode {
        match self {
            ProcNode::Kernel(_) => ProcNode::KernelSettings,
            ProcNode::KernelSettings => ProcNode::Settings,
            ProcNode::ProcessFile(pid, _)
            | ProcNode::ProcessLink(pid, _)
            | ProcNode::Descriptors(pid)
            | ProcNode::Network(pid) => ProcNode::Process(pid),
            ProcNode::NetFile(pid, _) => ProcNode::Network(pid),
            ProcNode::Descriptor(pid, _) => ProcNode::Descriptors(pid),
            _ => ProcNode::Root,
        }
    }

    pub(super) fn name(self) -> Bytes {
        match self {
            ProcNode::Root => "proc".into(),
            ProcNode::Own => "self".into(),
            ProcNode::Mounts => "mounts".into(),
            ProcNode::Net | ProcNode::Network(_) => "net".into(),
            ProcNode::System(file) => file.name().into(),
            ProcNode::Settings => "sys".into(),
            ProcNode::KernelSettings => "kernel".into(),
            ProcNode::Kernel(file) => file.name().into(),
            ProcNode::Process(pid) => pid.to_string().into(),
            ProcNode::ProcessFile(_, file) => file.name().into(),
            ProcNode::ProcessLink(_, link) => link.name().into(),
            ProcNode::Descriptors(_) => "fd".into(),
            ProcNode::Descriptor(_, fd) => fd.to_string().into(),
            ProcNode::NetFile(_, file) => file.name().into(),
        }
    }

    fn kind(self) -> FileKind {
        match self {
            ProcNode::Root
            | ProcNode::Settings
            | ProcNode::KernelSettings
            | ProcNode::Process(_)
            | ProcNode::Descriptors(_)
            | ProcNode::Network(_) => FileKind::Directory,
            ProcNode::Own
            | ProcNode::Mounts
            | ProcNode::Net
            | ProcNode::ProcessLink(..)
            | ProcNode::Descriptor(..) => FileKind::Symlink,
            ProcNode::System(_)
            | ProcNode::Kernel(_)
            | ProcNode::ProcessFile(..)
            | ProcNode::NetFile(..) => FileKind::File,
        }
    }

    fn process(self) -> Option<Pid> {
        match self {
            ProcNode::Process(pid)
            | ProcNode::ProcessFile(pid, _)
            | ProcNode::ProcessLink(pid, _)
            | ProcNode::Descriptors(pid)
            | ProcNode::Descriptor(pid, _)
            | ProcNode::Network(pid)
            | ProcNode::NetFile(pid, _) => Some(pid),
            _ => None,
        }
    }

    fn ino(self) -> u64 {
        let inside = match self {
            ProcNode::Root => 1,
            ProcNode::Own => 2,
            ProcNode::Mounts => 3,
            ProcNode::Net => 6,
            ProcNode::Settings => 4,
            ProcNode::KernelSettings => 5,
            ProcNode::System(file) => 0x20 + file as u64,
            ProcNode::Kernel(file) => 0x60 + file as u64,
            ProcNode::Process(_) => 1,
            ProcNode::ProcessFile(_, file) => 0x20 + file as u64,
            ProcNode::ProcessLink(_, link) => 0x10 + link as u64,
            ProcNode::Descriptors(_) => 2,
            ProcNode::Network(_) => 3,
            ProcNode::NetFile(_, file) => 0x80 + file as u64,
            ProcNode::Descriptor(_, fd) => 0x100 + u64::from(fd.unsigned_abs()),
        };
        FIRST_INO + (u64::from(self.process().unwrap_or(0)) << 20) + inside
    }

    fn mode(self) -> u32 {
        match self {
            ProcNode::Own | ProcNode::Mounts | ProcNode::Net | ProcNode::ProcessLink(..) => 0o777,
            ProcNode::Descriptor(..) => 0o700,
            ProcNode::Descriptors(_) => 0o500,
            ProcNode::ProcessFile(_, ProcessFile::Environ) => 0o400,
            _ if self.kind() == FileKind::Directory => 0o555,
            _ => 0o444,
        }
    }
}

impl Vfs<'_> {
    fn check_process(&self, node: ProcNode) -> Result<(), Errno> {
        match node.process() {
            Some(pid) if self.state.process(pid).is_none() => Err(Errno::ENOENT),
            _ => Ok(()),
        }
    }

    /// Every node in a directory of `/proc`.
    fn proc_children(&self, dir: ProcNode) -> Result<Vec<ProcNode>, Errno> {
        self.check_process(dir)?;
        let nodes = match dir {
            ProcNode::Root => {
                let processes = self.state.processes.keys();
                let mut nodes: Vec<_> = processes.map(|pid| ProcNode::Process(*pid)).collect();
                nodes.extend(SystemFile::all().map(ProcNode::System));
                nodes.extend([
                    ProcNode::Mounts,
                    ProcNode::Net,
                    ProcNode::Own,
                    ProcNode::Settings,
                ]);
                nodes
            }
            ProcNode::Settings => vec![ProcNode::KernelSettings],
            ProcNode::KernelSettings => KernelFile::all().map(ProcNode::Kernel).collect(),
            ProcNode::Process(pid) => {
                let files = ProcessFile::all().map(|file| ProcNode::ProcessFile(pid, file));
                let links = ProcessLink::all().map(|link| ProcNode::ProcessLink(pid, link));
                files
                    .chain(links)
                    .chain([ProcNode::Descriptors(pid), ProcNode::Network(pid)])
                    .collect()
            }
            ProcNode::Network(pid) => NetFile::all()
                .map(|file| ProcNode::NetFile(pid, file))
                .collect(),
            ProcNode::Descriptors(pid) => {
                let process = self.state.process(pid).ok_or(Errno::ENOENT)?;
                (0..)
                    .zip(&process.descriptors)
                    .filter(|(_, descriptor)| descriptor.is_some())
                    .map(|(fd, _)| ProcNode::Descriptor(pid, fd))
                    .collect()
            }
            _ => return Err(Errno::ENOTDIR),
        };
        Ok(nodes)
    }

    pub(super) fn proc_entries(&self, dir: ProcNode) -> Result<Vec<DirEntry>, Errno> {
        let entry = |node: ProcNode| DirEntry {
            name: node.name(),
            ino: node.ino(),
            kind: node.kind(),
        };
        Ok(self.proc_children(dir)?.into_iter().map(entry).collect())
    }

    pub(super) fn find_proc(&self, dir: ProcNode, name: &[u8]) -> Result<Node, Errno> {
        let number = std::str::from_utf8(name)
            .ok()
            .and_then(|name| name.parse::<Pid>().ok());
        let canonical = number.filter(|number| number.to_string().as_bytes() == name);
        let node = match (dir, canonical) {
            (ProcNode::Root, Some(pid)) => ProcNode::Process(pid),
            (ProcNode::Descriptors(pid), Some(fd)) => {
                let fd = Fd::try_from(fd).map_err(|_| Errno::ENOENT)?;
                self.state.file_id(pid, fd).map_err(|_| Errno::ENOENT)?;
                ProcNode::Descriptor(pid, fd)
            }
            _ => {
                let children = self.proc_children(dir)?;
                let named = children.into_iter().find(|node| node.name() == name);
                named.ok_or(Errno::ENOENT)?
            }
        };
        self.check_process(node)?;
        Ok(Node::Proc(node))
    }

    pub(super) fn stat_proc(&self, node: ProcNode) -> Result<Stat, Errno> {
        self.check_process(node)?;
        let process = node.process().and_then(|pid| self.state.process(pid));
        let (uid, gid) = process.map_or((0, 0), |process| {
            (process.credentials.euid, process.credentials.egid)
        });
        let at = process.map_or(self.kernel.booted_at, |process| process.started_at);
        Ok(Stat {
            dev: super::vfs::device::PROC,
            ino: node.ino(),
            kind: node.kind(),
            mode: node.mode(),
            nlink: if node.kind() == FileKind::Directory {
                2
            } else {
                1
            },
            uid,
            gid,
            rdev: 0,
            size: 0,
            blocks_512: 0,
            atime: at,
            mtime: at,
            ctime: at,
        })
    }

    /// Where a link leads that jumps to a file without regard to its name.
    pub(super) fn proc_jump(&self, node: ProcNode) -> Result<Option<Node>, Errno> {
        match node {
            ProcNode::ProcessLink(pid, ProcessLink::Cwd) => {
                let process = self.state.process(pid).ok_or(Errno::ENOENT)?;
                Ok(Some(process.cwd))
            }
            ProcNode::ProcessLink(pid, ProcessLink::Root) => {
                let process = self.state.process(pid).ok_or(Errno::ENOENT)?;
                Ok(Some(process.root))
            }
            ProcNode::Descriptor(pid, fd) => {
                let file = self.state.file(pid, fd).map_err(|_| Errno::ENOENT)?;
                Ok(match &file.object {
                    Object::File(ino) | Object::Directory(ino) => Some(Node::Fs(*ino)),
                    Object::Text { node, .. } | Object::ProcDirectory(node) => {
                        Some(Node::Proc(*node))
                    }
                    Object::Device(device) => Some(Node::Dev((*device).into())),
                    _ => None,
                })
            }
            _ => Ok(None),
        }
    }

    /// Where a link leads whose target is a path.
    pub(super) fn proc_path(&self, node: ProcNode) -> Result<Option<Bytes>, Errno> {
        match node {
            ProcNode::Own => Ok(Some(self.pid.to_string().into())),
            ProcNode::Mounts => Ok(Some(Bytes::from_static(b"self/mounts"))),
            ProcNode::Net => Ok(Some(Bytes::from_static(b"self/net"))),
            ProcNode::ProcessLink(pid, ProcessLink::Exe) => {
                let process = self.state.process(pid).ok_or(Errno::ENOENT)?;
                Ok(Some(process.exe.clone()))
            }
            _ => Ok(None),
        }
    }

    /// What `readlink` says; `None` for what is no link.
    pub(super) fn proc_link_text(&self, node: ProcNode) -> Result<Option<Bytes>, Errno> {
        if let Some(path) = self.proc_path(node)? {
            return Ok(Some(path));
        }
        match node {
            ProcNode::ProcessLink(pid, ProcessLink::Cwd) => {
                let process = self.state.process(pid).ok_or(Errno::ENOENT)?;
                self.path_of(process.cwd).map(Some)
            }
            ProcNode::ProcessLink(pid, ProcessLink::Root) => {
                let process = self.state.process(pid).ok_or(Errno::ENOENT)?;
                self.path_of(process.root).map(Some)
            }
            ProcNode::Descriptor(pid, fd) => self.descriptor_text(pid, fd).map(Some),
            _ => Ok(None),
        }
    }

    fn descriptor_text(&self, pid: Pid, fd: Fd) -> Result<Bytes, Errno> {
        let id = self.state.file_id(pid, fd).map_err(|_| Errno::ENOENT)?;
        let file = self.state.files.get(id).ok_or(Errno::ENOENT)?;
        let text = match &file.object {
            Object::File(_) | Object::Directory(_) => return Ok(self.origin_path(file)),
            Object::Text { node, .. } | Object::ProcDirectory(node) => {
                return self.path_of(Node::Proc(*node));
            }
            Object::Device(device) => {
                let name = super::dev::DevNode::from(*device).name();
                format!("/dev/{}", name.escape_ascii())
            }
            Object::Tty(number) => format!("/dev/pts/{number}"),
            Object::HungUp(number) if self.state.has_terminal(*number) => {
                format!("/dev/pts/{number}")
            }
            Object::HungUp(number) => format!("/dev/pts/{number} (deleted)"),
            Object::Master(_) => "/dev/ptmx".to_owned(),
            Object::Pipe(pipe) => {
                let known = self.state.pipes.get(*pipe);
                if known.is_some_and(|pipe| pipe.fifo.is_some()) {
                    return Ok(self.origin_path(file));
                }
                format!("pipe:[{}]", pipe + 1)
            }
            Object::Output { .. } | Object::Input(_) => format!("pipe:[{}]", id + 100_000),
            Object::Socket(socket) => format!("socket:[{}]", socket.ino),
        };
        Ok(text.into())
    }

    /// The path an open file was opened by, as far as it still leads there.
    fn origin_path(&self, file: &super::descriptor::OpenFile) -> Bytes {
        if let Object::Directory(ino) = file.object
            && let Ok(path) = self.path_of(Node::Fs(ino))
        {
            return path;
        }
        let Some((dir, name)) = &file.origin else {
            return Bytes::from_static(b"(unknown)");
        };
        let mut path = match self.path_of(Node::Fs(*dir)) {
            Ok(path) if path.as_ref() == b"/" => Vec::new(),
            Ok(path) => path.to_vec(),
            Err(_) => Vec::new(),
        };
        path.push(b'/');
        path.extend_from_slice(name);
        let still = match (&file.object, self.fs.lookup(*dir, name)) {
            (Object::File(ino), Ok(found)) => *ino == found,
            (Object::File(_), Err(_)) => false,
            _ => true,
        };
        if !still {
            path.extend_from_slice(b" (deleted)");
        }
        path.into()
    }

    /// The content of a file of `/proc`.
    pub(super) fn proc_text(&self, node: ProcNode) -> Result<Bytes, Errno> {
        match node {
            ProcNode::System(file) => Ok(self.system_text(file).into()),
            ProcNode::Kernel(file) => Ok(self.kernel_text(file)),
            ProcNode::ProcessFile(pid, file) => self.process_text(pid, file),
            ProcNode::NetFile(_, file) => Ok(self.net_text(file)),
            _ => Err(Errno::EINVAL),
        }
    }
}
