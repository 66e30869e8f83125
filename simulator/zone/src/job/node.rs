//! What the node of a container makes of a job before it begins: it takes its time, fails, or never gets to it.

use super::{Purpose, Work};
use crate::change::Change;
use crate::job::ticket::{Begun, TICKET_LIFE};
use crate::{Effect, Error, FaultKind, FaultPoint, JobId, Operation, StopTimeout};
use runtime::InstanceId;
use runtime::clock::{TimerOwner, TimerReason};
use std::time::Duration;

/// What a node may take for a start, and for a signal (containers.md 20).
pub(super) const START_LIMIT: Duration = Duration::from_secs(120);
/// For a stop, besides its timeout (CTRX-08).
const STOP_LIMIT: Duration = Duration::from_secs(300);
/// For a removal.
const DELETE_LIMIT: Duration = Duration::from_secs(180);
/// To prepare a copy.
const COPY_LIMIT: Duration = Duration::from_secs(10);

impl StopTimeout {
    /// What a node may take for a stop; `None`: as long as it needs.
    pub(super) fn node_limit(self) -> Option<Duration> {
        match self {
            StopTimeout::Forever => None,
            StopTimeout::Seconds(seconds) => {
                Some(STOP_LIMIT.saturating_add(Duration::from_secs(seconds)))
            }
        }
    }
}

impl Operation {
    fn node_limit(&self) -> Option<Duration> {
        match self {
            Operation::Stop { timeout } | Operation::Restart { timeout } => timeout.node_limit(),
            Operation::Delete { .. } => Some(DELETE_LIMIT),
            Operation::Copy(_) => Some(COPY_LIMIT),
            _ => Some(START_LIMIT),
        }
    }

    /// The node has taken too long: jobs that the inventory asks for fail as ever, others are timed out.
    pub(super) fn timed_out(&self) -> Error {
        match self {
            Operation::Copy(_) => Error::TaskTimeout,
            _ => self.failed(crate::Cause::Internal),
        }
    }
}

impl Change {
    /// The job that an operation gives the node now; `None`: there is nothing to do.
    fn node_job(&self, instance: InstanceId, operation: &Operation) -> Option<FaultPoint> {
        let alive = self.is_alive(instance);
        match operation {
            Operation::Start if !alive => Some(FaultPoint::Start),
            Operation::Restart { .. } if !alive => Some(FaultPoint::Start),
            Operation::Stop { .. } | Operation::Restart { .. } if alive => Some(FaultPoint::Stop),
            Operation::Kill { .. } if alive => Some(FaultPoint::Kill),
            Operation::Delete { .. } => Some(FaultPoint::Delete),
            Operation::Copy(_) => Some(FaultPoint::Copy),
            _ => None,
        }
    }

    /// Hands an operation that has the ticket to the node; `None`: it begins at once.
    pub(super) fn hand_to_node(
        &mut self,
        job: JobId,
        instance: InstanceId,
        operation: &Operation,
    ) -> Result<Option<Work>, Error> {
        let Some(point) = self.node_job(instance, operation) else {
            return Ok(None);
        };
        let delay = match self.strike(point, Some(instance)) {
            Some(FaultKind::Fails(cause)) => return Err(operation.failed(cause)),
            Some(FaultKind::Hangs) => None,
            None => match self.state.settings.timing.of(point) {
                Duration::ZERO => return Ok(None),
                delay => Some(delay),
            },
        };
        let owner = TimerOwner::Instance(instance);
        let mut timer = |delay, reason, purpose| self.set_timer(delay, owner, reason, purpose);
        let limit = operation.node_limit();
        let begins =
            delay.map(|delay| timer(delay, TimerReason::NodeTime, Purpose::NodeBegins(job)));
        let outlives_ticket = limit.is_none_or(|limit| limit > TICKET_LIFE);
        let life = outlives_ticket.then(|| {
            timer(
                TICKET_LIFE,
                TimerReason::TicketLife,
                Purpose::TicketLife(job),
            )
        });
        let limit =
            limit.map(|limit| timer(limit, TimerReason::NodeLimit, Purpose::NodeLimit(job)));
        Ok(Some(Work::AtNode {
            operation: operation.clone(),
            begins,
            limit,
            life,
        }))
    }

    /// The node has got to a job. One that has lost the ticket meanwhile fails.
    pub(crate) fn node_begins(&mut self, job: JobId) {
        let Some(entry) = self.state.jobs.get(&job).cloned() else {
            return;
        };
        let Work::AtNode { operation, .. } = entry.work else {
            return;
        };
        let instance = entry.instance;
        let has_ticket = self
            .holder(instance)
            .is_some_and(|(holder, _)| holder == job);
        if !has_ticket {
            return self.end_without_ticket(job, instance, Err(operation.timed_out()));
        }
        self.cancel_job_timers(job);
        match self.attempt(|change| change.carry_out(job, instance, &operation)) {
            Ok(Begun::Done(reply)) => self.finish_holder(instance, Ok(reply)),
            Ok(Begun::Working(work)) => self.set_work(job, work),
            Ok(Begun::Granted(work, reply)) => {
                let result = Ok(reply);
                self.effects.push(Effect::Finish { job, result });
                self.set_work(job, work);
            }
            Err(error) => self.finish_holder(instance, Err(error)),
        }
    }

    fn set_work(&mut self, job: JobId, work: Work) {
        if let Some(entry) = self.state.jobs.get_mut(&job) {
            entry.work = work;
        }
    }
}
