//! Aliases, shared between a shell and its forks until one of them changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;

use crate::kernel::Charge;

/// Buckets of the hash table whose order listings show.
const BUCKETS: u32 = 39;

/// The bucket of a name in busybox's hash tables.
pub(super) fn bucket(name: &[u8]) -> u32 {
    let first = u32::from(name.first().copied().unwrap_or(0)) << 4;
    name.iter()
        .fold(first, |sum, byte| sum.wrapping_add(u32::from(*byte)))
        % BUCKETS
}

/// What an alias costs beside its texts.
const ALIAS_BYTES: usize = 128;

#[derive(Debug, Clone, Default)]
struct Table {
    by_name: BTreeMap<Bytes, Bytes>,
    charge: Charge,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Aliases(Arc<Table>);

impl Aliases {
    pub(crate) fn find(&self, name: &[u8]) -> Option<&Bytes> {
        self.0.by_name.get(name)
    }

    pub(crate) fn set(&mut self, name: Bytes, value: Bytes) {
        let table = Arc::make_mut(&mut self.0);
        table.charge.add(ALIAS_BYTES + name.len() + value.len());
        let name_len = name.len();
        if let Some(before) = table.by_name.insert(name, value) {
            table
                .charge
                .give_back(ALIAS_BYTES + name_len + before.len());
        }
    }

    /// Whether there was one.
    pub(crate) fn remove(&mut self, name: &[u8]) -> bool {
        if !self.0.by_name.contains_key(name) {
            return false;
        }
        let table = Arc::make_mut(&mut self.0);
        if let Some(value) = table.by_name.remove(name) {
            table
                .charge
                .give_back(ALIAS_BYTES + name.len() + value.len());
        }
        true
    }

    pub(crate) fn clear(&mut self) {
        self.0 = Arc::default();
    }

    /// Whether others hold the same table, so that a change copies it.
    #[cfg(test)]
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// In the order busybox lists them: that of its hash table.
    pub(crate) fn listed(&self) -> Vec<(&Bytes, &Bytes)> {
        let mut list: Vec<_> = self.0.by_name.iter().collect();
        list.sort_by_key(|(name, _)| bucket(name));
        list
    }
}
