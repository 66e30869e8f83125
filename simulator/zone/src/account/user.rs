//! Users of an account.

use super::{Keys, NewUser, Profile, is_login};
use crate::change::Change;
use crate::{AccountId, Error, Reply, UserId};
use runtime::Timestamp;
use std::sync::Arc;

/// Most users of an account.
const LIMIT: usize = 1000;

/// A sub-user: someone with keys of their own inside an account (accounts-and-cloudapi.md E.11). Only as a member
/// of the role `administrator` does it mean anything to the Docker endpoint (ACC-08).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Its login, unique inside the account.
    pub login: String,
    /// Address for mail.
    pub email: String,
    /// Names and postal address.
    pub profile: Profile,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// Its keys.
    pub keys: Keys,
}

impl Change {
    /// Makes a user with its keys.
    pub(crate) fn create_user(&mut self, account: AccountId, new: NewUser) -> Result<Reply, Error> {
        if !is_login(&new.login) {
            return Err(Error::InvalidLogin(new.login));
        }
        let (id, now) = (UserId(self.random.uuid()), self.now);
        let account = self.account_mut(account)?;
        if account.users.iter().any(|user| user.login == new.login) {
            return Err(Error::LoginTaken(new.login));
        }
        if account.users.len() >= LIMIT {
            return Err(Error::TooMany("users"));
        }
        let user = User {
            id,
            login: new.login,
            email: new.email,
            profile: new.profile,
            created_at: now,
            updated_at: now,
            keys: Keys::read(&new.keys)?,
        };
        account.users = account.users.iter().cloned().chain([user]).collect();
        Ok(Reply::User(id))
    }

    /// Removes a user, from roles too.
    pub(crate) fn remove_user(&mut self, account: AccountId, user: UserId) -> Result<Reply, Error> {
        let account = self.account_mut(account)?;
        if account.users.iter().all(|other| other.id != user) {
            return Err(Error::NoSuchUser(user.to_string()));
        }
        let others = account.users.iter().filter(|other| other.id != user);
        account.users = others.cloned().collect();
        for role in Arc::make_mut(&mut account.roles) {
            role.drop_user(user);
        }
        Ok(Reply::Empty)
    }
}
