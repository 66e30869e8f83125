//! Who asks: certificates, tokens and accounts (accounts-and-cloudapi.md A and B).

pub(crate) mod authenticate;
pub(crate) mod certificate;
mod fingerprint;
pub(crate) mod issue;
pub(crate) mod key;
mod signature;
mod ssh;
pub(crate) mod token;
pub(crate) mod wallet;
