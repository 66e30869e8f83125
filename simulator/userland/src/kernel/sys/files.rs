//! Descriptors and what they lead to, without waiting; opening.

use super::super::descriptor::{Object, OpenFile};
use super::super::pipe::Pipe;
use super::super::vfs::{Node, Opening, Vfs};
use super::super::{Errno, Fd, FileKind, OpenFlags, Stat, Sys};
use super::{CALL_FUEL, PATH_FUEL};
use crate::exec::fuel;
use std::io::SeekFrom;
use std::task::Poll;

impl Sys {
    /// Opens a file; waits for the other end of a FIFO.
    pub async fn open(&self, path: &[u8], flags: OpenFlags, mode: u32) -> Result<Fd, Errno> {
        self.enter(PATH_FUEL).await;
        // A path is looked at before a descriptor is, but only whether there is one.
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        self.kernel.lock().free_descriptor(self.pid)?;
        let opening = Vfs::new(&self.kernel, self.pid)?.open(path, flags, mode)?;
        let (fd, pipe, seen) = match opening {
            Opening::Done(fd) => {
                self.checkpoint().await;
                return Ok(fd);
            }
            Opening::Fifo { fd, pipe, seen } => (fd, pipe, seen),
        };
        let pid = self.pid;
        let reads = !flags.contains(OpenFlags::WRITE);
        let opened = self
            .block(|state, _| {
                let Some(pipe) = state.pipes.get_mut(pipe) else {
                    return Poll::Ready(Err(Errno::EIO));
                };
                let opens = if reads {
                    pipe.read_waiters.add(pid);
                    pipe.writer_opens
                } else {
                    pipe.write_waiters.add(pid);
                    pipe.reader_opens
                };
                if opens == seen {
                    Poll::Pending
                } else {
                    Poll::Ready(Ok(()))
                }
            })
            .await;
        if let Err(error) = opened {
            self.close(fd)?;
            return Err(error);
        }
        Ok(fd)
    }

    /// Closes a descriptor.
    pub fn close(&self, fd: Fd) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        let mut state = self.kernel.lock();
        let mut fs = self.kernel.lock_fs();
        state.close(self.pid, fd, &mut fs)
    }

    /// A second descriptor, the lowest free one.
    pub fn dup(&self, fd: Fd) -> Result<Fd, Errno> {
        self.dup_above(fd, 0, false)
    }

    /// A second descriptor, the lowest free one from `min` on.
    pub fn dup_above(&self, fd: Fd, min: Fd, cloexec: bool) -> Result<Fd, Errno> {
        fuel::spend(CALL_FUEL);
        let mut state = self.kernel.lock();
        let file = state.file_id(self.pid, fd)?;
        state.install(self.pid, file, min, cloexec)
    }

    /// Makes `new_fd` lead where `fd` does; what it led to before is closed.
    pub fn dup_to(&self, fd: Fd, new_fd: Fd) -> Result<Fd, Errno> {
        fuel::spend(CALL_FUEL);
        let mut state = self.kernel.lock();
        let file = state.file_id(self.pid, fd)?;
        if fd == new_fd {
            return Ok(new_fd);
        }
        let limit = state
            .process(self.pid)
            .map_or(0, |process| process.descriptor_limit());
        if usize::try_from(new_fd).is_ok_and(|new_fd| new_fd < limit) {
            let mut fs = self.kernel.lock_fs();
            // It need not have been open.
            let _ = state.close(self.pid, new_fd, &mut fs);
            state.install(self.pid, file, new_fd, false)
        } else {
            Err(Errno::EBADF)
        }
    }

    /// Whether the descriptor is closed when another program is executed.
    pub fn set_cloexec(&self, fd: Fd, cloexec: bool) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        let mut state = self.kernel.lock();
        let process = state.process_mut(self.pid).ok_or(Errno::ESRCH)?;
        let index = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        let entry = process.descriptors.get_mut(index).and_then(Option::as_mut);
        entry.ok_or(Errno::EBADF)?.cloexec = cloexec;
        Ok(())
    }

    /// Whether reads and writes fail with EAGAIN instead of waiting.
    pub fn set_nonblocking(&self, fd: Fd, nonblocking: bool) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        let mut state = self.kernel.lock();
        state.file_mut(self.pid, fd)?.nonblocking = nonblocking;
        Ok(())
    }

    /// Whether the descriptor is open.
    pub fn is_open(&self, fd: Fd) -> bool {
        fuel::spend(CALL_FUEL);
        self.kernel.lock().file_id(self.pid, fd).is_ok()
    }

    /// The open descriptors, ascending.
    pub fn open_descriptors(&self) -> Vec<Fd> {
        self.own(|process| {
            (0..)
                .zip(&process.descriptors)
                .filter(|(_, descriptor)| descriptor.is_some())
                .map(|(fd, _)| fd)
                .collect()
        })
    }

    /// A pipe: the end to read from and the end to write to.
    pub fn pipe(&self) -> Result<(Fd, Fd), Errno> {
        fuel::spend(CALL_FUEL);
        let mut state = self.kernel.lock();
        let mut fs = self.kernel.lock_fs();
        let pipe = Pipe::new(&state.footprint, None);
        let id = state.pipes.insert(pipe);
        let reader = OpenFile::new(Object::Pipe(id), true, false);
        let writer = OpenFile::new(Object::Pipe(id), false, true);
        let reader = state.open_file(self.pid, reader, false, &mut fs)?;
        match state.open_file(self.pid, writer, false, &mut fs) {
            Ok(writer) => Ok((reader, writer)),
            Err(error) => {
                state.close(self.pid, reader, &mut fs)?;
                Err(error)
            }
        }
    }

    /// Moves a file's offset. ESPIPE: pipes and terminals have none.
    pub fn seek(&self, fd: Fd, to: SeekFrom) -> Result<u64, Errno> {
        fuel::spend(CALL_FUEL);
        let mut state = self.kernel.lock();
        let file = state.file_mut(self.pid, fd)?;
        let size = match &file.object {
            Object::File(ino) => {
                let ino = *ino;
                self.kernel.lock_fs().metadata(ino)?.size
            }
            Object::Text { content, .. } => content.len() as u64,
            Object::Device(_) => 0,
            Object::Directory(_) | Object::ProcDirectory(_) => 0,
            _ => return Err(Errno::ESPIPE),
        };
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::Current(by) => file.offset.checked_add_signed(by),
            SeekFrom::End(by) => size.checked_add_signed(by),
        };
        let target = target.filter(|target| i64::try_from(*target).is_ok());
        file.offset = target.ok_or(Errno::EINVAL)?;
        Ok(file.offset)
    }

    /// Sets a file's length.
    pub fn truncate(&self, fd: Fd, len: u64) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        let mut vfs = Vfs::new(&self.kernel, self.pid)?;
        let file = vfs.state.file(self.pid, fd)?;
        let ino = match file.object {
            Object::File(ino) if file.writable => ino,
            _ => return Err(Errno::EINVAL),
        };
        let now_ns = vfs.now_ns;
        vfs.fs.truncate(ino, len, now_ns)
    }

    /// The status of an open file.
    pub fn fstat(&self, fd: Fd) -> Result<Stat, Errno> {
        fuel::spend(CALL_FUEL);
        Vfs::new(&self.kernel, self.pid)?.stat_file(fd)
    }

    /// Goes to the directory a descriptor leads to.
    pub fn chdir_to(&self, fd: Fd) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        let mut vfs = Vfs::new(&self.kernel, self.pid)?;
        let node = match vfs.state.file(self.pid, fd)?.object {
            Object::Directory(ino) => Node::Fs(ino),
            Object::ProcDirectory(node) => Node::Proc(node),
            _ => return Err(Errno::ENOTDIR),
        };
        vfs.enter(node)
    }

    /// A node of the file tree without content; FIFOs only.
    pub fn mkfifo(&self, path: &[u8], mode: u32) -> Result<(), Errno> {
        fuel::spend(PATH_FUEL);
        Vfs::new(&self.kernel, self.pid)?.make(path, FileKind::Fifo, mode)
    }
}
