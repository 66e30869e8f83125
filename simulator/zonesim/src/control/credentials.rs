//! Client certificates and tokens for accounts.

use super::accounts::find;
use super::error::ControlError;
use super::{Answer, Control};
use crate::auth::issue::DEFAULT_LIFETIME;
use crate::auth::token::{Token, TokenAccount, read_date};
use crate::auth::wallet::{Delegation, IssuerName, Signer};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

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
    /// An ISO date, with or without a time.
    expires: Option<String>,
    devkey_id: Option<String>,
    permissions: Option<Value>,
}

impl Control {
    pub(super) fn certify(
        &self,
        login: &str,
        body: &CertificateBody,
    ) -> Result<Answer, ControlError> {
        let view = self.service.driver.view();
        let login = &find(&view, login)?.login;
        let now = self.service.driver.now().as_secs();
        let delegation = Delegation {
            common_name: body.common_name.clone().unwrap_or_else(|| login.clone()),
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
            .ok_or_else(|| ControlError::NoPrivateKey(login.clone()))?;
        Ok(Answer::created(json!({
            "ca": String::from_utf8_lossy(&self.service.facts.ca_pem),
            "cert": issued.certificate_pem,
            "key": issued.key_pem,
        })))
    }

    /// ACC-38
    pub(super) fn mint_token(&self, login: &str, body: TokenBody) -> Result<Answer, ControlError> {
        let view = self.service.driver.view();
        let login = find(&view, login)?.login.clone();
        if let Some(expires) = &body.expires
            && read_date(expires).is_none()
        {
            let message = format!("expires: {expires:?} is no ISO date");
            return Err(ControlError::Malformed(message));
        }
        let token = self.service.tokens.mint(&Token {
            account: TokenAccount { login },
            expires: body.expires,
            devkey_id: body.devkey_id,
            permissions: body.permissions,
        });
        Ok(Answer::created(json!({"token": token})))
    }
}
