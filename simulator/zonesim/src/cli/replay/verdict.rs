//! Whether a replay went the way that was recorded.

use super::super::{Exit, Trouble};
use crate::rerun::Stage;
use journal::{Recording, Replay, StateDigest};

/// Where a replay is another one than what was recorded.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Comparison {
    /// The last step after which the states were seen to be the same.
    same_at: usize,
    /// The first after which they were not.
    other_at: Option<usize>,
    /// There was a recorded state to compare with.
    compared: bool,
}

impl Comparison {
    /// Whether the state after a step is the recorded one; `None`: there is none.
    pub(super) fn note(&mut self, step: usize, agrees: Option<bool>) {
        self.compared |= agrees.is_some();
        match agrees {
            Some(true) if self.other_at.is_none() => self.same_at = step,
            Some(false) => self.other_at = self.other_at.or(Some(step)),
            _ => {}
        }
    }
}

/// What is to be said where a replay has stopped.
#[derive(Debug)]
pub(super) struct Verdict {
    /// After this step.
    pub(super) taken: usize,
    /// Of so many.
    pub(super) count: usize,
    /// The state there.
    pub(super) reached: StateDigest,
    /// The recorded one, where there is one.
    pub(super) recorded: Option<StateDigest>,
    /// The journal had no room for what came then.
    pub(super) full: bool,
    /// How containers that ran again ended otherwise.
    pub(super) differences: Vec<String>,
    /// Connections with the host that could not be made again.
    pub(super) missing_connections: usize,
    comparison: Comparison,
}

impl Verdict {
    pub(super) fn new(
        replay: &Replay<'_>,
        recording: &Recording,
        mut comparison: Comparison,
        stage: Option<&Stage>,
    ) -> Self {
        let (taken, count) = (replay.taken(), recording.steps().len());
        let (reached, recorded) = (replay.digest(), replay.recorded_digest());
        // A recording without steps has a digest, too.
        comparison.note(taken, recorded.map(|recorded| recorded == reached));
        Self {
            taken,
            count,
            reached,
            recorded,
            full: taken == count && recording.is_full(),
            differences: stage.map(Stage::differences).unwrap_or_default(),
            missing_connections: stage.map_or(0, Stage::missing_connections),
            comparison,
        }
    }

    /// Whether every state was the recorded one; `None`: none is recorded up to here.
    pub(super) fn is_same(&self) -> Option<bool> {
        let same = self.comparison.other_at.is_none();
        self.comparison.compared.then_some(same)
    }

    pub(super) fn result(&self) -> Result<(), Trouble> {
        let Comparison {
            same_at, other_at, ..
        } = self.comparison;
        if let Some(other_at) = other_at {
            let message = format!(
                "the state is another than the recorded one: first seen after step {other_at}, not yet after step {same_at}"
            );
            return Err(Trouble::new(Exit::Internal, message));
        }
        let message = match (self.differences.len(), self.missing_connections) {
            (0, 0) => return Ok(()),
            (0, missing) => format!("{missing} recorded connections could not be made again"),
            (count, _) => format!("containers did otherwise than recorded, {count} times"),
        };
        Err(Trouble::new(Exit::Internal, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_that_cannot_be_made_again_is_no_success() {
        let mut verdict = Verdict {
            taken: 1,
            count: 1,
            reached: StateDigest(1),
            recorded: Some(StateDigest(1)),
            full: false,
            differences: Vec::new(),
            missing_connections: 0,
            comparison: Comparison::default(),
        };
        assert!(verdict.result().is_ok());
        verdict.missing_connections = 1;
        let trouble = verdict.result().expect_err("one is missing");
        assert_eq!(trouble.exit, Exit::Internal);
    }

    #[test]
    fn the_first_state_that_is_another_counts_and_none_after_it_is_the_same() {
        let mut comparison = Comparison::default();
        for (step, agrees) in [
            (1, None),
            (2, Some(true)),
            (3, None),
            (4, Some(false)),
            (5, Some(false)),
            (6, Some(true)),
        ] {
            comparison.note(step, agrees);
        }
        assert_eq!((comparison.same_at, comparison.other_at), (2, Some(4)));
    }
}
