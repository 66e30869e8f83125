//! An account.

use super::{Keys, Profile, Role, User};
use crate::{AccountId, NetworkId};
use runtime::Timestamp;
use std::sync::Arc;

/// An account of the zone (accounts-and-cloudapi.md A.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its login, unique.
    pub login: String,
    /// Address for mail.
    pub email: String,
    /// Names and postal address.
    pub profile: Profile,
    /// May pull images and create containers.
    pub approved_for_provisioning: bool,
    /// Refused everywhere (ACC-36).
    pub disabled: bool,
    /// Zones it may use, when the zone looks at that (ACC-35); `None`: the attribute is missing.
    pub allowed_dcs: Option<Vec<String>>,
    /// Its containers have names in the DNS.
    pub cns_enabled: bool,
    /// May act on any account.
    pub operator: bool,
    /// The network that new containers join.
    pub default_network: NetworkId,
    /// The virtual network of its fabric, 24 bits.
    pub vnet_id: u32,
    /// When it was made; `None` for accounts that came with the zone.
    pub created_at: Option<Timestamp>,
    /// When it was changed last.
    pub updated_at: Option<Timestamp>,
    /// Its keys.
    pub keys: Keys,
    /// Its users, oldest first.
    pub users: Arc<[User]>,
    /// Its roles, oldest first.
    pub roles: Arc<[Role]>,
}

impl Account {
    /// The user of this login, else of this id.
    pub fn user(&self, login_or_id: &str) -> Option<&User> {
        let by_login = self.users.iter().find(|user| user.login == login_or_id);
        by_login.or_else(|| {
            let mut users = self.users.iter();
            users.find(|user| user.id.to_string() == login_or_id)
        })
    }

    /// The role of this name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }
}
