//! Aliases, shared between a shell and its forks until one of them changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;

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

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Bytes, &Bytes)> {
        self.0.iter()
    }
}
