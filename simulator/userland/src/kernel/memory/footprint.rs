//! What one process and what one container holds.

use super::Pool;
use crate::kernel::Pid;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Footprints of this size are known to the pool, which looks for the largest.
const LARGE_BYTES: u64 = 1 << 20;

/// Ends a process as by KILL.
type Kill = Box<dyn Fn(Pid) + Send + Sync>;

/// What a container's processes may hold together.
pub(in crate::kernel) struct Allowance {
    limit_bytes: u64,
    used_bytes: AtomicU64,
    /// How often the limit was in the way.
    refusals: AtomicU64,
    pool: Arc<Pool>,
    kill: Kill,
}

impl Allowance {
    /// `limit_bytes` for the processes of one container; `kill` ends one of them, when all containers together hold
    /// too much.
    pub(in crate::kernel) fn new(limit_bytes: u64, pool: &Arc<Pool>, kill: Kill) -> Arc<Self> {
        Arc::new(Self {
            limit_bytes,
            used_bytes: AtomicU64::new(0),
            refusals: AtomicU64::new(0),
            pool: pool.clone(),
            kill,
        })
    }

    pub(in crate::kernel) fn limit_bytes(&self) -> u64 {
        self.limit_bytes
    }

    pub(in crate::kernel) fn used_bytes(&self) -> u64 {
        self.used_bytes.load(Ordering::Relaxed)
    }

    pub(in crate::kernel) fn refusals(&self) -> u64 {
        self.refusals.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Allowance")
            .field("limit_bytes", &self.limit_bytes)
            .field("used_bytes", &self.used_bytes)
            .finish_non_exhaustive()
    }
}

/// What has no more to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    Container,
    Pool,
}

/// What one process holds, or the kernel for it.
#[derive(Debug)]
pub(in crate::kernel) struct Footprint {
    pid: Pid,
    used_bytes: AtomicU64,
    allowance: Arc<Allowance>,
    /// The pool knows it.
    is_large: AtomicBool,
    /// The pool has had it killed.
    is_doomed: AtomicBool,
}

impl Footprint {
    /// Nothing yet, of process `pid`; 0 is the kernel, which cannot be killed.
    pub(in crate::kernel) fn new(pid: Pid, allowance: &Arc<Allowance>) -> Arc<Self> {
        Arc::new(Self {
            pid,
            used_bytes: AtomicU64::new(0),
            allowance: allowance.clone(),
            is_large: AtomicBool::new(pid == 0),
            is_doomed: AtomicBool::new(false),
        })
    }

    pub(in crate::kernel) fn used_bytes(&self) -> u64 {
        self.used_bytes.load(Ordering::Relaxed)
    }

    pub(super) fn pool(&self) -> &Arc<Pool> {
        &self.allowance.pool
    }

    pub(super) fn is_doomed(&self) -> bool {
        self.is_doomed.load(Ordering::Relaxed)
    }

    /// Has the process killed.
    pub(super) fn doom(&self) {
        if !self.is_doomed.swap(true, Ordering::Relaxed) {
            (self.allowance.kill)(self.pid);
        }
    }

    /// Takes `bytes`, or nothing when that is too much.
    pub(super) fn take(self: &Arc<Self>, bytes: u64) -> Result<(), Full> {
        let allowance = &self.allowance;
        let used = &allowance.used_bytes;
        let within = |used: u64| {
            used.checked_add(bytes)
                .filter(|used| *used <= allowance.limit_bytes)
        };
        used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, within)
            .map_err(|_| {
                allowance.refusals.fetch_add(1, Ordering::Relaxed);
                Full::Container
            })?;
        if !allowance.pool.take(bytes) {
            used.fetch_sub(bytes, Ordering::Relaxed);
            return Err(Full::Pool);
        }
        self.grow(bytes);
        Ok(())
    }

    /// Takes `bytes` for what cannot be refused.
    pub(super) fn take_unchecked(self: &Arc<Self>, bytes: u64) {
        let used = &self.allowance.used_bytes;
        used.fetch_add(bytes, Ordering::Relaxed);
        self.allowance.pool.take_unchecked(bytes);
        self.grow(bytes);
    }

    fn grow(self: &Arc<Self>, bytes: u64) {
        let before = self.used_bytes.fetch_add(bytes, Ordering::Relaxed);
        let is_large = before.saturating_add(bytes) >= LARGE_BYTES;
        if is_large && !self.is_large.swap(true, Ordering::Relaxed) {
            self.allowance.pool.know(self);
        }
    }

    pub(super) fn give_back(&self, bytes: u64) {
        self.used_bytes.fetch_sub(bytes, Ordering::Relaxed);
        let used = &self.allowance.used_bytes;
        used.fetch_sub(bytes, Ordering::Relaxed);
        self.allowance.pool.give_back(bytes);
    }
}
