//! Users of accounts (accounts-and-cloudapi.md E.11).

use super::accounts::find;
use super::error::ControlError;
use super::{Answer, Control, keys};
use serde::Deserialize;
use serde_json::{Value, json};
use zone::{Account, Command, NewKey, NewUser, Profile, Reply, User};

/// A new user.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserBody {
    login: String,
    email: Option<String>,
    #[serde(default)]
    keys: Vec<String>,
}

/// The user of this login, else of this id.
pub(super) fn find_user<'a>(account: &'a Account, user: &str) -> Result<&'a User, ControlError> {
    let found = account.user(user);
    found.ok_or_else(|| ControlError::Zone(zone::Error::NoSuchUser(user.to_owned())))
}

pub(super) fn describe(user: &User) -> Value {
    json!({
        "id": user.id.to_string(),
        "login": user.login,
        "email": user.email,
        "keys": keys::describe(&user.keys),
    })
}

impl Control {
    pub(super) fn list_users(&self, login: &str) -> Result<Answer, ControlError> {
        let view = self.service.driver.view();
        let users = find(&view, login)?.users.iter();
        Ok(Answer::ok(users.map(describe).collect()))
    }

    pub(super) fn show_user(&self, login: &str, user: &str) -> Result<Answer, ControlError> {
        let view = self.service.driver.view();
        let user = find_user(find(&view, login)?, user)?;
        Ok(Answer::ok(describe(user)))
    }

    pub(super) async fn create_user(
        &self,
        login: &str,
        body: UserBody,
    ) -> Result<Answer, ControlError> {
        let driver = &self.service.driver;
        let account = find(&driver.view(), login)?.id;
        let default_email = || format!("{}@example.com", body.login);
        let new = NewUser {
            email: body.email.unwrap_or_else(default_email),
            login: body.login,
            profile: Profile::default(),
            keys: body.keys.into_iter().map(NewKey::line).collect(),
        };
        let new = Box::new(new);
        let reply = driver.run(Command::CreateUser { account, new }).await?;
        let Reply::User(id) = reply else {
            unreachable!("the model answers a new user with its id");
        };
        self.show_user(login, &id.to_string()).map(Answer::now_made)
    }

    pub(super) async fn remove_user(
        &self,
        login: &str,
        user: &str,
    ) -> Result<Answer, ControlError> {
        let driver = &self.service.driver;
        let remove = {
            let view = driver.view();
            let account = find(&view, login)?;
            Command::RemoveUser {
                account: account.id,
                user: find_user(account, user)?.id,
            }
        };
        driver.run(remove).await?;
        Ok(Answer::Empty)
    }
}
