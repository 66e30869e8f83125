//! Extended attributes.

use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a file may do when it is run; changing the file takes it away, as Linux does.
const CAPABILITY: &[u8] = b"security.capability";

/// The extended attributes of a file: names (`user.mime_type`) and values. Copies share them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Xattrs(Option<Arc<BTreeMap<Bytes, Bytes>>>);

impl FromIterator<(Bytes, Bytes)> for Xattrs {
    fn from_iter<T: IntoIterator<Item = (Bytes, Bytes)>>(list: T) -> Self {
        let all: BTreeMap<Bytes, Bytes> = list.into_iter().collect();
        Self((!all.is_empty()).then(|| Arc::new(all)))
    }
}

impl Xattrs {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Names and values, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&Bytes, &Bytes)> {
        self.0.iter().flat_map(|all| all.iter())
    }

    /// Bytes of all names and values.
    pub(crate) fn size(&self) -> u64 {
        self.iter()
            .map(|(name, value)| (name.len() + value.len()) as u64)
            .sum()
    }

    /// What is left of them when the file is changed; `None` when that is all.
    pub(crate) fn after_a_change(&self) -> Option<Self> {
        let is_lost = |name: &Bytes| name == CAPABILITY;
        self.iter().any(|(name, _)| is_lost(name)).then(|| {
            let kept = self.iter().filter(|(name, _)| !is_lost(name));
            kept.map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        })
    }
}
