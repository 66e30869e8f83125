//! Commands on accounts and keys.

use super::{Account, AccountChange, Authentication, Key, NewAccount};
use crate::change::Change;
use crate::job::Purpose;
use crate::network::{Addresses, fabric};
use crate::state::State;
use crate::{AccountId, Error, NetworkId, Reply};
use runtime::Timestamp;
use runtime::clock::{TimerOwner, TimerReason};
use std::sync::Arc;
use std::time::Duration;

/// How long an authentication is remembered (ACC-33).
const REMEMBERED: Duration = Duration::from_secs(120);
/// How many logins are remembered (ACC-33).
const REMEMBERED_LOGINS: usize = 100;
/// Most keys of an account: far more than anyone has, so that the list stays small.
const KEY_LIMIT: usize = 1000;

impl State {
    /// The account of this login, else of this id (ACC-03).
    pub(crate) fn account_by_login_or_id(&self, text: &str) -> Option<&Account> {
        let by_login = self.logins.get(text).copied();
        let id = by_login.or_else(|| text.parse().ok().map(AccountId))?;
        self.accounts.get(&id).map(Arc::as_ref)
    }

    /// The account, if it may pull and create (API-04).
    pub(crate) fn require_approval(&self, id: AccountId) -> Result<&Account, Error> {
        let account = self.accounts.get(&id).map(Arc::as_ref);
        let account = account.ok_or_else(|| Error::NoSuchAccount(id.to_string()))?;
        if !account.approved_for_provisioning {
            let login = account.login.clone();
            return Err(Error::NotApproved { login });
        }
        Ok(account)
    }
}

impl Change {
    /// Makes an account with its fabric; `created_at` is `None` for one that was always there.
    pub(crate) fn create_account(
        &mut self,
        new: NewAccount,
        created_at: Option<Timestamp>,
    ) -> Result<Reply, Error> {
        if !is_login(&new.login) {
            return Err(Error::InvalidLogin(new.login));
        }
        if self.state.logins.contains_key(new.login.as_str()) {
            return Err(Error::LoginTaken(new.login));
        }
        let id = AccountId(self.random.uuid());
        let [_, a, b, c] = u32::from_be_bytes(self.random.bytes()).to_be_bytes();
        let vnet_id = u32::from_be_bytes([0, a, b, c]);
        let network = NetworkId(self.random.uuid());
        let range = &self.state.fabric_range;
        let network = fabric(
            network,
            id,
            vnet_id,
            range,
            Arc::clone(&self.state.resolvers),
        );
        self.state.logins.insert(new.login.as_str().into(), id);
        let account = Account {
            id,
            login: new.login,
            email: new.email,
            profile: new.profile,
            approved_for_provisioning: new.approved_for_provisioning,
            disabled: new.disabled,
            allowed_dcs: new.allowed_dcs,
            cns_enabled: new.cns_enabled,
            operator: new.operator,
            default_network: network.id,
            vnet_id,
            created_at,
            updated_at: created_at,
            keys: Arc::new([]),
        };
        self.state
            .addresses
            .insert(network.id, Addresses::new(&network));
        self.state.networks.insert(network.id, Arc::new(network));
        self.state.accounts.insert(id, Arc::new(account));
        Ok(Reply::Account(id))
    }

    pub(crate) fn update_account(
        &mut self,
        account: AccountId,
        change: AccountChange,
    ) -> Result<Reply, Error> {
        let now = self.now;
        let account = self.account_mut(account)?;
        let AccountChange {
            email,
            approved_for_provisioning,
            disabled,
            allowed_dcs,
            cns_enabled,
        } = change;
        account.email = email.unwrap_or_else(|| account.email.clone());
        account.approved_for_provisioning =
            approved_for_provisioning.unwrap_or(account.approved_for_provisioning);
        account.disabled = disabled.unwrap_or(account.disabled);
        account.cns_enabled = cns_enabled.unwrap_or(account.cns_enabled);
        if let Some(allowed) = allowed_dcs {
            account.allowed_dcs = allowed;
        }
        account.updated_at = Some(now);
        Ok(Reply::Empty)
    }

    /// Adds a key whose name and fingerprint are new to the account (ACC-06).
    pub(crate) fn add_key(
        &mut self,
        account: AccountId,
        name: Option<&str>,
        line: &str,
    ) -> Result<Reply, Error> {
        let key = Key::parse(line, name)?;
        let account = self.account_mut(account)?;
        if account.keys.iter().any(|other| other.name == key.name) {
            return Err(Error::KeyNameTaken(key.name));
        }
        let fingerprint = key.fingerprint;
        if account
            .keys
            .iter()
            .any(|other| other.fingerprint == fingerprint)
        {
            return Err(Error::KeyFingerprintTaken(fingerprint.to_string()));
        }
        if account.keys.len() >= KEY_LIMIT {
            return Err(Error::TooManyKeys);
        }
        account.keys = account.keys.iter().cloned().chain([key]).collect();
        Ok(Reply::Key(fingerprint))
    }

    pub(crate) fn remove_key(&mut self, account: AccountId, key: &str) -> Result<Reply, Error> {
        let account = self.account_mut(account)?;
        let fingerprint = account.key(key).map(|key| key.fingerprint);
        let fingerprint = fingerprint.ok_or_else(|| Error::NoSuchKey(key.to_owned()))?;
        let others = account.keys.iter();
        account.keys = others
            .filter(|key| key.fingerprint != fingerprint)
            .cloned()
            .collect();
        Ok(Reply::Empty)
    }

    /// One slot a login, 100 logins; the one remembered longest ago makes room.
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
        if self.state.authenticated.len() >= REMEMBERED_LOGINS {
            let oldest = self.state.authenticated.iter();
            let oldest = oldest.min_by_key(|(_, entry)| entry.timer);
            if let Some(oldest) = oldest.map(|(login, _)| Arc::clone(login)) {
                self.forget_authentication(&oldest);
            }
        }
        let purpose = Purpose::ForgetAuthentication(Arc::clone(&login));
        let timer = self.set_timer(REMEMBERED, TimerOwner::Zone, TimerReason::Cache, purpose);
        let entry = Authentication {
            subject_key_sha512,
            timer,
        };
        self.state.authenticated.insert(login, entry);
        Ok(Reply::Empty)
    }

    pub(crate) fn forget_authentication(&mut self, login: &Arc<str>) {
        if let Some(entry) = self.state.authenticated.remove(login) {
            self.cancel_timer(entry.timer);
        }
    }

    fn account_mut(&mut self, id: AccountId) -> Result<&mut Account, Error> {
        let account = self.state.accounts.get_mut(&id).map(Arc::make_mut);
        account.ok_or_else(|| Error::NoSuchAccount(id.to_string()))
    }
}

/// ACC-02: a letter, then letters, digits and `_ . @`, 3 to 32 characters in all, not `local`.
fn is_login(login: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "_.@".contains(c);
    (3..=32).contains(&login.len())
        && login.starts_with(|c: char| c.is_ascii_alphabetic())
        && login.chars().skip(1).all(inner)
        && login != "local"
}

#[cfg(test)]
mod tests {
    use super::is_login;

    #[test]
    fn logins_follow_the_rule() {
        for good in ["abc", "my_login", "a.b@c", "Zz1", &"a".repeat(32)] {
            assert!(is_login(good), "{good}");
        }
        for bad in ["", "ab", "1bc", "a-bc", "local", "ab c", &"a".repeat(33)] {
            assert!(!is_login(bad), "{bad}");
        }
    }
}
