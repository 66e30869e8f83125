//! Metadata: what the zone tells a container of itself, and what its programs keep there.

use super::super::Errno;
use super::Sys;
use crate::exec::fuel;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The namespace of what the zone tells.
const ZONE: &[u8] = b"sdc:";
/// Keys of one container at most.
const KEYS: usize = 256;
/// Bytes of a key at most.
const KEY_BYTES: usize = 256;
/// Bytes of a value at most.
const VALUE_BYTES: usize = 64 << 10;
/// Fuel of one call: the real one asks a service outside of the container.
const CALL_FUEL: u64 = 10_000;

/// What programs of one container have put there; it outlives their runs.
#[derive(Debug, Default)]
pub(crate) struct Metadata(Mutex<BTreeMap<Bytes, Bytes>>);

impl Metadata {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Bytes, Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sys {
    /// Only root may ask.
    fn may_use_metadata(&self) -> Result<(), Errno> {
        fuel::spend(CALL_FUEL);
        match self.euid() {
            0 => Ok(()),
            _ => Err(Errno::EACCES),
        }
    }

    /// The value of a key.
    pub fn metadata(&self, key: &[u8]) -> Result<Option<Bytes>, Errno> {
        self.may_use_metadata()?;
        if let Some(name) = key.strip_prefix(ZONE) {
            let mut told = self.kernel.zone_metadata.iter();
            let found = told.find(|(known, _)| known.as_bytes() == name);
            return Ok(found.map(|(_, value)| Bytes::copy_from_slice(value.as_bytes())));
        }
        Ok(self.kernel.metadata.lock().get(key).cloned())
    }

    /// The keys that programs have put there, sorted.
    pub fn metadata_keys(&self) -> Result<Vec<Bytes>, Errno> {
        self.may_use_metadata()?;
        Ok(self.kernel.metadata.lock().keys().cloned().collect())
    }

    /// Keeps a value. EPERM: the key is the zone's; E2BIG: key or value is too long; ENOSPC: there are too many keys.
    pub fn put_metadata(&self, key: &[u8], value: &[u8]) -> Result<(), Errno> {
        self.may_use_metadata()?;
        if key.starts_with(ZONE) {
            return Err(Errno::EPERM);
        }
        if key.len() > KEY_BYTES || value.len() > VALUE_BYTES {
            return Err(Errno::E2BIG);
        }
        let mut kept = self.kernel.metadata.lock();
        if kept.len() >= KEYS && !kept.contains_key(key) {
            return Err(Errno::ENOSPC);
        }
        kept.insert(Bytes::copy_from_slice(key), Bytes::copy_from_slice(value));
        Ok(())
    }

    /// Forgets a key; whether it was there. EPERM: it is the zone's.
    pub fn delete_metadata(&self, key: &[u8]) -> Result<bool, Errno> {
        self.may_use_metadata()?;
        if key.starts_with(ZONE) {
            return Err(Errno::EPERM);
        }
        Ok(self.kernel.metadata.lock().remove(key).is_some())
    }
}
