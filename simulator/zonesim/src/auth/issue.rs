//! New-style client certificates, as `profile docker-setup` makes them (ACC-23).

use super::key::{KeyPair, pem};
use super::ssh::PublicKey;
use crate::tls::der;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use std::time::Duration;

/// How long a certificate lives when nobody says: 3,650 days.
pub(crate) const DEFAULT_LIFETIME: Duration = Duration::from_secs(3650 * 86_400);
/// The beginning lies a little in the past, for clocks that differ.
const BACKDATED_SECONDS: u64 = 300;

/// What a certificate is to say.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    /// The account it stands for.
    pub(crate) login: &'a str,
    /// The account's SSH key that signs it.
    pub(crate) signer: &'a KeyPair,
    /// The issuer's common name; `None`: the signer's MD5 fingerprint.
    pub(crate) issuer: Option<&'a str>,
    /// When it is made, seconds since the epoch.
    pub(crate) now_seconds: u64,
    /// How long it lives.
    pub(crate) lifetime: Duration,
}

/// A certificate and its key.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    /// `cert.pem`
    pub(crate) certificate_pem: String,
    /// `key.pem`: SEC 1, not encrypted.
    pub(crate) key_pem: String,
}

/// Makes a key and a certificate for it.
pub(crate) fn issue(request: &Request<'_>) -> Issued {
    let key = KeyPair::generate();
    let certificate = certificate(request, &key);
    Issued {
        certificate_pem: pem("CERTIFICATE", &certificate),
        key_pem: key.pem(),
    }
}

fn certificate(request: &Request<'_>, key: &KeyPair) -> Vec<u8> {
    let by_fingerprint = issuer_name(&request.signer.public_key());
    let issuer = request.issuer.unwrap_or(&by_fingerprint);
    let not_before = request.now_seconds.saturating_sub(BACKDATED_SECONDS);
    let not_after = not_before.saturating_add(request.lifetime.as_secs());
    let mut serial = [0; 8];
    SystemRandom::new()
        .fill(&mut serial)
        .expect("the operating system has random bytes");
    // ecdsa-with-SHA256, without parameters
    let algorithm = der::sequence(&[der::oid(&[1, 2, 840, 10045, 4, 3, 2])]);
    let to_be_signed = der::sequence(&[
        der::explicit(0, &der::unsigned(&[2])),
        der::unsigned(&serial),
        algorithm.clone(),
        name(issuer),
        der::sequence(&[der::time(not_before), der::time(not_after)]),
        name(request.login),
        key.subject_public_key_info(),
        der::explicit(3, &der::sequence(&extensions(request.login))),
    ]);
    let signature = request.signer.sign(&to_be_signed);
    der::sequence(&[to_be_signed, algorithm, der::bit_string(&signature)])
}

/// The common name of an issuer that signs with `key`.
pub(crate) fn issuer_name(key: &PublicKey) -> String {
    format!("MD5:{}", STANDARD_NO_PAD.encode(key.md5()))
}

/// A name with one common name.
fn name(common_name: &str) -> Vec<u8> {
    let attribute = der::sequence(&[der::oid(&[2, 5, 4, 3]), der::text(common_name)]);
    der::sequence(&[der::set(&[attribute])])
}

fn extensions(login: &str) -> Vec<Vec<u8>> {
    let host = looks_like_a_host(login);
    let mut purposes = vec![
        der::oid(&[1, 3, 6, 1, 5, 5, 7, 3, 2]),
        der::oid(&[1, 3, 6, 1, 4, 1, 38678, 1, 4, 1]),
    ];
    let mut names = Vec::new();
    if host {
        purposes.push(der::oid(&[1, 3, 6, 1, 5, 5, 7, 3, 1]));
        // dNSName
        names.push(der::tagged(0x82, login.as_bytes()));
    }
    // The zone's tools write an explicit FALSE and count one unused bit, neither of which is DER.
    let constraints = der::sequence(&[der::boolean(false)]);
    let usage = vec![0x03, 0x02, 0x01, 0x88];
    vec![
        extension(19, true, &constraints),
        extension(15, true, &usage),
        extension(37, true, &der::sequence(&purposes)),
        extension(17, false, &der::sequence(&names)),
    ]
}

fn extension(number: u64, critical: bool, value: &[u8]) -> Vec<u8> {
    let mut parts = vec![der::oid(&[2, 5, 29, number])];
    if critical {
        parts.push(der::boolean(true));
    }
    parts.push(der::octet_string(value));
    der::sequence(&parts)
}

/// ACC-24: whether a login could be a host name: dot-separated labels of letters, digits and inner hyphens.
fn looks_like_a_host(login: &str) -> bool {
    login.split('.').all(|label| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty()
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::certificate::ClientCertificate;
    use crate::auth::fingerprint::{self, IssuerKey};
    use crate::auth::ssh::colon_hex;

    fn issued(login: &str, signer: &KeyPair) -> (Vec<u8>, ClientCertificate) {
        let der = certificate(
            &Request {
                login,
                signer,
                issuer: None,
                now_seconds: 1_484_345_634,
                lifetime: DEFAULT_LIFETIME,
            },
            &KeyPair::generate(),
        );
        let parsed = ClientCertificate::parse(&der).expect("readable");
        (der, parsed)
    }

    #[test]
    fn a_certificate_names_its_signer_and_its_account() {
        for (login, host) in [("demo", true), ("my_login", false), ("a@b.c", false)] {
            let signer = KeyPair::generate();
            let (der, parsed) = issued(login, &signer);
            assert_eq!(parsed.login.as_deref(), Some(login));
            assert!(parsed.delegated);
            assert!(!parsed.self_named);
            assert_eq!(parsed.not_before, 1_484_345_334);
            assert_eq!(parsed.not_after, 1_484_345_334 + 3650 * 86_400);
            let expected = colon_hex(&signer.public_key().md5());
            let issuer = parsed.issuer.as_deref().and_then(fingerprint::parse);
            assert_eq!(issuer, Some(IssuerKey::Md5(expected)));
            assert!(parsed.is_signed_by(&signer.public_key()));
            assert!(!parsed.is_signed_by(&KeyPair::generate().public_key()));
            let holds = |bytes: &str| hex::encode(&der).contains(bytes);
            assert!(holds(
                "0603551d130101ff040530030101 00".replace(' ', "").as_str()
            ));
            assert!(holds("0603551d0f0101ff040403020188"));
            assert_eq!(holds("0603551d1104023000"), !host, "an empty SAN");
            assert_eq!(holds("2b06010505070301"), host, "serverAuth");
        }
    }

    #[test]
    fn hosts_have_labels() {
        for (login, expected) in [
            ("demo", true),
            ("a.b-c", true),
            ("a..b", false),
            ("a-", false),
            ("a_b", false),
        ] {
            assert_eq!(looks_like_a_host(login), expected, "{login}");
        }
    }
}
