//! Copying files: the client's connection does it, under the container's ticket (containers.md 17 and 20).

use super::{Purpose, Work};
use crate::change::Change;
use crate::job::ticket::{Begun, TICKET_LIFE};
use crate::{Error, JobId, Operation, Reply};
use runtime::InstanceId;
use runtime::clock::{TimerOwner, TimerReason};

impl Change {
    pub(crate) fn begin_copy(&mut self, job: JobId, instance: InstanceId) -> Begun {
        let owner = TimerOwner::Instance(instance);
        let purpose = Purpose::TicketLife(job);
        let life = self.set_timer(TICKET_LIFE, owner, TimerReason::TicketLife, purpose);
        Begun::Granted(Work::Copy { life }, Reply::Ticket { instance, job })
    }

    /// Nobody waits for the end of a copy.
    pub(super) fn free_ticket(&mut self, job: JobId, instance: InstanceId) {
        self.cancel_job_timers(job);
        self.state.jobs.remove(&job);
        self.pass_ticket(instance);
    }

    /// A copy is over, or whoever wanted one does so no more.
    pub(crate) fn end_copy(&mut self, job: JobId) -> Result<Reply, Error> {
        let Some(entry) = self.state.jobs.get(&job) else {
            return Ok(Reply::Empty);
        };
        let instance = entry.instance;
        match entry.work {
            Work::Copy { .. } => self.free_ticket(job, instance),
            Work::AtNode {
                operation: Operation::Copy(_),
                ..
            } => self.finish_holder(instance, Ok(Reply::Empty)),
            Work::Queued {
                operation: Operation::Copy(_),
                ..
            } => {
                self.cancel_job_timers(job);
                self.leave_queue(job, instance);
                self.finish(job, Ok(Reply::Empty));
            }
            _ => {}
        }
        Ok(Reply::Empty)
    }
}
