//! Commands on accounts and keys.

use super::{Account, AccountChange, KeyHolder, Keys, NewAccount, NewKey, is_login};
use crate::change::Change;
use crate::network::{Addresses, fabric};
use crate::state::State;
use crate::{AccountId, Error, NetworkId, Reply};
use runtime::Timestamp;
use std::sync::Arc;

impl State {
    /// The account of this login, else of this id (ACC-03).
    pub(crate) fn account_by_login_or_id(&self, text: &str) -> Option<&Account> {
        let by_login = self.logins.get(text).copied();
        let id = by_login.or_else(|| {
            let id = text.parse().ok().map(AccountId);
            // Other spellings of a UUID are no ids.
            id.filter(|id| id.to_string() == text)
        });
        self.accounts.get(&id?).map(Arc::as_ref)
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
        let keys = Keys::read(&new.keys)?;
        let id = AccountId(self.random.uuid());
        let [_, a, b, c] = u32::from_be_bytes(self.random.bytes()).to_be_bytes();
        let vnet_id = u32::from_be_bytes([0, a, b, c]);
        let network = NetworkId(self.random.uuid());
        let range = &self.state.fabric_range;
        let network = fabric(
            network,
            id,
            vnet_id,
            self.state.fabric_subnet,
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
            keys,
            users: Arc::new([]),
            roles: Arc::new([]),
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

    pub(crate) fn add_key(&mut self, holder: KeyHolder, key: &NewKey) -> Result<Reply, Error> {
        self.keys_mut(holder)?.add(key).map(Reply::Key)
    }

    pub(crate) fn remove_key(&mut self, holder: KeyHolder, key: &str) -> Result<Reply, Error> {
        self.keys_mut(holder)?.remove(key).map(|()| Reply::Empty)
    }

    fn keys_mut(&mut self, holder: KeyHolder) -> Result<&mut Keys, Error> {
        match holder {
            KeyHolder::Account(account) => Ok(&mut self.account_mut(account)?.keys),
            KeyHolder::User(account, user) => {
                let account = self.account_mut(account)?;
                let mut users = Arc::make_mut(&mut account.users).iter_mut();
                let found = users.find(|other| other.id == user);
                let found = found.ok_or_else(|| Error::NoSuchUser(user.to_string()))?;
                Ok(&mut found.keys)
            }
        }
    }

    pub(super) fn account_mut(&mut self, id: AccountId) -> Result<&mut Account, Error> {
        let account = self.state.accounts.get_mut(&id).map(Arc::make_mut);
        account.ok_or_else(|| Error::NoSuchAccount(id.to_string()))
    }
}
