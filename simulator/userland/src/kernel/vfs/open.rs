//! Opening files.

use super::{Found, Node, Vfs};
use crate::kernel::descriptor::{Object, OpenFile, PipeId};
use crate::kernel::dev::{DevNode, Device};
use crate::kernel::pipe::Pipe;
use crate::kernel::proc::ProcNode;
use crate::kernel::tty::Tty;
use crate::kernel::{Access, Errno, Fd, FileKind, OpenFlags};
use rootfs::Ino;

/// What opening has come to.
#[derive(Debug)]
pub(in crate::kernel) enum Opening {
    /// Done.
    Done(Fd),
    /// A FIFO whose other end is not open yet.
    Fifo { fd: Fd, pipe: PipeId, seen: u64 },
}

impl Vfs<'_> {
    pub(in crate::kernel) fn open(
        &mut self,
        path: &[u8],
        flags: OpenFlags,
        mode: u32,
    ) -> Result<Opening, Errno> {
        let exclusive = flags.contains(OpenFlags::CREATE | OpenFlags::EXCL);
        let follow = !exclusive && !flags.contains(OpenFlags::NOFOLLOW);
        let found = self.resolve(path, follow)?;
        let node = match found.node {
            Some(_) if exclusive => return Err(Errno::EEXIST),
            Some(node) => node,
            None if flags.contains(OpenFlags::CREATE) => {
                return self.create_and_open(&found, flags, mode);
            }
            None => return Err(Errno::ENOENT),
        };
        match node {
            Node::Dev(DevNode::Device(device)) => self.open_device(device, flags),
            Node::Dev(DevNode::Terminal(number)) => {
                self.check(node, wanted_access(flags))?;
                self.open_tty(number, flags)
            }
            Node::Proc(ProcNode::Descriptor(pid, fd)) => self.reopen(pid, fd, flags),
            _ => self.open_node(node, &found, flags),
        }
    }

    fn create_and_open(
        &mut self,
        found: &Found,
        flags: OpenFlags,
        mode: u32,
    ) -> Result<Opening, Errno> {
        if found.must_be_directory {
            return Err(Errno::EISDIR);
        }
        let dir = self.check_directory_change(found.dir).map_err(|error| {
            match (error, found.dir) {
                // Nothing can be made in `/proc` or `/dev/pts`.
                (Errno::EPERM, Node::Proc(_) | Node::Dev(_)) => Errno::ENOENT,
                _ => error,
            }
        })?;
        let attributes = self.attributes(dir, FileKind::File, mode);
        let ino = self.fs.create(dir, &found.name, &attributes)?;
        self.install(Object::File(ino), Some(found), flags)
    }

    fn open_node(&mut self, node: Node, found: &Found, flags: OpenFlags) -> Result<Opening, Errno> {
        let stat = self.stat_node(node)?;
        let writes = flags.contains(OpenFlags::WRITE);
        match stat.kind {
            FileKind::Symlink => return Err(Errno::ELOOP),
            FileKind::Directory if writes || flags.contains(OpenFlags::CREATE) => {
                return Err(Errno::EISDIR);
            }
            FileKind::Directory => {}
            _ if flags.contains(OpenFlags::DIRECTORY) => return Err(Errno::ENOTDIR),
            FileKind::Socket | FileKind::BlockDevice { .. } => return Err(Errno::ENXIO),
            _ => {}
        }
        self.check(node, wanted_access(flags))?;
        if let (Node::Fs(ino), FileKind::File, true) = (node, stat.kind, writes) {
            self.check_writable(ino)?;
        }
        match (node, stat.kind) {
            (Node::Fs(ino), FileKind::File) => {
                if flags.contains(OpenFlags::TRUNC) && writes {
                    self.fs.truncate(ino, 0, self.now_ns)?;
                }
                self.install(Object::File(ino), Some(found), flags)
            }
            (Node::Fs(ino), FileKind::Directory) => {
                self.install(Object::Directory(ino), Some(found), flags)
            }
            (Node::Fs(ino), FileKind::Fifo) => self.open_fifo(ino, found, flags),
            (Node::Fs(_), FileKind::CharDevice { major, minor }) => {
                let device = Device::by_number(major, minor).ok_or(Errno::ENXIO)?;
                self.open_device(device, flags)
            }
            (Node::Proc(node), FileKind::Directory) => {
                self.install(Object::ProcDirectory(node), None, flags)
            }
            (Node::Proc(node), _) if !writes => {
                let content = self.proc_text(node)?;
                self.install(Object::Text { node, content }, None, flags)
            }
            (Node::Proc(_), _) => Err(Errno::EACCES),
            _ => Err(Errno::ENXIO),
        }
    }

    fn open_device(&mut self, device: Device, flags: OpenFlags) -> Result<Opening, Errno> {
        if flags.contains(OpenFlags::DIRECTORY) {
            return Err(Errno::ENOTDIR);
        }
        match device {
            Device::Tty => {
                let sid = self.state.process(self.pid).map(|process| process.sid);
                let number = sid.and_then(|sid| self.state.session_tty(sid));
                self.open_tty(number.ok_or(Errno::ENXIO)?, flags)
            }
            Device::Console => self.open_tty(0, flags | OpenFlags::NOCTTY),
            Device::Ptmx => self.open_ptmx(flags),
            _ => self.install(Object::Device(device), None, flags),
        }
    }

    /// Makes a pseudo-terminal.
    fn open_ptmx(&mut self, flags: OpenFlags) -> Result<Opening, Errno> {
        let number = self.state.add_pty(self.credentials.euid)?;
        let opened = self.install(Object::Master(number), None, flags);
        if opened.is_err() {
            self.state.close_master(number);
        }
        opened
    }

    /// Opens a terminal; a session without one that may have it has it from now on.
    fn open_tty(&mut self, number: u32, flags: OpenFlags) -> Result<Opening, Errno> {
        if flags.contains(OpenFlags::DIRECTORY) {
            return Err(Errno::ENOTDIR);
        }
        if !self.state.ttys.get(&number).is_some_and(Tty::may_open) {
            return Err(Errno::EIO);
        }
        let opened = self.install(Object::Tty(number), None, flags)?;
        let reads = flags.contains(OpenFlags::READ) || !flags.contains(OpenFlags::WRITE);
        if reads && !flags.contains(OpenFlags::NOCTTY) {
            // Most who open a terminal lead no session or have one.
            let _ = self.state.take_terminal(self.pid, number);
        }
        Ok(opened)
    }

    /// `/proc/PID/fd/N`: what has no name is shared, as `dup` does.
    fn reopen(&mut self, pid: u32, fd: Fd, flags: OpenFlags) -> Result<Opening, Errno> {
        let id = self.state.file_id(pid, fd).map_err(|_| Errno::ENOENT)?;
        let file = self.state.files.get(id).ok_or(Errno::ENOENT)?;
        let lacks = |flag, has: bool| flags.contains(flag) && !has;
        if pid != self.pid && self.credentials.euid != 0 {
            return Err(Errno::EACCES);
        }
        match file.object {
            Object::Pipe(pipe) => self.install(Object::Pipe(pipe), None, flags),
            Object::Tty(number) => self.open_tty(number, flags),
            Object::HungUp(_) => Err(Errno::EIO),
            Object::Master(_) => self.open_ptmx(flags),
            Object::Socket(_) => Err(Errno::ENXIO),
            _ if lacks(OpenFlags::READ, file.readable)
                || lacks(OpenFlags::WRITE, file.writable) =>
            {
                Err(Errno::EACCES)
            }
            _ => {
                let cloexec = flags.contains(OpenFlags::CLOEXEC);
                let fd = self.state.install(self.pid, id, 0, cloexec)?;
                Ok(Opening::Done(fd))
            }
        }
    }

    fn open_fifo(&mut self, ino: Ino, found: &Found, flags: OpenFlags) -> Result<Opening, Errno> {
        let (reads, writes) = (
            flags.contains(OpenFlags::READ),
            flags.contains(OpenFlags::WRITE),
        );
        let pipe = match self.state.fifos.get(&ino) {
            Some(pipe) => *pipe,
            None => {
                let pipe = Pipe::new(&self.state.footprint, Some(ino));
                self.state.pipes.insert(pipe)
            }
        };
        self.state.fifos.insert(ino, pipe);
        let known = self.state.pipes.get(pipe).ok_or(Errno::EIO)?;
        let (no_reader, no_writer) = (known.readers == 0, known.writers == 0);
        let seen = if reads {
            known.writer_opens
        } else {
            known.reader_opens
        };
        let nonblocking = flags.contains(OpenFlags::NONBLOCK);
        if writes && !reads && no_reader && nonblocking {
            self.state.forget_unused_fifo(pipe);
            return Err(Errno::ENXIO);
        }
        let opened = self.install(Object::Pipe(pipe), Some(found), flags);
        let Ok(Opening::Done(fd)) = opened else {
            self.state.forget_unused_fifo(pipe);
            return opened;
        };
        self.state.note_fifo_open(pipe, reads, writes);
        let waits =
            !nonblocking && ((reads && !writes && no_writer) || (writes && !reads && no_reader));
        if waits {
            Ok(Opening::Fifo { fd, pipe, seen })
        } else {
            Ok(Opening::Done(fd))
        }
    }

    fn install(
        &mut self,
        object: Object,
        found: Option<&Found>,
        flags: OpenFlags,
    ) -> Result<Opening, Errno> {
        let writes = flags.contains(OpenFlags::WRITE);
        let reads = flags.contains(OpenFlags::READ) || !writes;
        let mut file = OpenFile::new(object, reads, writes);
        file.append = flags.contains(OpenFlags::APPEND);
        file.nonblocking = flags.contains(OpenFlags::NONBLOCK);
        file.origin = found.and_then(|found| match found.dir {
            Node::Fs(dir) => Some((dir, found.name.clone())),
            _ => None,
        });
        let cloexec = flags.contains(OpenFlags::CLOEXEC);
        let fd = self
            .state
            .open_file(self.pid, file, cloexec, &mut self.fs)?;
        Ok(Opening::Done(fd))
    }
}

fn wanted_access(flags: OpenFlags) -> Access {
    let mut access = Access::EXISTS;
    if flags.contains(OpenFlags::READ) || !flags.contains(OpenFlags::WRITE) {
        access = access | Access::READ;
    }
    if flags.contains(OpenFlags::WRITE) {
        access = access | Access::WRITE;
    }
    access
}
