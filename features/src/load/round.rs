//! What all clients of a load share.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use clients::Target;

use super::Findings;

/// Containers that command lines have left, at most, before others are started.
const LEFT_AT_MOST: usize = 100;

/// Problems that are kept; more are only counted.
const KEPT: usize = 50;

#[derive(Debug)]
pub(super) struct Round {
    target: Target,
    until: Instant,
    answered: AtomicU64,
    cut: AtomicU64,
    commands: AtomicU64,
    /// Containers that command lines had left at the last look.
    left: AtomicUsize,
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
            left: AtomicUsize::new(0),
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

    /// So many containers of command lines were left at the last look.
    pub(super) fn saw_left(&self, count: usize) {
        self.left.store(count, Ordering::Relaxed);
    }

    /// Whether command lines should wait until what is left of others is gone.
    pub(super) fn is_crowded(&self) -> bool {
        self.left.load(Ordering::Relaxed) > LEFT_AT_MOST
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
