//! Reports of runtimes and timers.

use super::Purpose;
use crate::change::Change;
use crate::{Error, Reply, TimerId};
use runtime::RuntimeEvent;

impl Change {
    /// A runtime reports. What nobody waits for any more is ignored.
    pub(crate) fn report(&mut self, event: RuntimeEvent) -> Result<Reply, Error> {
        match event {
            RuntimeEvent::Started {
                instance,
                incarnation,
                at,
            } => self.started(instance, incarnation, at),
            RuntimeEvent::Exited {
                instance,
                incarnation,
                status,
                at,
            } => self.exited(instance, incarnation, status, at),
            RuntimeEvent::ExecExited { exec, status, .. } => self.exec_exited(exec, status),
        }
        Ok(Reply::Empty)
    }

    /// A timer has fired; one that was cancelled meanwhile is ignored.
    pub(crate) fn fire(&mut self, timer: TimerId) -> Result<Reply, Error> {
        if let Some(entry) = self.state.timers.remove(&timer) {
            match entry.purpose {
                Purpose::ForgetAuthentication(login) => self.forget_authentication(&login),
                Purpose::QueueLimit(job) => self.queue_limit(job),
                Purpose::ShutDown(instance) => self.shut_down_now(instance),
                Purpose::Provision(instance) => self.begin_creation(instance),
                Purpose::NodeBegins(job) => self.node_begins(job),
                Purpose::NodeLimit(job) => self.node_limit(job),
                Purpose::TicketLife(job) => self.lose_ticket(job),
                Purpose::StopStep(job) => self.stop_step(job),
                Purpose::Restart(instance) => self.restart(instance),
                Purpose::AttachWait(attach) => self.cut_attach(attach),
                Purpose::Hold(instance) => self.hold_over(instance),
                Purpose::ExecExpiry(exec) => self.expire_exec(exec),
            }
        }
        Ok(Reply::Empty)
    }
}
