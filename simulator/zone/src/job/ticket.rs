//! The ticket of a container: one operation at a time, first come first served (containers.md 20).

use super::{Job, Purpose, Tickets, Work};
use crate::change::{Change, Progress};
use crate::{
    AccountId, Action, Cause, Copying, Effect, Error, FaultPoint, JobId, Operation, Reply,
    StopTimeout, TimerId,
};
use runtime::InstanceId;
use runtime::clock::{TimerOwner, TimerReason};
use std::time::Duration;

/// How long an operation waits for the ticket.
const QUEUE_LIMIT: Duration = Duration::from_secs(120);
/// How long an operation keeps the ticket: one that takes longer goes on without it. Only a stop
/// or a copy can.
pub(super) const TICKET_LIFE: Duration = Duration::from_secs(600);
/// How many operations wait for one ticket; more are refused at once.
const QUEUE_LENGTH: usize = 256;

/// What has come of an operation that has the ticket.
pub(crate) enum Begun {
    /// It is done; the ticket is free.
    Done(Reply),
    /// It keeps the ticket until its job is finished.
    Working(Work),
    /// As [`Begun::Working`], and who asked gets an answer now.
    Granted(Work, Reply),
}

impl Operation {
    /// What a failure of the operation is called.
    pub(crate) fn action(&self) -> Action {
        match self {
            Operation::Start => Action::Start,
            Operation::Stop { .. } => Action::Stop,
            Operation::Restart { .. } => Action::Restart,
            Operation::Kill { .. } => Action::Kill,
            Operation::Wait | Operation::Attach => Action::Wait,
            Operation::Rename { .. } => Action::Rename,
            Operation::Delete { .. } | Operation::DeleteLink { .. } => Action::Delete,
            Operation::CreateExec(_) => Action::Exec,
            Operation::Copy(Copying::Out) => Action::CopyOut,
            Operation::Copy(Copying::In) => Action::CopyIn,
            Operation::Copy(Copying::File) => Action::CopyFile,
        }
    }

    /// The operation has failed.
    pub(crate) fn failed(&self, cause: Cause) -> Error {
        let action = self.action();
        Error::Failed { action, cause }
    }
}

impl Change {
    /// Carries out an operation on the container that `reference` means. Reads, attaches and execs need no ticket.
    pub(crate) fn operate(
        &mut self,
        account: AccountId,
        reference: &str,
        operation: Operation,
    ) -> Result<Progress, Error> {
        let instance = self.state.find_container(account, reference)?.instance();
        if let Err(cause) = self.fails(FaultPoint::Inventory, Some(instance)) {
            return Err(Error::Unreadable(reference.to_owned(), cause));
        }
        match operation {
            Operation::Wait => self.wait(account, instance),
            Operation::Attach => self.attach(instance).map(Progress::Done),
            Operation::CreateExec(request) => self.create_exec(instance, reference, *request),
            Operation::DeleteLink { alias } => {
                if self.fails(FaultPoint::Links, Some(instance)).is_err() {
                    let name = self.state.find_container(account, reference)?.name.clone();
                    return Err(Error::LinkLookup(format!("{name}/{alias}")));
                }
                self.remove_link(instance, &alias);
                Ok(Progress::Done(Reply::Empty))
            }
            operation => {
                self.state
                    .find_container(account, reference)?
                    .admit(&operation)?;
                self.take_ticket(account, instance, operation)
            }
        }
    }

    fn take_ticket(
        &mut self,
        account: AccountId,
        instance: InstanceId,
        operation: Operation,
    ) -> Result<Progress, Error> {
        if let Err(cause) = self.fails(FaultPoint::Ticket, Some(instance)) {
            return Err(operation.failed(cause));
        }
        let job = JobId(self.number());
        let Some(tickets) = self.state.tickets.get_mut(&instance) else {
            let (work, progress) = match self.begin(job, instance, &operation)? {
                Begun::Done(reply) => return Ok(Progress::Done(reply)),
                Begun::Working(work) => (work, Progress::Pending(job)),
                Begun::Granted(work, reply) => (work, Progress::Done(reply)),
            };
            let queue = Vec::new();
            let tickets = Tickets { holder: job, queue };
            self.state.tickets.insert(instance, tickets);
            self.add_job(job, account, instance, work);
            return Ok(progress);
        };
        if tickets.queue.len() >= QUEUE_LENGTH {
            return Err(operation.failed(Cause::Internal));
        }
        tickets.queue.push(job);
        let limit = self.queue_timer(instance, job);
        self.add_job(job, account, instance, Work::Queued { operation, limit });
        Ok(Progress::Pending(job))
    }

    pub(crate) fn add_job(
        &mut self,
        job: JobId,
        account: AccountId,
        instance: InstanceId,
        work: Work,
    ) {
        let entry = Job {
            account,
            instance,
            work,
        };
        self.state.jobs.insert(job, entry);
    }

    /// Gives an operation that has the ticket to the node, which most often begins at once.
    pub(super) fn begin(
        &mut self,
        job: JobId,
        instance: InstanceId,
        operation: &Operation,
    ) -> Result<Begun, Error> {
        let container = self.state.container_of(instance);
        let container = container.ok_or_else(|| operation.failed(Cause::NotFound))?;
        container.admit(operation)?;
        match self.hand_to_node(job, instance, operation)? {
            Some(work) => Ok(Begun::Working(work)),
            None => self.carry_out(job, instance, operation),
        }
    }

    /// The node does what it was told.
    pub(super) fn carry_out(
        &mut self,
        job: JobId,
        instance: InstanceId,
        operation: &Operation,
    ) -> Result<Begun, Error> {
        match operation {
            Operation::Start => self.begin_start(job, instance, false),
            Operation::Stop { timeout } => self.begin_stop(job, instance, *timeout, false),
            Operation::Restart { timeout } => self.begin_stop(job, instance, *timeout, true),
            Operation::Kill { signal } => Ok(self.kill(instance, *signal)),
            Operation::Rename { name } => self.rename(instance, name),
            Operation::Delete { .. } => Ok(self.delete(instance)),
            Operation::Copy(_) => Ok(self.begin_copy(job, instance)),
            Operation::Wait
            | Operation::Attach
            | Operation::DeleteLink { .. }
            | Operation::CreateExec(_) => Ok(Begun::Done(Reply::Empty)),
        }
    }

    /// The job that has the ticket of a container, if there is one.
    pub(crate) fn holder(&self, instance: InstanceId) -> Option<(JobId, &Work)> {
        let holder = self.state.tickets.get(&instance)?.holder;
        Some((holder, &self.state.jobs.get(&holder)?.work))
    }

    /// Answers the job that has the ticket and passes the ticket on.
    pub(crate) fn finish_holder(&mut self, instance: InstanceId, result: Result<Reply, Error>) {
        let Some(tickets) = self.state.tickets.get(&instance) else {
            return;
        };
        let holder = tickets.holder;
        self.cancel_job_timers(holder);
        self.finish(holder, result);
        self.pass_ticket(instance);
    }

    /// Begins queued operations until one keeps the ticket or none is left.
    pub(super) fn pass_ticket(&mut self, instance: InstanceId) {
        while let Some(next) = self.next_in_queue(instance) {
            self.cancel_job_timers(next);
            let Some(Work::Queued { operation, .. }) =
                self.state.jobs.get(&next).map(|job| job.work.clone())
            else {
                continue;
            };
            match self.attempt(|change| change.begin(next, instance, &operation)) {
                Ok(Begun::Done(reply)) => self.finish(next, Ok(reply)),
                Ok(Begun::Working(work)) => return self.give_ticket(instance, next, work),
                Ok(Begun::Granted(work, reply)) => {
                    let (job, result) = (next, Ok(reply));
                    self.effects.push(Effect::Finish { job, result });
                    return self.give_ticket(instance, next, work);
                }
                Err(error) => self.finish(next, Err(error)),
            }
        }
        self.state.tickets.remove(&instance);
    }

    /// What is refused changes nothing, but a fault that was met has been met.
    pub(super) fn attempt<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (state, effects) = (self.state.clone(), self.effects.len());
        let result = act(self);
        if result.is_err() {
            let faults = std::mem::take(&mut self.state.faults);
            self.state = state;
            self.state.faults = faults;
            self.effects.truncate(effects);
        }
        result
    }

    fn give_ticket(&mut self, instance: InstanceId, next: JobId, work: Work) {
        if let Some(job) = self.state.jobs.get_mut(&next) {
            job.work = work;
        }
        if let Some(tickets) = self.state.tickets.get_mut(&instance) {
            tickets.holder = next;
        }
    }

    fn next_in_queue(&mut self, instance: InstanceId) -> Option<JobId> {
        let queue = &mut self.state.tickets.get_mut(&instance)?.queue;
        (!queue.is_empty()).then(|| queue.remove(0))
    }

    /// An operation has waited too long for the ticket.
    pub(crate) fn queue_limit(&mut self, job: JobId) {
        let Some(entry) = self.state.jobs.get(&job).cloned() else {
            return;
        };
        let Work::Queued { operation, .. } = entry.work else {
            return;
        };
        self.leave_queue(job, entry.instance);
        self.finish(job, Err(operation.failed(Cause::Internal)));
    }

    /// A stop or a copy has kept the ticket for too long: it goes on, and so does who waits for the ticket.
    pub(crate) fn lose_ticket(&mut self, job: JobId) {
        let Some(entry) = self.state.jobs.get_mut(&job) else {
            return;
        };
        let instance = entry.instance;
        if let Work::Copy { .. } = entry.work {
            return self.free_ticket(job, instance);
        }
        if let Work::Stop { life, .. } | Work::AtNode { life, .. } = &mut entry.work {
            *life = None;
        }
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.overdue.push(job);
        }
        self.pass_ticket(instance);
    }

    /// The container of stops without a ticket has ended: who wanted it started again asks for the ticket anew.
    pub(crate) fn finish_overdue(&mut self, instance: InstanceId, overdue: Vec<JobId>) {
        for job in overdue {
            self.cancel_job_timers(job);
            let Some(
                Work::Stop { restart: true, .. }
                | Work::AtNode {
                    operation: Operation::Restart { .. },
                    ..
                },
            ) = self.state.jobs.get(&job).map(|job| job.work.clone())
            else {
                self.finish_without_container(job);
                continue;
            };
            let operation = Operation::Restart {
                timeout: StopTimeout::Seconds(0),
            };
            let limit = self.queue_timer(instance, job);
            if let Some(entry) = self.state.jobs.get_mut(&job) {
                entry.work = Work::Queued { operation, limit };
            }
            if let Some(tickets) = self.state.tickets.get_mut(&instance) {
                tickets.queue.push(job);
            } else {
                let (holder, queue) = (job, vec![job]);
                let tickets = Tickets { holder, queue };
                self.state.tickets.insert(instance, tickets);
                self.pass_ticket(instance);
            }
        }
    }

    /// The container has ended, or is gone: a stop has come to its end, an exec never will.
    pub(crate) fn finish_without_container(&mut self, job: JobId) {
        let exec = matches!(
            self.state.jobs.get(&job).map(|job| &job.work),
            Some(Work::Exec { .. })
        );
        let result = match exec {
            false => Ok(Reply::Empty),
            true => Err(Error::Failed {
                action: Action::Exec,
                cause: Cause::Internal,
            }),
        };
        self.cancel_job_timers(job);
        self.finish(job, result);
    }

    pub(super) fn leave_queue(&mut self, job: JobId, instance: InstanceId) {
        if let Some(tickets) = self.state.tickets.get_mut(&instance) {
            tickets.queue.retain(|queued| *queued != job);
        }
    }

    fn queue_timer(&mut self, instance: InstanceId, job: JobId) -> TimerId {
        let owner = TimerOwner::Instance(instance);
        let purpose = Purpose::QueueLimit(job);
        self.set_timer(QUEUE_LIMIT, owner, TimerReason::QueueLimit, purpose)
    }

    /// The node has taken too long for an operation that is no longer queued.
    pub(crate) fn node_limit(&mut self, job: JobId) {
        let Some(entry) = self.state.jobs.get(&job) else {
            return;
        };
        let cause = Cause::Internal;
        let error = match &entry.work {
            Work::AtNode { operation, .. } => operation.timed_out(),
            Work::Exec { .. } => Error::TaskTimeout,
            Work::Start { restart: false, .. } => Error::Failed {
                action: Action::Start,
                cause,
            },
            Work::Stop { restart: false, .. } => Error::Failed {
                action: Action::Stop,
                cause,
            },
            _ => Error::Failed {
                action: Action::Restart,
                cause,
            },
        };
        let instance = entry.instance;
        if self
            .holder(instance)
            .is_some_and(|(holder, _)| holder == job)
        {
            self.finish_holder(instance, Err(error));
        } else {
            self.end_without_ticket(job, instance, Err(error));
        }
    }

    /// Answers a job that has lost the ticket, or needed none.
    pub(super) fn end_without_ticket(
        &mut self,
        job: JobId,
        instance: InstanceId,
        result: Result<Reply, Error>,
    ) {
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.overdue.retain(|other| *other != job);
        }
        self.cancel_job_timers(job);
        self.finish(job, result);
    }

    pub(crate) fn cancel_job_timers(&mut self, job: JobId) {
        let job = self.state.jobs.get(&job);
        let timers: Vec<TimerId> = job.into_iter().flat_map(|job| job.work.timers()).collect();
        for timer in timers {
            self.cancel_timer(timer);
        }
    }
}
