//! Creating, starting and ending execs (containers.md 15).

use super::{Exec, ExecRequest, ExecState};
use crate::change::{Change, Progress};
use crate::job::{Purpose, Work};
use crate::{
    AccountId, Action, Cause, Effect, Error, ExecStart, FaultKind, FaultPoint, JobId, Reply, State,
};
use imbl::Vector;
use runtime::clock::{TimerOwner, TimerReason};
use runtime::{ExecId, ExecSpec, ExitStatus, InstanceId};
use std::sync::Arc;
use std::time::Duration;

/// How long an exec waits for its start.
const START_WITHIN: Duration = Duration::from_secs(30);
/// What the node may take to start a process (containers.md 20).
const SET_UP_LIMIT: Duration = Duration::from_secs(60);
/// Most execs of one container that have not ended; more are refused.
const LIVE_LIMIT: usize = 1024;

impl Change {
    /// Prepares an exec in a running container; a detached one is launched at once (CTR-85).
    pub(crate) fn create_exec(
        &mut self,
        instance: InstanceId,
        reference: &str,
        request: ExecRequest,
    ) -> Result<Progress, Error> {
        let not_running = || Error::NotRunning(reference.to_owned());
        let container = self.state.container_of(instance).ok_or_else(not_running)?;
        let owner = container.owner;
        match container.state {
            State::Provisioning => return Err(Error::StillProvisioning),
            State::Stopped => return Err(not_running()),
            State::Running => {}
        }
        if container.lifecycle.live_execs.len() >= LIVE_LIMIT {
            let (action, cause) = (Action::Exec, Cause::Internal);
            return Err(Error::Failed { action, cause });
        }
        let detach = request.detach;
        if detach {
            match self.strike(FaultPoint::Exec, Some(instance)) {
                Some(FaultKind::Fails(cause)) => {
                    let action = Action::Exec;
                    return Err(Error::Failed { action, cause });
                }
                Some(FaultKind::Hangs) => return Ok(self.hang_exec(owner, instance)),
                None => {}
            }
        }
        let id = ExecId(self.random.bytes());
        let state = if detach {
            ExecState::Running
        } else {
            let purpose = Purpose::ExecExpiry(id);
            let reason = TimerReason::ExecStart;
            let expiry = self.set_timer(START_WITHIN, TimerOwner::Exec(id), reason, purpose);
            ExecState::Created { expiry }
        };
        let exec = Exec {
            id,
            owner,
            instance,
            request,
            state,
        };
        self.state.execs.insert(id, Arc::new(exec));
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.execs.push_back(id);
            container.lifecycle.live_execs.push(id);
        }
        self.tell_container(instance, "exec_create", &[]);
        if detach {
            self.launch_exec(id);
        }
        Ok(Progress::Done(Reply::ExecCreated { exec: id }))
    }

    /// The node never starts the process of a detached exec: its client hears so when the node's time is over.
    fn hang_exec(&mut self, owner: AccountId, instance: InstanceId) -> Progress {
        let job = JobId(self.number());
        let timer_owner = TimerOwner::Instance(instance);
        let purpose = Purpose::NodeLimit(job);
        let limit = self.set_timer(SET_UP_LIMIT, timer_owner, TimerReason::NodeLimit, purpose);
        self.add_job(job, owner, instance, Work::Exec { limit });
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.overdue.push(job);
        }
        Progress::Pending(job)
    }

    /// A client starts an exec. What comes too late, or twice, gets an empty stream.
    pub(crate) fn start_exec(&mut self, account: AccountId, exec: ExecId) -> Result<Reply, Error> {
        let found = self.state.find_exec(account, exec)?;
        let instance = found.instance;
        let start = match found.state {
            _ if found.request.detach => ExecStart::Detached,
            ExecState::Created { expiry } => {
                self.cancel_timer(expiry);
                self.begin_exec(exec, instance)
            }
            ExecState::Running | ExecState::Ended(_) | ExecState::Expired => ExecStart::Closed,
        };
        Ok(Reply::ExecStarted {
            instance,
            exec,
            start,
        })
    }

    /// Has the node start the process. What goes wrong shows as a stream that ends.
    fn begin_exec(&mut self, exec: ExecId, instance: InstanceId) -> ExecStart {
        match self.strike(FaultPoint::Exec, Some(instance)) {
            None => {
                self.set_exec_state(exec, ExecState::Running);
                self.launch_exec(exec);
                ExecStart::Stream
            }
            Some(FaultKind::Fails(_)) => {
                self.set_exec_state(exec, ExecState::Expired);
                ExecStart::Closed
            }
            Some(FaultKind::Hangs) => {
                let purpose = Purpose::ExecExpiry(exec);
                let owner = TimerOwner::Exec(exec);
                let expiry = self.set_timer(SET_UP_LIMIT, owner, TimerReason::NodeLimit, purpose);
                self.set_exec_state(exec, ExecState::Created { expiry });
                ExecStart::Stream
            }
        }
    }

    fn launch_exec(&mut self, id: ExecId) {
        let Some(exec) = self.state.execs.get(&id) else {
            return;
        };
        let container = self.state.container_of(exec.instance);
        let own = Some(&exec.request.user).filter(|user| !user.is_empty());
        let user = own.or(container.map(|container| &container.config.user));
        let spec = ExecSpec {
            argv: exec.request.cmd.iter().cloned().map(Into::into).collect(),
            user: user.cloned().unwrap_or_default().into(),
            tty: exec.has_terminal(),
            attach_stdin: exec.request.attach_stdin,
        };
        let instance = exec.instance;
        self.effects.push(Effect::StartExec {
            instance,
            exec: id,
            spec: Box::new(spec),
        });
        self.tell_container(instance, "exec_start", &[]);
    }

    /// The process has ended and its output is complete.
    pub(crate) fn exec_exited(&mut self, exec: ExecId, status: ExitStatus) {
        if self.exec_state(exec) == Some(ExecState::Running) {
            self.set_exec_state(exec, ExecState::Ended(status));
            self.effects.push(Effect::CloseExecConsole { exec });
        }
    }

    /// The container had stopped before the process could be started.
    pub(crate) fn exec_refused(&mut self, exec: ExecId) -> Result<Reply, Error> {
        if self.exec_state(exec) == Some(ExecState::Running) {
            self.set_exec_state(exec, ExecState::Expired);
            self.effects.push(Effect::CloseExecConsole { exec });
        }
        Ok(Reply::Empty)
    }

    /// An exec that waits for its start waits no more.
    pub(crate) fn expire_exec(&mut self, exec: ExecId) {
        if let Some(ExecState::Created { expiry }) = self.exec_state(exec) {
            self.cancel_timer(expiry);
            self.set_exec_state(exec, ExecState::Expired);
            self.effects.push(Effect::CloseExecConsole { exec });
        }
    }

    /// The container has stopped: execs that wait for their start end with it.
    pub(crate) fn expire_execs(&mut self, instance: InstanceId) {
        let container = self.state.container_of(instance);
        let execs = container.map_or_else(Vec::new, |c| c.lifecycle.live_execs.clone());
        for exec in execs {
            self.expire_exec(exec);
        }
    }

    /// The container is removed: its execs are forgotten and their streams end.
    pub(crate) fn forget_execs(&mut self, execs: &Vector<ExecId>) {
        for &exec in execs {
            self.expire_exec(exec);
            if self.exec_state(exec) == Some(ExecState::Running) {
                self.effects.push(Effect::CloseExecConsole { exec });
            }
            self.state.execs.remove(&exec);
        }
    }

    fn exec_state(&self, exec: ExecId) -> Option<ExecState> {
        self.state.execs.get(&exec).map(|exec| exec.state)
    }

    fn set_exec_state(&mut self, id: ExecId, state: ExecState) {
        let Some(exec) = self.state.execs.get_mut(&id).map(Arc::make_mut) else {
            return;
        };
        exec.state = state;
        let (live, instance) = (exec.is_live(), exec.instance);
        if !live && let Some(container) = self.container_mut(instance) {
            let live_execs = &mut container.lifecycle.live_execs;
            live_execs.retain(|other| *other != id);
        }
    }
}
