//! Accounts and their keys.

mod authentication;
mod changes;
mod fingerprint;
mod key;
mod new;
mod openssh;
mod record;

pub(crate) use authentication::Authentication;
pub use fingerprint::Fingerprint;
pub use key::{Key, KeyType};
pub use new::{AccountChange, NewAccount, Profile};
pub use record::Account;
