//! Jobs: forks, waiting and what is known of children.

use std::sync::Arc;

use bytes::Bytes;

use super::job_table::{Job, JobState, status_code};
use super::machine::{Flags, Frame, Machine, Unwind};
use super::options::ShellOption;
use super::program::{Node, NodeId, Part, Program};
use super::state::State;
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
    /// What must hold before a signal can come.
    fn set_signals(&self, sys: &Sys) {
        for signal in &self.reset {
            if !self.needs_ignored(*signal) {
                sys.set_disposition(*signal, Disposition::Default);
            }
        }
        if self.detached {
            sys.set_disposition(Signal::Int, Disposition::Ignore);
            sys.set_disposition(Signal::Quit, Disposition::Ignore);
        }
    }

    /// Whether the signal would stop a process that takes the terminal from the background.
    fn needs_ignored(&self, signal: Signal) -> bool {
        self.terminal.is_some() && signal == Signal::Ttou
    }

    /// # Errors
    /// There is no room for a descriptor to read nothing from.
    async fn apply(&self, sys: &Sys) -> Result<(), Errno> {
        if let Some(pgid) = self.pgid {
            let pgid = if pgid == 0 { sys.pid() } else { pgid };
            let _ = sys.set_pgid(sys.pid(), pgid);
            if let Some(terminal) = self.terminal {
                let _ = sys.set_foreground(terminal, pgid);
            }
        }
        if self.reset.iter().any(|signal| self.needs_ignored(*signal)) {
            sys.set_disposition(Signal::Ttou, Disposition::Default);
        }
        if self.detached && self.no_input {
            let _ = sys.close(0);
            sys.open(b"/dev/null", OpenFlags::READ, 0).await?;
        }
        for fd in &self.close {
            let _ = sys.close(*fd);
        }
        Ok(())
    }
}

impl Machine {
    /// Begins a job.
    pub(crate) fn open_job(&mut self) -> usize {
        let controls = self.state.controls_jobs();
        self.state.jobs.open(controls)
    }

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
        let frame = Frame::Evaluate {
            program: program.clone(),
            node,
            flags,
        };
        self.fork_frame(program, node, frame, mode, job, setup)
    }

    /// As [`Machine::fork_node`] of a copy that begins with a frame.
    ///
    /// # Errors
    /// As [`Machine::fork_node`].
    pub(crate) fn fork_frame(
        &mut self,
        program: &Arc<Program>,
        node: NodeId,
        frame: Frame,
        mode: ForkMode,
        job: usize,
        setup: impl FnOnce(&Sys) -> Result<(), Errno> + Send + 'static,
    ) -> Result<Pid, Unwind> {
        let mut state = self.fork_state(program, node, mode, job);
        let reset = state.traps.enter_subshell();
        let close = std::mem::take(&mut state.script_fds);
        self.fork_with(mode, job, reset, close, move |sys| {
            Box::pin(async move {
                if let Err(error) = setup(&sys) {
                    let text = format!("{error}\n");
                    let _ = sys.write_all(2, text.as_bytes()).await;
                    return Exit::Status(1);
                }
                let mut machine = Machine::new(sys, state);
                machine.frames.push(frame);
                machine.run().await
            })
        })
    }

    /// What the child begins with: everything but the jobs, which only the command `jobs` gets to see, and the actions
    /// of traps, which only `$(trap)` gets to see.
    fn fork_state(&mut self, program: &Program, node: NodeId, mode: ForkMode, job: usize) -> State {
        let words = match program.node(node) {
            Node::Simple { words, .. } => &program.words[words.range()],
            _ => &[],
        };
        let is_command = |name: &[u8]| {
            let first = words.first().map(|word| &program.parts[word.range()]);
            matches!(first, Some([Part::Text { text, quoted: false }]) if program.bytes(*text) == name)
        };
        let jobs = std::mem::take(&mut self.state.jobs);
        let mut state = self.state.clone();
        if is_command(b"jobs") {
            state.jobs = jobs.clone();
            state.jobs.close(job);
        }
        self.state.jobs = jobs;
        if mode == ForkMode::Plain && words.len() == 1 && is_command(b"trap") {
            state.traps.keep_listed();
        }
        state.is_subshell = true;
        if let Some(Frame::Commands(main)) = self.frames.first() {
            state.base_line = main.base_line();
        }
        // Errors in a command substitution do not end it, unless it asks for that.
        if mode == ForkMode::Plain {
            state.options.set(ShellOption::ErrExit, false);
        }
        state
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
        let prefix = if setup.detached {
            self.message_prefix()
        } else {
            Vec::new()
        };
        let forked = self.sys.fork(move |sys| {
            setup.set_signals(&sys);
            Box::pin(async move {
                if let Err(error) = setup.apply(&sys).await {
                    let text = format!("can't open '/dev/null': {error}\n");
                    let _ = sys.write_all(2, &[&prefix, text.as_bytes()].concat()).await;
                    return Exit::Status(2);
                }
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
        self.state.jobs.add_process(job, pid);
        if controls && let Some(entry) = self.state.jobs.find_mut(job) {
            entry.pgid.get_or_insert(pid);
        }
        if mode == ForkMode::Background {
            self.state.last_background = Some(pid);
            self.state.jobs.touch(job, false);
        }
        Ok(pid)
    }

    /// Starts a program in the foreground of a shell without job control; such a process needs no job.
    ///
    /// # Errors
    /// The file cannot be executed, or no process can be made; nothing is said.
    pub(crate) fn spawn(&mut self, path: &[u8], arguments: &[Bytes]) -> Result<Pid, Errno> {
        let environment = self.state.variables.environment();
        let reset = self.state.traps.clone().enter_subshell();
        let pid = self.sys.spawn(path, arguments, &environment, &reset)?;
        self.state.jobs.make_room();
        Ok(pid)
    }

    /// Waits until a program in the foreground has ended; its status. Trapped signals wait for it.
    pub(crate) async fn wait_for_process(&mut self, pid: Pid) -> u8 {
        loop {
            let waited = self.sys.wait(WaitFor::Any, WaitFlags::default()).await;
            match waited {
                Ok(Some((ended, status))) if ended == pid => {
                    if let WaitStatus::Signaled(signal) = status {
                        self.tell_death(signal);
                    }
                    return status_code(status);
                }
                Ok(Some((other, status))) => {
                    self.state.jobs.record(other, status);
                }
                // The signal stays noted; what is in the foreground is waited for all the same.
                Err(Errno::EINTR) => {
                    let interrupted = self.collect_signals().is_err();
                    self.interrupted |= interrupted && !self.state.is_interactive();
                }
                // Its end was not kept for anybody.
                Ok(None) | Err(_) => return 0,
            }
        }
    }

    /// Says which signal has ended what the shell waited for, unless that is nothing to speak of.
    fn tell_death(&mut self, signal: Signal) {
        if !matches!(signal, Signal::Int | Signal::Pipe) {
            self.err.extend_from_slice(signal_text(signal).as_bytes());
            self.err.push(b'\n');
        }
    }

    /// Waits until a foreground job has ended or stopped; its status. Trapped signals wait for it.
    pub(crate) async fn wait_for_job(&mut self, number: usize) -> u8 {
        self.flush().await;
        while self.state.jobs.find(number).is_some_and(Job::is_running) {
            match self.reap(Some(number), false).await {
                Ok(_) => {}
                // The signal stays noted; a job in the foreground is waited for all the same.
                Err(Errno::EINTR) => {
                    let interrupted = self.collect_signals().is_err();
                    self.interrupted |= interrupted && !self.state.is_interactive();
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
        let pipefail = self.state.options.has(ShellOption::PipeFail);
        let Some(job) = self.state.jobs.find_mut(number) else {
            return 127;
        };
        let status = job.status(pipefail);
        match job.state() {
            JobState::Stopped(_) => {
                job.changed = false;
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
        {
            self.tell_death(signal);
        }
        Ok(Some(job.unwrap_or(0)))
    }

    /// The line `jobs` prints.
    pub(crate) fn describe_job(&self, number: usize, with_pid: bool) -> Vec<u8> {
        let Some(job) = self.state.jobs.find(number) else {
            return Vec::new();
        };
        let mark = if self.state.jobs.current() == Some(number) {
            '+'
        } else if self.state.jobs.previous() == Some(number) {
            '-'
        } else {
            ' '
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
        if !job.text.is_empty() {
            line.extend_from_slice(&job.text);
        } else if !with_pid {
            // Without job control nobody knows what the commands of a pipeline were.
            line.extend_from_slice(
                " | "
                    .repeat(job.processes.len().saturating_sub(1))
                    .as_bytes(),
            );
        } else {
            for process in job.processes.iter().skip(1) {
                let head = format!(
                    "\n{:width$}{} ",
                    "",
                    process.pid,
                    width = format!("[{number}]   ").len()
                );
                line.extend_from_slice(format!("{head:<34}| ").as_bytes());
            }
        }
        line.push(b'\n');
        line
    }
}
