//! Keys as accounts and their users have them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use rcgen::{
    KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PublicKeyData as _,
};

use crate::failure::Failure;

/// The kinds of key that sign certificates here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// `ecdsa-sha2-nistp256`.
    P256,
    /// `ecdsa-sha2-nistp384`.
    P384,
    /// `ssh-ed25519`.
    Ed25519,
    /// `ssh-rsa`: committed, as nothing here can make one; everyone of this kind has the same.
    Rsa,
}

impl KeyKind {
    /// Reads the name that features give it.
    pub fn named(name: &str) -> Option<KeyKind> {
        Some(match name {
            "ECDSA" | "P-256" => KeyKind::P256,
            "P-384" => KeyKind::P384,
            "Ed25519" => KeyKind::Ed25519,
            "RSA" => KeyKind::Rsa,
            _ => return None,
        })
    }
}

/// A key pair of an account or a user.
#[derive(Debug)]
pub struct AccountKey {
    pub(crate) pair: KeyPair,
    kind: KeyKind,
}

impl AccountKey {
    /// A new P-256 key.
    ///
    /// # Errors
    ///
    /// As [`AccountKey::of`].
    pub fn generate() -> Result<AccountKey, Failure> {
        AccountKey::of(KeyKind::P256)
    }

    /// A key of a kind.
    ///
    /// # Errors
    ///
    /// [`Failure::Feature`] when the system gives no randomness.
    pub fn of(kind: KeyKind) -> Result<AccountKey, Failure> {
        let pair = match kind {
            KeyKind::P256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
            KeyKind::P384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384),
            KeyKind::Ed25519 => KeyPair::generate_for(&PKCS_ED25519),
            KeyKind::Rsa => KeyPair::from_pem(include_str!("../fixtures/rsa/key.pem")),
        };
        let wrong = |error| Failure::Feature(format!("no key of kind {kind:?}: {error}"));
        Ok(AccountKey {
            pair: pair.map_err(wrong)?,
            kind,
        })
    }

    /// The type of the key and its public half in the wire form of SSH.
    fn wire(&self) -> (&'static str, Vec<u8>) {
        let raw = self.pair.der_bytes();
        match self.kind {
            KeyKind::P256 => framed("ecdsa-sha2-nistp256", &[b"nistp256", raw]),
            KeyKind::P384 => framed("ecdsa-sha2-nistp384", &[b"nistp384", raw]),
            KeyKind::Ed25519 => framed("ssh-ed25519", &[raw]),
            KeyKind::Rsa => {
                let line = include_str!("../fixtures/rsa/key.pub");
                let blob = line.split(' ').nth(1).unwrap_or_default();
                let blob = STANDARD.decode(blob.trim());
                ("ssh-rsa", blob.expect("the committed key is base64"))
            }
        }
    }

    /// The public key on a line, as it is registered; its kind is the comment.
    pub fn openssh(&self) -> String {
        let (name, blob) = self.wire();
        format!("{name} {} {:?}", STANDARD.encode(blob), self.kind)
    }

    /// The MD5 digest of the public key.
    pub fn md5(&self) -> [u8; 16] {
        Md5::digest(self.wire().1).into()
    }

    /// The MD5 fingerprint in colon-hex, by which accounts name their keys.
    pub fn fingerprint(&self) -> String {
        let pairs: Vec<String> = self
            .md5()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        pairs.join(":")
    }
}

/// Length-prefixed parts, the name of the type first.
fn framed(name: &'static str, parts: &[&[u8]]) -> (&'static str, Vec<u8>) {
    let parts = [&[name.as_bytes()], parts].concat();
    let framed = parts.iter().map(|part| {
        let length = u32::try_from(part.len()).expect("a part of a key is short");
        [&length.to_be_bytes(), *part].concat()
    });
    (name, framed.collect::<Vec<_>>().concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_ssh_does() {
        for (kind, name, length) in [
            (
                KeyKind::P256,
                "ecdsa-sha2-nistp256",
                4 + 19 + 4 + 8 + 4 + 65,
            ),
            (
                KeyKind::P384,
                "ecdsa-sha2-nistp384",
                4 + 19 + 4 + 8 + 4 + 97,
            ),
            (KeyKind::Ed25519, "ssh-ed25519", 4 + 11 + 4 + 32),
            (KeyKind::Rsa, "ssh-rsa", 4 + 7 + 4 + 3 + 4 + 257),
        ] {
            let key = AccountKey::of(kind).expect("a key");
            let line = key.openssh();
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(words[0], name);
            let blob = STANDARD.decode(words[1]).expect("base64");
            assert_eq!(blob.len(), length, "{kind:?}");
            assert_eq!(key.fingerprint().len(), 16 * 3 - 1);
        }
    }
}
