//! Faults that operators put into a zone, so that clients can be shown what rarely happens.

use crate::change::Change;
use crate::state::State;
use crate::{AccountId, Cause, Container, Error, Reply};
use runtime::InstanceId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultPoint {
    /// A node makes a container.
    Provision,
    /// An operation asks for a container's ticket.
    Ticket,
    /// A node starts a container.
    Start,
    /// A node stops a container.
    Stop,
    /// A node sends a signal.
    Kill,
    /// A node removes a container.
    Delete,
    /// A node prepares a copy of files.
    Copy,
    /// A node starts the process of an exec.
    Exec,
    /// A node is asked for statistics.
    Stats,
    /// A node is asked for the processes of a container.
    Top,
    /// The inventory is asked for a container.
    Inventory,
    /// Rules and package of a container are read to describe it.
    Inspect,
    /// The record of a container is read until it has stopped.
    Wait,
    /// The containers of an account are counted.
    Count,
    /// A link is looked up to be removed.
    Links,
    /// A node makes an image of a container.
    Commit,
}

impl FaultPoint {
    /// All of them.
    pub const ALL: [FaultPoint; 16] = [
        FaultPoint::Provision,
        FaultPoint::Ticket,
        FaultPoint::Start,
        FaultPoint::Stop,
        FaultPoint::Kill,
        FaultPoint::Delete,
        FaultPoint::Copy,
        FaultPoint::Exec,
        FaultPoint::Stats,
        FaultPoint::Top,
        FaultPoint::Inventory,
        FaultPoint::Inspect,
        FaultPoint::Wait,
        FaultPoint::Count,
        FaultPoint::Links,
        FaultPoint::Commit,
    ];

    /// Its name for operators.
    pub fn name(self) -> &'static str {
        match self {
            FaultPoint::Provision => "provision",
            FaultPoint::Ticket => "ticket",
            FaultPoint::Start => "start",
            FaultPoint::Stop => "stop",
            FaultPoint::Kill => "kill",
            FaultPoint::Delete => "delete",
            FaultPoint::Copy => "copy",
            FaultPoint::Exec => "exec",
            FaultPoint::Stats => "stats",
            FaultPoint::Top => "top",
            FaultPoint::Inventory => "inventory",
            FaultPoint::Inspect => "inspect",
            FaultPoint::Wait => "wait",
            FaultPoint::Count => "count",
            FaultPoint::Links => "links",
            FaultPoint::Commit => "commit",
        }
    }

    /// Whether it is a job of a node, which may never end.
    fn may_hang(self) -> bool {
        matches!(
            self,
            FaultPoint::Provision
                | FaultPoint::Start
                | FaultPoint::Stop
                | FaultPoint::Kill
                | FaultPoint::Delete
                | FaultPoint::Copy
                | FaultPoint::Exec
                | FaultPoint::Stats
                | FaultPoint::Commit
        )
    }
}

/// How a fault shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// It fails; the cause decides the status.
    Fails(Cause),
    /// It never ends.
    Hangs,
}

/// Something that is to go wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Where.
    pub point: FaultPoint,
    /// How.
    pub kind: FaultKind,
    /// Only for the container of this account and name, made or not; `None`: for all.
    pub container: Option<(AccountId, String)>,
    /// How often; `None`: until it is taken back.
    pub times: Option<u32>,
}

impl Fault {
    fn concerns(&self, container: Option<&Container>) -> bool {
        match (&self.container, container) {
            (None, _) => true,
            (Some((owner, name)), Some(container)) => {
                container.owner == *owner && *container.name == **name
            }
            (Some(_), None) => false,
        }
    }
}

/// Most faults at once.
const LIMIT: usize = 1000;

impl State {
    /// The first fault in the way of a container, or of no container.
    fn fault(&self, point: FaultPoint, container: Option<&Container>) -> Option<usize> {
        self.faults
            .iter()
            .position(|fault| fault.point == point && fault.concerns(container))
    }
}

impl Change {
    /// Something is to go wrong from now on.
    pub(crate) fn add_fault(&mut self, fault: Fault) -> Result<Reply, Error> {
        if fault.kind == FaultKind::Hangs && !fault.point.may_hang() {
            return Err(Error::EndlessFault(fault.point.name()));
        }
        if self.state.faults.len() >= LIMIT {
            return Err(Error::TooMany("faults"));
        }
        Arc::make_mut(&mut self.state.faults).push(fault);
        Ok(Reply::Empty)
    }

    /// Nothing is to go wrong any more. What hangs goes on to do so.
    pub(crate) fn remove_faults(&mut self) -> Result<Reply, Error> {
        self.state.faults = Arc::default();
        Ok(Reply::Empty)
    }

    /// What goes wrong here, if anything does. It counts even when the command is refused for it.
    pub(crate) fn strike(
        &mut self,
        point: FaultPoint,
        instance: Option<InstanceId>,
    ) -> Option<FaultKind> {
        let container = instance.and_then(|instance| self.state.container_of(instance));
        let place = self.state.fault(point, container)?;
        let faults = Arc::make_mut(&mut self.state.faults);
        let kind = faults[place].kind;
        if let Some(times) = &mut faults[place].times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                faults.remove(place);
            }
        }
        Some(kind)
    }

    /// As [`Change::strike`], where nothing can hang.
    pub(crate) fn fails(
        &mut self,
        point: FaultPoint,
        instance: Option<InstanceId>,
    ) -> Result<(), Cause> {
        match self.strike(point, instance) {
            Some(FaultKind::Fails(cause)) => Err(cause),
            Some(FaultKind::Hangs) | None => Ok(()),
        }
    }
}
