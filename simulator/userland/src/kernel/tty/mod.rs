//! Terminals: a console with a line discipline.

mod discipline;
mod output;
mod pump;

use discipline::Discipline;
pub(super) use discipline::TtyRead;
use output::OutputState;
pub(super) use pump::start_pump;

use super::signal::Origin;
use super::state::State;
use super::waiters::Waiters;
use super::{Disposition, Errno, Pid, Termios, dev};
use bytes::Bytes;
use runtime::console::{Console, Stream};
use runtime::{Signal, Timestamp, TtySize};
use std::task::Waker;

/// One terminal.
#[derive(Debug)]
pub(super) struct Tty {
    pub(super) console: Console,
    pub(super) termios: Termios,
    pub(super) size: TtySize,
    pub(super) uid: u32,
    /// The session whose controlling terminal it is.
    pub(super) session: Option<Pid>,
    /// The group that may read and that signals go to.
    pub(super) foreground: Option<Pid>,
    pub(super) open_files: u32,
    input: Discipline,
    output: OutputState,
    /// The other end is gone: reads end, writes fail.
    hung_up: bool,
    read_waiters: Waiters,
    write_waiters: Waiters,
    /// Wakes the task that carries input here.
    pump: Option<Waker>,
}

impl Tty {
    /// A terminal on `console` for the session of `leader`.
    pub(super) fn new(console: Console, leader: Pid) -> Self {
        Self {
            console,
            termios: Termios::default(),
            size: TtySize {
                rows: 0,
                columns: 0,
            },
            uid: 0,
            session: Some(leader),
            foreground: Some(leader),
            open_files: 0,
            input: Discipline::default(),
            output: OutputState::default(),
            hung_up: false,
            read_waiters: Waiters::default(),
            write_waiters: Waiters::default(),
            pump: None,
        }
    }

    /// Whether a read would answer at once.
    pub(super) fn is_readable(&self) -> bool {
        self.hung_up || self.input.is_readable(&self.termios)
    }

    pub(super) fn add_read_waiter(&mut self, pid: Pid) {
        self.read_waiters.add(pid);
    }

    /// Takes what a read may have.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> TtyRead {
        if self.hung_up {
            return TtyRead::Data(0);
        }
        let read = self.input.read(&self.termios, buffer);
        if self.input.wants_more()
            && let Some(pump) = self.pump.take()
        {
            pump.wake();
        }
        read
    }

    /// Shows what a program wrote. `false`: output is stopped or the terminal is gone.
    fn show(&mut self, bytes: &[u8], now: Timestamp) {
        let shown = self.output.process(&self.termios, bytes);
        self.console.push(Stream::Stdout, now, Bytes::from(shown));
    }

    /// Takes characters from the other end: shows their echo, gives the signals they stand for.
    fn receive(&mut self, bytes: &[u8], now: Timestamp) -> Vec<Signal> {
        let mut signals = Vec::new();
        let mut echo = Vec::new();
        for byte in bytes {
            let column = self.output.column();
            let effect = self.input.receive(&self.termios, *byte, column, &mut echo);
            signals.extend(effect.signal);
            if let Some(stopped) = effect.stop_output {
                self.output.stopped = stopped;
            }
            if !echo.is_empty() {
                self.show(&std::mem::take(&mut echo), now);
            }
        }
        signals
    }
}

/// The number of a terminal's device.
pub(super) fn device_number(number: u32) -> u32 {
    dev::TERMINAL_MAJOR << 8 | number
}

impl State {
    /// Adds a terminal under the lowest free number.
    pub(super) fn add_tty(&mut self, mut tty: Tty) -> u32 {
        let leader = tty.session.and_then(|leader| self.process(leader));
        tty.uid = leader.map_or(0, |leader| leader.credentials.uid);
        let mut number = 0;
        while self.ttys.contains_key(&number) {
            number += 1;
        }
        self.ttys.insert(number, tty);
        number
    }

    /// One open file less of a terminal; a terminal nobody has open and whose other end is gone is forgotten.
    pub(super) fn drop_tty_file(&mut self, number: u32) {
        if let Some(tty) = self.ttys.get_mut(&number) {
            tty.open_files -= 1;
            if tty.open_files == 0 && tty.hung_up {
                self.ttys.remove(&number);
            }
        }
    }

    /// Ends a terminal: its session is over.
    pub(super) fn hang_up(&mut self, number: u32) {
        let Some(tty) = self.ttys.get_mut(&number) else {
            return;
        };
        tty.hung_up = true;
        tty.session = None;
        tty.foreground = None;
        if let Some(pump) = tty.pump.take() {
            pump.wake();
        }
        if tty.open_files == 0 {
            self.ttys.remove(&number);
        }
        self.wake_tty(number);
    }

    /// Lets everybody look again who waits for a terminal.
    fn wake_tty(&mut self, number: u32) {
        if let Some(tty) = self.ttys.get_mut(&number) {
            let mut pids = tty.read_waiters.take();
            pids.append(&mut tty.write_waiters.take());
            self.wake_all(&pids);
        }
    }

    /// Carries input to a terminal.
    fn receive_input(&mut self, number: u32, bytes: &[u8], now: Timestamp) {
        let Some(tty) = self.ttys.get_mut(&number) else {
            return;
        };
        let signals = tty.receive(bytes, now);
        let foreground = tty.foreground;
        self.wake_tty(number);
        if let Some(group) = foreground {
            for signal in signals {
                self.post_group(group, signal, Origin::Inside);
            }
        }
    }

    /// Sets a terminal's size; a change tells the foreground group.
    pub(super) fn set_window_size(&mut self, number: u32, size: TtySize) {
        let Some(tty) = self.ttys.get_mut(&number) else {
            return;
        };
        if std::mem::replace(&mut tty.size, size) == size {
            return;
        }
        if let Some(group) = tty.foreground {
            self.post_group(group, Signal::Winch, Origin::Inside);
        }
    }

    /// Sets a terminal's modes; waiting reads look again.
    pub(super) fn set_termios(&mut self, number: u32, termios: &Termios) {
        if let Some(tty) = self.ttys.get_mut(&number) {
            tty.input.change_mode(&tty.termios, termios);
            tty.termios = *termios;
            if termios.input & Termios::IXON == 0 {
                tty.output.stopped = false;
            }
            self.wake_tty(number);
        }
    }

    /// What a background process gets that uses its terminal: the group is stopped by `signal`, and the call
    /// waits until it is in the foreground.
    pub(super) fn check_foreground(
        &mut self,
        pid: Pid,
        number: u32,
        signal: Signal,
    ) -> Result<(), Errno> {
        let process = self.process(pid).ok_or(Errno::ESRCH)?;
        let tty = self.ttys.get(&number).ok_or(Errno::EIO)?;
        let pgid = process.pgid;
        let in_background = tty.session == Some(process.sid) && tty.foreground != Some(pgid);
        if !in_background {
            return Ok(());
        }
        let ignored = process.signals.disposition(signal) == Disposition::Ignore;
        if ignored || self.is_orphaned(pgid) {
            return match signal {
                Signal::Ttou => Ok(()),
                _ => Err(Errno::EIO),
            };
        }
        self.post_group(pgid, signal, Origin::Inside);
        Err(Errno::EINTR)
    }

    /// Writes to a terminal; `None`: output is stopped.
    pub(super) fn write_tty(
        &mut self,
        pid: Pid,
        number: u32,
        bytes: &[u8],
        now: Timestamp,
    ) -> Option<Result<usize, Errno>> {
        let Some(tty) = self.ttys.get_mut(&number) else {
            return Some(Err(Errno::EIO));
        };
        if tty.hung_up {
            return Some(Err(Errno::EIO));
        }
        if tty.output.stopped {
            tty.write_waiters.add(pid);
            return None;
        }
        tty.show(bytes, now);
        Some(Ok(bytes.len()))
    }
}
