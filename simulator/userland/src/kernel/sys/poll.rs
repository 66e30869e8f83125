//! Waiting for several descriptors, and for what the process itself will do.

use super::super::descriptor::Object;
use super::super::state::State;
use super::super::{Errno, Fd, Sys};
use super::CALL_FUEL;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// What a descriptor is to be ready for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A read would answer at once: there are bytes, or the end.
    Read(Fd),
    /// A write would answer at once: there is room, or nobody reads.
    Write(Fd),
}

impl State {
    /// Whether a read of the descriptor would answer at once; if not, the process is told when to look again.
    pub(super) fn poll_readable(&mut self, pid: u32, fd: Fd, context: &mut Context<'_>) -> bool {
        let Ok(id) = self.file_id(pid, fd) else {
            return true;
        };
        let Some(file) = self.files.get_mut(id) else {
            return true;
        };
        match &mut file.object {
            Object::Pipe(pipe) => {
                let Some(pipe) = self.pipes.get_mut(*pipe) else {
                    return true;
                };
                let ready = pipe.is_readable();
                if !ready {
                    pipe.read_waiters.add(pid);
                }
                ready
            }
            Object::Tty(number) => {
                let Some(tty) = self.ttys.get_mut(number) else {
                    return true;
                };
                let ready = tty.is_readable();
                if !ready {
                    tty.add_read_waiter(pid);
                }
                ready
            }
            Object::Master(number) => {
                let number = *number;
                self.poll_master_readable(pid, number)
            }
            Object::Input(input) => input.poll_fill(context).is_ready(),
            Object::Socket(socket) => socket.poll_readable(context),
            _ => true,
        }
    }

    /// As [`State::poll_readable`], for a write.
    fn poll_writable(&mut self, pid: u32, fd: Fd, context: &mut Context<'_>) -> bool {
        let Ok(id) = self.file_id(pid, fd) else {
            return true;
        };
        let Some(file) = self.files.get(id) else {
            return true;
        };
        match &file.object {
            Object::Pipe(pipe) => {
                let Some(pipe) = self.pipes.get_mut(*pipe) else {
                    return true;
                };
                let ready = pipe.is_writable();
                if !ready {
                    pipe.write_waiters.add(pid);
                }
                ready
            }
            Object::Tty(number) => self
                .ttys
                .get_mut(number)
                .is_none_or(|tty| tty.poll_space(pid, context).is_ready()),
            Object::Master(number) => {
                let number = *number;
                self.poll_master_writable(pid, number)
            }
            Object::Output { console, .. } => console.poll_space(context).is_ready(),
            Object::Socket(socket) => socket.poll_writable(context),
            _ => true,
        }
    }
}

impl Sys {
    /// Waits until one of `fds` can be read or is at its end, at most `timeout`; gives those that are. Descriptors
    /// that are not open count as ready.
    pub async fn poll_read(&self, fds: &[Fd], timeout: Option<Duration>) -> Result<Vec<Fd>, Errno> {
        self.enter(CALL_FUEL * (1 + fds.len() as u64)).await;
        let mut timer = timeout.map(|timeout| self.timer(timeout));
        self.block(|state, context| {
            let mut ready = Vec::new();
            for fd in fds {
                if state.poll_readable(self.pid, *fd, context) {
                    ready.push(*fd);
                }
            }
            if !ready.is_empty() {
                return Poll::Ready(Ok(ready));
            }
            match &mut timer {
                Some(timer) => Pin::new(timer).poll(context).map(|()| Ok(Vec::new())),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Waits until something wanted of a descriptor is there or `event` says that something else is, at most `timeout`;
    /// `false`: only the time has passed. `event` arranges to be asked again; it makes no calls.
    pub async fn poll(
        &self,
        wanted: &[Wanted],
        timeout: Option<Duration>,
        mut event: impl FnMut(&mut Context<'_>) -> bool,
    ) -> Result<bool, Errno> {
        self.enter(CALL_FUEL * (1 + wanted.len() as u64)).await;
        let mut timer = timeout.map(|timeout| self.timer(timeout));
        self.block(|state, context| {
            let mut ready = event(context);
            for one in wanted {
                ready |= match one {
                    Wanted::Read(fd) => state.poll_readable(self.pid, *fd, context),
                    Wanted::Write(fd) => state.poll_writable(self.pid, *fd, context),
                };
            }
            if ready {
                return Poll::Ready(Ok(true));
            }
            match &mut timer {
                Some(timer) => Pin::new(timer).poll(context).map(|()| Ok(false)),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Which of `fds` can be read now; the task of `context` is told when others can.
    pub(in crate::kernel) fn readable_now(&self, fds: &[Fd], context: &mut Context<'_>) -> Vec<Fd> {
        let mut state = self.kernel.lock();
        let ready = fds
            .iter()
            .filter(|fd| state.poll_readable(self.pid, **fd, context));
        ready.copied().collect()
    }

    /// Gives others their turn, as long as `attempt` has no answer.
    pub(in crate::kernel) async fn turns<T>(
        &self,
        mut attempt: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> T {
        poll_fn(|context| attempt(context)).await
    }
}
