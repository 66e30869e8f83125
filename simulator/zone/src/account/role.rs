//! Roles of an account.

use super::Key;
use crate::change::Change;
use crate::state::State;
use crate::{Account, AccountId, Error, Reply, RoleId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The role whose default members stand in for the account (ACC-08).
const ADMINISTRATOR: &str = "administrator";
/// Most roles of an account, and most members of a role.
const LIMIT: usize = 1000;
/// Longest name of a role, bytes.
const NAME_LIMIT_BYTES: usize = 255;

/// Somebody who may take part in an account's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberId {
    /// A user of the account.
    User(UserId),
    /// Another account.
    Account(AccountId),
}

/// A member of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub who: MemberId,
    /// Has the role without asking for it.
    pub default: bool,
}

/// A role and who has it (accounts-and-cloudapi.md E.11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name, unique inside the account.
    pub name: String,
    /// Its members, each once.
    pub members: Arc<[Member]>,
}

impl Role {
    /// Ends the membership of a user.
    pub(super) fn drop_user(&mut self, user: UserId) {
        let others = self.members.iter();
        let others = others.filter(|member| member.who != MemberId::User(user));
        self.members = others.copied().collect();
    }
}

/// A name that a list of roles in a URL can hold; CloudAPI keeps `_operator` for itself.
fn is_name(name: &str) -> bool {
    (1..=NAME_LIMIT_BYTES).contains(&name.len())
        && !name.contains(|c: char| c == ',' || c.is_control())
        && name != "_operator"
}

impl State {
    /// The key that a Docker client of `account` proves to hold: one of its own by name or fingerprint, else one of
    /// an administrator's by fingerprint (accounts-and-cloudapi.md B.4, step 7).
    pub(crate) fn proving_key<'s>(
        &'s self,
        account: &'s Account,
        name_or_fingerprint: &str,
    ) -> Option<&'s Key> {
        let own = account.keys.find(name_or_fingerprint);
        own.or_else(|| {
            self.administrators_keys(account)
                .find(|key| key.fingerprint.to_string() == name_or_fingerprint)
        })
    }

    /// ACC-08: the keys of the default members of the role `administrator`; never those of a member's own users.
    pub(crate) fn administrators_keys<'s>(
        &'s self,
        account: &'s Account,
    ) -> impl Iterator<Item = &'s Key> {
        let role = account.roles.iter().find(|role| role.name == ADMINISTRATOR);
        let members = role.into_iter().flat_map(|role| role.members.iter());
        members
            .filter(|member| member.default)
            .filter_map(|member| match member.who {
                MemberId::Account(id) => self.accounts.get(&id).map(|member| &member.keys),
                MemberId::User(id) => {
                    let user = account.users.iter().find(|user| user.id == id);
                    user.map(|user| &user.keys)
                }
            })
            .flat_map(|keys| keys.iter())
    }

    /// Whether every member of every role is there.
    pub(crate) fn check_roles(&self) -> Result<(), String> {
        for account in self.accounts.values() {
            for role in account.roles.iter() {
                if let Some(member) = self.missing_member(account, &role.members) {
                    let (login, role) = (&account.login, &role.name);
                    return Err(format!("{member:?} of role {role} of {login} is unknown"));
                }
            }
        }
        Ok(())
    }

    fn missing_member(&self, account: &Account, members: &[Member]) -> Option<MemberId> {
        let is_there = |who: &MemberId| match who {
            MemberId::Account(id) => self.accounts.contains_key(id),
            MemberId::User(id) => account.users.iter().any(|user| user.id == *id),
        };
        let mut who = members.iter().map(|member| member.who);
        who.find(|who| !is_there(who))
    }
}

impl Change {
    /// Makes a role, or gives one that is there other members.
    pub(crate) fn set_role(
        &mut self,
        account: AccountId,
        name: &str,
        members: Vec<Member>,
    ) -> Result<Reply, Error> {
        if !is_name(name) {
            return Err(Error::InvalidRole(name.to_owned()));
        }
        let fresh = RoleId(self.random.uuid());
        let who: BTreeSet<MemberId> = members.iter().map(|member| member.who).collect();
        if who.len() < members.len() {
            return Err(Error::RepeatedMember);
        }
        if members.len() > LIMIT {
            return Err(Error::TooMany("members"));
        }
        let found = self.state.accounts.get(&account);
        let found = found.ok_or_else(|| Error::NoSuchAccount(account.to_string()))?;
        match self.state.missing_member(found, &members) {
            Some(MemberId::Account(id)) => return Err(Error::NoSuchAccount(id.to_string())),
            Some(MemberId::User(id)) => return Err(Error::NoSuchUser(id.to_string())),
            None => {}
        }
        let account = self.account_mut(account)?;
        let roles = Arc::make_mut(&mut account.roles);
        if let Some(role) = roles.iter_mut().find(|role| role.name == name) {
            role.members = members.into();
            return Ok(Reply::Role(role.id));
        }
        if account.roles.len() >= LIMIT {
            return Err(Error::TooMany("roles"));
        }
        let role = Role {
            id: fresh,
            name: name.to_owned(),
            members: members.into(),
        };
        account.roles = account.roles.iter().cloned().chain([role]).collect();
        Ok(Reply::Role(fresh))
    }

    pub(crate) fn remove_role(&mut self, account: AccountId, name: &str) -> Result<Reply, Error> {
        let account = self.account_mut(account)?;
        if account.roles.iter().all(|role| role.name != name) {
            return Err(Error::NoSuchRole(name.to_owned()));
        }
        let others = account.roles.iter().filter(|role| role.name != name);
        account.roles = others.cloned().collect();
        Ok(Reply::Empty)
    }
}
