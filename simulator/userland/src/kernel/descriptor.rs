//! Open files and the descriptors that lead to them.

use super::dev::Device;
use super::limits;
use super::memory::Charge;
use super::mount::Files;
use super::net::Socket;
use super::proc::ProcNode;
use super::state::State;
use super::{Errno, Fd, Pid};
use bytes::Bytes;
use rootfs::Ino;
use runtime::console::{Console, Stream};
use std::sync::Arc;

/// Number of an open file in the container.
pub(super) type FileId = u32;
/// Number of a pipe in the container.
pub(super) type PipeId = u32;

/// A table of descriptors up to this length is part of what every process costs.
const FREE_DESCRIPTORS: usize = 64;

/// What an open file is.
#[derive(Debug)]
pub(super) enum Object {
    /// A regular file of the root file system, held.
    File(Ino),
    /// A directory of the root file system, held.
    Directory(Ino),
    /// A file of `/proc`, its content as it was when opened.
    Text { node: ProcNode, content: Bytes },
    /// A directory of `/proc`.
    ProcDirectory(ProcNode),
    /// One or both ends of a pipe; the open file's mode says which.
    Pipe(PipeId),
    /// A device without state.
    Device(Device),
    /// A terminal.
    Tty(u32),
    /// A terminal whose session or master was gone while it was open: it is at its end for good.
    HungUp(u32),
    /// The master of a pseudo-terminal.
    Master(u32),
    /// A stream of a console that is not a terminal.
    Output { console: Console, stream: Stream },
    /// The input of a console that is not a terminal.
    Input(ConsoleInput),
    /// A socket; dropping it closes it.
    Socket(Arc<Socket>),
}

impl Object {
    /// What the kernel holds for it, bytes.
    fn cost(&self) -> usize {
        let content = match self {
            Object::Text { content, .. } => content.len(),
            _ => 0,
        };
        limits::OPEN_FILE_BYTES + content
    }
}

/// Input from a console and what was taken from it but not yet read.
#[derive(Debug)]
pub(super) struct ConsoleInput {
    pub(super) console: Console,
    pub(super) buffer: Bytes,
    pub(super) ended: bool,
}

/// An open file; descriptors share it after `dup` and `fork`.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) object: Object,
    pub(super) readable: bool,
    pub(super) writable: bool,
    pub(super) append: bool,
    pub(super) nonblocking: bool,
    pub(super) offset: u64,
    /// Descriptors that lead here.
    pub(super) references: u32,
    /// Directory and name it was opened by, for `/proc/PID/fd`.
    pub(super) origin: Option<(Ino, Bytes)>,
    charge: Charge,
}

impl OpenFile {
    pub(super) fn new(object: Object, readable: bool, writable: bool) -> Self {
        Self {
            object,
            readable,
            writable,
            append: false,
            nonblocking: false,
            offset: 0,
            references: 0,
            origin: None,
            charge: Charge::new(),
        }
    }
}

/// One entry of a process's descriptor table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Descriptor {
    pub(super) file: FileId,
    pub(super) cloexec: bool,
}

impl State {
    /// Adds an open file that no descriptor leads to yet. ENFILE: no memory for one more.
    pub(super) fn add_file(
        &mut self,
        mut file: OpenFile,
        fs: &mut Files<'_>,
    ) -> Result<FileId, Errno> {
        file.charge = Charge::on(&self.footprint);
        if file.charge.try_set(file.object.cost()).is_err() {
            // A pipe's end has not been counted yet; a pipe without ends is forgotten.
            if let Object::Pipe(pipe) = file.object {
                self.drop_pipe_end(pipe, false, false);
            }
            return Err(Errno::ENFILE);
        }
        Ok(self.insert_file(file, fs))
    }

    /// As [`State::add_file`] for the few that the runtime itself opens, which cost nothing.
    pub(super) fn insert_file(&mut self, file: OpenFile, fs: &mut Files<'_>) -> FileId {
        match &file.object {
            Object::File(ino) | Object::Directory(ino) => fs.hold(*ino),
            Object::Pipe(id) => {
                if let Some(pipe) = self.pipes.get_mut(*id) {
                    pipe.readers += u32::from(file.readable);
                    pipe.writers += u32::from(file.writable);
                }
            }
            Object::Tty(number) => {
                if let Some(tty) = self.ttys.get_mut(number) {
                    tty.note_opened();
                }
            }
            _ => {}
        }
        self.counters.opened();
        self.files.insert(file)
    }

    /// The lowest free descriptor. EMFILE: there is none.
    pub(super) fn free_descriptor(&self, pid: Pid) -> Result<Fd, Errno> {
        let process = self.process(pid).ok_or(Errno::ESRCH)?;
        let table = &process.descriptors;
        let free =
            (0..process.descriptor_limit()).find(|fd| table.get(*fd).is_none_or(Option::is_none));
        let free = free.and_then(|fd| Fd::try_from(fd).ok());
        free.ok_or(Errno::EMFILE)
    }

    /// Puts `file` into the lowest free descriptor from `min` on.
    pub(super) fn install(
        &mut self,
        pid: Pid,
        file: FileId,
        min: Fd,
        cloexec: bool,
    ) -> Result<Fd, Errno> {
        let process = self.process_mut(pid).ok_or(Errno::ESRCH)?;
        let limit = process.descriptor_limit();
        let table = &mut process.descriptors;
        let min = usize::try_from(min).map_err(|_| Errno::EINVAL)?;
        if min >= limit && min > 0 {
            return Err(Errno::EINVAL);
        }
        let fd = (min..limit)
            .find(|fd| table.get(*fd).is_none_or(Option::is_none))
            .ok_or(Errno::EMFILE)?;
        if table.len() <= fd {
            let len = (fd + 1).next_power_of_two();
            if len > FREE_DESCRIPTORS {
                let table_bytes = len * size_of::<Option<Descriptor>>();
                process
                    .charge
                    .try_set(limits::PROCESS_BYTES + table_bytes)?;
            }
            table.reserve_exact(len - table.len());
            table.resize(fd + 1, None);
        }
        table[fd] = Some(Descriptor { file, cloexec });
        if let Some(file) = self.files.get_mut(file) {
            file.references += 1;
        }
        Fd::try_from(fd).map_err(|_| Errno::EMFILE)
    }

    /// Adds `file` and installs it; on failure it is closed again.
    pub(super) fn open_file(
        &mut self,
        pid: Pid,
        file: OpenFile,
        cloexec: bool,
        fs: &mut Files<'_>,
    ) -> Result<Fd, Errno> {
        let id = self.add_file(file, fs)?;
        let fd = self.install(pid, id, 0, cloexec);
        if fd.is_err() {
            self.drop_file(id, fs);
        }
        fd
    }

    /// Bytes that have come for the open sockets and were not read.
    pub(super) fn socket_bytes(&self) -> usize {
        let sockets = self.files.iter().filter_map(|file| match &file.object {
            Object::Socket(socket) => Some(socket.unread_bytes()),
            _ => None,
        });
        sockets.sum()
    }

    /// The open file behind a descriptor.
    pub(super) fn file_id(&self, pid: Pid, fd: Fd) -> Result<FileId, Errno> {
        let process = self.process(pid).ok_or(Errno::ESRCH)?;
        let fd = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        let descriptor = process.descriptors.get(fd).copied().flatten();
        Ok(descriptor.ok_or(Errno::EBADF)?.file)
    }

    pub(super) fn file(&self, pid: Pid, fd: Fd) -> Result<&OpenFile, Errno> {
        let id = self.file_id(pid, fd)?;
        self.files.get(id).ok_or(Errno::EBADF)
    }

    pub(super) fn file_mut(&mut self, pid: Pid, fd: Fd) -> Result<&mut OpenFile, Errno> {
        let id = self.file_id(pid, fd)?;
        self.files.get_mut(id).ok_or(Errno::EBADF)
    }

    /// Closes a descriptor.
    pub(super) fn close(&mut self, pid: Pid, fd: Fd, fs: &mut Files<'_>) -> Result<(), Errno> {
        let process = self.process_mut(pid).ok_or(Errno::ESRCH)?;
        let index = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        let entry = process.descriptors.get_mut(index).ok_or(Errno::EBADF)?;
        let descriptor = entry.take().ok_or(Errno::EBADF)?;
        self.unreference(descriptor.file, fs);
        Ok(())
    }

    /// One descriptor less leads to the file.
    pub(super) fn unreference(&mut self, id: FileId, fs: &mut Files<'_>) {
        let Some(file) = self.files.get_mut(id) else {
            return;
        };
        file.references -= 1;
        if file.references == 0 {
            self.drop_file(id, fs);
        }
    }

    fn drop_file(&mut self, id: FileId, fs: &mut Files<'_>) {
        let Some(file) = self.files.remove(id) else {
            return;
        };
        self.counters.closed();
        match file.object {
            Object::File(ino) | Object::Directory(ino) => fs.release(ino),
            Object::Pipe(pipe) => self.drop_pipe_end(pipe, file.readable, file.writable),
            Object::Tty(number) | Object::HungUp(number) => self.drop_tty_file(number),
            Object::Master(number) => self.close_master(number),
            _ => {}
        }
    }

    fn drop_pipe_end(&mut self, id: PipeId, readable: bool, writable: bool) {
        let Some(pipe) = self.pipes.get_mut(id) else {
            return;
        };
        pipe.readers -= u32::from(readable);
        pipe.writers -= u32::from(writable);
        let mut woken = Vec::new();
        if pipe.readers == 0 {
            woken.append(&mut pipe.write_waiters.take());
        }
        if pipe.writers == 0 {
            woken.append(&mut pipe.read_waiters.take());
        }
        if pipe.readers == 0 && pipe.writers == 0 {
            if let Some(ino) = pipe.fifo {
                self.fifos.remove(&ino);
            }
            self.pipes.remove(id);
        }
        self.wake_all(&woken);
    }

    /// Closes every descriptor of a process.
    pub(super) fn close_all(&mut self, pid: Pid, fs: &mut Files<'_>) {
        let Some(process) = self.process_mut(pid) else {
            return;
        };
        for descriptor in std::mem::take(&mut process.descriptors)
            .into_iter()
            .flatten()
        {
            self.unreference(descriptor.file, fs);
        }
    }

    /// Closes the descriptors that another program must not see.
    pub(super) fn close_on_exec(&mut self, pid: Pid, fs: &mut Files<'_>) {
        let Some(process) = self.process_mut(pid) else {
            return;
        };
        let mut closed = Vec::new();
        for entry in &mut process.descriptors {
            if entry.is_some_and(|descriptor| descriptor.cloexec) {
                closed.extend(entry.take());
            }
        }
        for descriptor in closed {
            self.unreference(descriptor.file, fs);
        }
    }

    /// The descriptors of a child of `parent`; `to_program`: without those that another program must not see.
    pub(super) fn share_descriptors(
        &mut self,
        parent: Pid,
        to_program: bool,
    ) -> Vec<Option<Descriptor>> {
        let Some(process) = self.process(parent) else {
            return Vec::new();
        };
        let mut table = process.descriptors.clone();
        if to_program {
            for entry in &mut table {
                entry.take_if(|descriptor| descriptor.cloexec);
            }
        }
        for descriptor in table.iter().flatten() {
            if let Some(file) = self.files.get_mut(descriptor.file) {
                file.references += 1;
            }
        }
        table
    }
}

/// The descriptor limit as a table length.
pub(super) fn table_length(soft: Option<u64>) -> usize {
    let limit = soft.unwrap_or(limits::DESCRIPTORS).min(limits::DESCRIPTORS);
    usize::try_from(limit).unwrap_or(usize::MAX)
}
