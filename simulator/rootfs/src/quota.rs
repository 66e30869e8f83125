//! What a container may have on its disk, and what it has: files, and its log on the node.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The disk of one container. Clones are the same disk: what is written beside the files is charged through one.
#[derive(Clone, Debug)]
pub struct Quota(Arc<Disk>);

#[derive(Debug)]
struct Disk {
    quota_bytes: AtomicU64,
    /// Everything that is charged.
    charged_bytes: AtomicU64,
    /// Part of it that is charged from beside the files.
    beside_bytes: AtomicU64,
}

impl Quota {
    /// An empty disk of `quota_bytes`.
    pub fn new(quota_bytes: u64) -> Self {
        Self::of(quota_bytes, 0, 0)
    }

    fn of(quota_bytes: u64, charged_bytes: u64, beside_bytes: u64) -> Self {
        Self(Arc::new(Disk {
            quota_bytes: AtomicU64::new(quota_bytes),
            charged_bytes: AtomicU64::new(charged_bytes),
            beside_bytes: AtomicU64::new(beside_bytes),
        }))
    }

    /// Another disk that is as full.
    pub(crate) fn copy(&self) -> Self {
        Self::of(
            self.quota_bytes(),
            self.charged_bytes(),
            self.beside_bytes(),
        )
    }

    /// Charges `bytes` of what is no file; `false`, and nothing, when they do not fit.
    pub fn charge_beside(&self, bytes: u64) -> bool {
        let fits = self.grow(bytes);
        if fits {
            self.0.beside_bytes.fetch_add(bytes, Ordering::Relaxed);
        }
        fits
    }

    /// Gives back `bytes` of what [`Quota::charge_beside`] has charged.
    pub fn release_beside(&self, bytes: u64) {
        self.0.beside_bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.shrink(bytes);
    }

    pub(crate) fn quota_bytes(&self) -> u64 {
        self.0.quota_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn set_quota_bytes(&self, quota_bytes: u64) {
        self.0.quota_bytes.store(quota_bytes, Ordering::Relaxed);
    }

    pub(crate) fn charged_bytes(&self) -> u64 {
        self.0.charged_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn beside_bytes(&self) -> u64 {
        self.0.beside_bytes.load(Ordering::Relaxed)
    }

    /// What may still be charged.
    pub(crate) fn free_bytes(&self) -> u64 {
        self.quota_bytes().saturating_sub(self.charged_bytes())
    }

    /// Charges `bytes`; `false`, and nothing, when they do not fit.
    pub(crate) fn grow(&self, bytes: u64) -> bool {
        let quota_bytes = self.quota_bytes();
        let more = |charged: u64| {
            let grown = charged.checked_add(bytes)?;
            (bytes == 0 || grown <= quota_bytes).then_some(grown)
        };
        let charged = &self.0.charged_bytes;
        charged
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
            .is_ok()
    }

    /// Charges what must not fail (a rename on a full disk); the quota may be passed.
    pub(crate) fn grow_unchecked(&self, bytes: u64) {
        self.0.charged_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn shrink(&self, bytes: u64) {
        let less = |charged: u64| {
            debug_assert!(bytes <= charged, "released more than was charged");
            Some(charged.saturating_sub(bytes))
        };
        // `less` never refuses.
        let _ = self
            .0
            .charged_bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_what_is_beside_them_share_one_disk() {
        let files = Quota::new(10);
        let beside = files.clone();
        assert!(files.grow(6));
        assert!(!beside.charge_beside(5));
        assert!(beside.charge_beside(4));
        assert_eq!((files.free_bytes(), files.beside_bytes()), (0, 4));
        assert!(files.grow(0));
        beside.release_beside(3);
        assert!(files.grow(3));
        assert!(!files.grow(1));
        files.set_quota_bytes(2);
        assert_eq!(files.free_bytes(), 0);
    }
}
