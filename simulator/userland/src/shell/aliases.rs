//! Aliases, shared between a shell and its forks until one of them changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;

/// Buckets of the hash table whose order listings show.
const BUCKETS: u32 = 39;

fn bucket(name: &[u8]) -> u32 {
    let first = u32::from(name.first().copied().unwrap_or(0)) << 4;
    name.iter()
        .fold(first, |sum, byte| sum.wrapping_add(u32::from(*byte)))
        % BUCKETS
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Aliases(Arc<BTreeMap<Bytes, Bytes>>);

impl Aliases {
    pub(crate) fn find(&self, name: &[u8]) -> Option<&Bytes> {
        self.0.get(name)
    }

    pub(crate) fn set(&mut self, name: Bytes, value: Bytes) {
        Arc::make_mut(&mut self.0).insert(name, value);
    }

    /// Whether there was one.
    pub(crate) fn remove(&mut self, name: &[u8]) -> bool {
        self.0.contains_key(name) && Arc::make_mut(&mut self.0).remove(name).is_some()
    }

    pub(crate) fn clear(&mut self) {
        self.0 = Arc::default();
    }

    /// In the order busybox lists them: that of its hash table.
    pub(crate) fn listed(&self) -> Vec<(&Bytes, &Bytes)> {
        let mut list: Vec<_> = self.0.iter().collect();
        list.sort_by_key(|(name, _)| bucket(name));
        list
    }
}
