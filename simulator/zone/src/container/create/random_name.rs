//! Names for containers that are given none.

use super::words::{ADJECTIVES, SURNAMES};
use crate::AccountId;
use crate::change::Change;
use std::sync::Arc;

/// After so many names that are taken, a number is put behind the next one.
const PLAIN_TRIES: usize = 16;

impl Change {
    /// The name as given, without leading slashes; `adjective_surname` when there is none.
    pub(super) fn settle_name(&mut self, account: AccountId, given: Option<&str>) -> Arc<str> {
        let given = given.map(|name| name.trim_start_matches('/'));
        match given.filter(|name| !name.is_empty()) {
            Some(name) => name.into(),
            None => self.random_name(account),
        }
    }

    fn random_name(&mut self, account: AccountId) -> Arc<str> {
        for attempt in 0_usize.. {
            let adjective = ADJECTIVES[self.random.below(ADJECTIVES.len())];
            let surname = SURNAMES[self.random.below(SURNAMES.len())];
            let name = match attempt.checked_sub(PLAIN_TRIES) {
                None => format!("{adjective}_{surname}"),
                Some(_) => format!("{adjective}_{surname}{}", self.number()),
            };
            if !self.is_name_taken(account, &name) {
                return name.into();
            }
        }
        unreachable!("numbers are never given twice and an account has finitely many names")
    }
}
