//! Tokens of `X-Auth-Token` (ACC-38): base64url JSON, a dot, and the base64url HMAC-SHA-256 of what stands before it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use runtime::Timestamp;
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, macros::format_description};

/// The zone's key for tokens.
#[derive(Debug)]
pub(crate) struct TokenKey(hmac::Key);

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Token {
    /// Whom it stands for.
    pub(crate) account: TokenAccount,
    /// When it is worth nothing any more, as [`read_date`] reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<String>,
    /// Fingerprint of a developer's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) devkey_id: Option<String>,
    /// What it allows, by service; the Docker endpoint does not look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permissions: Option<serde_json::Value>,
}

/// The account part of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TokenAccount {
    /// Its login.
    pub(crate) login: String,
}

/// An ISO date with its time (`2017-01-13T22:13:54Z`), or alone, which means its first moment in UTC.
pub(crate) fn read_date(text: &str) -> Option<OffsetDateTime> {
    let whole = OffsetDateTime::parse(text, &Rfc3339).ok();
    whole.or_else(|| {
        let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
        Some(date.midnight().assume_utc())
    })
}

impl TokenKey {
    fn new(bytes: [u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
    }

    /// A new key, and its hex digits to keep.
    pub(crate) fn generate_hex() -> (Self, String) {
        let mut bytes = [0; 32];
        SystemRandom::new()
            .fill(&mut bytes)
            .expect("the operating system has random bytes");
        (Self::new(bytes), hex::encode(bytes))
    }

    /// A new key.
    pub(crate) fn generate() -> Self {
        Self::generate_hex().0
    }

    /// A key that was kept: 64 hex digits.
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes).ok()?;
        Some(Self::new(bytes))
    }

    /// Signs a token.
    pub(crate) fn mint(&self, token: &Token) -> String {
        let json = serde_json::to_vec(token).expect("a token is plain JSON");
        let payload = URL_SAFE_NO_PAD.encode(json);
        let tag = hmac::sign(&self.0, payload.as_bytes());
        format!("{payload}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// The token in `text`, if the zone has signed it and it has not expired at `now`.
    pub(crate) fn open(&self, text: &str, now: Timestamp) -> Option<Token> {
        let (payload, tag) = text.rsplit_once('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        hmac::verify(&self.0, payload.as_bytes(), &tag).ok()?;
        let json = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let token: Token = serde_json::from_slice(&json).ok()?;
        if let Some(expires) = &token.expires {
            let expires = read_date(expires)?;
            if expires.unix_timestamp_nanos() < i128::from(now.0) {
                return None;
            }
        }
        Some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_zone_mints_and_only_for_a_while() {
        let key = TokenKey::generate();
        let mut token = Token {
            account: TokenAccount {
                login: "demo".to_owned(),
            },
            expires: None,
            devkey_id: None,
            permissions: None,
        };
        let now = Timestamp::from_secs(1_484_345_634);
        assert_eq!(key.open(&key.mint(&token), now), Some(token.clone()));
        assert_eq!(TokenKey::generate().open(&key.mint(&token), now), None);
        for text in ["", ".", "a.b", "e30.e30"] {
            assert_eq!(key.open(text, now), None, "{text}");
        }
        for (expires, valid) in [
            ("2017-01-13T22:13:55Z", true),
            ("2017-01-13T22:13:53.999Z", false),
            ("2017-01-13T23:13:55+01:00", true),
            ("2017-01-14", true),
            ("2017-01-13", false),
            ("soon", false),
        ] {
            token.expires = Some(expires.to_owned());
            assert_eq!(
                key.open(&key.mint(&token), now).is_some(),
                valid,
                "{expires}"
            );
        }
    }
}
