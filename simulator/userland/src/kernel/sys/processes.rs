//! Making, replacing and waiting for processes.

use super::super::descriptor::Descriptor;
use super::super::memory::{Allowance, Charge};
use super::super::process::{Arguments, Process, TaskState};
use super::super::state::State;
use super::super::vfs::{Node, Vfs};
use super::super::{
    BoxFuture, Errno, Exit, Pid, Resource, Sys, WaitFlags, WaitFor, WaitStatus, limits,
};
use super::{CALL_FUEL, PATH_FUEL};
use crate::exec::fuel;
use bytes::Bytes;
use runtime::Timestamp;
use std::sync::Arc;

/// Fuel of making a process, and of replacing its program.
const FORK_FUEL: u64 = 5_000;

impl State {
    /// A child of `parent`: everything but what belongs to one process only.
    fn child_of(
        &mut self,
        parent: Pid,
        allowance: &Arc<Allowance>,
        now: Timestamp,
    ) -> Result<Process, Errno> {
        let process = self.process(parent).ok_or(Errno::ESRCH)?;
        let (uid, limit) = (
            process.credentials.uid,
            process.limit(Resource::Processes).soft,
        );
        if let (1.., Some(limit)) = (uid, limit) {
            let owned = self.processes.values();
            let owned = owned.filter(|p| p.credentials.uid == uid).count();
            if owned as u64 >= limit {
                return Err(Errno::EAGAIN);
            }
        }
        let table = process.descriptors.len() * size_of::<Option<Descriptor>>();
        let pid = self.new_pid()?;
        let task = TaskState::new(pid, allowance);
        let mut charge = Charge::on(&task.footprint);
        charge.try_set(limits::PROCESS_BYTES + table)?;
        let descriptors = self.share_descriptors(parent);
        let process = self.process(parent).ok_or(Errno::ESRCH)?;
        task.set_niceness(process.task.niceness());
        Ok(Process {
            pid,
            parent,
            children: Vec::new(),
            pgid: process.pgid,
            sid: process.sid,
            left_foreground: None,
            credentials: process.credentials.clone(),
            arguments: process.arguments.clone(),
            comm: process.comm.clone(),
            exe: process.exe.clone(),
            cwd: process.cwd,
            root: process.root,
            umask: process.umask,
            descriptors,
            limits: process.limits.clone(),
            signals: process.signals.for_child(),
            stopped: None,
            stop_unreported: false,
            status: None,
            task: Arc::new(task),
            waker: None,
            charge,
            children_cpu_ns: 0,
            started_at: now,
            owner: process.owner,
            on_exit: None,
        })
    }
}

impl Sys {
    /// Makes a child that runs `program`. It has copies of the descriptors, the working directory, the credentials, the
    /// dispositions and the environment. EAGAIN: too many processes; ENOMEM: no memory for one more.
    pub fn fork<P>(&self, program: P) -> Result<Pid, Errno>
    where
        P: FnOnce(Sys) -> BoxFuture<'static, Exit> + Send + 'static,
    {
        fuel::spend(FORK_FUEL);
        let (pid, task) = {
            let mut state = self.kernel.lock();
            let now = self.kernel.clock.now();
            let child = state.child_of(self.pid, &self.kernel.allowance, now)?;
            let mut fs = self.kernel.lock_fs();
            for node in [child.cwd, child.root] {
                if let Node::Fs(ino) = node {
                    fs.hold(ino);
                }
            }
            drop(fs);
            let (pid, task) = (child.pid, child.task.clone());
            state.add_process(child);
            (pid, task)
        };
        let sys = Sys::new(self.kernel.clone(), pid, self.argv.clone(), task.clone());
        let program = program(sys);
        self.kernel.start_task(pid, task, program, None);
        Ok(pid)
    }

    /// Prepares another program for this process; the program has to return the result to become it. ENOEXEC:
    /// neither a program nor a `#!` script; ENOSYS: a program for a real Linux kernel. Nothing changes before the
    /// return.
    pub fn exec(&self, path: &[u8], argv: Vec<Bytes>, env: Vec<Bytes>) -> Result<Exit, Errno> {
        fuel::spend(FORK_FUEL + PATH_FUEL);
        let mut image = Vfs::new(&self.kernel, self.pid)?.load(path, argv, env)?;
        image.charge = Charge::of(Arguments::cost(&image.argv, &image.env));
        Ok(Exit::Exec(Box::new(image)))
    }

    /// As [`Sys::exec`] of the file that this process runs already, as the program that `argv[0]` names.
    pub fn exec_own(&self, argv: Vec<Bytes>, env: Vec<Bytes>) -> Result<Exit, Errno> {
        fuel::spend(FORK_FUEL);
        let mut image = Vfs::new(&self.kernel, self.pid)?.load_own(argv, env)?;
        image.charge = Charge::of(Arguments::cost(&image.argv, &image.env));
        Ok(Exit::Exec(Box::new(image)))
    }

    /// Waits for a child to end (or to stop, if `untraced`); a child that has ended is gone afterwards. `None` only
    /// with `nohang`. ECHILD: no such child.
    pub async fn wait(
        &self,
        who: WaitFor,
        flags: WaitFlags,
    ) -> Result<Option<(Pid, WaitStatus)>, Errno> {
        self.enter(CALL_FUEL).await;
        self.block(|state, _| state.poll_wait(self.pid, who, flags))
            .await
    }

    /// Puts a process (0: this one) into a process group (0: one of its own number).
    pub fn set_pgid(&self, pid: Pid, pgid: Pid) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        let mut state = self.kernel.lock();
        let pid = if pid == 0 { self.pid } else { pid };
        let pgid = if pgid == 0 { pid } else { pgid };
        let sid = state.process(self.pid).ok_or(Errno::ESRCH)?.sid;
        let process = state.process(pid).ok_or(Errno::ESRCH)?;
        if pid != self.pid && process.parent != self.pid {
            return Err(Errno::ESRCH);
        }
        if process.sid != sid || process.sid == pid {
            return Err(Errno::EPERM);
        }
        let mut members = state.processes.values().filter(|p| p.pgid == pgid);
        if pgid != pid && !members.any(|member| member.sid == sid) {
            return Err(Errno::EPERM);
        }
        if let Some(process) = state.process_mut(pid) {
            process.pgid = pgid;
        }
        Ok(())
    }

    /// Begins a session without a terminal. EPERM: the process leads a group already.
    pub fn set_sid(&self) -> Result<Pid, Errno> {
        fuel::spend(CALL_FUEL);
        let mut state = self.kernel.lock();
        if state
            .processes
            .values()
            .any(|process| process.pgid == self.pid)
        {
            return Err(Errno::EPERM);
        }
        let process = state.process_mut(self.pid).ok_or(Errno::ESRCH)?;
        (process.sid, process.pgid) = (self.pid, self.pid);
        Ok(self.pid)
    }
}
