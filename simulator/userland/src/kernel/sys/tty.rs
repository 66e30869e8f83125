//! Terminals.

use super::super::descriptor::Object;
use super::super::{Errno, Fd, Pid, Sys, Termios};
use super::CALL_FUEL;
use crate::exec::fuel;
use bytes::Bytes;
use runtime::{Signal, TtySize};

impl Sys {
    /// The number of the terminal a descriptor leads to.
    fn tty_number(&self, fd: Fd) -> Result<u32, Errno> {
        fuel::spend(CALL_FUEL);
        match self.kernel.lock().file(self.pid, fd)?.object {
            Object::Tty(number) => Ok(number),
            _ => Err(Errno::ENOTTY),
        }
    }

    /// Whether the descriptor leads to a terminal.
    pub fn is_tty(&self, fd: Fd) -> bool {
        self.tty_number(fd).is_ok()
    }

    /// A terminal's settings.
    pub fn termios(&self, fd: Fd) -> Result<Termios, Errno> {
        let number = self.tty_number(fd)?;
        let state = self.kernel.lock();
        state
            .ttys
            .get(&number)
            .map(|tty| tty.termios)
            .ok_or(Errno::EIO)
    }

    /// Changes a terminal's settings at once; unread input stays.
    pub fn set_termios(&self, fd: Fd, termios: &Termios) -> Result<(), Errno> {
        let number = self.tty_number(fd)?;
        self.kernel.lock().set_termios(number, termios);
        Ok(())
    }

    /// A terminal's size; 0 by 0 while nobody has told it.
    pub fn window_size(&self, fd: Fd) -> Result<TtySize, Errno> {
        let number = self.tty_number(fd)?;
        let state = self.kernel.lock();
        state
            .ttys
            .get(&number)
            .map(|tty| tty.size)
            .ok_or(Errno::EIO)
    }

    /// Sets a terminal's size; a change sends WINCH to the foreground group.
    pub fn set_window_size(&self, fd: Fd, size: TtySize) -> Result<(), Errno> {
        let number = self.tty_number(fd)?;
        self.kernel.lock().set_window_size(number, size);
        Ok(())
    }

    /// A terminal's path.
    pub fn tty_name(&self, fd: Fd) -> Result<Bytes, Errno> {
        let number = self.tty_number(fd)?;
        Ok(format!("/dev/pts/{number}").into())
    }

    /// The foreground process group.
    pub fn foreground(&self, fd: Fd) -> Result<Pid, Errno> {
        let number = self.tty_number(fd)?;
        let state = self.kernel.lock();
        let tty = state.ttys.get(&number).ok_or(Errno::EIO)?;
        tty.foreground.ok_or(Errno::ENOTTY)
    }

    /// Puts a process group of the terminal's session into the foreground. A background process that does not ignore
    /// TTOU is stopped instead and gets EINTR.
    pub fn set_foreground(&self, fd: Fd, pgid: Pid) -> Result<(), Errno> {
        let number = self.tty_number(fd)?;
        let mut state = self.kernel.lock();
        let sid = state.process(self.pid).ok_or(Errno::ESRCH)?.sid;
        if state.ttys.get(&number).and_then(|tty| tty.session) != Some(sid) {
            return Err(Errno::ENOTTY);
        }
        let mut members = state.processes.values().filter(|p| p.pgid == pgid);
        if !members.any(|process| process.sid == sid) {
            return Err(Errno::EPERM);
        }
        state.check_foreground(self.pid, number, Signal::Ttou)?;
        if let Some(tty) = state.ttys.get_mut(&number) {
            tty.foreground = Some(pgid);
        }
        Ok(())
    }
}
