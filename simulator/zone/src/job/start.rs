//! Starting a container (containers.md 12.1).

use super::node::START_LIMIT;
use super::{Purpose, Work};
use crate::change::Change;
use crate::container::Announcement;
use crate::job::ticket::Begun;
use crate::{Action, Cause, Effect, Error, JobId, Reply, State};
use runtime::clock::{TimerOwner, TimerReason};
use runtime::{Incarnation, InstanceId, Timestamp};

impl Change {
    /// A user starts a container: the restart policy begins anew.
    pub(crate) fn begin_start(
        &mut self,
        job: JobId,
        instance: InstanceId,
        restart: bool,
    ) -> Result<Begun, Error> {
        let Some(container) = self.container_mut(instance) else {
            let action = if restart {
                Action::Restart
            } else {
                Action::Start
            };
            let cause = Cause::NotFound;
            return Err(Error::Failed { action, cause });
        };
        if container.is_running() {
            return Ok(Begun::Done(Reply::Empty));
        }
        container.restart_count = 0;
        let autoboot = container.config.restart_policy.is_some();
        let lifecycle = &mut container.lifecycle;
        lifecycle.autoboot = autoboot;
        lifecycle.restart_delay = None;
        let starting = lifecycle.starting;
        self.cancel_restart(instance);
        if !starting && self.launch(instance) == Launch::Held {
            return Ok(Begun::Done(Reply::Empty));
        }
        let owner = TimerOwner::Instance(instance);
        let purpose = Purpose::NodeLimit(job);
        let limit = self.set_timer(START_LIMIT, owner, TimerReason::NodeLimit, purpose);
        Ok(Begun::Working(Work::Start { restart, limit }))
    }

    /// Starts the first process of a stopped container, or holds it back for an attach that was announced and lost (CTR-78).
    pub(crate) fn launch(&mut self, instance: InstanceId) -> Launch {
        if self.end_attach_waits(instance) == Announcement::Lost {
            self.hold(instance);
            return Launch::Held;
        }
        self.start_process(instance);
        Launch::Started
    }

    /// Tells the runtime to start the first process.
    pub(crate) fn start_process(&mut self, instance: InstanceId) {
        let Some(container) = self.container_mut(instance) else {
            return;
        };
        container.lifecycle.starting = true;
        container.lifecycle.incarnation.0 += 1;
        let incarnation = container.lifecycle.incarnation;
        if let Some(spec) = self.state.start_spec(instance) {
            self.effects.push(Effect::StartInstance {
                instance,
                incarnation,
                spec: Box::new(spec),
            });
        }
    }

    /// The first process runs.
    pub(crate) fn started(
        &mut self,
        instance: InstanceId,
        incarnation: Incarnation,
        at: Timestamp,
    ) {
        let Some(container) = self.state.container_of(instance) else {
            return;
        };
        if container.lifecycle.incarnation != incarnation || !container.lifecycle.starting {
            return;
        }
        self.mark_running(instance, at);
        if let Some((_, Work::Start { restart, .. })) = self.holder(instance) {
            let restart = *restart;
            self.finish_start(instance, restart);
        }
    }

    /// The operation that has started the container is over.
    pub(super) fn finish_start(&mut self, instance: InstanceId, restart: bool) {
        if restart {
            self.tell_container(instance, "restart", &[]);
        }
        self.finish_holder(instance, Ok(Reply::Empty));
    }

    /// The container runs from now on. A held one has run already.
    pub(crate) fn mark_running(&mut self, instance: InstanceId, at: Timestamp) {
        let pid = u32::try_from(2000 + self.random.below(60_000)).unwrap_or(2000);
        let Some(container) = self.container_mut(instance) else {
            return;
        };
        container.lifecycle.starting = false;
        let begins = container.state != State::Running;
        if begins {
            container.state = State::Running;
            container.booted_at = Some(at);
            container.pid = pid;
        }
        container.exit = None;
        container.started_once = true;
        if begins {
            self.tell_container(instance, "start", &[]);
        }
    }

    /// The runtime cannot start the first process.
    pub(crate) fn start_refused(
        &mut self,
        instance: InstanceId,
        incarnation: Incarnation,
    ) -> Result<Reply, Error> {
        let Some(container) = self.container_mut(instance) else {
            return Ok(Reply::Empty);
        };
        if container.lifecycle.incarnation != incarnation || !container.lifecycle.starting {
            return Ok(Reply::Empty);
        }
        container.lifecycle.starting = false;
        container.lifecycle.autoboot = false;
        if container.is_running() {
            // It was held, so it counts as running: its init ends without a status.
            let now = self.now;
            self.exited(instance, incarnation, runtime::ExitStatus(0), now);
            return Ok(Reply::Empty);
        }
        if let Some((_, Work::Start { restart, .. })) = self.holder(instance) {
            let action = if *restart {
                Action::Restart
            } else {
                Action::Start
            };
            let cause = Cause::Internal;
            self.finish_holder(instance, Err(Error::Failed { action, cause }));
        }
        Ok(Reply::Empty)
    }
}

/// What has become of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Launch {
    /// The runtime starts the first process.
    Started,
    /// The first process waits for an attach; the container runs.
    Held,
}
