//! Jobs: forks, waiting and what is known of children.

use std::sync::Arc;

use bytes::Bytes;

use super::machine::{Flags, Frame, Machine, Unwind};
use super::program::{NodeId, Program};
use super::traps::signal_text;
use crate::kernel::{
    BoxFuture, Disposition, Errno, Exit, OpenFlags, Pid, Signal, Sys, WaitFlags, WaitFor,
    WaitStatus,
};

/// How a child runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForkMode {
    Foreground,
    Background,
    /// Neither: command substitutions.
    Plain,
}

#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) pid: Pid,
    /// `None` while it runs.
    pub(crate) status: Option<WaitStatus>,
}

/// One pipeline's processes.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) number: usize,
    pub(crate) processes: Vec<Process>,
    pub(crate) pgid: Option<Pid>,
    /// Shown by `jobs` and waited for by `wait`.
    pub(crate) background: bool,
    /// What `jobs` shows; empty without job control.
    pub(crate) text: Bytes,
    /// Its state has changed since it was last shown.
    pub(crate) changed: bool,
    /// `wait` has told its status; its number may be used again.
    pub(crate) waited: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobState {
    Running,
    Stopped(Signal),
    Done(WaitStatus),
}

impl Job {
    pub(crate) fn state(&self) -> JobState {
        let mut stopped = None;
        for process in &self.processes {
            match process.status {
                None => return JobState::Running,
                Some(WaitStatus::Stopped(signal)) => stopped = Some(signal),
                Some(_) => {}
            }
        }
        match (stopped, self.processes.last().and_then(|last| last.status)) {
            (Some(signal), _) => JobState::Stopped(signal),
            (None, Some(status)) => JobState::Done(status),
            (None, None) => JobState::Done(WaitStatus::Exited(0)),
        }
    }

    fn status(&self, pipefail: bool) -> u8 {
        let mut statuses = self
            .processes
            .iter()
            .rev()
            .map(|process| process.status.map_or(0, status_code));
        if pipefail {
            statuses.find(|status| *status != 0).unwrap_or(0)
        } else {
            statuses.next().unwrap_or(0)
        }
    }
}

/// The jobs of a shell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Jobs {
    pub(crate) list: Vec<Job>,
    /// Numbers of jobs, most recently used last; the last is `%%`.
    pub(crate) order: Vec<usize>,
}

impl Jobs {
    /// A new job with the lowest free number.
    pub(crate) fn open(&mut self, background: bool) -> usize {
        let mut number = 1;
        while let Some(job) = self.find(number) {
            if job.waited && job.pgid.is_none() && matches!(job.state(), JobState::Done(_)) {
                self.close(number);
                break;
            }
            number += 1;
        }
        self.list.push(Job {
            number,
            processes: Vec::new(),
            pgid: None,
            background,
            text: Bytes::new(),
            changed: false,
            waited: false,
        });
        number
    }

    pub(crate) fn find(&self, number: usize) -> Option<&Job> {
        self.list.iter().find(|job| job.number == number)
    }

    pub(crate) fn find_mut(&mut self, number: usize) -> Option<&mut Job> {
        self.list.iter_mut().find(|job| job.number == number)
    }

    pub(crate) fn close(&mut self, number: usize) {
        self.list.retain(|job| job.number != number);
        self.order.retain(|other| *other != number);
    }

    /// The job `%%` means.
    pub(crate) fn current(&self) -> Option<usize> {
        self.order.last().copied()
    }

    /// Makes `number` the current job.
    pub(crate) fn touch(&mut self, number: usize) {
        self.order.retain(|other| *other != number);
        self.order.push(number);
    }

    pub(crate) fn of_process(&self, pid: Pid) -> Option<usize> {
        self.list
            .iter()
            .find(|job| job.processes.iter().any(|process| process.pid == pid))
            .map(|job| job.number)
    }

    fn record(&mut self, pid: Pid, status: WaitStatus) -> Option<usize> {
        for job in &mut self.list {
            if let Some(process) = job.processes.iter_mut().find(|process| process.pid == pid) {
                process.status = Some(status);
                job.changed = true;
                return Some(job.number);
            }
        }
        None
    }
}

/// `$?` for a child's end: 128 and the signal's number when one ended it.
pub(crate) fn status_code(status: WaitStatus) -> u8 {
    match status {
        WaitStatus::Exited(status) => status,
        WaitStatus::Signaled(signal) | WaitStatus::Stopped(signal) => {
            128 + signal.linux_number().unwrap_or(0)
        }
    }
}

/// What a child does before its program.
#[derive(Debug)]
struct ChildSetup {
    /// A process group to join; `Some(0)` starts one.
    pgid: Option<Pid>,
    /// The terminal to take when the job is in the foreground.
    terminal: Option<i32>,
    /// Without job control, background commands ignore INT and QUIT and read nothing.
    detached: bool,
    no_input: bool,
    reset: Vec<Signal>,
    close: Vec<i32>,
}

impl ChildSetup {
    async fn apply(&self, sys: &Sys) {
        if let Some(pgid) = self.pgid {
            let pgid = if pgid == 0 { sys.pid() } else { pgid };
            let _ = sys.set_pgid(sys.pid(), pgid);
            if let Some(terminal) = self.terminal {
                let _ = sys.set_foreground(terminal, pgid);
            }
        }
        for signal in &self.reset {
            sys.set_disposition(*signal, Disposition::Default);
        }
        if self.detached {
            sys.set_disposition(Signal::Int, Disposition::Ignore);
            sys.set_disposition(Signal::Quit, Disposition::Ignore);
            if self.no_input {
                let _ = sys.close(0);
                let _ = sys.open(b"/dev/null", OpenFlags::READ, 0).await;
            }
        }
        for fd in &self.close {
            let _ = sys.close(*fd);
        }
    }
}

impl Machine {
    /// Forks a copy of the shell that runs `node` and ends.
    ///
    /// # Errors
    /// No process can be made; the message is queued.
    pub(crate) fn fork_node(
        &mut self,
        program: &Arc<Program>,
        node: NodeId,
        flags: Flags,
        mode: ForkMode,
        job: usize,
        setup: impl FnOnce(&Sys) -> Result<(), Errno> + Send + 'static,
    ) -> Result<Pid, Unwind> {
        let mut state = self.state.clone();
        let reset = state.traps.enter_subshell();
        state.is_subshell = true;
        state.jobs.list.clear();
        state.jobs.order.clear();
        let close = std::mem::take(&mut state.script_fds);
        let program = program.clone();
        self.fork_with(mode, job, reset, close, move |sys| {
            Box::pin(async move {
                if let Err(error) = setup(&sys) {
                    let text = format!("{error}\n");
                    let _ = sys.write_all(2, text.as_bytes()).await;
                    return Exit::Status(1);
                }
                let mut machine = Machine::new(sys, state);
                machine.frames.push(Frame::Evaluate {
                    program,
                    node,
                    flags,
                });
                machine.run().await
            })
        })
    }

    /// Forks a child that `body` runs, as a process of `job`.
    ///
    /// # Errors
    /// As [`Machine::fork_node`].
    pub(crate) fn fork_with<F>(
        &mut self,
        mode: ForkMode,
        job: usize,
        reset: Vec<Signal>,
        close: Vec<i32>,
        body: F,
    ) -> Result<Pid, Unwind>
    where
        F: FnOnce(Sys) -> BoxFuture<'static, Exit> + Send + 'static,
    {
        let controls = self.state.controls_jobs() && mode != ForkMode::Plain;
        let entry = self.state.jobs.find(job);
        let first = entry.is_none_or(|entry| entry.processes.is_empty());
        let group = entry.and_then(|entry| entry.pgid);
        let setup = ChildSetup {
            pgid: controls.then(|| group.unwrap_or(0)),
            terminal: self
                .state
                .terminal
                .filter(|_| controls && mode == ForkMode::Foreground),
            detached: !controls && mode == ForkMode::Background,
            no_input: first,
            reset,
            close,
        };
        let forked = self.sys.fork(move |sys| {
            Box::pin(async move {
                setup.apply(&sys).await;
                body(sys).await
            })
        });
        let pid = match forked {
            Ok(pid) => pid,
            Err(error) => {
                self.state.jobs.close(job);
                return Err(self.fail(&format!("can't fork: {error}")));
            }
        };
        if controls {
            let _ = self.sys.set_pgid(pid, group.unwrap_or(pid));
        }
        if let Some(entry) = self.state.jobs.find_mut(job) {
            entry.processes.push(Process { pid, status: None });
            if controls {
                entry.pgid.get_or_insert(pid);
            }
        }
        if mode == ForkMode::Background {
            self.state.last_background = Some(pid);
            self.state.jobs.touch(job);
        }
        Ok(pid)
    }

    /// Waits until a foreground job has ended or stopped; its status. Trapped signals wait for it.
    pub(crate) async fn wait_for_job(&mut self, number: usize) -> u8 {
        self.flush().await;
        while self
            .state
            .jobs
            .find(number)
            .is_some_and(|job| job.state() == JobState::Running)
        {
            match self.reap(Some(number), false).await {
                Ok(_) => {}
                // The signal stays noted; a job in the foreground is waited for all the same.
                Err(Errno::EINTR) => {
                    let _ = self.collect_signals();
                }
                Err(_) => break,
            }
        }
        self.settle_job(number).await
    }

    /// Takes the terminal back and forgets the job, unless it only stopped.
    async fn settle_job(&mut self, number: usize) -> u8 {
        if self.state.controls_jobs()
            && let Some(terminal) = self.state.terminal
        {
            let _ = self.sys.set_foreground(terminal, self.sys.pgid());
        }
        let pipefail = self
            .state
            .options
            .has(super::options::ShellOption::PipeFail);
        let Some(job) = self.state.jobs.find_mut(number) else {
            return 127;
        };
        let status = job.status(pipefail);
        match job.state() {
            JobState::Stopped(_) => {
                job.background = true;
                job.changed = false;
                self.state.jobs.touch(number);
                self.err.push(b'\n');
                let line = self.describe_job(number, false);
                self.err.extend_from_slice(&line);
                self.flush().await;
            }
            JobState::Running => {}
            JobState::Done(WaitStatus::Signaled(Signal::Int)) => {
                self.state.jobs.close(number);
                if self.state.is_interactive() && self.state.controls_jobs() {
                    self.err.push(b'\n');
                    self.interrupted = true;
                }
            }
            JobState::Done(_) => self.state.jobs.close(number),
        }
        status
    }

    /// Waits for one child and records what it did. `awaited`: the job whose deaths by signal are told.
    pub(crate) async fn reap(
        &mut self,
        awaited: Option<usize>,
        nohang: bool,
    ) -> Result<Option<usize>, Errno> {
        let flags = WaitFlags {
            nohang,
            untraced: self.state.controls_jobs(),
        };
        let Some((pid, status)) = self.sys.wait(WaitFor::Any, flags).await? else {
            return Ok(None);
        };
        let job = self.state.jobs.record(pid, status);
        if job.is_some()
            && job == awaited
            && let WaitStatus::Signaled(signal) = status
            && !matches!(signal, Signal::Int | Signal::Pipe)
        {
            self.err.extend_from_slice(signal_text(signal).as_bytes());
            self.err.push(b'\n');
        }
        Ok(Some(job.unwrap_or(0)))
    }

    /// The line `jobs` prints.
    pub(crate) fn describe_job(&self, number: usize, with_pid: bool) -> Vec<u8> {
        let Some(job) = self.state.jobs.find(number) else {
            return Vec::new();
        };
        let order = &self.state.jobs.order;
        let mark = match order.iter().rev().position(|other| *other == number) {
            Some(0) => '+',
            Some(1) => '-',
            _ => ' ',
        };
        let state = match job.state() {
            JobState::Running => "Running".to_owned(),
            JobState::Stopped(signal) => signal_text(signal).to_owned(),
            JobState::Done(WaitStatus::Exited(0)) => "Done".to_owned(),
            JobState::Done(WaitStatus::Exited(status)) => format!("Done({status})"),
            JobState::Done(WaitStatus::Signaled(signal) | WaitStatus::Stopped(signal)) => {
                signal_text(signal).to_owned()
            }
        };
        let pid = match job.processes.first() {
            Some(process) if with_pid => format!("{} ", process.pid),
            _ => String::new(),
        };
        let head = format!("[{number}]{mark}  {pid}{state}");
        let mut line = format!("{head:<33}").into_bytes();
        line.extend_from_slice(&job.text);
        line.push(b'\n');
        line
    }
}
