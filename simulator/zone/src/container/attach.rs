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
    /// Its client has gone before the start: only the announcement is left.
    pub(crate) lost: bool,
}

/// Who has announced an attach to a container that is now started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Announcement {
    /// Nobody, or somebody who is there.
    Met,
    /// Only connections that have gone.
    Lost,
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
        let entry = Attach {
            instance,
            timer,
            lost: false,
        };
        self.state.attaches.insert(attach, entry);
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.attaches.push(attach);
        }
        self.tell_container(instance, "attach", &[]);
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

    /// A connection has gone. The announcement stays for its minute: another connection may take its place.
    pub(crate) fn detach(&mut self, attach: AttachId) -> Result<Reply, Error> {
        match self.state.attaches.get_mut(&attach) {
            Some(entry) if entry.timer.is_some() => entry.lost = true,
            _ => self.forget_attach(attach),
        }
        Ok(Reply::Empty)
    }

    fn forget_attach(&mut self, attach: AttachId) {
        let Some(entry) = self.state.attaches.remove(&attach) else {
            return;
        };
        if let Some(timer) = entry.timer {
            self.cancel_timer(timer);
        }
        if let Some(container) = self.container_mut(entry.instance) {
            let attaches = &mut container.lifecycle.attaches;
            attaches.retain(|other| *other != attach);
        }
    }

    /// The container is being started: connections wait no more, lost ones are forgotten.
    pub(crate) fn end_attach_waits(&mut self, instance: InstanceId) -> Announcement {
        let container = self.state.container_of(instance);
        let attaches = container.map_or_else(Vec::new, |c| c.lifecycle.attaches.clone());
        let (mut lost, mut met) = (false, false);
        for attach in attaches {
            let Some(entry) = self.state.attaches.get_mut(&attach) else {
                continue;
            };
            if entry.lost {
                lost = true;
                self.forget_attach(attach);
            } else {
                met = true;
                let timer = entry.timer.take();
                timer.into_iter().for_each(|timer| self.cancel_timer(timer));
            }
        }
        if lost && !met {
            Announcement::Lost
        } else {
            Announcement::Met
        }
    }

    /// Closes the connections that wait for a container which is being removed.
    pub(crate) fn cut_attaches(&mut self, attaches: Vec<AttachId>) {
        for attach in attaches {
            let entry = self.state.attaches.get(&attach);
            if entry.is_some_and(|entry| entry.timer.is_some()) {
                self.cut_attach(attach);
            } else {
                self.forget_attach(attach);
            }
        }
    }

    /// The container was not started in time: the connection is closed, and its announcement is forgotten.
    pub(crate) fn cut_attach(&mut self, attach: AttachId) {
        let entry = self.state.attaches.get(&attach);
        let connected = entry.is_some_and(|entry| !entry.lost);
        self.forget_attach(attach);
        if connected {
            self.effects.push(Effect::CutAttach { attach });
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
