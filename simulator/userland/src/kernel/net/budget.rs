//! How much of a container's memory its sockets may hold.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Part of the memory that received and unread bytes may take, all sockets together.
const MEMORY_PART: u64 = 16;
/// What one direction of a stream holds at most, and what it may hold however many streams there are.
const STREAM_BYTES: (usize, usize) = (4 << 10, 128 << 10);
/// What one socket keeps of datagrams at most.
const DATAGRAM_BYTES: usize = 208 << 10;

/// The allowance of one container, shared by its sockets.
#[derive(Debug)]
pub(super) struct Budget {
    share_bytes: usize,
    streams: AtomicUsize,
    datagram_bytes: AtomicUsize,
}

impl Budget {
    /// A part of `memory_bytes`.
    pub(super) fn new(memory_bytes: u64) -> Self {
        Self {
            share_bytes: usize::try_from(memory_bytes / MEMORY_PART).unwrap_or(usize::MAX),
            streams: AtomicUsize::new(0),
            datagram_bytes: AtomicUsize::new(0),
        }
    }

    /// One stream more ends here.
    pub(super) fn add_stream(&self) {
        self.streams.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn remove_stream(&self) {
        self.streams.fetch_sub(1, Ordering::Relaxed);
    }

    /// What each stream may hold now: the more there are, the less.
    pub(super) fn stream_bytes(&self) -> usize {
        let streams = self.streams.load(Ordering::Relaxed).max(1);
        (self.share_bytes / streams).clamp(STREAM_BYTES.0, STREAM_BYTES.1)
    }

    /// Charges a datagram for a socket that holds `held_bytes` already; `false`: there is no room for it.
    pub(super) fn take_datagram(&self, held_bytes: usize, bytes: usize) -> bool {
        if held_bytes + bytes > DATAGRAM_BYTES {
            return false;
        }
        let charged = |all: usize| {
            all.checked_add(bytes)
                .filter(|all| *all <= self.share_bytes)
        };
        self.datagram_bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, charged)
            .is_ok()
    }

    pub(super) fn release_datagram(&self, bytes: usize) {
        self.datagram_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_streams_share_what_one_has() {
        let budget = Budget::new(16 << 20);
        budget.add_stream();
        assert_eq!(budget.stream_bytes(), 128 << 10);
        for _ in 1..64 {
            budget.add_stream();
        }
        assert_eq!(budget.stream_bytes(), 16 << 10);
        for _ in 64..1000 {
            budget.add_stream();
        }
        assert_eq!(budget.stream_bytes(), 4 << 10);
    }

    #[test]
    fn datagrams_beyond_the_share_are_refused_until_others_are_read() {
        let budget = Budget::new(16 * 100_000);
        assert!(budget.take_datagram(0, 60_000));
        assert!(!budget.take_datagram(0, 60_000));
        budget.release_datagram(60_000);
        assert!(budget.take_datagram(0, 60_000));
        assert!(!budget.take_datagram(DATAGRAM_BYTES, 1));
    }
}
