//! Jobs, tickets and timers as state.

use crate::{AccountId, AttachId, JobId, Link, Operation, TimerId};
use runtime::clock::{TimerOwner, TimerReason};
use runtime::{ExecId, InstanceId, Timestamp};
use std::sync::Arc;

/// A long operation that a client waits for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Job {
    pub(crate) account: AccountId,
    pub(crate) instance: InstanceId,
    pub(crate) work: Work,
}

impl Job {
    /// Whether it has the ticket of its container or waits for it.
    pub(crate) fn needs_ticket(&self) -> bool {
        !matches!(
            self.work,
            Work::Create { .. } | Work::Wait | Work::Exec { .. }
        )
    }
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Work {
    /// The node makes the container; its links are kept when it is there.
    Create { links: Vec<Link> },
    /// The container's end is awaited.
    Wait,
    /// Another operation has the container's ticket.
    Queued {
        operation: Operation,
        limit: TimerId,
    },
    /// The first process is being started; it has the ticket.
    Start { restart: bool, limit: TimerId },
    /// The node has been told and has not begun; it has the ticket, unless the ticket's life is over.
    AtNode {
        operation: Operation,
        /// When it begins; `None`: never.
        begins: Option<TimerId>,
        /// The node's own limit.
        limit: Option<TimerId>,
        /// The end of the ticket's life, for one that may take longer.
        life: Option<TimerId>,
    },
    /// The node was told to start the process of an exec and never does; no ticket is needed.
    Exec { limit: TimerId },
    /// Files are copied; it has the ticket.
    Copy { life: TimerId },
    /// The container is being stopped; it has the ticket, unless the ticket's life is over.
    Stop {
        /// Start it again afterwards.
        restart: bool,
        phase: StopPhase,
        /// The next step.
        step: Option<TimerId>,
        /// The node's own limit.
        limit: Option<TimerId>,
        /// The end of the ticket's life, for a stop that may take longer.
        life: Option<TimerId>,
    },
}

impl Work {
    /// The timers that watch over the job.
    pub(crate) fn timers(&self) -> impl Iterator<Item = TimerId> + use<> {
        let timers = match self {
            Work::Queued { limit, .. } | Work::Start { limit, .. } | Work::Exec { limit } => {
                [Some(*limit), None, None]
            }
            Work::AtNode {
                begins,
                limit,
                life,
                ..
            } => [*begins, *limit, *life],
            Work::Copy { life } => [Some(*life), None, None],
            Work::Stop {
                step, limit, life, ..
            } => [*step, *limit, *life],
            Work::Create { .. } | Work::Wait => [None; 3],
        };
        timers.into_iter().flatten()
    }
}

/// What a stop has done so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopPhase {
    Terminated,
    Killed,
    Halted,
}

/// Who has the ticket of a container, and who waits for it, first come first served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tickets {
    pub(crate) holder: JobId,
    pub(crate) queue: Vec<JobId>,
}

/// A timer that the zone has asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ZoneTimer {
    pub(crate) at: Timestamp,
    pub(crate) owner: TimerOwner,
    pub(crate) reason: TimerReason,
    pub(crate) purpose: Purpose,
}

/// What happens when a timer fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A remembered authentication ends.
    ForgetAuthentication(Arc<str>),
    /// A queued operation has waited too long.
    QueueLimit(JobId),
    /// A first process ends by KILL, as its server goes down.
    ShutDown(InstanceId),
    /// The node begins to make a container.
    Provision(InstanceId),
    /// The node gets to a job.
    NodeBegins(JobId),
    /// The node has taken too long.
    NodeLimit(JobId),
    /// The operation loses the ticket.
    TicketLife(JobId),
    /// The next step of a stop.
    StopStep(JobId),
    /// The restart policy starts a container again.
    Restart(InstanceId),
    /// A container was not started in time for this connection.
    AttachWait(AttachId),
    /// Nobody has attached to a held first process.
    Hold(InstanceId),
    /// An exec was not started in time.
    ExecExpiry(ExecId),
}
