//! Reading and writing terminals and the masters of pseudo-terminals.

use super::super::descriptor::{FileId, Object};
use super::super::signal::Origin;
use super::super::state::State;
use super::super::tty::{MasterTransfer, TtyRead};
use super::super::{Errno, Sys, Termios};
use runtime::Signal;
use runtime::clock::Timer;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

impl State {
    /// Whether the terminal of an open file was hung up.
    fn is_hung_up(&self, id: FileId) -> bool {
        let file = self.files.get(id);
        file.is_none_or(|file| matches!(file.object, Object::HungUp(_)))
    }
}

impl Sys {
    pub(super) async fn read_tty(
        &self,
        id: FileId,
        number: u32,
        buffer: &mut [u8],
        nonblocking: bool,
    ) -> Result<usize, Errno> {
        let mut timeout: Option<Timer> = None;
        loop {
            let waited = self
                .block(|state, context| {
                    if state.is_hung_up(id) {
                        return Poll::Ready(Ok(TtyRead::Data(0)));
                    }
                    let attempt =
                        self.attempt_tty_read(state, context, number, buffer, &mut timeout);
                    if nonblocking && attempt.is_pending() {
                        return Poll::Ready(Err(Errno::EAGAIN));
                    }
                    attempt
                })
                .await;
            match waited {
                Ok(TtyRead::Data(count)) => return Ok(count),
                Ok(TtyRead::Wait { tenths }) => {
                    let tenths = tenths.unwrap_or(0);
                    timeout = Some(self.timer(Duration::from_millis(u64::from(tenths) * 100)));
                }
                // Stopped for reading in the background: look again when continued.
                Err(Errno::EINTR) if !self.has_caught() => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Answers `Wait` when the caller has to make a timer first.
    fn attempt_tty_read(
        &self,
        state: &mut State,
        context: &mut Context<'_>,
        number: u32,
        buffer: &mut [u8],
        timeout: &mut Option<Timer>,
    ) -> Poll<Result<TtyRead, Errno>> {
        if let Err(error) = state.check_foreground(self.pid, number, Signal::Ttin) {
            return Poll::Ready(Err(error));
        }
        let Some(tty) = state.ttys.get_mut(&number) else {
            return Poll::Ready(Ok(TtyRead::Data(0)));
        };
        let read = tty.read(buffer);
        match (read, timeout) {
            (TtyRead::Data(_), _) => {
                state.wake_master(number);
                Poll::Ready(Ok(read))
            }
            (TtyRead::Wait { tenths: Some(_) }, None) => Poll::Ready(Ok(read)),
            (TtyRead::Wait { tenths: Some(_) }, Some(timer)) => {
                tty.add_read_waiter(self.pid);
                let ended = Pin::new(timer).poll(context);
                ended.map(|()| Ok(TtyRead::Data(0)))
            }
            (TtyRead::Wait { tenths: None }, _) => {
                tty.add_read_waiter(self.pid);
                Poll::Pending
            }
        }
    }

    pub(super) async fn write_tty(
        &self,
        id: FileId,
        number: u32,
        bytes: &[u8],
        nonblocking: bool,
    ) -> Result<usize, Errno> {
        loop {
            let written = self
                .block(|state, context| {
                    let attempt = self.attempt_tty_write(state, context, id, number, bytes);
                    if nonblocking && attempt.is_pending() {
                        return Poll::Ready(Err(Errno::EAGAIN));
                    }
                    attempt
                })
                .await;
            match written {
                Err(Errno::EINTR) if !self.has_caught() => {}
                _ => return written,
            }
        }
    }

    fn attempt_tty_write(
        &self,
        state: &mut State,
        context: &mut Context<'_>,
        id: FileId,
        number: u32,
        bytes: &[u8],
    ) -> Poll<Result<usize, Errno>> {
        let hung_up = state.is_hung_up(id);
        let Some(tty) = state.ttys.get_mut(&number).filter(|_| !hung_up) else {
            return Poll::Ready(Err(Errno::EIO));
        };
        let stops = tty.termios.local & Termios::TOSTOP != 0;
        if tty.poll_space(self.pid, context).is_pending() {
            return Poll::Pending;
        }
        if stops && let Err(error) = state.check_foreground(self.pid, number, Signal::Ttou) {
            return Poll::Ready(Err(error));
        }
        let now = self.kernel.clock.now();
        match state.write_tty(self.pid, number, bytes, now) {
            Some(Err(Errno::ENOMEM)) => {
                state.post(self.pid, Signal::Kill, Origin::Outside);
                Poll::Ready(Err(Errno::ENOMEM))
            }
            Some(written) => Poll::Ready(written),
            None => Poll::Pending,
        }
    }

    pub(super) async fn read_master(
        &self,
        number: u32,
        buffer: &mut [u8],
        nonblocking: bool,
    ) -> Result<usize, Errno> {
        self.block(|state, _| {
            let transfer = state.read_master(self.pid, number, buffer);
            master_answer(transfer, nonblocking)
        })
        .await
    }

    pub(super) async fn write_master(
        &self,
        number: u32,
        bytes: &[u8],
        nonblocking: bool,
    ) -> Result<usize, Errno> {
        self.block(|state, _| {
            let now = self.kernel.clock.now();
            let transfer = state.write_master(self.pid, number, bytes, now);
            master_answer(transfer, nonblocking)
        })
        .await
    }
}

fn master_answer(
    transfer: Result<MasterTransfer, Errno>,
    nonblocking: bool,
) -> Poll<Result<usize, Errno>> {
    match transfer {
        Ok(MasterTransfer::Done(count)) => Poll::Ready(Ok(count)),
        Ok(MasterTransfer::Wait) if nonblocking => Poll::Ready(Err(Errno::EAGAIN)),
        Ok(MasterTransfer::Wait) => Poll::Pending,
        Err(error) => Poll::Ready(Err(error)),
    }
}
