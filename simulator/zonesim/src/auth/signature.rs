//! Signatures over certificates, checked with an account's SSH key (accounts-and-cloudapi.md B.4, step 8).

use super::ssh::{Curve, PublicKey};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use ring::{digest, signature};

/// How a certificate is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// PKCS#1 v1.5
    Rsa(Hash),
    /// ECDSA over any curve.
    Ecdsa(Hash),
    /// Ed25519
    Ed25519,
}

/// The hashes in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    /// SHA-1, as old tools sign.
    Sha1,
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

impl Algorithm {
    /// By the dotted object identifier of an AlgorithmIdentifier.
    pub(crate) fn by_oid(oid: &str) -> Option<Self> {
        Some(match oid {
            "1.2.840.113549.1.1.5" => Algorithm::Rsa(Hash::Sha1),
            "1.2.840.113549.1.1.11" => Algorithm::Rsa(Hash::Sha256),
            "1.2.840.113549.1.1.12" => Algorithm::Rsa(Hash::Sha384),
            "1.2.840.113549.1.1.13" => Algorithm::Rsa(Hash::Sha512),
            "1.2.840.10045.4.1" => Algorithm::Ecdsa(Hash::Sha1),
            "1.2.840.10045.4.3.2" => Algorithm::Ecdsa(Hash::Sha256),
            "1.2.840.10045.4.3.3" => Algorithm::Ecdsa(Hash::Sha384),
            "1.2.840.10045.4.3.4" => Algorithm::Ecdsa(Hash::Sha512),
            "1.3.101.112" => Algorithm::Ed25519,
            _ => return None,
        })
    }
}

/// Whether `signature` over `message` is by `key`, which must be of the algorithm's type.
pub(crate) fn verifies(
    key: &PublicKey,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> bool {
    match (key, algorithm) {
        (PublicKey::Rsa { modulus, exponent }, Algorithm::Rsa(hash)) => {
            let parameters = match hash {
                Hash::Sha1 => &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
                Hash::Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
                Hash::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
                Hash::Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
            };
            let key = signature::RsaPublicKeyComponents {
                n: modulus,
                e: exponent,
            };
            key.verify(parameters, message, signature).is_ok()
        }
        (PublicKey::Ecdsa { curve, point }, Algorithm::Ecdsa(hash)) => {
            ecdsa(*curve, point, hash, message, signature)
        }
        (PublicKey::Ed25519(bytes), Algorithm::Ed25519) => {
            signature::UnparsedPublicKey::new(&signature::ED25519, bytes)
                .verify(message, signature)
                .is_ok()
        }
        _ => false,
    }
}

/// Any hash with any curve: a digest shorter than the field is the same number with zeros in front.
fn ecdsa(curve: Curve, point: &[u8], hash: Hash, message: &[u8], signature: &[u8]) -> bool {
    let hash = match hash {
        Hash::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => &digest::SHA256,
        Hash::Sha384 => &digest::SHA384,
        Hash::Sha512 => &digest::SHA512,
    };
    let digest = digest::digest(hash, message);
    let missing = curve.field_bytes().saturating_sub(digest.as_ref().len());
    let prehash = [&vec![0; missing], digest.as_ref()].concat();
    macro_rules! verifies {
        ($curve:ident) => {
            match (
                $curve::ecdsa::VerifyingKey::from_sec1_bytes(point),
                $curve::ecdsa::Signature::from_der(signature),
            ) {
                (Ok(key), Ok(signature)) => key.verify_prehash(&prehash, &signature).is_ok(),
                _ => false,
            }
        };
    }
    match curve {
        Curve::P256 => verifies!(p256),
        Curve::P384 => verifies!(p384),
        Curve::P521 => verifies!(p521),
    }
}
