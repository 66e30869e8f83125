//! Accounts, their keys, users and roles.

mod authentication;
mod changes;
mod fingerprint;
mod key;
mod keys;
mod login;
mod new;
mod openssh;
mod record;
mod role;
mod user;

pub(crate) use authentication::Authentication;
pub use authentication::Remembered;
pub use fingerprint::Fingerprint;
pub use key::{Key, KeyType};
pub use keys::{KeyHolder, Keys};
pub use login::is_login;
pub use new::{AccountChange, NewAccount, NewKey, NewUser, Profile};
pub use record::Account;
pub use role::{Member, MemberId, Role};
pub use user::User;
