//! Waiting for several descriptors.

use super::super::descriptor::Object;
use super::super::state::State;
use super::super::{Errno, Fd, Sys};
use super::CALL_FUEL;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

impl State {
    /// Whether a read of the descriptor would answer at once; if not, the process is told when to look again.
    fn poll_readable(&mut self, pid: u32, fd: Fd, context: &mut Context<'_>) -> bool {
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
            Object::Input(input) => input.poll_fill(context).is_ready(),
            Object::Socket(socket) => socket.poll_readable(context),
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
}
