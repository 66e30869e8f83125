//! Private keys made here: P-256, for accounts and for the certificates they delegate to.

use super::ssh::{Curve, PublicKey};
use crate::tls::der;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::SecretKey;
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use ring::rand::{SecureRandom, SystemRandom};

/// An ECDSA P-256 key pair.
#[derive(Clone, Debug)]
pub(crate) struct KeyPair(SecretKey);

/// Text that holds no P-256 key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an unencrypted P-256 key in PEM")]
pub(crate) struct UnreadableKey;

const BEGIN: &str = "-----BEGIN EC PRIVATE KEY-----";
const END: &str = "-----END EC PRIVATE KEY-----";

impl KeyPair {
    /// A new key.
    pub(crate) fn generate() -> Self {
        let random = SystemRandom::new();
        loop {
            let mut bytes = [0; 32];
            random
                .fill(&mut bytes)
                .expect("the operating system has random bytes");
            // All but one in 2^32 draws are below the order of the group.
            if let Ok(key) = SecretKey::from_slice(&bytes) {
                return Self(key);
            }
        }
    }

    /// The uncompressed point.
    fn point(&self) -> Vec<u8> {
        let point = self.0.public_key().to_encoded_point(false);
        point.as_bytes().to_vec()
    }

    /// The public half.
    pub(crate) fn public_key(&self) -> PublicKey {
        PublicKey::Ecdsa {
            curve: Curve::P256,
            point: self.point(),
        }
    }

    /// SubjectPublicKeyInfo.
    pub(crate) fn subject_public_key_info(&self) -> Vec<u8> {
        let algorithm = der::sequence(&[der::oid(&[1, 2, 840, 10045, 2, 1]), curve_oid()]);
        der::sequence(&[algorithm, der::bit_string(&self.point())])
    }

    /// An ECDSA signature with SHA-256, in DER.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: p256::ecdsa::Signature = SigningKey::from(&self.0).sign(message);
        signature.to_der().as_bytes().to_vec()
    }

    /// SEC 1 PEM with its curve named, as Go needs it.
    pub(crate) fn pem(&self) -> String {
        let body = der::sequence(&[
            der::unsigned(&[1]),
            der::octet_string(&self.0.to_bytes()),
            der::explicit(0, &curve_oid()),
            der::explicit(1, &der::bit_string(&self.point())),
        ]);
        pem("EC PRIVATE KEY", &body)
    }

    /// Reads what [`KeyPair::pem`] has written.
    pub(crate) fn from_pem(text: &str) -> Result<Self, UnreadableKey> {
        let body = text
            .trim()
            .strip_prefix(BEGIN)
            .and_then(|text| text.strip_suffix(END));
        let body: String = body.ok_or(UnreadableKey)?.split_whitespace().collect();
        let body = STANDARD.decode(body).map_err(|_| UnreadableKey)?;
        SecretKey::from_sec1_der(&body)
            .map(Self)
            .map_err(|_| UnreadableKey)
    }
}

fn curve_oid() -> Vec<u8> {
    der::oid(&[1, 2, 840, 10045, 3, 1, 7])
}

/// PEM with lines of 64 characters.
pub(crate) fn pem(label: &str, body: &[u8]) -> String {
    let text = STANDARD.encode(body);
    let mut lines = vec![format!("-----BEGIN {label}-----")];
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, behind) = rest.split_at(rest.len().min(64));
        lines.push(line.to_owned());
        rest = behind;
    }
    lines.push(format!("-----END {label}-----\n"));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_pem() {
        let key = KeyPair::generate();
        let again = KeyPair::from_pem(&key.pem()).expect("readable");
        assert_eq!(again.public_key(), key.public_key());
        for text in [
            "",
            "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----",
            BEGIN,
        ] {
            assert_eq!(KeyPair::from_pem(text).err(), Some(UnreadableKey));
        }
    }
}
