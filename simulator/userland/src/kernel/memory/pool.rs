//! Memory of all processes together, and which of them goes when it is not enough.

use super::footprint::Footprint;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// What the processes of all containers may hold together.
#[derive(Debug)]
pub(crate) struct Pool {
    limit_bytes: u64,
    used_bytes: AtomicU64,
    /// The most that was ever used.
    peak_bytes: AtomicU64,
    /// Footprints that have been large.
    large: Mutex<Vec<Weak<Footprint>>>,
}

impl Pool {
    pub(crate) fn new(limit_bytes: u64) -> Arc<Self> {
        Arc::new(Self {
            limit_bytes,
            used_bytes: AtomicU64::new(0),
            peak_bytes: AtomicU64::new(0),
            large: Mutex::default(),
        })
    }

    pub(crate) fn limit_bytes(&self) -> u64 {
        self.limit_bytes
    }

    pub(crate) fn used_bytes(&self) -> u64 {
        self.used_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn peak_bytes(&self) -> u64 {
        self.peak_bytes.load(Ordering::Relaxed)
    }

    pub(super) fn take(&self, bytes: u64) -> bool {
        let within = |used: u64| {
            used.checked_add(bytes)
                .filter(|used| *used <= self.limit_bytes)
        };
        let used = &self.used_bytes;
        let before = used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, within);
        before.is_ok_and(|before| {
            self.note_peak(before + bytes);
            true
        })
    }

    pub(super) fn take_unchecked(&self, bytes: u64) {
        let before = self.used_bytes.fetch_add(bytes, Ordering::Relaxed);
        self.note_peak(before.saturating_add(bytes));
    }

    fn note_peak(&self, used: u64) {
        if used > self.peak_bytes() {
            self.peak_bytes.fetch_max(used, Ordering::Relaxed);
        }
    }

    pub(super) fn give_back(&self, bytes: u64) {
        self.used_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Notes a footprint that may be the largest one day.
    pub(super) fn know(&self, footprint: &Arc<Footprint>) {
        let mut large = self.large.lock().unwrap_or_else(PoisonError::into_inner);
        large.retain(|other| other.strong_count() > 0);
        large.push(Arc::downgrade(footprint));
    }

    /// Has the largest process killed, so that `bytes` will be there for `asker`, unless enough is to come already;
    /// `false` when the asker itself is, or would be, the largest. Callers hold no kernel's lock.
    pub(super) fn make_room(&self, asker: &Arc<Footprint>, bytes: u64) -> bool {
        let known: Vec<Arc<Footprint>> = {
            let large = self.large.lock().unwrap_or_else(PoisonError::into_inner);
            large.iter().filter_map(Weak::upgrade).collect()
        };
        let excess = self.used_bytes().saturating_add(bytes);
        let mut excess = excess.saturating_sub(self.limit_bytes);
        let doomed = known.iter().filter(|other| other.is_doomed());
        let to_come: u64 = doomed.map(|other| other.used_bytes()).sum();
        excess = excess.saturating_sub(to_come);
        let asked = asker.used_bytes().saturating_add(bytes);
        while excess > 0 {
            let alive = known.iter().filter(|other| !other.is_doomed());
            let largest = alive.max_by_key(|other| other.used_bytes());
            let Some(largest) = largest.filter(|other| other.used_bytes() > asked) else {
                return false;
            };
            excess = excess.saturating_sub(largest.used_bytes());
            largest.doom();
        }
        true
    }
}
