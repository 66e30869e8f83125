//! Pseudo-terminals: a terminal whose other end is a file, the master, which opening `/dev/ptmx` makes.

use super::super::memory::{Charge, Footprint};
use super::super::ring;
use super::super::signal::Origin;
use super::super::state::State;
use super::super::waiters::Waiters;
use super::super::{Errno, limits};
use super::{Screen, Tty};
use runtime::{Signal, Timestamp};
use std::collections::VecDeque;
use std::sync::Arc;

/// What a master may leave unread before those who write to its terminal wait, bytes.
const CAPACITY_BYTES: usize = 64 << 10;

/// The master of a pseudo-terminal.
#[derive(Debug)]
pub(in crate::kernel) struct Master {
    /// What the terminal shows and nobody has read.
    shown: VecDeque<u8>,
    /// For the place of what is shown.
    charge: Charge,
    /// For the terminal and what may be typed ahead.
    _state_charge: Charge,
    /// Nobody may open the terminal yet.
    locked: bool,
    /// Everybody has closed the terminal who had it open.
    left: bool,
    /// Who waits for something shown.
    read_waiters: Waiters,
    /// Who waits for room for what they type.
    write_waiters: Waiters,
}

/// What the use of a master came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::kernel) enum MasterTransfer {
    /// This many bytes went through.
    Done(usize),
    /// Nothing can go through now.
    Wait,
}

impl Master {
    fn new(footprint: &Arc<Footprint>) -> Result<Self, Errno> {
        let mut state_charge = Charge::on(footprint);
        state_charge.try_set(limits::PTY_BYTES)?;
        Ok(Self {
            shown: VecDeque::new(),
            charge: Charge::on(footprint),
            _state_charge: state_charge,
            locked: true,
            left: false,
            read_waiters: Waiters::default(),
            write_waiters: Waiters::default(),
        })
    }

    /// How many bytes a program may write; each may become two.
    pub(super) fn room(&self) -> usize {
        CAPACITY_BYTES.saturating_sub(self.shown.len()).div_ceil(2)
    }

    /// Shows bytes. ENOMEM: there is no memory for them.
    pub(super) fn show(&mut self, bytes: &[u8]) -> Result<(), Errno> {
        let most = CAPACITY_BYTES + bytes.len();
        ring::reserve(&mut self.shown, &mut self.charge, bytes.len(), most)?;
        self.shown.extend(bytes);
        Ok(())
    }

    /// Shows what is typed, unless nobody looks at what is there already.
    pub(super) fn echo(&mut self, bytes: &[u8]) {
        if self.room() > 0 {
            // Without memory it is not seen.
            let _ = self.show(bytes);
        }
    }

    fn is_readable(&self) -> bool {
        self.left || !self.shown.is_empty()
    }

    pub(super) fn note_opened(&mut self) {
        self.left = false;
    }

    pub(super) fn note_left(&mut self) {
        self.left = true;
    }
}

impl Tty {
    fn master(&self) -> Option<&Master> {
        match &self.screen {
            Screen::Master(master) => Some(master),
            Screen::Console(_) => None,
        }
    }

    fn master_mut(&mut self) -> Option<&mut Master> {
        match &mut self.screen {
            Screen::Master(master) => Some(master),
            Screen::Console(_) => None,
        }
    }

    /// Whether a program may open it.
    pub(in crate::kernel) fn may_open(&self) -> bool {
        !self.gone && self.master().is_none_or(|master| !master.locked)
    }
}

impl State {
    /// Makes a pseudo-terminal; gives its number. ENOSPC: there are too many; ENOMEM: no memory for one more.
    pub(in crate::kernel) fn add_pty(&mut self, uid: u32) -> Result<u32, Errno> {
        let masters = self.ttys.values().filter(|tty| tty.master().is_some());
        if masters.count() >= limits::PTYS {
            return Err(Errno::ENOSPC);
        }
        let master = Master::new(&self.footprint)?;
        let mut tty = Tty::new(Screen::Master(master));
        tty.uid = uid;
        Ok(self.insert_tty(tty))
    }

    /// Lets programs open the terminal of a master.
    pub(in crate::kernel) fn unlock_pty(&mut self, number: u32) {
        if let Some(master) = self.ttys.get_mut(&number).and_then(Tty::master_mut) {
            master.locked = false;
        }
    }

    /// The last descriptor of a master is closed: its terminal is hung up.
    pub(in crate::kernel) fn close_master(&mut self, number: u32) {
        let Some(tty) = self.ttys.get_mut(&number) else {
            return;
        };
        tty.gone = true;
        let (leader, foreground) = (tty.session, tty.foreground);
        self.hang_up(number);
        if let Some(leader) = leader {
            if let Some(process) = self.process_mut(leader) {
                process.left_foreground = foreground;
            }
            self.post(leader, Signal::Hup, Origin::Inside);
            self.post(leader, Signal::Cont, Origin::Inside);
        }
    }

    /// Reads what the terminal shows. EIO: everybody has closed it.
    pub(in crate::kernel) fn read_master(
        &mut self,
        pid: u32,
        number: u32,
        buffer: &mut [u8],
    ) -> Result<MasterTransfer, Errno> {
        let master = self.ttys.get_mut(&number).and_then(Tty::master_mut);
        let master = master.ok_or(Errno::EIO)?;
        if master.shown.is_empty() && !buffer.is_empty() {
            if master.left {
                return Err(Errno::EIO);
            }
            master.read_waiters.add(pid);
            return Ok(MasterTransfer::Wait);
        }
        let count = ring::take(&mut master.shown, buffer);
        self.wake_tty(number);
        Ok(MasterTransfer::Done(count))
    }

    /// Types to the terminal.
    pub(in crate::kernel) fn write_master(
        &mut self,
        pid: u32,
        number: u32,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<MasterTransfer, Errno> {
        let tty = self.ttys.get_mut(&number).ok_or(Errno::EIO)?;
        let bytes = &bytes[..bytes.len().min(tty.input.room())];
        if !bytes.is_empty() {
            self.receive_input(number, bytes, now);
        } else if let Some(master) = tty.master_mut() {
            master.write_waiters.add(pid);
            return Ok(MasterTransfer::Wait);
        }
        Ok(MasterTransfer::Done(bytes.len()))
    }

    /// Whether a read of the master would answer at once; if not, the process is told when to look again.
    pub(in crate::kernel) fn poll_master_readable(&mut self, pid: u32, number: u32) -> bool {
        let Some(master) = self.ttys.get_mut(&number).and_then(Tty::master_mut) else {
            return true;
        };
        let ready = master.is_readable();
        if !ready {
            master.read_waiters.add(pid);
        }
        ready
    }

    /// As [`State::poll_master_readable`], for a write.
    pub(in crate::kernel) fn poll_master_writable(&mut self, pid: u32, number: u32) -> bool {
        let Some(tty) = self.ttys.get_mut(&number) else {
            return true;
        };
        let ready = tty.input.room() > 0;
        if !ready && let Some(master) = tty.master_mut() {
            master.write_waiters.add(pid);
        }
        ready
    }

    /// Lets those look again who wait for a master.
    pub(in crate::kernel) fn wake_master(&mut self, number: u32) {
        if let Some(master) = self.ttys.get_mut(&number).and_then(Tty::master_mut) {
            let mut pids = master.read_waiters.take();
            pids.append(&mut master.write_waiters.take());
            self.wake_all(&pids);
        }
    }
}
