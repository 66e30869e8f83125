//! What makes and changes an account.

use serde::{Deserialize, Serialize};

/// Optional attributes that the zone only keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is the attribute of that name")]
pub struct Profile {
    pub company: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub address: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub postal_code: Option<String>,
    pub country: Option<String>,
    pub phone: Option<String>,
}

/// A public key to add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewKey {
    /// Its name; `None`: the comment of the line.
    pub name: Option<String>,
    /// One OpenSSH public-key line.
    pub openssh: String,
}

impl NewKey {
    /// The key of a line, named after its comment.
    pub fn line(openssh: impl Into<String>) -> Self {
        Self {
            name: None,
            openssh: openssh.into(),
        }
    }
}

/// A user of an account to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUser {
    /// Login (ACC-02), unique inside the account.
    pub login: String,
    /// Address for mail.
    pub email: String,
    /// Names and postal address.
    pub profile: Profile,
    /// Its keys.
    pub keys: Vec<NewKey>,
}

/// An account to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAccount {
    /// Login (ACC-02).
    pub login: String,
    /// Address for mail.
    pub email: String,
    /// Names and postal address.
    pub profile: Profile,
    /// May pull images and create containers.
    pub approved_for_provisioning: bool,
    /// Refused everywhere.
    pub disabled: bool,
    /// Zones it may use; `None`: the attribute is missing.
    pub allowed_dcs: Option<Vec<String>>,
    /// Its containers have names in the DNS.
    pub cns_enabled: bool,
    /// May act on any account.
    pub operator: bool,
    /// Its keys.
    pub keys: Vec<NewKey>,
}

impl NewAccount {
    /// An approved account without keys.
    pub fn approved(login: &str) -> Self {
        Self {
            login: login.to_owned(),
            email: format!("{login}@example.com"),
            profile: Profile::default(),
            approved_for_provisioning: true,
            disabled: false,
            allowed_dcs: None,
            cns_enabled: false,
            operator: false,
            keys: Vec::new(),
        }
    }
}

/// What to change on an account; `None` leaves as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChange {
    /// New address for mail.
    pub email: Option<String>,
    /// May pull images and create containers.
    pub approved_for_provisioning: Option<bool>,
    /// Refused everywhere.
    pub disabled: Option<bool>,
    /// Zones it may use; `Some(None)` removes the attribute.
    #[serde(with = "crate::written::change")]
    pub allowed_dcs: Option<Option<Vec<String>>>,
    /// Its containers have names in the DNS.
    pub cns_enabled: Option<bool>,
}
