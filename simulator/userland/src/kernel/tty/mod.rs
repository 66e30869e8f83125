//! Terminals: a console, or the master of a pseudo-terminal, with a line discipline.

mod discipline;
mod master;
mod output;
mod pump;

use discipline::Discipline;
pub(super) use discipline::TtyRead;
use master::Master;
pub(super) use master::MasterTransfer;
use output::OutputState;
pub(super) use pump::start_pump;

use super::descriptor::Object;
use super::signal::Origin;
use super::state::State;
use super::waiters::Waiters;
use super::{Disposition, Errno, Pid, Termios, dev};
use bytes::Bytes;
use runtime::console::{Console, Stream};
use runtime::{Signal, Timestamp, TtySize};
use std::task::{Context, Poll, Waker};

/// The other end of a terminal: where its output goes and its input comes from.
#[derive(Debug)]
enum Screen {
    Console(Console),
    Master(Master),
}

/// One terminal.
#[derive(Debug)]
pub(super) struct Tty {
    screen: Screen,
    pub(super) termios: Termios,
    pub(super) size: TtySize,
    pub(super) uid: u32,
    /// The session whose controlling terminal it is.
    pub(super) session: Option<Pid>,
    /// The group that may read and that signals go to.
    pub(super) foreground: Option<Pid>,
    open_files: u32,
    input: Discipline,
    output: OutputState,
    /// The other end is gone: nobody can open it any more.
    pub(super) gone: bool,
    read_waiters: Waiters,
    write_waiters: Waiters,
    /// Wakes the task that carries input here.
    pump: Option<Waker>,
}

impl Tty {
    fn new(screen: Screen) -> Self {
        Self {
            screen,
            termios: Termios::default(),
            size: TtySize {
                rows: 0,
                columns: 0,
            },
            uid: 0,
            session: None,
            foreground: None,
            open_files: 0,
            input: Discipline::default(),
            output: OutputState::default(),
            gone: false,
            read_waiters: Waiters::default(),
            write_waiters: Waiters::default(),
            pump: None,
        }
    }

    pub(super) fn is_console(&self) -> bool {
        matches!(self.screen, Screen::Console(_))
    }

    /// One open file more.
    pub(super) fn note_opened(&mut self) {
        self.open_files += 1;
        if let Screen::Master(master) = &mut self.screen {
            master.note_opened();
        }
    }

    /// Whether a read would answer at once.
    pub(super) fn is_readable(&self) -> bool {
        self.input.is_readable(&self.termios)
    }

    pub(super) fn add_read_waiter(&mut self, pid: Pid) {
        self.read_waiters.add(pid);
    }

    /// Takes what a read may have.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> TtyRead {
        let read = self.input.read(&self.termios, buffer);
        if self.input.wants_more()
            && let Some(pump) = self.pump.take()
        {
            pump.wake();
        }
        read
    }

    /// Ready when there is room for what `pid` writes; if not, it is told when to look again.
    pub(super) fn poll_space(&mut self, pid: Pid, context: &mut Context<'_>) -> Poll<()> {
        match &self.screen {
            Screen::Console(console) => console.poll_space(context),
            Screen::Master(master) if master.room() > 0 => Poll::Ready(()),
            Screen::Master(_) => {
                self.write_waiters.add(pid);
                Poll::Pending
            }
        }
    }

    /// Shows what a program wrote; gives how much of it.
    fn show(&mut self, bytes: &[u8], now: Timestamp) -> Result<usize, Errno> {
        match &mut self.screen {
            Screen::Console(console) => {
                let shown = self.output.process(&self.termios, bytes);
                console.push(Stream::Stdout, now, Bytes::from(shown));
                Ok(bytes.len())
            }
            Screen::Master(master) => {
                let count = bytes.len().min(master.room());
                let shown = self.output.process(&self.termios, &bytes[..count]);
                master.show(&shown)?;
                Ok(count)
            }
        }
    }

    /// Shows what was typed.
    fn echo(&mut self, bytes: &[u8], now: Timestamp) {
        let shown = self.output.process(&self.termios, bytes);
        match &mut self.screen {
            Screen::Console(console) => console.push(Stream::Stdout, now, Bytes::from(shown)),
            Screen::Master(master) => master.echo(&shown),
        }
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
                self.echo(&std::mem::take(&mut echo), now);
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
    /// Adds a terminal on a console for the session of `leader`; gives its number.
    pub(super) fn add_console(&mut self, console: Console, leader: Pid) -> u32 {
        let mut tty = Tty::new(Screen::Console(console));
        (tty.session, tty.foreground) = (Some(leader), Some(leader));
        let leader = self.process(leader);
        tty.uid = leader.map_or(0, |leader| leader.credentials.uid);
        self.insert_tty(tty)
    }

    /// Adds a terminal under the lowest free number.
    fn insert_tty(&mut self, tty: Tty) -> u32 {
        let taken = self.ttys.keys();
        let number = (0..).zip(taken).find(|(number, taken)| number != *taken);
        let number = number.map_or(self.ttys.len() as u32, |(number, _)| number);
        self.ttys.insert(number, tty);
        number
    }

    /// One open file less of a terminal; a terminal nobody has open and whose other end is gone is forgotten.
    pub(super) fn drop_tty_file(&mut self, number: u32) {
        let Some(tty) = self.ttys.get_mut(&number) else {
            return;
        };
        tty.open_files -= 1;
        match &mut tty.screen {
            _ if tty.open_files > 0 => {}
            _ if tty.gone => {
                self.ttys.remove(&number);
            }
            Screen::Master(master) => {
                master.note_left();
                self.wake_master(number);
            }
            Screen::Console(_) => {}
        }
    }

    /// Ends the use of a terminal: its session is over, or its other end is gone. Who has it open reads its end.
    pub(super) fn hang_up(&mut self, number: u32) {
        let Some(tty) = self.ttys.get_mut(&number) else {
            return;
        };
        tty.gone |= tty.is_console();
        (tty.session, tty.foreground) = (None, None);
        (tty.termios, tty.input, tty.output) = Default::default();
        if let Some(pump) = tty.pump.take() {
            pump.wake();
        }
        for file in self.files.iter_mut() {
            if matches!(file.object, Object::Tty(open) if open == number) {
                file.object = Object::HungUp(number);
            }
        }
        self.wake_tty(number);
        self.wake_master(number);
        let unused = |tty: &Tty| tty.gone && tty.open_files == 0;
        if self.ttys.get(&number).is_some_and(unused) {
            self.ttys.remove(&number);
        }
    }

    /// Makes a terminal the controlling one of the session that `pid` leads. EPERM: it leads none, or either of both
    /// has another.
    pub(super) fn take_terminal(&mut self, pid: Pid, number: u32) -> Result<(), Errno> {
        let process = self.process(pid).ok_or(Errno::ESRCH)?;
        let (sid, pgid) = (process.sid, process.pgid);
        let has = self.session_tty(sid);
        if sid != pid || has.is_some_and(|has| has != number) {
            return Err(Errno::EPERM);
        }
        let tty = self.ttys.get_mut(&number).ok_or(Errno::EIO)?;
        match tty.session {
            Some(session) if session == sid => Ok(()),
            Some(_) => Err(Errno::EPERM),
            None => {
                (tty.session, tty.foreground) = (Some(sid), Some(pgid));
                Ok(())
            }
        }
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
        self.wake_master(number);
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

    /// Writes to a terminal; `None`: output is stopped. ENOMEM: there is no memory for what it shows.
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
        if tty.output.stopped {
            tty.write_waiters.add(pid);
            return None;
        }
        let shown = tty.show(bytes, now);
        self.wake_master(number);
        Some(shown)
    }
}
