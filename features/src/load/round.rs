//! What all clients of a load share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use clients::Target;

use super::Findings;

/// Problems that are kept; more are only counted.
const KEPT: usize = 50;

#[derive(Debug)]
pub(super) struct Round {
    target: Target,
    until: Instant,
    answered: AtomicU64,
    cut: AtomicU64,
    commands: AtomicU64,
    problems: Mutex<Vec<String>>,
}

impl Round {
    pub(super) fn new(target: Target, until: Instant) -> Round {
        Round {
            target,
            until,
            answered: AtomicU64::new(0),
            cut: AtomicU64::new(0),
            commands: AtomicU64::new(0),
            problems: Mutex::default(),
        }
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    pub(super) fn goes_on(&self) -> bool {
        Instant::now() < self.until
    }

    pub(super) fn answered(&self) {
        self.answered.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn cut(&self) {
        self.cut.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn command(&self) {
        self.commands.fetch_add(1, Ordering::Relaxed);
    }

    /// Something that should not have happened.
    pub(super) fn problem(&self, text: String) {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        if problems.len() < KEPT {
            problems.push(text);
        }
    }

    /// The counts, in words.
    pub(super) fn told(&self) -> String {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        format!(
            "{} answered, {} cut, {} command lines",
            count(&self.answered),
            count(&self.cut),
            count(&self.commands)
        )
    }

    pub(super) fn findings(&self, resident_bytes: Vec<u64>) -> Findings {
        let problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        Findings {
            answered: self.answered.load(Ordering::Relaxed),
            cut: self.cut.load(Ordering::Relaxed),
            commands: self.commands.load(Ordering::Relaxed),
            problems: problems.clone(),
            resident_bytes,
        }
    }
}
