//! Terminals.

use super::super::descriptor::Object;
use super::super::{Errno, Fd, Pid, Sys, Termios};
use super::CALL_FUEL;
use crate::exec::fuel;
use bytes::Bytes;
use runtime::{Signal, TtySize};

impl Sys {
    /// The number of the terminal a descriptor leads to, and whether to its master.
    fn terminal(&self, fd: Fd) -> Result<(u32, bool), Errno> {
        fuel::spend(CALL_FUEL);
        match self.kernel.lock().file(self.pid, fd)?.object {
            Object::Tty(number) => Ok((number, false)),
            Object::Master(number) => Ok((number, true)),
            Object::HungUp(_) => Err(Errno::EIO),
            _ => Err(Errno::ENOTTY),
        }
    }

    fn tty_number(&self, fd: Fd) -> Result<u32, Errno> {
        Ok(self.terminal(fd)?.0)
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
        match self.terminal(fd)? {
            (_, true) => Ok(Bytes::from_static(b"/dev/ptmx")),
            (number, false) => Ok(path(number)),
        }
    }

    /// Lets programs open the terminal of a master, and gives its path: `grantpt`, `unlockpt` and `ptsname` together.
    pub fn unlock_pty(&self, fd: Fd) -> Result<Bytes, Errno> {
        match self.terminal(fd)? {
            (number, true) => {
                self.kernel.lock().unlock_pty(number);
                Ok(path(number))
            }
            _ => Err(Errno::ENOTTY),
        }
    }

    /// Makes a terminal the controlling one of the session that this process leads.
    pub fn take_terminal(&self, fd: Fd) -> Result<(), Errno> {
        match self.terminal(fd)? {
            (number, false) => self.kernel.lock().take_terminal(self.pid, number),
            _ => Err(Errno::EPERM),
        }
    }

    /// The foreground process group; ENOTTY: the terminal is another session's. A master always tells, 0 while there is
    /// none.
    pub fn foreground(&self, fd: Fd) -> Result<Pid, Errno> {
        let (number, is_master) = self.terminal(fd)?;
        let state = self.kernel.lock();
        let tty = state.ttys.get(&number).ok_or(Errno::EIO)?;
        let sid = state.process(self.pid).map(|process| process.sid);
        if is_master {
            Ok(tty.foreground.unwrap_or(0))
        } else if tty.session == sid {
            tty.foreground.ok_or(Errno::ENOTTY)
        } else {
            Err(Errno::ENOTTY)
        }
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

fn path(number: u32) -> Bytes {
    format!("/dev/pts/{number}").into()
}
