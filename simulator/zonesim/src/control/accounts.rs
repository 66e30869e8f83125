//! Accounts, their keys, certificates and tokens.

use super::error::ControlError;
use super::{Answer, Control};
use crate::auth::issue::DEFAULT_LIFETIME;
use crate::auth::key::KeyPair;
use crate::auth::token::{Token, TokenAccount};
use crate::auth::wallet::{Delegation, IssuerName, Signer};
use crate::start::make_account;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use zone::{Account, AccountChange, AccountId, Command, NewAccount, Reply};

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

/// A key to register; without a line the zone makes one and keeps it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyBody {
    name: Option<String>,
    openssh: Option<String>,
}

/// A client certificate to make with the account's key that is kept here.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CertificateBody {
    /// Another common name than the login.
    common_name: Option<String>,
    /// `own` or `stranger`.
    #[serde(default)]
    signer: SignerBody,
    /// The issuer's common name; `own`: the fingerprint of the account's key, whoever signs.
    issuer: Option<String>,
    lifetime_seconds: Option<u64>,
    /// How long ago it was made; negative for one whose time has not come.
    #[serde(default)]
    age_seconds: i64,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SignerBody {
    #[default]
    Own,
    Stranger,
}

/// A token to mint.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenBody {
    expires: Option<String>,
    devkey_id: Option<String>,
    permissions: Option<Value>,
}

fn describe(account: &Account) -> Value {
    let keys: Vec<Value> = account
        .keys
        .iter()
        .map(|key| {
            json!({
                "name": key.name,
                "fingerprint": key.fingerprint.to_string(),
                "openssh": key.openssh,
            })
        })
        .collect();
    json!({
        "id": account.id.to_string(),
        "login": account.login,
        "email": account.email,
        "approved_for_provisioning": account.approved_for_provisioning,
        "disabled": account.disabled,
        "allowed_dcs": account.allowed_dcs,
        "cns_enabled": account.cns_enabled,
        "operator": account.operator,
        "keys": keys,
    })
}

impl Control {
    fn account_id(&self, login: &str) -> Result<AccountId, ControlError> {
        let view = self.service.driver.view();
        let account = view.account_by_login_or_id(login);
        account
            .map(|account| account.id)
            .ok_or_else(|| ControlError::NoSuchAccount(login.to_owned()))
    }

    pub(super) fn list_accounts(&self) -> Answer {
        let view = self.service.driver.view();
        Answer::ok(view.operator_accounts().map(describe).collect())
    }

    pub(super) fn show_account(&self, login: &str) -> Result<Answer, ControlError> {
        let id = self.account_id(login)?;
        let view = self.service.driver.view();
        let account = view.account(id).expect("accounts are never removed");
        Ok(Answer::ok(describe(account)))
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
        let driver = &self.service.driver;
        let id = if body.generate_key.unwrap_or(body.keys.is_empty()) {
            make_account(driver, &self.wallet, account, KeyPair::generate()).await?
        } else {
            match driver
                .run(Command::CreateAccount(Box::new(account)))
                .await?
            {
                Reply::Account(id) => id,
                _ => unreachable!("the model answers a new account with its id"),
            }
        };
        for openssh in body.keys {
            let add = Command::AddKey {
                account: id,
                name: None,
                openssh,
            };
            driver.run(add).await?;
        }
        let view = driver.view();
        let account = view.account(id).expect("just made");
        Ok(Answer::created(describe(account)))
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
        let update = Command::UpdateAccount {
            account: self.account_id(login)?,
            change: Box::new(change),
        };
        self.service.driver.run(update).await?;
        self.show_account(login)
    }

    pub(super) async fn add_key(&self, login: &str, body: KeyBody) -> Result<Answer, ControlError> {
        let account = self.account_id(login)?;
        let made = body.openssh.is_none().then(KeyPair::generate);
        let openssh = match (&made, body.openssh) {
            (Some(key), _) => key.public_key().openssh(&format!("{login}@zonesim")),
            (None, line) => line.unwrap_or_default(),
        };
        let add = Command::AddKey {
            account,
            name: body.name,
            openssh,
        };
        self.service.driver.run(add).await?;
        if let Some(key) = made {
            self.wallet.put(login, key);
        }
        self.show_account(login)
    }

    pub(super) async fn remove_key(&self, login: &str, key: &str) -> Result<Answer, ControlError> {
        let remove = Command::RemoveKey {
            account: self.account_id(login)?,
            key: key.to_owned(),
        };
        self.service.driver.run(remove).await?;
        Ok(Answer::Empty)
    }

    pub(super) fn certify(
        &self,
        login: &str,
        body: &CertificateBody,
    ) -> Result<Answer, ControlError> {
        self.account_id(login)?;
        let now = self.service.driver.now().as_secs();
        let delegation = Delegation {
            common_name: body.common_name.clone().unwrap_or_else(|| login.to_owned()),
            signer: match body.signer {
                SignerBody::Own => Signer::Own,
                SignerBody::Stranger => Signer::Stranger,
            },
            issuer: match body.issuer.as_deref() {
                None => IssuerName::Signer,
                Some("own") => IssuerName::Own,
                Some(text) => IssuerName::Text(text.to_owned()),
            },
            made_at_seconds: now.saturating_add_signed(body.age_seconds.saturating_neg()),
            lifetime: body
                .lifetime_seconds
                .map_or(DEFAULT_LIFETIME, Duration::from_secs),
        };
        let issued = self
            .wallet
            .delegate(login, &delegation)
            .ok_or_else(|| ControlError::NoPrivateKey(login.to_owned()))?;
        Ok(Answer::created(json!({
            "ca": String::from_utf8_lossy(&self.service.facts.ca_pem),
            "cert": issued.certificate_pem,
            "key": issued.key_pem,
        })))
    }

    pub(super) fn mint_token(&self, login: &str, body: TokenBody) -> Result<Answer, ControlError> {
        self.account_id(login)?;
        let token = self.service.tokens.mint(&Token {
            account: TokenAccount {
                login: login.to_owned(),
            },
            expires: body.expires,
            devkey_id: body.devkey_id,
            permissions: body.permissions,
        });
        Ok(Answer::created(json!({"token": token})))
    }
}
