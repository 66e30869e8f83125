//! Restart policies (containers.md 7).

use super::Purpose;
use crate::change::Change;
use crate::{Container, RestartPolicy};
use runtime::clock::{TimerOwner, TimerReason};
use runtime::{ExitStatus, InstanceId};
use std::time::Duration;

/// The delay before the first restart; each further one is twice as long.
const FIRST_DELAY: Duration = Duration::from_millis(100);
/// A run longer than this makes the next delay the first again.
const LONG_RUN: Duration = Duration::from_secs(10);

impl RestartPolicy {
    /// Whether a container that ended with `status` after so many automatic restarts is started again.
    fn restarts(self, status: ExitStatus, restart_count: u32) -> bool {
        match self {
            RestartPolicy::Always => true,
            RestartPolicy::OnFailure { maximum } => {
                status.0 != 0 && maximum.is_none_or(|maximum| restart_count < maximum)
            }
        }
    }
}

/// The delay after `previous` when the last run has taken `ran`.
fn next_delay(previous: Option<Duration>, ran: Duration) -> Duration {
    previous
        .filter(|_| ran <= LONG_RUN)
        .map_or(FIRST_DELAY, |previous| previous.saturating_mul(2))
}

impl Change {
    /// Sets the timer of the policy when the container should run.
    pub(crate) fn plan_restart(&mut self, instance: InstanceId, status: ExitStatus, ran: Duration) {
        let Some(container) = self.state.container_of(instance) else {
            return;
        };
        let wanted = container.lifecycle.autoboot
            && container
                .config
                .restart_policy
                .is_some_and(|policy| policy.restarts(status, container.restart_count));
        if !wanted {
            return;
        }
        let delay = next_delay(container.lifecycle.restart_delay, ran);
        let owner = TimerOwner::Instance(instance);
        let purpose = Purpose::Restart(instance);
        let timer = self.set_timer(delay, owner, TimerReason::Restart, purpose);
        if let Some(container) = self.container_mut(instance) {
            container.lifecycle.restart_delay = Some(delay);
            container.lifecycle.restart_timer = Some(timer);
        }
    }

    /// The delay is over. Whoever stopped or started the container meanwhile has cancelled the timer.
    pub(crate) fn restart(&mut self, instance: InstanceId) {
        let idle = |container: &Container| {
            container.lifecycle.autoboot && !container.is_running() && !container.lifecycle.starting
        };
        let Some(container) = self.container_mut(instance) else {
            return;
        };
        container.lifecycle.restart_timer = None;
        if idle(container) {
            container.restart_count = container.restart_count.saturating_add(1);
            self.launch(instance);
        }
    }

    /// A pending restart is dropped.
    pub(crate) fn cancel_restart(&mut self, instance: InstanceId) {
        let timer = self
            .container_mut(instance)
            .and_then(|container| container.lifecycle.restart_timer.take());
        if let Some(timer) = timer {
            self.cancel_timer(timer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_until_a_long_run() {
        let short = Duration::from_secs(10);
        let long = Duration::from_millis(10_001);
        let ms = Duration::from_millis;
        assert_eq!(next_delay(None, short), ms(100));
        assert_eq!(next_delay(Some(ms(100)), short), ms(200));
        assert_eq!(next_delay(Some(ms(200)), short), ms(400));
        assert_eq!(next_delay(Some(ms(400)), long), ms(100));
    }

    #[test]
    fn policies_look_at_status_and_count() {
        let twice = RestartPolicy::OnFailure { maximum: Some(2) };
        let unlimited = RestartPolicy::OnFailure { maximum: None };
        assert!(RestartPolicy::Always.restarts(ExitStatus(0), 99));
        assert!(twice.restarts(ExitStatus(-9), 1));
        assert!(!twice.restarts(ExitStatus(1), 2));
        assert!(!twice.restarts(ExitStatus(0), 0));
        assert!(unlimited.restarts(ExitStatus(1), 1000));
    }
}
