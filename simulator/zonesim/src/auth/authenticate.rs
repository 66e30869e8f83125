//! From a connection and a request's headers to the account the request runs as.

use super::certificate::ClientCertificate;
use super::fingerprint::{self, IssuerKey};
use super::ssh::{PublicKey, colon_hex};
use super::token::TokenKey;
use crate::docker::failure::Failure;
use crate::docker::route::AccountRef;
use crate::driver::Driver;
use crate::http::peer::Peer;
use http::{HeaderMap, StatusCode};
use zone::{Account, Command, View};

/// ACC-30: never says which of many reasons it was.
fn unauthorized() -> Failure {
    Failure::unauthorized("Unauthorized")
}

/// The account that a request runs as: first who it is (401), then whether it may (403).
pub(crate) async fn authenticate(
    driver: &Driver,
    tokens: &TokenKey,
    peer: &Peer,
    headers: &HeaderMap,
) -> Result<AccountRef, Failure> {
    let view = driver.view();
    let account = if let Some(token) = headers.get("x-auth-token") {
        // ACC-38: replaces the certificate entirely.
        by_token(tokens, &view, token, driver)?
    } else {
        match peer {
            Peer::Tls(Some(certificate)) => by_certificate(driver, &view, certificate).await?,
            Peer::Tls(None) => return Err(unauthorized()),
            Peer::Plain(login) => view
                .account_by_login_or_id(login)
                .ok_or_else(unauthorized)?,
        }
    };
    authorise(&view, account)?;
    Ok(AccountRef {
        id: account.id,
        login: account.login.clone(),
    })
}

fn by_token<'v>(
    tokens: &TokenKey,
    view: &'v View,
    token: &http::HeaderValue,
    driver: &Driver,
) -> Result<&'v Account, Failure> {
    let token = token
        .to_str()
        .ok()
        .and_then(|text| tokens.open(text, driver.now()));
    let login = token.ok_or_else(unauthorized)?.account.login;
    view.account_by_login_or_id(&login).ok_or_else(unauthorized)
}

/// accounts-and-cloudapi.md B.4.
async fn by_certificate<'v>(
    driver: &Driver,
    view: &'v View,
    certificate: &ClientCertificate,
) -> Result<&'v Account, Failure> {
    let signer = signer(certificate, driver.now().as_secs())?;
    let login = certificate.login.as_deref().ok_or_else(unauthorized)?;
    let account = view
        .account_by_login_or_id(login)
        .ok_or_else(unauthorized)?;
    let subject_key_sha512 = certificate.key.sha512();
    let remembered = view.remembered(login);
    let remembered = remembered.filter(|known| known.subject_key_sha512 == subject_key_sha512);
    if let Some(remembered) = remembered {
        if !remembered.latest {
            let login = login.to_owned();
            // It may have been forgotten meanwhile, which is as well.
            let _ = driver.run(Command::UseAuthentication { login }).await;
        }
        return Ok(account);
    }
    let key = view
        .proving_key(account, &signer)
        .ok_or_else(unauthorized)?;
    let key = PublicKey::from_blob(&key.blob).ok_or_else(unauthorized)?;
    if !certificate.is_signed_by(&key) {
        return Err(unauthorized());
    }
    let remember = Command::RememberAuthentication {
        login: login.to_owned(),
        subject_key_sha512,
    };
    // ACC-33: without a place in the cache the next request proves itself again.
    let _ = driver.run(remember).await;
    Ok(account)
}

/// Step 4: the fingerprint (or name) of the key that should have signed the certificate.
fn signer(certificate: &ClientCertificate, now_seconds: u64) -> Result<String, Failure> {
    let own = || colon_hex(&certificate.key.md5());
    if !certificate.delegated {
        // ACC-26: the dates of old-style certificates are not looked at.
        return Ok(own());
    }
    let now = i64::try_from(now_seconds).unwrap_or(i64::MAX);
    if !(certificate.not_before..certificate.not_after).contains(&now) {
        return Err(Failure::unauthorized("Client certificate expired"));
    }
    if certificate.self_named {
        return Ok(own());
    }
    match certificate.issuer.as_deref().and_then(fingerprint::parse) {
        Some(IssuerKey::Md5(fingerprint)) => Ok(fingerprint),
        Some(IssuerKey::Unknown) => Err(unauthorized()),
        None => Err(Failure::unauthorized(
            "Client certificate is not self-signed, and the issuer DN could not be parsed",
        )),
    }
}

/// accounts-and-cloudapi.md B.6, on every request.
fn authorise(view: &View, account: &Account) -> Result<(), Failure> {
    let settings = view.settings();
    let zone = view.zone_name();
    let allowed = account.allowed_dcs.as_ref();
    let elsewhere = settings.account_allowed_dcs
        && !allowed.is_some_and(|zones| zones.iter().any(|name| name == zone));
    if !account.disabled && !elsewhere {
        return Ok(());
    }
    let text = match &settings.account_allowed_dcs_message {
        Some(message) if !message.is_empty() => format!("Forbidden ({message})"),
        _ => "Forbidden".to_owned(),
    };
    Err(Failure::plain(StatusCode::FORBIDDEN, text))
}
