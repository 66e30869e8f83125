//! The zone: a state and the one way to change it.

use crate::change::{Change, Progress};
use crate::state::State;
use crate::{Applied, Command, Outcome, View, ZoneConfig};
use runtime::Timestamp;
use std::sync::Arc;

/// An availability zone. Clones are forks: they share what they have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    state: Arc<State>,
}

impl Zone {
    /// A zone without containers.
    pub fn new(config: ZoneConfig, seed: u64) -> Self {
        Self {
            state: Arc::new(State::new(config, seed)),
        }
    }

    /// Carries out a command at zone time `now`. A refused one changes nothing and consumes no randomness;
    /// only a fault that it was refused for has been met.
    pub fn apply(&mut self, command: Command, now: Timestamp) -> Applied {
        let mut change = Change::new(&self.state, now);
        let outcome = match change.run(command) {
            Ok(Progress::Done(reply)) => Outcome::Done(Ok(reply)),
            Ok(Progress::Pending(job)) => Outcome::Pending(job),
            Err(error) => {
                self.keep_faults(&change.state);
                return Applied {
                    outcome: Outcome::Done(Err(error)),
                    effects: Vec::new(),
                };
            }
        };
        self.state = Arc::new(change.state);
        Applied {
            outcome,
            effects: change.effects,
        }
    }

    /// A refusal by a fault has used the fault.
    fn keep_faults(&mut self, refused: &State) {
        if !Arc::ptr_eq(&self.state.faults, &refused.faults) {
            Arc::make_mut(&mut self.state).faults = Arc::clone(&refused.faults);
        }
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The state as it is now, to read.
    pub fn view(&self) -> View {
        View(Arc::clone(&self.state))
    }
}
