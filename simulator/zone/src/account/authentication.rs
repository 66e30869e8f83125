//! Remembered authentications (ACC-33): one slot a login, 100 logins, 120 s.

use crate::change::Change;
use crate::job::Purpose;
use crate::state::State;
use crate::{Error, Reply, TimerId};
use runtime::clock::{TimerOwner, TimerReason};
use std::sync::Arc;
use std::time::Duration;

/// How long an authentication is remembered.
const LIFETIME: Duration = Duration::from_secs(120);
/// How many logins are remembered.
const LIMIT: usize = 100;

/// One login's proof of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Authentication {
    /// SHA-512 fingerprint of the certificate's key.
    subject_key_sha512: [u8; 64],
    /// Ends it.
    pub(crate) timer: TimerId,
    /// Number of its last use; the one used longest ago makes room.
    used: u64,
}

/// What is remembered of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// SHA-512 fingerprint of the certificate's key.
    pub subject_key_sha512: [u8; 64],
    /// No other login was used later: another use changes nothing.
    pub latest: bool,
}

impl State {
    pub(crate) fn remembered(&self, login: &str) -> Option<Remembered> {
        let entry = self.authenticated.get(login)?;
        let last = self.authenticated.values().map(|entry| entry.used).max();
        Some(Remembered {
            subject_key_sha512: entry.subject_key_sha512,
            latest: last == Some(entry.used),
        })
    }
}

impl Change {
    pub(crate) fn remember_authentication(
        &mut self,
        login: &str,
        subject_key_sha512: [u8; 64],
    ) -> Result<Reply, Error> {
        if self.state.account_by_login_or_id(login).is_none() {
            return Err(Error::NoSuchAccount(login.to_owned()));
        }
        let login: Arc<str> = login.into();
        self.forget_authentication(&login);
        if self.state.authenticated.len() >= LIMIT {
            let entries = self.state.authenticated.iter();
            let idlest = entries.min_by_key(|(_, entry)| entry.used);
            if let Some(idlest) = idlest.map(|(login, _)| Arc::clone(login)) {
                self.forget_authentication(&idlest);
            }
        }
        let purpose = Purpose::ForgetAuthentication(Arc::clone(&login));
        let timer = self.set_timer(LIFETIME, TimerOwner::Zone, TimerReason::Cache, purpose);
        let entry = Authentication {
            subject_key_sha512,
            timer,
            used: self.number(),
        };
        self.state.authenticated.insert(login, entry);
        Ok(Reply::Empty)
    }

    /// Its time is not prolonged by that. A login that was forgotten meanwhile stays forgotten.
    pub(crate) fn use_authentication(&mut self, login: &str) -> Result<Reply, Error> {
        let used = self.number();
        if let Some(entry) = self.state.authenticated.get_mut(login) {
            entry.used = used;
        }
        Ok(Reply::Empty)
    }

    pub(crate) fn forget_authentication(&mut self, login: &Arc<str>) {
        if let Some(entry) = self.state.authenticated.remove(login) {
            self.cancel_timer(entry.timer);
        }
    }
}
