//! Keys of accounts and the client certificates made from them, good and bad (ACC-23).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use md5::{Digest as _, Md5};
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, Issuer, KeyPair,
    SerialNumber,
};
use time::{Duration, OffsetDateTime};

use crate::failure::Failure;

/// clientAuth, then the purpose of Docker, then serverAuth, each as an object identifier in DER.
const CLIENT_AUTH: &[u8] = b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02";
const DOCKER: &[u8] = b"\x06\x0b\x2b\x06\x01\x04\x01\x82\xae\x16\x01\x04\x01";
const SERVER_AUTH: &[u8] = b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01";

/// A P-256 key as an account has it.
#[derive(Debug)]
pub struct AccountKey {
    pair: KeyPair,
}

/// A certificate and its private key, both PEM.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// `cert.pem`.
    pub cert: Vec<u8>,
    /// `key.pem`.
    pub key: Vec<u8>,
}

/// What is unusual about a certificate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    #[default]
    None,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    Early,
    /// Its issuer names no key.
    Issuer,
    /// It is signed by another key than its issuer names.
    Forged,
    /// It is not for Docker.
    Purpose,
}

impl AccountKey {
    /// A new key.
    ///
    /// # Errors
    ///
    /// [`Failure::Feature`] when the system gives no randomness.
    pub fn generate() -> Result<AccountKey, Failure> {
        KeyPair::generate()
            .map(|pair| AccountKey { pair })
            .map_err(wrong)
    }

    /// The public key in the wire form of SSH.
    fn blob(&self) -> Vec<u8> {
        let parts: [&[u8]; 3] = [
            b"ecdsa-sha2-nistp256",
            b"nistp256",
            self.pair.public_key_raw(),
        ];
        let framed = parts.iter().map(|part| {
            let length = u32::try_from(part.len()).expect("a part of a key is short");
            [&length.to_be_bytes(), *part].concat()
        });
        framed.collect::<Vec<_>>().concat()
    }

    /// The public key on a line, as it is registered.
    pub fn openssh(&self) -> String {
        format!("ecdsa-sha2-nistp256 {}", STANDARD.encode(self.blob()))
    }

    /// The MD5 fingerprint in colon-hex, by which accounts name their keys.
    pub fn fingerprint(&self) -> String {
        let digest = Md5::digest(self.blob());
        let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        pairs.join(":")
    }

    /// A new-style certificate for a login.
    ///
    /// # Errors
    ///
    /// [`Failure::Feature`] when it cannot be made.
    pub fn certify(&self, login: &str, flaw: Flaw) -> Result<Credentials, Failure> {
        let key = KeyPair::generate().map_err(wrong)?;
        let params = subject(login, flaw)?;
        let issuer_name = match flaw {
            Flaw::Issuer => "SHA256:abc".to_owned(),
            _ => format!("MD5:{}", STANDARD_NO_PAD.encode(Md5::digest(self.blob()))),
        };
        let mut issuer = CertificateParams::default();
        issuer.distinguished_name = common_name(&issuer_name, true)?;
        let other = KeyPair::generate().map_err(wrong)?;
        let signer = if flaw == Flaw::Forged {
            &other
        } else {
            &self.pair
        };
        let certificate = params
            .signed_by(&key, &Issuer::from_params(&issuer, signer))
            .map_err(wrong)?;
        Ok(Credentials {
            cert: certificate.pem().into_bytes(),
            key: key.serialize_pem().into_bytes(),
        })
    }
}

/// A certificate for a server on loopback, issued by an authority whose key is PEM.
///
/// # Errors
///
/// [`Failure::Feature`] when it cannot be made.
pub fn server_certificate(ca_pem: &[u8], ca_key_pem: &str) -> Result<Credentials, Failure> {
    let ca_key = KeyPair::from_pem(ca_key_pem).map_err(wrong)?;
    let ca_pem = std::str::from_utf8(ca_pem).map_err(wrong)?;
    let issuer = Issuer::from_ca_cert_pem(ca_pem, ca_key).map_err(wrong)?;
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut params = CertificateParams::new(names).map_err(wrong)?;
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().map_err(wrong)?;
    let certificate = params.signed_by(&key, &issuer).map_err(wrong)?;
    Ok(Credentials {
        cert: certificate.pem().into_bytes(),
        key: key.serialize_pem().into_bytes(),
    })
}

/// Everything of a certificate but its issuer (ACC-23, ACC-24).
fn subject(login: &str, flaw: Flaw) -> Result<CertificateParams, Failure> {
    let host = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    let host_like = login.bytes().all(host);
    let now = OffsetDateTime::now_utc();
    let days = Duration::days(3650);
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name(login, false)?;
    params.serial_number = Some(SerialNumber::from_slice(&[1, 2, 3, 4, 5, 6, 7, 8]));
    params.not_before = match flaw {
        Flaw::Early => now + Duration::days(1),
        Flaw::Expired => now - days,
        _ => now - Duration::seconds(300),
    };
    params.not_after = match flaw {
        Flaw::Expired => now - Duration::days(1),
        _ => now + days,
    };
    let mut purposes = CLIENT_AUTH.to_vec();
    if flaw != Flaw::Purpose {
        purposes.extend(DOCKER);
    }
    if host_like {
        purposes.extend(SERVER_AUTH);
    }
    let names = match host_like {
        true => [&[0x82, length(login.len())?], login.as_bytes()].concat(),
        false => Vec::new(),
    };
    params.custom_extensions = vec![
        // An explicit FALSE, as the reference writes it.
        extension(&[2, 5, 29, 19], true, vec![0x30, 3, 1, 1, 0]),
        extension(&[2, 5, 29, 15], true, vec![3, 2, 1, 0x88]),
        extension(&[2, 5, 29, 37], true, sequence(&purposes)?),
        extension(&[2, 5, 29, 17], false, sequence(&names)?),
    ];
    Ok(params)
}

fn common_name(name: &str, printable: bool) -> Result<DistinguishedName, Failure> {
    let value = match printable {
        true => DnValue::PrintableString(name.try_into().map_err(wrong)?),
        false => DnValue::Utf8String(name.to_owned()),
    };
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, value);
    Ok(names)
}

fn extension(oid: &[u64], critical: bool, content: Vec<u8>) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(oid, content);
    extension.set_criticality(critical);
    extension
}

fn sequence(content: &[u8]) -> Result<Vec<u8>, Failure> {
    Ok([&[0x30, length(content.len())?], content].concat())
}

/// The short form of a length in DER.
fn length(bytes: usize) -> Result<u8, Failure> {
    let short = u8::try_from(bytes).ok().filter(|length| *length < 0x80);
    short.ok_or_else(|| Failure::Feature("a login is too long for a certificate".to_owned()))
}

fn wrong(error: impl std::fmt::Display) -> Failure {
    Failure::Feature(format!("a certificate cannot be made: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_as_ssh_does() {
        let key = AccountKey::generate().expect("a key");
        let line = key.openssh();
        let (kind, blob) = line.split_once(' ').expect("two words");
        assert_eq!(kind, "ecdsa-sha2-nistp256");
        let blob = STANDARD.decode(blob).expect("base64");
        assert_eq!(blob.len(), 4 + 19 + 4 + 8 + 4 + 65);
        assert_eq!(key.fingerprint().len(), 16 * 3 - 1);
    }

    #[test]
    fn certificates_are_made_for_any_login() {
        let key = AccountKey::generate().expect("a key");
        for login in ["demo", "jill_doe"] {
            for flaw in [
                Flaw::None,
                Flaw::Expired,
                Flaw::Early,
                Flaw::Issuer,
                Flaw::Forged,
            ] {
                let made = key.certify(login, flaw).expect(login);
                assert!(made.cert.starts_with(b"-----BEGIN CERTIFICATE-----"));
            }
        }
    }
}
