//! Memory that the files of many containers share: their quotas together are more than a machine has.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A pool of bytes in memory. Clones are the same pool.
#[derive(Clone, Debug)]
pub struct Memory(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    limit_bytes: u64,
    used_bytes: AtomicU64,
}

impl Memory {
    /// A pool of `limit_bytes`.
    pub fn new(limit_bytes: u64) -> Self {
        Self(Arc::new(Pool {
            limit_bytes,
            used_bytes: AtomicU64::new(0),
        }))
    }

    /// Bytes in use.
    pub fn used_bytes(&self) -> u64 {
        self.0.used_bytes.load(Ordering::Relaxed)
    }

    fn take(&self, bytes: u64) -> bool {
        let more = |used: u64| {
            used.checked_add(bytes)
                .filter(|used| *used <= self.0.limit_bytes)
        };
        let used = &self.0.used_bytes;
        used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
            .is_ok()
    }
}

/// Somebody's part of the pool; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    memory: Memory,
    bytes: u64,
}

impl Share {
    pub(crate) fn new(memory: &Memory) -> Self {
        Self {
            memory: memory.clone(),
            bytes: 0,
        }
    }

    /// Another, empty, of the same pool.
    pub(crate) fn new_of_the_same(&self) -> Self {
        Self::new(&self.memory)
    }

    /// Takes `bytes` more; `false`, and nothing, when the pool has less.
    pub(crate) fn grow(&mut self, bytes: u64) -> bool {
        let taken = self.memory.take(bytes);
        if taken {
            self.bytes += bytes;
        }
        taken
    }

    /// Takes `bytes` more for what must not fail; the pool's limit may be passed.
    pub(crate) fn grow_unchecked(&mut self, bytes: u64) {
        self.memory.0.used_bytes.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
    }

    /// Gives back up to `bytes`.
    pub(crate) fn shrink(&mut self, bytes: u64) {
        let bytes = bytes.min(self.bytes);
        self.memory.0.used_bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.bytes -= bytes;
    }
}

impl Clone for Share {
    fn clone(&self) -> Self {
        let mut copy = Self::new(&self.memory);
        copy.grow_unchecked(self.bytes);
        copy
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.shrink(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_is_shared_and_gets_back_what_was_taken() {
        let memory = Memory::new(10);
        let mut one = Share::new(&memory);
        assert!(one.grow(6));
        let mut other = Share::new(&memory);
        assert!(!other.grow(5));
        assert!(other.grow(4));
        one.shrink(2);
        assert_eq!(memory.used_bytes(), 8);
        let copy = one.clone();
        assert_eq!(memory.used_bytes(), 12);
        drop((one, copy));
        assert_eq!(memory.used_bytes(), 4);
    }
}
