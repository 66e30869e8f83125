//! What `stat`, `readlink` and `statfs` tell.

use super::{Found, Node, Vfs};
use crate::kernel::descriptor::{Object, OpenFile};
use crate::kernel::dev::{DevNode, Device};
use crate::kernel::mount::{Files, Mount};
use crate::kernel::{Errno, Fd, FileKind, Stat, StatFs};
use bytes::Bytes;
use rootfs::Metadata;
use runtime::Timestamp;

/// Numbers of the file systems, in `st_dev`.
pub(in crate::kernel) mod device {
    pub(in crate::kernel) const ROOT: u32 = 0x2d;
    pub(in crate::kernel) const DEV: u32 = 0x2e;
    pub(in crate::kernel) const PROC: u32 = 0x2f;
    pub(in crate::kernel) const SHM: u32 = 0x30;
    pub(in crate::kernel) const NATIVE: u32 = 0x31;
    pub(in crate::kernel) const OBJECT: u32 = 0x32;
    pub(in crate::kernel) const CONTRACT: u32 = 0x33;
    pub(in crate::kernel) const SYS: u32 = 0x34;
    pub(in crate::kernel) const SYSTEM: u32 = 0x35;
    pub(in crate::kernel) const PIPES: u32 = 0x0a;
    pub(in crate::kernel) const SOCKETS: u32 = 0x08;
}

fn from_metadata(metadata: &Metadata) -> Stat {
    let rdev = match metadata.kind {
        FileKind::CharDevice { major, minor } | FileKind::BlockDevice { major, minor } => {
            major << 8 | minor
        }
        _ => 0,
    };
    Stat {
        dev: device::ROOT,
        ino: metadata.ino,
        kind: metadata.kind,
        mode: metadata.mode,
        nlink: metadata.nlink,
        uid: metadata.uid,
        gid: metadata.gid,
        rdev,
        size: metadata.size,
        blocks_512: metadata.allocated_bytes.div_ceil(512),
        atime: Timestamp(metadata.atime_ns),
        mtime: Timestamp(metadata.mtime_ns),
        ctime: Timestamp(metadata.ctime_ns),
    }
}

impl Vfs<'_> {
    pub(in crate::kernel) fn stat_node(&self, node: Node) -> Result<Stat, Errno> {
        match node {
            Node::Fs(ino) => {
                let stat = from_metadata(&self.fs.metadata(ino)?);
                let dev = Files::mount(ino).map_or(device::ROOT, Mount::device);
                Ok(Stat { dev, ..stat })
            }
            Node::Dev(node) => Ok(self.stat_device(node)),
            Node::Proc(node) => self.stat_proc(node),
        }
    }

    /// The status of an open file.
    pub(in crate::kernel) fn stat_file(&self, fd: Fd) -> Result<Stat, Errno> {
        let id = self.state.file_id(self.pid, fd)?;
        let file = self.state.files.get(id).ok_or(Errno::EBADF)?;
        self.stat_open(file, u64::from(id))
    }

    pub(in crate::kernel) fn stat_open(&self, file: &OpenFile, id: u64) -> Result<Stat, Errno> {
        let node = match &file.object {
            Object::File(ino) | Object::Directory(ino) => Node::Fs(*ino),
            Object::Text { node, .. } | Object::ProcDirectory(node) => Node::Proc(*node),
            Object::Device(device) => Node::Dev((*device).into()),
            Object::Tty(number) | Object::HungUp(number) => Node::Dev(DevNode::Terminal(*number)),
            Object::Master(_) => Node::Dev(Device::Ptmx.into()),
            Object::Pipe(pipe) => {
                let known = self.state.pipes.get(*pipe);
                if let Some(ino) = known.and_then(|pipe| pipe.fifo) {
                    return self.stat_node(Node::Fs(ino));
                }
                return Ok(self.stat_pipe(u64::from(*pipe) + 1));
            }
            Object::Output { .. } | Object::Input(_) => {
                return Ok(self.stat_pipe(id + (1 << 32)));
            }
            Object::Socket(socket) => {
                return Ok(Stat {
                    dev: device::SOCKETS,
                    kind: FileKind::Socket,
                    mode: 0o777,
                    ..self.stat_pipe(socket.ino)
                });
            }
        };
        self.stat_node(node)
    }

    fn stat_pipe(&self, ino: u64) -> Stat {
        let now = Timestamp(self.now_ns);
        Stat {
            dev: device::PIPES,
            ino,
            kind: FileKind::Fifo,
            mode: 0o600,
            nlink: 1,
            uid: self.credentials.uid,
            gid: self.credentials.gid,
            rdev: 0,
            size: 0,
            blocks_512: 0,
            atime: now,
            mtime: now,
            ctime: now,
        }
    }

    pub(in crate::kernel) fn read_link(&self, path: &[u8]) -> Result<Bytes, Errno> {
        match self.find(path, false)? {
            Node::Fs(ino) => Ok(self.fs.read_link(ino)?),
            Node::Dev(node) => {
                let target = node.link().ok_or(Errno::EINVAL)?;
                Ok(Bytes::from_static(target))
            }
            Node::Proc(node) => self.proc_link_text(node)?.ok_or(Errno::EINVAL),
        }
    }

    /// The absolute path without links, of a file that exists.
    pub(in crate::kernel) fn real_path(&self, path: &[u8]) -> Result<Bytes, Errno> {
        let Found {
            dir, name, node, ..
        } = self.resolve(path, true)?;
        let node = node.ok_or(Errno::ENOENT)?;
        if self.stat_node(node)?.is_directory() {
            return self.path_of(node);
        }
        let mut real = self.path_of(dir)?.to_vec();
        if real.last() != Some(&b'/') {
            real.push(b'/');
        }
        real.extend_from_slice(&name);
        Ok(real.into())
    }

    pub(in crate::kernel) fn stat_fs(&self, path: &[u8]) -> Result<StatFs, Errno> {
        const BLOCK_BYTES: u64 = 4096;
        let node = self.find(path, true)?;
        let (size, used) = match node {
            Node::Fs(ino) => self.fs.space(ino),
            Node::Dev(_) | Node::Proc(_) => (0, 0),
        };
        Ok(StatFs {
            block_bytes: BLOCK_BYTES,
            blocks: size / BLOCK_BYTES,
            free_blocks: size.saturating_sub(used) / BLOCK_BYTES,
            inodes: size / BLOCK_BYTES,
            free_inodes: size.saturating_sub(used) / BLOCK_BYTES,
            name_max: 255,
        })
    }
}
