//! Reading and writing.

use super::super::descriptor::{ConsoleInput, FileId, Object, PipeId};
use super::super::dev::{self, Device};
use super::super::net::Socket;
use super::super::pipe::Transfer;
use super::super::signal::Origin;
use super::super::{Disposition, Errno, Fd, Resource, Sys, limits};
use super::CALL_FUEL;
use bytes::{Buf, Bytes};
use runtime::Signal;
use runtime::console::{Console, Stream};
use std::sync::Arc;
use std::task::{Context, Poll};

/// Bytes that one fuel moves.
const BYTES_PER_FUEL: u64 = 16;

/// What a descriptor leads to, as far as reading and writing go.
#[derive(Clone, Debug)]
enum Kind {
    File(rootfs::Ino),
    Directory,
    Text(Bytes),
    Pipe(PipeId),
    Device(Device),
    Tty(u32),
    HungUp,
    Master(u32),
    Output(Console, Stream),
    Input,
    Socket(Arc<Socket>),
}

impl ConsoleInput {
    /// Ready when there is input in the buffer or none will come.
    pub(super) fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.ended || !self.buffer.is_empty() {
            return Poll::Ready(());
        }
        self.console
            .poll_input(context, limits::IO_BYTES)
            .map(|bytes| {
                self.ended = bytes.is_empty();
                self.buffer = bytes;
            })
    }

    fn take(&mut self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.buffer.len());
        self.buffer.copy_to_slice(&mut buffer[..count]);
        count
    }
}

impl Sys {
    /// The open file of a descriptor, if it is open for that use.
    fn target(&self, fd: Fd, writes: bool) -> Result<(FileId, Kind, bool), Errno> {
        let state = self.kernel.lock();
        let id = state.file_id(self.pid, fd)?;
        let file = state.files.get(id).ok_or(Errno::EBADF)?;
        let allowed = if writes { file.writable } else { file.readable };
        if !allowed {
            return Err(Errno::EBADF);
        }
        let kind = match &file.object {
            Object::File(ino) => Kind::File(*ino),
            Object::Directory(_) | Object::ProcDirectory(_) => Kind::Directory,
            Object::Text { content, .. } => Kind::Text(content.clone()),
            Object::Pipe(pipe) => Kind::Pipe(*pipe),
            Object::Device(device) => Kind::Device(*device),
            Object::Tty(number) => Kind::Tty(*number),
            Object::HungUp(_) => Kind::HungUp,
            Object::Master(number) => Kind::Master(*number),
            Object::Output { console, stream } => Kind::Output(console.clone(), *stream),
            Object::Input(_) => Kind::Input,
            Object::Socket(socket) => Kind::Socket(socket.clone()),
        };
        Ok((id, kind, file.nonblocking))
    }

    /// Reads what is there, at most 64 KiB; waits while there is nothing. 0 is the end.
    pub async fn read(&self, fd: Fd, buffer: &mut [u8]) -> Result<usize, Errno> {
        self.enter(CALL_FUEL).await;
        let len = buffer.len().min(limits::IO_BYTES);
        let buffer = &mut buffer[..len];
        let (id, kind, nonblocking) = self.target(fd, false)?;
        let read = match kind {
            Kind::File(ino) => self.read_file(id, ino, buffer),
            Kind::Directory => Err(Errno::EISDIR),
            Kind::Text(content) => self.read_text(id, &content, buffer),
            Kind::Device(device) => Ok(dev::read_constant(device, &self.kernel.random, buffer)),
            Kind::Pipe(pipe) => self.read_pipe(pipe, buffer, nonblocking).await,
            Kind::Tty(number) => self.read_tty(id, number, buffer, nonblocking).await,
            Kind::HungUp => Ok(0),
            Kind::Master(number) => self.read_master(number, buffer, nonblocking).await,
            Kind::Input => self.read_input(id, buffer, nonblocking).await,
            Kind::Socket(socket) => self.read_socket(&socket, buffer, nonblocking).await,
            Kind::Output(..) => Err(Errno::EBADF),
        };
        self.burn(*read.as_ref().unwrap_or(&0) as u64 / BYTES_PER_FUEL)
            .await;
        read
    }

    fn read_file(&self, id: FileId, ino: u64, buffer: &mut [u8]) -> Result<usize, Errno> {
        let mut state = self.kernel.lock();
        let fs = self.kernel.lock_fs();
        let file = state.files.get_mut(id).ok_or(Errno::EBADF)?;
        let count = fs.read(ino, file.offset, buffer)?;
        file.offset += count as u64;
        Ok(count)
    }

    fn read_text(&self, id: FileId, content: &[u8], buffer: &mut [u8]) -> Result<usize, Errno> {
        let mut state = self.kernel.lock();
        let file = state.files.get_mut(id).ok_or(Errno::EBADF)?;
        let from = usize::try_from(file.offset).map_or(content.len(), |at| at.min(content.len()));
        let count = buffer.len().min(content.len() - from);
        buffer[..count].copy_from_slice(&content[from..from + count]);
        file.offset += count as u64;
        Ok(count)
    }

    async fn read_pipe(
        &self,
        id: PipeId,
        buffer: &mut [u8],
        nonblocking: bool,
    ) -> Result<usize, Errno> {
        self.block(|state, _| {
            let Some(pipe) = state.pipes.get_mut(id) else {
                return Poll::Ready(Err(Errno::EBADF));
            };
            match pipe.read(buffer) {
                Transfer::Done(count) => {
                    state.counters.copied(count);
                    state.wake_pipe_writers(id);
                    Poll::Ready(Ok(count))
                }
                _ if nonblocking => Poll::Ready(Err(Errno::EAGAIN)),
                _ => {
                    pipe.read_waiters.add(self.pid);
                    Poll::Pending
                }
            }
        })
        .await
    }

    async fn read_input(
        &self,
        id: FileId,
        buffer: &mut [u8],
        nonblocking: bool,
    ) -> Result<usize, Errno> {
        self.block(|state, context| {
            let Some(Object::Input(input)) = state.files.get_mut(id).map(|f| &mut f.object) else {
                return Poll::Ready(Err(Errno::EBADF));
            };
            match input.poll_fill(context) {
                Poll::Ready(()) => Poll::Ready(Ok(input.take(buffer))),
                Poll::Pending if nonblocking => Poll::Ready(Err(Errno::EAGAIN)),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    /// Writes at least a byte and at most 64 KiB of `bytes`; waits while nothing can be taken.
    pub async fn write(&self, fd: Fd, bytes: &[u8]) -> Result<usize, Errno> {
        self.enter(CALL_FUEL).await;
        let bytes = &bytes[..bytes.len().min(limits::IO_BYTES)];
        let (id, kind, nonblocking) = self.target(fd, true)?;
        let written = match kind {
            Kind::File(ino) => self.write_file(id, ino, bytes),
            Kind::Device(Device::Full) => Err(Errno::ENOSPC),
            Kind::Device(_) => Ok(bytes.len()),
            Kind::Pipe(pipe) => self.write_pipe(pipe, bytes, nonblocking).await,
            Kind::Tty(number) => self.write_tty(id, number, bytes, nonblocking).await,
            Kind::HungUp => Err(Errno::EIO),
            Kind::Master(number) => self.write_master(number, bytes, nonblocking).await,
            Kind::Output(console, stream) => self.write_output(&console, stream, bytes).await,
            Kind::Socket(socket) => self.write_socket(&socket, bytes, nonblocking).await,
            Kind::Directory | Kind::Text(_) | Kind::Input => Err(Errno::EBADF),
        };
        self.burn(*written.as_ref().unwrap_or(&0) as u64 / BYTES_PER_FUEL)
            .await;
        written
    }

    /// Writes all of `bytes`. EINTR: a caught signal came, part may have been written.
    pub async fn write_all(&self, fd: Fd, bytes: &[u8]) -> Result<(), Errno> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let count = self.write(fd, rest).await?;
            rest = &rest[count..];
        }
        Ok(())
    }

    fn write_file(&self, id: FileId, ino: u64, bytes: &[u8]) -> Result<usize, Errno> {
        let now_ns = self.kernel.clock.now().0;
        let mut state = self.kernel.lock();
        let limit = state
            .process(self.pid)
            .and_then(|process| process.limit(Resource::FileSize).soft);
        let mut fs = self.kernel.lock_fs();
        let file = state.files.get_mut(id).ok_or(Errno::EBADF)?;
        if file.append {
            file.offset = fs.metadata(ino)?.size;
        }
        let space = limit.map_or(u64::MAX, |limit| limit.saturating_sub(file.offset));
        if space == 0 && !bytes.is_empty() {
            drop(fs);
            state.post(self.pid, Signal::Xfsz, Origin::Inside);
            return Err(Errno::EFBIG);
        }
        let bytes = &bytes[..bytes
            .len()
            .min(usize::try_from(space).unwrap_or(usize::MAX))];
        let count = fs.write(ino, file.offset, bytes, now_ns)?;
        file.offset += count as u64;
        Ok(count)
    }

    async fn write_pipe(
        &self,
        id: PipeId,
        bytes: &[u8],
        nonblocking: bool,
    ) -> Result<usize, Errno> {
        self.block(|state, _| {
            let Some(pipe) = state.pipes.get_mut(id) else {
                return Poll::Ready(Err(Errno::EBADF));
            };
            match pipe.write(bytes) {
                Transfer::Done(count) => {
                    state.counters.copied(count);
                    state.wake_pipe_readers(id);
                    Poll::Ready(Ok(count))
                }
                Transfer::Wait if nonblocking => Poll::Ready(Err(Errno::EAGAIN)),
                Transfer::Wait => {
                    pipe.write_waiters.add(self.pid);
                    Poll::Pending
                }
                Transfer::NoMemory => {
                    state.post(self.pid, Signal::Kill, Origin::Outside);
                    Poll::Ready(Err(Errno::ENOMEM))
                }
                Transfer::Broken => {
                    state.post(self.pid, Signal::Pipe, Origin::Inside);
                    Poll::Ready(Err(Errno::EPIPE))
                }
            }
        })
        .await
    }

    async fn write_output(
        &self,
        console: &Console,
        stream: Stream,
        bytes: &[u8],
    ) -> Result<usize, Errno> {
        self.block(|state, context| {
            if console.poll_space(context).is_pending() {
                return Poll::Pending;
            }
            let now = self.kernel.clock.now();
            console.push(stream, now, Bytes::copy_from_slice(bytes));
            state.counters.copied(bytes.len());
            Poll::Ready(Ok(bytes.len()))
        })
        .await
    }

    /// Whether a caught signal waits to be taken.
    pub(super) fn has_caught(&self) -> bool {
        self.own(|process| process.signals.has_caught())
    }

    /// Whether the program ignores `signal`.
    pub fn ignores(&self, signal: Signal) -> bool {
        self.disposition(signal) == Disposition::Ignore
    }
}
