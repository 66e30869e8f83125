//! Private keys of accounts that were made here, so that certificates can be delegated for them.

use super::issue::{self, Issued};
use super::key::KeyPair;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The keys, by login. Real accounts keep theirs to themselves; these exist for demonstrations and tests.
#[derive(Debug, Default)]
pub(crate) struct Wallet(Mutex<BTreeMap<String, KeyPair>>);

/// Who signs a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signer {
    /// The account's key.
    Own,
    /// A key that no account has.
    Stranger,
}

/// What the issuer's name is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IssuerName {
    /// The fingerprint of the key that signs.
    Signer,
    /// The fingerprint of the account's key, whoever signs.
    Own,
    /// Anything else.
    Text(String),
}

/// A certificate to make.
#[derive(Clone, Debug)]
pub(crate) struct Delegation {
    /// Its common name.
    pub(crate) common_name: String,
    /// Who signs.
    pub(crate) signer: Signer,
    /// What its issuer is called.
    pub(crate) issuer: IssuerName,
    /// When it is made, seconds since the epoch.
    pub(crate) made_at_seconds: u64,
    /// How long it lives.
    pub(crate) lifetime: Duration,
}

impl Wallet {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, KeyPair>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the key of `login`.
    pub(crate) fn put(&self, login: &str, key: KeyPair) {
        self.lock().insert(login.to_owned(), key);
    }

    /// Makes a certificate with the key of `login`; `None` when that key is not here.
    pub(crate) fn delegate(&self, login: &str, delegation: &Delegation) -> Option<Issued> {
        let own = self.lock().get(login).cloned()?;
        let signer = match delegation.signer {
            Signer::Own => own.clone(),
            Signer::Stranger => KeyPair::generate(),
        };
        let own_name = issue::issuer_name(&own.public_key());
        let issuer = match &delegation.issuer {
            IssuerName::Signer => None,
            IssuerName::Own => Some(own_name.as_str()),
            IssuerName::Text(text) => Some(text.as_str()),
        };
        Some(issue::issue(&issue::Request {
            login: &delegation.common_name,
            signer: &signer,
            issuer,
            now_seconds: delegation.made_at_seconds,
            lifetime: delegation.lifetime,
        }))
    }
}
