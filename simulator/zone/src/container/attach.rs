//! Attached connections, and the first process that waits for them (containers.md 14, CTR-78).

use crate::change::Change;
use crate::job::Purpose;
use crate::{AttachId, AttachState, Effect, Error, Reply, State, TimerId};
use runtime::clock::{TimerOwner, TimerReason};
use runtime::{ExitStatus, InstanceId};
use std::time::Duration;

/// How long an attach waits for a start, and a held first process for an attach.
const ATTACH_WAIT: Duration = Duration::from_secs(60);
/// Nobody came back for a held first process.
const NOBODY_ATTACHED: ExitStatus = ExitStatus(45);
/// Most connections that are attached to one container.
const ATTACH_LIMIT: usize = 1024;

/// A connection that is attached to a container or waits for its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attach {
    /// Whose streams.
    pub(crate) instance: InstanceId,
    /// Ends it when the container is not started in time; `None` once it runs.
    pub(crate) timer: Option<TimerId>,
}

impl Change {
    /// A client connects. Before a start it announces itself; a held first process is let go.
    pub(crate) fn attach(&mut self, instance: InstanceId) -> Result<Reply, Error> {
        let attach = AttachId(self.number());
        let Some(container) = self.state.container_of(instance) else {
            return Ok(closed(instance, attach));
        };
        let alive = container.is_running() || container.lifecycle.starting;
        let held = container.lifecycle.held.is_some();
        let full = container.lifecycle.attaches.len() >= ATTACH_LIMIT;
        if container.state == State::Provisioning || full {
            return Ok(closed(instance, attach));
        }
        let timer = (!alive).then(|| {
            let owner = TimerOwner::Instance(instance);
            let purpose = Purpose::AttachWait(attach);
            self.set_timer(ATTACH_WAIT, owner, TimerReason::AttachWait, purpose)
        });
        self.state
            .attaches
            .insert(attach, Attach { instance, timer });
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.attaches.push(attach);
            container.lifecycle.announced |= !alive;
        }
        if held {
            self.let_go(instance);
        }
        let state = if alive {
            AttachState::Running
        } else {
            AttachState::Waiting
        };
        Ok(Reply::Attach {
            instance,
            attach,
            state,
        })
    }

    /// A connection has gone. The announcement stays: another connection may take its place.
    pub(crate) fn detach(&mut self, attach: AttachId) -> Result<Reply, Error> {
        self.forget_attach(attach);
        Ok(Reply::Empty)
    }

    fn forget_attach(&mut self, attach: AttachId) -> Option<InstanceId> {
        let entry = self.state.attaches.remove(&attach)?;
        if let Some(timer) = entry.timer {
            self.cancel_timer(timer);
        }
        if let Some(container) = self.container_mut(entry.instance) {
            let attaches = &mut container.lifecycle.attaches;
            attaches.retain(|other| *other != attach);
        }
        Some(entry.instance)
    }

    /// The container is being started: the connection waits no more.
    pub(crate) fn end_attach_wait(&mut self, attach: AttachId) {
        let timer = self
            .state
            .attaches
            .get_mut(&attach)
            .and_then(|attach| attach.timer.take());
        if let Some(timer) = timer {
            self.cancel_timer(timer);
        }
    }

    /// The container was not started in time: the connection is closed, and so is its announcement.
    pub(crate) fn attach_wait_over(&mut self, attach: AttachId) {
        let Some(instance) = self.forget_attach(attach) else {
            return;
        };
        self.effects.push(Effect::CutAttach { attach });
        if let Some(container) = self.container_mut(instance)
            && container.lifecycle.attaches.is_empty()
        {
            container.lifecycle.announced = false;
        }
    }

    /// Closes the connections that wait for a container which is being removed.
    pub(crate) fn cut_attaches(&mut self, attaches: Vec<AttachId>) {
        for attach in attaches {
            let waits = self
                .state
                .attaches
                .get(&attach)
                .is_some_and(|entry| entry.timer.is_some());
            self.forget_attach(attach);
            if waits {
                self.effects.push(Effect::CutAttach { attach });
            }
        }
    }

    /// Holds the first process back: the container runs, the command does not.
    pub(crate) fn hold(&mut self, instance: InstanceId) {
        let now = self.now;
        self.mark_running(instance, now);
        let owner = TimerOwner::Instance(instance);
        let purpose = Purpose::Hold(instance);
        let timer = self.set_timer(ATTACH_WAIT, owner, TimerReason::AttachWait, purpose);
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.held = Some(timer);
        }
    }

    fn let_go(&mut self, instance: InstanceId) {
        let held = self
            .container_mut(instance)
            .and_then(|container| container.lifecycle.held.take());
        if let Some(timer) = held {
            self.cancel_timer(timer);
            self.start_process(instance);
        }
    }

    /// Nobody has attached in time.
    pub(crate) fn hold_over(&mut self, instance: InstanceId) {
        self.end_hold(instance, NOBODY_ATTACHED);
    }

    /// Ends a held first process; nothing happens when none is held.
    pub(crate) fn end_hold(&mut self, instance: InstanceId, status: ExitStatus) {
        let held = self
            .container_mut(instance)
            .and_then(|container| container.lifecycle.held.take());
        if let Some(timer) = held {
            self.cancel_timer(timer);
            let now = self.now;
            self.ended(instance, status, now);
        }
    }
}

fn closed(instance: InstanceId, attach: AttachId) -> Reply {
    Reply::Attach {
        instance,
        attach,
        state: AttachState::Closed,
    }
}
