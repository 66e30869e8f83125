//! The end of a container's first process, and waiting for it.

use super::Work;
use crate::change::{Change, Progress};
use crate::job::ticket::Begun;
use crate::{
    AccountId, Effect, Error, Exit, FaultPoint, JobId, Operation, Reply, State, StopTimeout,
};
use runtime::{ExitStatus, Incarnation, InstanceId, Timestamp};

impl Change {
    /// Answers when the container stops; at once when it does not run (containers.md 12.5).
    pub(crate) fn wait(
        &mut self,
        account: AccountId,
        instance: InstanceId,
    ) -> Result<Progress, Error> {
        let running = self.state.container_of(instance).filter(|c| c.is_running());
        if running.is_none() {
            let status = self.last_status(instance);
            return Ok(Progress::Done(Reply::Waited { status }));
        }
        if let Err(cause) = self.fails(FaultPoint::Wait, Some(instance)) {
            return Err(Operation::Wait.failed(cause));
        }
        let job = JobId(self.number());
        self.add_job(job, account, instance, Work::Wait);
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.waits.push(job);
        }
        Ok(Progress::Pending(job))
    }

    /// Forgets a wait that nobody is there to hear of; one that has been answered is forgotten already.
    pub(crate) fn abandon_wait(&mut self, job: JobId) -> Result<Reply, Error> {
        let entry = self.state.jobs.get(&job);
        if let Some(entry) = entry.filter(|entry| entry.work == Work::Wait) {
            let instance = entry.instance;
            self.state.jobs.remove(&job);
            if let Some(container) = self.container_mut(instance) {
                container.lifecycle.waits.retain(|other| *other != job);
            }
        }
        Ok(Reply::Empty)
    }

    /// The last exit status, 0 if there never was one.
    pub(crate) fn last_status(&self, instance: InstanceId) -> ExitStatus {
        let container = self.state.container_of(instance);
        let exit = container.and_then(|container| container.exit);
        exit.map_or(ExitStatus(0), |exit| exit.status)
    }

    /// Every process of the container is gone. Reports of an earlier start are ignored.
    pub(crate) fn exited(
        &mut self,
        instance: InstanceId,
        incarnation: Incarnation,
        status: ExitStatus,
        at: Timestamp,
    ) {
        let Some(container) = self.state.container_of(instance) else {
            return;
        };
        if container.lifecycle.incarnation != incarnation || container.lifecycle.held.is_some() {
            return;
        }
        if container.lifecycle.starting {
            self.mark_running(instance, at);
        }
        self.ended(instance, status, at);
    }

    /// A running container has stopped: its state is final before anyone hears of it (CLI-46).
    pub(crate) fn ended(&mut self, instance: InstanceId, status: ExitStatus, at: Timestamp) {
        let Some(container) = self.container_mut(instance) else {
            return;
        };
        if !container.is_running() {
            return;
        }
        let ran = at.since(container.booted_at.unwrap_or(at));
        container.state = State::Stopped;
        container.exit = Some(Exit { status, at });
        container.booted_at = None;
        container.pid = 0;
        let lifecycle = &mut container.lifecycle;
        let held = lifecycle.held.take();
        let waits = std::mem::take(&mut lifecycle.waits);
        let attaches = std::mem::take(&mut lifecycle.attaches);
        let overdue = std::mem::take(&mut lifecycle.overdue);
        if let Some(timer) = held {
            self.cancel_timer(timer);
        }
        for attach in attaches {
            self.state.attaches.remove(&attach);
        }
        self.expire_execs(instance);
        self.tell_end(instance, status);
        self.effects.push(Effect::CloseConsole { instance });
        let reboot = self.end_shutdown(instance);
        let status = self.last_status(instance);
        for job in waits {
            self.finish(job, Ok(Reply::Waited { status }));
        }
        if reboot.is_none() {
            self.plan_restart(instance, status, ran);
        }
        self.operation_after_end(instance);
        self.finish_overdue(instance, overdue);
        if reboot.is_some() {
            self.boot(instance);
        }
    }

    /// A first process has ended; one that could not run counts too (CLI-70).
    pub(crate) fn tell_end(&mut self, instance: InstanceId, status: ExitStatus) {
        let status = status.0.to_string();
        self.tell_container(instance, "die", &[("exitCode", status)]);
    }

    /// The operation that has the ticket goes on.
    fn operation_after_end(&mut self, instance: InstanceId) {
        match self.holder(instance) {
            Some((_, Work::Start { restart, .. })) => {
                let restart = *restart;
                self.finish_start(instance, restart);
            }
            Some((_, Work::Stop { restart: false, .. })) => {
                self.tell_container(instance, "stop", &[]);
                self.finish_holder(instance, Ok(Reply::Empty));
            }
            Some((job, Work::Stop { restart: true, .. })) => {
                self.tell_container(instance, "stop", &[]);
                self.cancel_job_timers(job);
                let timeout = StopTimeout::Seconds(0);
                match self.begin(job, instance, &Operation::Restart { timeout }) {
                    Ok(Begun::Working(work)) => {
                        if let Some(entry) = self.state.jobs.get_mut(&job) {
                            entry.work = work;
                        }
                    }
                    Ok(Begun::Done(reply) | Begun::Granted(_, reply)) => {
                        self.finish_holder(instance, Ok(reply));
                    }
                    Err(error) => self.finish_holder(instance, Err(error)),
                }
            }
            Some((
                _,
                Work::Create { .. }
                | Work::Wait
                | Work::Queued { .. }
                | Work::AtNode { .. }
                | Work::Exec { .. }
                | Work::Copy { .. },
            ))
            | None => {}
        }
    }
}
