//! Where programs were found, so that PATH is not searched again.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::kernel::Charge;

/// Buckets of the hash table whose order listings show.
const BUCKETS: u32 = 31;

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Which directory of PATH it is in, counted from 0.
    index: usize,
    /// The working directory has changed: relative directories of PATH may lead elsewhere.
    stale: bool,
    /// Entries are listed as they came.
    order: u64,
}

/// Programs by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct CommandTable {
    entries: BTreeMap<Bytes, Entry>,
    added: u64,
    charge: Charge,
}

/// What a name costs beside its text.
const ENTRY_BYTES: usize = 128;

fn bucket(name: &[u8]) -> u32 {
    let first = u32::from(name.first().copied().unwrap_or(0)) << 4;
    let sum = name
        .iter()
        .fold(first, |sum, byte| sum.wrapping_add(u32::from(*byte)));
    (sum & 0x7fff) % BUCKETS
}

impl CommandTable {
    /// The directory of PATH a program was found in, and whether that must be looked at again.
    pub(crate) fn find(&self, name: &[u8]) -> Option<(usize, bool)> {
        let entry = self.entries.get(name)?;
        Some((entry.index, entry.stale))
    }

    pub(crate) fn set(&mut self, name: &Bytes, index: usize) {
        self.added += 1;
        let order = self.added;
        if !self.entries.contains_key(name) {
            self.charge.add(ENTRY_BYTES + name.len());
        }
        let entry = self.entries.entry(name.clone()).or_insert(Entry {
            index,
            stale: false,
            order,
        });
        entry.index = index;
        entry.stale = false;
    }

    pub(crate) fn remove(&mut self, name: &[u8]) {
        if self.entries.remove(name).is_some() {
            self.charge.give_back(ENTRY_BYTES + name.len());
        }
    }

    /// The working directory has changed.
    pub(crate) fn mark_stale(&mut self) {
        for entry in self.entries.values_mut() {
            entry.stale = true;
        }
    }

    /// Names, directories and whether they are stale, in the order busybox lists them: that of its hash table.
    pub(crate) fn listed(&self) -> Vec<(&Bytes, usize, bool)> {
        let mut list: Vec<_> = self.entries.iter().collect();
        list.sort_by_key(|(name, entry)| (bucket(name), entry.order));
        list.into_iter()
            .map(|(name, entry)| (name, entry.index, entry.stale))
            .collect()
    }
}
