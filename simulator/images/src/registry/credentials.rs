//! Who somebody is for a registry.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A user's name and password, or what is not accepted instead.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Name and password.
    Password {
        /// The name.
        username: String,
        /// The password.
        password: String,
    },
    /// A token of an OAuth server (IMG-43).
    IdentityToken,
}

impl Credentials {
    /// The user's name.
    pub(super) fn username(&self) -> Option<&str> {
        match self {
            Self::Password { username, .. } => Some(username),
            Self::IdentityToken => None,
        }
    }

    /// The value of `Authorization` for the scheme Basic.
    pub(super) fn basic(&self) -> Option<String> {
        match self {
            Self::Password { username, password } => {
                let pair = STANDARD.encode(format!("{username}:{password}"));
                Some(format!("Basic {pair}"))
            }
            Self::IdentityToken => None,
        }
    }
}

impl std::fmt::Debug for Credentials {
    /// Never the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({:?})", self.username())
    }
}
