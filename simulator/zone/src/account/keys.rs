//! The keys that an account or a user has.

use super::{Fingerprint, Key, NewKey};
use crate::{AccountId, Error, UserId};
use serde::{Deserialize, Serialize};
use std::ops::Deref;
use std::sync::Arc;

/// Most keys of one holder: far more than anyone has, so that the list stays small.
const LIMIT: usize = 1000;

/// Who has keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyHolder {
    /// An account.
    Account(AccountId),
    /// A user of an account.
    User(AccountId, UserId),
}

/// Keys, oldest first. Names and fingerprints are unique (ACC-06).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(Arc<[Key]>);

impl Deref for Keys {
    type Target = [Key];

    fn deref(&self) -> &[Key] {
        &self.0
    }
}

impl Keys {
    /// All of `new`, or none.
    pub(crate) fn read(new: &[NewKey]) -> Result<Self, Error> {
        let mut keys = Self::default();
        for new in new {
            keys.add(new)?;
        }
        Ok(keys)
    }

    /// The key of this MD5 fingerprint, else of this name (ACC-05).
    pub fn find(&self, name_or_fingerprint: &str) -> Option<&Key> {
        let fingerprint = Fingerprint::parse(name_or_fingerprint);
        // The text is compared as it is: only the lower case is a fingerprint's.
        let fingerprint = fingerprint.filter(|read| read.to_string() == name_or_fingerprint);
        fingerprint
            .and_then(|fingerprint| self.of_fingerprint(fingerprint))
            .or_else(|| self.iter().find(|key| key.name == name_or_fingerprint))
    }

    fn of_fingerprint(&self, fingerprint: Fingerprint) -> Option<&Key> {
        self.iter().find(|key| key.fingerprint == fingerprint)
    }

    /// Adds a key whose name and fingerprint are new here; its fingerprint.
    pub(crate) fn add(&mut self, new: &NewKey) -> Result<Fingerprint, Error> {
        let key = Key::parse(&new.openssh, new.name.as_deref())?;
        if self.iter().any(|other| other.name == key.name) {
            return Err(Error::KeyNameTaken(key.name));
        }
        let fingerprint = key.fingerprint;
        if self.of_fingerprint(fingerprint).is_some() {
            return Err(Error::KeyFingerprintTaken(fingerprint.to_string()));
        }
        if self.len() >= LIMIT {
            return Err(Error::TooMany("keys"));
        }
        self.0 = self.iter().cloned().chain([key]).collect();
        Ok(fingerprint)
    }

    /// Removes the key that `name_or_fingerprint` finds.
    pub(crate) fn remove(&mut self, name_or_fingerprint: &str) -> Result<(), Error> {
        let fingerprint = self.find(name_or_fingerprint).map(|key| key.fingerprint);
        let fingerprint =
            fingerprint.ok_or_else(|| Error::NoSuchKey(name_or_fingerprint.to_owned()))?;
        let others = self.iter().filter(|key| key.fingerprint != fingerprint);
        self.0 = others.cloned().collect();
        Ok(())
    }
}
