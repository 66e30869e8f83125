//! SSH public keys: their wire form, their fingerprints, and the keys inside certificates.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use x509_parser::public_key::PublicKey as ParsedKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// A public key of a type that accounts can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PublicKey {
    /// Big-endian modulus and exponent.
    Rsa {
        /// n
        modulus: Vec<u8>,
        /// e
        exponent: Vec<u8>,
    },
    /// A point, uncompressed (0x04‖X‖Y).
    Ecdsa {
        /// Its curve.
        curve: Curve,
        /// Its encoding.
        point: Vec<u8>,
    },
    /// 32 bytes.
    Ed25519(Vec<u8>),
}

/// The NIST curves that SSH has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    /// nistp256
    P256,
    /// nistp384
    P384,
    /// nistp521
    P521,
}

impl Curve {
    fn name(self) -> &'static str {
        match self {
            Curve::P256 => "nistp256",
            Curve::P384 => "nistp384",
            Curve::P521 => "nistp521",
        }
    }

    fn named(name: &[u8]) -> Option<Self> {
        [Curve::P256, Curve::P384, Curve::P521]
            .into_iter()
            .find(|curve| curve.name().as_bytes() == name)
    }

    /// Bytes of a field element.
    pub(crate) fn field_bytes(self) -> usize {
        match self {
            Curve::P256 => 32,
            Curve::P384 => 48,
            Curve::P521 => 66,
        }
    }
}

impl PublicKey {
    /// The key of a wire blob.
    pub(crate) fn from_blob(blob: &[u8]) -> Option<Self> {
        let mut rest = blob;
        let key = match take(&mut rest)? {
            b"ssh-rsa" => PublicKey::Rsa {
                exponent: without_zeros(take(&mut rest)?),
                modulus: without_zeros(take(&mut rest)?),
            },
            b"ssh-ed25519" => PublicKey::Ed25519(take(&mut rest)?.to_vec()),
            kind if kind.starts_with(b"ecdsa-sha2-") => PublicKey::Ecdsa {
                curve: Curve::named(take(&mut rest)?)?,
                point: take(&mut rest)?.to_vec(),
            },
            _ => return None,
        };
        rest.is_empty().then_some(key)
    }

    /// The key of a certificate; `None` for types that SSH does not have.
    pub(crate) fn from_certificate(info: &SubjectPublicKeyInfo<'_>) -> Option<Self> {
        match info.parsed().ok()? {
            ParsedKey::RSA(rsa) => Some(PublicKey::Rsa {
                modulus: without_zeros(rsa.modulus),
                exponent: without_zeros(rsa.exponent),
            }),
            ParsedKey::EC(point) => {
                let parameters = info.algorithm.parameters.as_ref()?;
                let curve = match parameters.as_oid().ok()?.to_id_string().as_str() {
                    "1.2.840.10045.3.1.7" => Curve::P256,
                    "1.3.132.0.34" => Curve::P384,
                    "1.3.132.0.35" => Curve::P521,
                    _ => return None,
                };
                let point = point.data().to_vec();
                let whole = point.len() == 1 + 2 * curve.field_bytes() && point[0] == 4;
                whole.then_some(PublicKey::Ecdsa { curve, point })
            }
            ParsedKey::Unknown(bytes) => {
                let ed25519 = info.algorithm.algorithm.to_id_string() == "1.3.101.112";
                (ed25519 && bytes.len() == 32).then(|| PublicKey::Ed25519(bytes.to_vec()))
            }
            _ => None,
        }
    }

    /// The wire blob that every fingerprint is taken of (accounts-and-cloudapi.md A.2).
    pub(crate) fn blob(&self) -> Vec<u8> {
        match self {
            PublicKey::Rsa { modulus, exponent } => {
                [string(b"ssh-rsa"), mpint(exponent), mpint(modulus)].concat()
            }
            PublicKey::Ecdsa { curve, point } => {
                let kind = format!("ecdsa-sha2-{}", curve.name());
                let name = curve.name().as_bytes();
                [string(kind.as_bytes()), string(name), string(point)].concat()
            }
            PublicKey::Ed25519(bytes) => [string(b"ssh-ed25519"), string(bytes)].concat(),
        }
    }

    /// The OpenSSH line.
    pub(crate) fn openssh(&self, comment: &str) -> String {
        let blob = self.blob();
        let mut rest = blob.as_slice();
        let kind = take(&mut rest).unwrap_or_default();
        let kind = String::from_utf8_lossy(kind).into_owned();
        format!("{kind} {} {comment}", STANDARD.encode(&blob))
    }

    /// The MD5 fingerprint.
    pub(crate) fn md5(&self) -> [u8; 16] {
        Md5::digest(self.blob()).into()
    }

    /// The SHA-512 fingerprint (ACC-33).
    pub(crate) fn sha512(&self) -> [u8; 64] {
        sha2::Sha512::digest(self.blob()).into()
    }
}

/// `aa:bb:…`, as accounts' keys are addressed.
pub(crate) fn colon_hex(fingerprint: &[u8]) -> String {
    let pairs: Vec<String> = fingerprint
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    pairs.join(":")
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("a key is far below 4 GiB");
    [&length.to_be_bytes(), bytes].concat()
}

fn mpint(bytes: &[u8]) -> Vec<u8> {
    let bytes = without_zeros(bytes);
    match bytes.first() {
        Some(0x80..) => string(&[&[0], bytes.as_slice()].concat()),
        _ => string(&bytes),
    }
}

fn without_zeros(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes[zeros..].to_vec()
}

/// Takes a length-prefixed string from the front.
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, behind) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (bytes, behind) = behind.split_at_checked(length)?;
    *rest = behind;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl someone";

    fn key_of(line: &str) -> Option<PublicKey> {
        let blob = line.split_whitespace().nth(1)?;
        PublicKey::from_blob(&STANDARD.decode(blob).ok()?)
    }

    #[test]
    fn a_line_is_read_and_written() {
        let key = key_of(ED25519).expect("a key");
        assert_eq!(key.openssh("someone"), ED25519);
        // `ssh-keygen -l` of GitHub's published host key.
        assert_eq!(
            colon_hex(&key.md5()),
            "65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd"
        );
    }

    #[test]
    fn damaged_lines_are_no_keys() {
        for line in [
            "",
            "ssh-rsa",
            "ssh-rsa !!!!",
            "ssh-rsa AAAA",
            "ssh-dss AAAAB3NzaC1kc3M=",
            "x AAAAA3NzaC1yc2E=",
        ] {
            assert_eq!(key_of(line), None, "{line}");
        }
    }

    #[test]
    fn large_numbers_keep_their_sign() {
        let key = PublicKey::Rsa {
            modulus: vec![0x80, 1],
            exponent: vec![1, 0, 1],
        };
        assert_eq!(key_of(&key.openssh("x")), Some(key));
    }
}
