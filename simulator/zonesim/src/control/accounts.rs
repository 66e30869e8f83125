//! Accounts.

use super::error::ControlError;
use super::{Answer, Control, keys, roles, users};
use crate::auth::key::KeyPair;
use crate::start::make_account;
use serde::Deserialize;
use serde_json::{Value, json};
use zone::{Account, AccountChange, Command, NewAccount, NewKey, View};

/// A new account; with neither `keys` nor `generate_key: false` the zone makes a key and keeps it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountBody {
    login: String,
    email: Option<String>,
    approved_for_provisioning: Option<bool>,
    #[serde(default)]
    disabled: bool,
    allowed_dcs: Option<Vec<String>>,
    #[serde(default)]
    cns_enabled: bool,
    #[serde(default)]
    operator: bool,
    #[serde(default)]
    keys: Vec<String>,
    generate_key: Option<bool>,
}

/// What to change; absent members stay, `allowed_dcs: null` removes the attribute.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeBody {
    email: Option<String>,
    approved_for_provisioning: Option<bool>,
    disabled: Option<bool>,
    cns_enabled: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    allowed_dcs: Option<Option<Vec<String>>>,
}

/// Tells `null` from absent.
fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// The account of this login, else of this id.
pub(super) fn find<'v>(view: &'v View, login: &str) -> Result<&'v Account, ControlError> {
    let account = view.account_by_login_or_id(login);
    account.ok_or_else(|| ControlError::NoSuchAccount(login.to_owned()))
}

fn describe(view: &View, account: &Account) -> Value {
    let roles = account.roles.iter();
    let roles = roles.map(|role| roles::describe(view, account, role));
    json!({
        "id": account.id.to_string(),
        "login": account.login,
        "email": account.email,
        "approved_for_provisioning": account.approved_for_provisioning,
        "disabled": account.disabled,
        "allowed_dcs": account.allowed_dcs,
        "cns_enabled": account.cns_enabled,
        "operator": account.operator,
        "keys": keys::describe(&account.keys),
        "users": account.users.iter().map(users::describe).collect::<Value>(),
        "roles": roles.collect::<Value>(),
    })
}

impl Control {
    pub(super) fn list_accounts(&self) -> Answer {
        let view = self.service.driver.view();
        let accounts = view.operator_accounts();
        Answer::ok(accounts.map(|account| describe(&view, account)).collect())
    }

    pub(super) fn show_account(&self, login: &str) -> Result<Answer, ControlError> {
        let view = self.service.driver.view();
        let account = find(&view, login)?;
        Ok(Answer::ok(describe(&view, account)))
    }

    pub(super) async fn create_account(&self, body: AccountBody) -> Result<Answer, ControlError> {
        let mut account = NewAccount::approved(&body.login);
        if let Some(email) = body.email {
            account.email = email;
        }
        account.approved_for_provisioning = body.approved_for_provisioning.unwrap_or(true);
        account.disabled = body.disabled;
        account.allowed_dcs = body.allowed_dcs;
        account.cns_enabled = body.cns_enabled;
        account.operator = body.operator;
        let generate_key = body.generate_key.unwrap_or(body.keys.is_empty());
        account.keys = body.keys.into_iter().map(NewKey::line).collect();
        let driver = &self.service.driver;
        if generate_key {
            make_account(driver, &self.wallet, account, KeyPair::generate()).await?;
        } else {
            let create = Command::CreateAccount(Box::new(account));
            driver.run(create).await?;
        }
        self.show_account(&body.login).map(Answer::now_made)
    }

    pub(super) async fn change_account(
        &self,
        login: &str,
        body: ChangeBody,
    ) -> Result<Answer, ControlError> {
        let change = AccountChange {
            email: body.email,
            approved_for_provisioning: body.approved_for_provisioning,
            disabled: body.disabled,
            allowed_dcs: body.allowed_dcs,
            cns_enabled: body.cns_enabled,
        };
        let driver = &self.service.driver;
        let update = Command::UpdateAccount {
            account: find(&driver.view(), login)?.id,
            change: Box::new(change),
        };
        driver.run(update).await?;
        self.show_account(login)
    }
}
