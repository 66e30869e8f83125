//! What a container's kernel knows, behind one lock.

use super::descriptor::{OpenFile, PipeId};
use super::helper::Helper;
use super::memory::Footprint;
use super::pipe::Pipe;
use super::process::Process;
use super::table::Table;
use super::tty::Tty;
use super::{Errno, Pid, limits};
use bytes::Bytes;
use rootfs::Ino;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Processes and open files of every container of a runtime, to find what is left behind.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    processes: AtomicUsize,
    files: AtomicUsize,
    copied_bytes: AtomicU64,
}

impl Counters {
    pub(super) fn born(&self) {
        self.processes.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn reaped(&self) {
        self.processes.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn opened(&self) {
        self.files.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn closed(&self) {
        self.files.fetch_sub(1, Ordering::Relaxed);
    }

    /// A system call has copied data between a process and a pipe or console.
    pub(super) fn copied(&self, bytes: usize) {
        self.copied_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Bytes that system calls have copied between processes and pipes or consoles.
    pub(crate) fn copied_bytes(&self) -> u64 {
        self.copied_bytes.load(Ordering::Relaxed)
    }

    /// Processes (zombies included) and open files now.
    pub(crate) fn now(&self) -> (usize, usize) {
        (
            self.processes.load(Ordering::Relaxed),
            self.files.load(Ordering::Relaxed),
        )
    }
}

/// Called once, when the last process is gone.
pub(super) type OnEmpty = Box<dyn FnOnce() + Send>;

/// Processes, open files, pipes and terminals.
pub(super) struct State {
    /// In boxes: a node of the map has room for eleven.
    pub(super) processes: BTreeMap<Pid, Box<Process>>,
    last_pid: Pid,
    pub(super) files: Table<OpenFile>,
    pub(super) pipes: Table<Pipe>,
    pub(super) ttys: BTreeMap<u32, Tty>,
    /// Pipes of FIFOs that are open or being opened.
    pub(super) fifos: BTreeMap<Ino, PipeId>,
    pub(super) hostname: Bytes,
    /// The first process is gone: nothing new may start.
    pub(super) dying: bool,
    /// Processes that have not ended.
    pub(super) live: usize,
    pub(super) forks: u64,
    /// Most processes at once, zombies included.
    max_processes: usize,
    /// What the kernel itself holds for the processes: open files and pipes.
    pub(super) footprint: Arc<Footprint>,
    pub(super) counters: Arc<Counters>,
    pub(super) on_empty: Option<OnEmpty>,
    /// Sends the output elsewhere, as long as it lives.
    pub(super) helper: Option<Box<Helper>>,
}

impl State {
    pub(super) fn new(
        hostname: Bytes,
        counters: Arc<Counters>,
        max_processes: usize,
        footprint: Arc<Footprint>,
    ) -> Self {
        Self {
            processes: BTreeMap::new(),
            last_pid: 0,
            files: Table::default(),
            pipes: Table::default(),
            ttys: BTreeMap::new(),
            fifos: BTreeMap::new(),
            hostname,
            dying: false,
            live: 0,
            forks: 0,
            max_processes,
            footprint,
            counters,
            on_empty: None,
            helper: None,
        }
    }

    pub(super) fn process(&self, pid: Pid) -> Option<&Process> {
        self.processes.get(&pid).map(Box::as_ref)
    }

    pub(super) fn process_mut(&mut self, pid: Pid) -> Option<&mut Process> {
        self.processes.get_mut(&pid).map(Box::as_mut)
    }

    /// The next free process number.
    pub(super) fn new_pid(&mut self) -> Result<Pid, Errno> {
        if self.dying || self.processes.len() >= self.max_processes {
            return Err(Errno::EAGAIN);
        }
        loop {
            self.last_pid = if self.last_pid >= limits::PID_MAX {
                2
            } else {
                self.last_pid + 1
            };
            let pid = self.last_pid;
            // A number stays taken while it names a group or a session.
            let in_use = self.processes.contains_key(&pid)
                || (self.forks > u64::from(limits::PID_MAX)
                    && self
                        .processes
                        .values()
                        .any(|p| p.pgid == pid || p.sid == pid));
            if !in_use {
                self.forks += 1;
                return Ok(pid);
            }
        }
    }

    pub(super) fn wake_all(&self, pids: &[Pid]) {
        for process in pids.iter().filter_map(|pid| self.process(*pid)) {
            process.wake();
        }
    }

    /// Lets those look again that wait to read from a pipe.
    pub(super) fn wake_pipe_readers(&mut self, pipe: PipeId) {
        if let Some(pipe) = self.pipes.get_mut(pipe) {
            let pids = pipe.read_waiters.take();
            self.wake_all(&pids);
        }
    }

    /// Lets those look again that wait to write to a pipe.
    pub(super) fn wake_pipe_writers(&mut self, pipe: PipeId) {
        if let Some(pipe) = self.pipes.get_mut(pipe) {
            let pids = pipe.write_waiters.take();
            self.wake_all(&pids);
        }
    }

    /// The terminal of a session.
    pub(super) fn session_tty(&self, sid: Pid) -> Option<u32> {
        self.ttys
            .iter()
            .find(|(_, tty)| tty.session == Some(sid))
            .map(|(number, _)| *number)
    }

    /// The device number of a process's terminal, 0 when it has none.
    pub(super) fn tty_device(&self, process: &Process) -> u32 {
        self.session_tty(process.sid)
            .map_or(0, super::tty::device_number)
    }
}
