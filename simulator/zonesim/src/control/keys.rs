//! Public keys of accounts and users.

use super::accounts::find;
use super::error::ControlError;
use super::users::find_user;
use super::{Answer, Control};
use crate::auth::key::KeyPair;
use serde::Deserialize;
use serde_json::{Value, json};
use zone::{Command, KeyHolder, Keys, NewKey};

/// A key to register; without a line the zone makes one for the account and keeps it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyBody {
    name: Option<String>,
    openssh: Option<String>,
}

/// A key of a user, who keeps the private half.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserKeyBody {
    name: Option<String>,
    openssh: String,
}

pub(super) fn describe(keys: &Keys) -> Value {
    keys.iter()
        .map(|key| {
            json!({
                "name": key.name,
                "fingerprint": key.fingerprint.to_string(),
                "openssh": key.openssh,
            })
        })
        .collect()
}

impl Control {
    pub(super) async fn add_key(&self, login: &str, body: KeyBody) -> Result<Answer, ControlError> {
        let driver = &self.service.driver;
        let (account, login) = {
            let view = driver.view();
            let account = find(&view, login)?;
            (account.id, account.login.clone())
        };
        let (made, openssh) = match body.openssh {
            Some(openssh) => (None, openssh),
            None => {
                let made = KeyPair::generate();
                let openssh = made.public_key().openssh(&format!("{login}@zonesim"));
                (Some(made), openssh)
            }
        };
        let name = body.name;
        let add = Command::AddKey {
            holder: KeyHolder::Account(account),
            key: NewKey { name, openssh },
        };
        driver.run(add).await?;
        if let Some(key) = made {
            self.wallet.put(&login, key);
        }
        self.show_account(&login)
    }

    pub(super) async fn remove_key(&self, login: &str, key: &str) -> Result<Answer, ControlError> {
        let account = find(&self.service.driver.view(), login)?.id;
        self.take_key(KeyHolder::Account(account), key).await
    }

    pub(super) async fn add_user_key(
        &self,
        login: &str,
        user: &str,
        body: UserKeyBody,
    ) -> Result<Answer, ControlError> {
        let UserKeyBody { name, openssh } = body;
        let add = Command::AddKey {
            holder: self.user_holder(login, user)?,
            key: NewKey { name, openssh },
        };
        self.service.driver.run(add).await?;
        self.show_user(login, user)
    }

    pub(super) async fn remove_user_key(
        &self,
        login: &str,
        user: &str,
        key: &str,
    ) -> Result<Answer, ControlError> {
        let holder = self.user_holder(login, user)?;
        self.take_key(holder, key).await
    }

    fn user_holder(&self, login: &str, user: &str) -> Result<KeyHolder, ControlError> {
        let view = self.service.driver.view();
        let account = find(&view, login)?;
        Ok(KeyHolder::User(account.id, find_user(account, user)?.id))
    }

    async fn take_key(&self, holder: KeyHolder, key: &str) -> Result<Answer, ControlError> {
        let key = key.to_owned();
        let remove = Command::RemoveKey { holder, key };
        self.service.driver.run(remove).await?;
        Ok(Answer::Empty)
    }
}
