//! What has been asked for and not been answered.

use crate::{Effect, State, Zone};

impl Zone {
    /// The effects that are still to be answered: what a process that takes this state over has to carry out
    /// again. Timers that are due already are among them.
    pub fn reconcile(&self) -> Vec<Effect> {
        let state = self.state();
        let timers = state.timers.iter().map(|(timer, entry)| Effect::SetTimer {
            timer: *timer,
            at: entry.at,
            owner: entry.owner,
            reason: entry.reason,
        });
        let made = state
            .containers
            .values()
            .filter(|container| {
                let lifecycle = &container.lifecycle;
                let waits = lifecycle.creation_timer.is_some() || lifecycle.creation_hangs;
                container.state == State::Provisioning && !waits
            })
            .map(|container| container.creation());
        let started = state
            .containers
            .iter()
            .filter(|(_, container)| container.lifecycle.starting)
            .filter_map(|(instance, container)| {
                Some(Effect::StartInstance {
                    instance: *instance,
                    incarnation: container.incarnation(),
                    spec: Box::new(state.start_spec(*instance)?),
                })
            });
        timers.chain(made).chain(started).collect()
    }
}
