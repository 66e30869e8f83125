//! SSH keys of an account.

use super::Fingerprint;
use std::fmt;
use std::sync::Arc;

/// The kind of an SSH key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// `ssh-rsa`.
    Rsa,
    /// `ecdsa-sha2-nistp256`.
    EcdsaP256,
    /// `ecdsa-sha2-nistp384`.
    EcdsaP384,
    /// `ecdsa-sha2-nistp521`.
    EcdsaP521,
    /// `ssh-ed25519`.
    Ed25519,
    /// `ssh-dss`: may sign requests, never certificates or logins.
    Dsa,
}

impl KeyType {
    /// The name in key lines and blobs.
    pub fn name(self) -> &'static str {
        match self {
            KeyType::Rsa => "ssh-rsa",
            KeyType::EcdsaP256 => "ecdsa-sha2-nistp256",
            KeyType::EcdsaP384 => "ecdsa-sha2-nistp384",
            KeyType::EcdsaP521 => "ecdsa-sha2-nistp521",
            KeyType::Ed25519 => "ssh-ed25519",
            KeyType::Dsa => "ssh-dss",
        }
    }

    /// The type of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        use KeyType::*;
        [Rsa, EcdsaP256, EcdsaP384, EcdsaP521, Ed25519, Dsa]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A public key of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Name, unique inside the account (ACC-06).
    pub name: String,
    /// Its id, unique inside the account.
    pub fingerprint: Fingerprint,
    /// Its type.
    pub key_type: KeyType,
    /// The SSH wire blob.
    pub blob: Arc<[u8]>,
    /// The OpenSSH line, blanks collapsed.
    pub openssh: String,
}
