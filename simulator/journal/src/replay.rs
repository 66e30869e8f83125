//! Telling a zone again what it was told.

use crate::{Input, Recording, StateDigest, Step};
use zone::{Applied, View, Zone};

/// A zone on its way through a recording.
#[derive(Debug)]
pub struct Replay<'r> {
    recording: &'r Recording,
    zone: Zone,
    taken: usize,
}

/// One step that was taken.
#[derive(Debug)]
pub struct Taken<'r> {
    /// Which.
    pub step: &'r Step,
    /// What the zone made of it; `None` when it was not a command.
    pub applied: Option<Applied>,
    /// Whether the state is the one that the recording has here; `None` where it has none.
    pub agrees: Option<bool>,
}

impl<'r> Replay<'r> {
    /// A zone of the recording's configuration that has not been told anything. With another seed than the recording's
    /// it goes another way.
    pub fn new(recording: &'r Recording, seed: u64) -> Self {
        Self {
            recording,
            zone: Zone::new(recording.config().clone(), seed),
            taken: 0,
        }
    }

    /// Takes the next step; `None` at the end.
    pub fn step(&mut self) -> Option<Taken<'r>> {
        let recorded = self.recording.steps().get(self.taken)?;
        self.taken += 1;
        let step = &recorded.step;
        let applied = match &step.input {
            Input::Command(command) => Some(self.zone.apply(command.clone(), step.at)),
            Input::External(_) => None,
        };
        Some(Taken {
            step,
            applied,
            agrees: self.recorded_digest().map(|digest| digest == self.digest()),
        })
    }

    /// The digest that the recording has of the state where the replay is.
    pub fn recorded_digest(&self) -> Option<StateDigest> {
        let steps = self.recording.steps();
        if self.taken == steps.len() {
            return Some(self.recording.digest());
        }
        steps[..self.taken].last()?.digest
    }

    /// How many steps have been taken.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// The digest of the state where the replay is.
    pub fn digest(&self) -> StateDigest {
        StateDigest::of(&self.view())
    }

    /// The state where the replay is.
    pub fn view(&self) -> View {
        self.zone.view()
    }
}
