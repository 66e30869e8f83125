//! Stopping a container (containers.md 12.2): TERM, the timeout, KILL, 10 s, halt.

use super::{Purpose, StopPhase, Work};
use crate::change::Change;
use crate::job::ticket::{Begun, TICKET_LIFE};
use crate::{Effect, Error, JobId, Reply, StopTimeout, TimerId};
use runtime::clock::{TimerOwner, TimerReason};
use runtime::{ExitStatus, InstanceId, Signal};
use std::time::Duration;

/// Time between KILL and the halt.
const HALT_DELAY: Duration = Duration::from_secs(10);

impl Change {
    /// A user stops a container, to start it again with `restart`. It is not to run any more either way.
    pub(crate) fn begin_stop(
        &mut self,
        job: JobId,
        instance: InstanceId,
        timeout: StopTimeout,
        restart: bool,
    ) -> Result<Begun, Error> {
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.autoboot = false;
        }
        self.cancel_restart(instance);
        if timeout == StopTimeout::Seconds(0) {
            self.end_hold(instance, ExitStatus(-9));
        }
        if !self.is_alive(instance) {
            return if restart {
                self.begin_start(job, instance, true)
            } else {
                Ok(Begun::Done(Reply::Empty))
            };
        }
        let (phase, step) = match timeout {
            StopTimeout::Forever => (StopPhase::Terminated, None),
            StopTimeout::Seconds(0) => (StopPhase::Killed, Some(HALT_DELAY)),
            StopTimeout::Seconds(seconds) => {
                (StopPhase::Terminated, Some(Duration::from_secs(seconds)))
            }
        };
        let signal = match phase {
            StopPhase::Terminated => Signal::Term,
            StopPhase::Killed | StopPhase::Halted => Signal::Kill,
        };
        self.signal(instance, signal);
        let step = step.map(|delay| self.stop_timer(delay, instance, job));
        let node_limit = timeout.node_limit();
        let owner = TimerOwner::Instance(instance);
        let limit = node_limit.map(|delay| {
            let purpose = Purpose::NodeLimit(job);
            self.set_timer(delay, owner, TimerReason::NodeLimit, purpose)
        });
        let outlives_ticket = node_limit.is_none_or(|limit| limit > TICKET_LIFE);
        let life = outlives_ticket.then(|| {
            let purpose = Purpose::TicketLife(job);
            self.set_timer(TICKET_LIFE, owner, TimerReason::TicketLife, purpose)
        });
        Ok(Begun::Working(Work::Stop {
            restart,
            phase,
            step,
            limit,
            life,
        }))
    }

    fn stop_timer(&mut self, delay: Duration, instance: InstanceId, job: JobId) -> TimerId {
        let owner = TimerOwner::Instance(instance);
        self.set_timer(delay, owner, TimerReason::Stop, Purpose::StopStep(job))
    }

    /// The container has not stopped in time: the next step.
    pub(crate) fn stop_step(&mut self, job: JobId) {
        let Some(entry) = self.state.jobs.get(&job) else {
            return;
        };
        let instance = entry.instance;
        let Work::Stop { phase, .. } = entry.work else {
            return;
        };
        let (next, next_step) = match phase {
            StopPhase::Terminated => {
                let step = self.stop_timer(HALT_DELAY, instance, job);
                (StopPhase::Killed, Some(step))
            }
            StopPhase::Killed | StopPhase::Halted => (StopPhase::Halted, None),
        };
        if let Some(entry) = self.state.jobs.get_mut(&job)
            && let Work::Stop { phase, step, .. } = &mut entry.work
        {
            (*phase, *step) = (next, next_step);
        }
        match next {
            StopPhase::Halted => self.effects.push(Effect::HaltInstance { instance }),
            StopPhase::Terminated | StopPhase::Killed => self.signal(instance, Signal::Kill),
        }
    }

    /// A user sends a signal; the intent to run stays (CTR-11).
    pub(crate) fn kill(&mut self, instance: InstanceId, signal: Option<Signal>) -> Begun {
        if let Some(signal) = signal
            && self.is_alive(instance)
        {
            self.signal(instance, signal);
        }
        Begun::Done(Reply::Empty)
    }

    /// Delivers a signal to the first process. One that is held back has no handlers: only KILL ends it.
    pub(super) fn signal(&mut self, instance: InstanceId, signal: Signal) {
        let number = signal.zone_number().to_string();
        self.tell_container(instance, "kill", &[("signal", number)]);
        let held = self
            .state
            .container_of(instance)
            .is_some_and(|container| container.lifecycle.held.is_some());
        match (held, signal) {
            (false, signal) => self
                .effects
                .push(Effect::SignalInstance { instance, signal }),
            (true, Signal::Kill) => self.end_hold(instance, ExitStatus(-9)),
            (true, _) => {}
        }
    }

    /// Whether a first process runs or is being started.
    pub(super) fn is_alive(&self, instance: InstanceId) -> bool {
        self.state
            .container_of(instance)
            .is_some_and(|container| container.is_running() || container.lifecycle.starting)
    }
}
