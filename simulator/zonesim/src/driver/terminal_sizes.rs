//! Terminal sizes that were sent ahead of the input they belong to.

use runtime::TtySize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use zone::AccountId;

/// At most so many sizes wait for their attach; beyond that the oldest knowledge is dropped.
const LIMIT: usize = 4096;

type Key = (AccountId, String);

/// Sizes that wait for the next input of an attach, by account and the id as spelled in the URL (CTR-80).
#[derive(Clone, Debug, Default)]
pub(crate) struct TerminalSizes(Arc<Mutex<HashMap<Key, TtySize>>>);

impl TerminalSizes {
    /// Keeps a size for one spelling of an id.
    pub(crate) fn put(&self, key: Key, size: TtySize) {
        let mut sizes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sizes.len() >= LIMIT {
            sizes.clear();
        }
        sizes.insert(key, size);
    }

    /// Takes the size for one spelling of an id.
    pub(crate) fn take(&self, key: &Key) -> Option<TtySize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key)
    }
}
