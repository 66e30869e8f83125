//! Making, replacing and waiting for processes.

use super::super::descriptor::Descriptor;
use super::super::image::Refusal;
use super::super::memory::{Allowance, Charge};
use super::super::process::{Arguments, Process, TaskState};
use super::super::state::State;
use super::super::vfs::{Node, Vfs};
use super::super::{
    BoxFuture, Disposition, Errno, ExecImage, Exit, Pid, Resource, Sys, WaitFlags, WaitFor,
    WaitStatus, limits,
};
use super::{CALL_FUEL, PATH_FUEL};
use crate::exec::fuel;
use bytes::Bytes;
use runtime::{Signal, Timestamp};
use std::sync::Arc;

/// Fuel of making a process, and of replacing its program.
const FORK_FUEL: u64 = 5_000;

/// In what a child differs from its parent.
struct Child<'a> {
    /// The program that it is, with its arguments.
    image: Option<(ExecImage, Arc<[Bytes]>)>,
    /// Signals that get their default action back.
    defaults: &'a [Signal],
}

impl State {
    /// A child of `parent`: everything but what belongs to one process only.
    fn child_of(
        &mut self,
        parent: Pid,
        allowance: &Arc<Allowance>,
        now: Timestamp,
        child: Child<'_>,
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
        let is_new_program = child.image.is_some();
        let mut own = None;
        if let Some((image, argv)) = child.image {
            let mut charge = Charge::on(&task.footprint);
            charge.try_set(Arguments::cost(&argv, &image.env))?;
            let arguments = Arguments {
                argv,
                environ: image.env,
                charge,
            };
            own = Some((Arc::new(arguments), image.comm, image.path));
        }
        let descriptors = self.share_descriptors(parent, is_new_program);
        let process = self.process(parent).ok_or(Errno::ESRCH)?;
        task.set_niceness(process.task.niceness());
        let mut signals = process.signals.for_child();
        for signal in child.defaults {
            signals.set_disposition(*signal, Disposition::Default);
        }
        if is_new_program {
            signals.reset_for_exec();
        }
        let (arguments, comm, exe) = own.unwrap_or_else(|| {
            (
                process.arguments.clone(),
                process.comm.clone(),
                process.exe.clone(),
            )
        });
        Ok(Process {
            pid,
            parent,
            children: Vec::new(),
            pgid: process.pgid,
            sid: process.sid,
            left_foreground: None,
            credentials: process.credentials.clone(),
            arguments,
            comm,
            exe,
            cwd: process.cwd,
            root: process.root,
            umask: process.umask,
            descriptors,
            limits: process.limits.clone(),
            signals,
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
        let child = Child {
            image: None,
            defaults: &[],
        };
        let (pid, task) = self.add_child(child)?;
        let sys = Sys::new(self.kernel.clone(), pid, self.argv.clone(), task.clone());
        let program = program(sys);
        self.kernel.start_task(pid, task, program, None);
        Ok(pid)
    }

    /// Makes a child that is another program from its start: what a fork whose child calls `exec` at once comes to,
    /// for less. `defaults` get their default action back. The errors are those of both, then there is no child and
    /// nothing has been told.
    pub(crate) fn spawn(
        &self,
        path: &[u8],
        argv: &[Bytes],
        env: &Arc<[Bytes]>,
        defaults: &[Signal],
    ) -> Result<Pid, Errno> {
        fuel::spend(2 * FORK_FUEL + PATH_FUEL);
        let loaded = Vfs::new(&self.kernel, self.pid)?.load(path, argv.to_vec(), env.clone());
        let mut image = loaded.map_err(|refusal| match refusal {
            Refusal::Foreign(_) => Errno::ENOSYS,
            Refusal::Errno(error) => error,
        })?;
        let main = image.main;
        let argv: Arc<[Bytes]> = std::mem::take(&mut image.argv).into();
        let child = Child {
            image: Some((image, argv.clone())),
            defaults,
        };
        let (pid, task) = self.add_child(child)?;
        let sys = Sys::new(self.kernel.clone(), pid, argv, task.clone());
        self.kernel.start_task(pid, task, main(sys), None);
        Ok(pid)
    }

    fn add_child(&self, child: Child<'_>) -> Result<(Pid, Arc<TaskState>), Errno> {
        let mut state = self.kernel.lock();
        let now = self.kernel.clock.now();
        let child = state.child_of(self.pid, &self.kernel.allowance, now, child)?;
        let mut fs = self.kernel.lock_fs();
        for node in [child.cwd, child.root] {
            if let Node::Fs(ino) = node {
                fs.hold(ino);
            }
        }
        drop(fs);
        let (pid, task) = (child.pid, child.task.clone());
        state.add_process(child);
        Ok((pid, task))
    }

    /// Prepares another program for this process; the program has to return the result to become it. ENOEXEC:
    /// neither a program nor a `#!` script; ENOSYS: a program for a real Linux kernel. Nothing changes before the
    /// return.
    pub fn exec(
        &self,
        path: &[u8],
        argv: Vec<Bytes>,
        env: impl Into<Arc<[Bytes]>>,
    ) -> Result<Exit, Errno> {
        fuel::spend(FORK_FUEL + PATH_FUEL);
        let mut vfs = Vfs::new(&self.kernel, self.pid)?;
        let mut image = vfs.load_noting(path, argv, env.into())?;
        drop(vfs);
        image.charge = Charge::of(Arguments::cost(&image.argv, &image.env));
        Ok(Exit::Exec(Box::new(image)))
    }

    /// As [`Sys::exec`] of the file that this process runs already, as the program that `argv[0]` names.
    pub fn exec_own(&self, argv: Vec<Bytes>, env: impl Into<Arc<[Bytes]>>) -> Result<Exit, Errno> {
        fuel::spend(FORK_FUEL);
        let mut image = Vfs::new(&self.kernel, self.pid)?.load_own(argv, env.into())?;
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
