//! Client certificates made from keys of accounts, good and bad (ACC-23), and certificates of servers.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, IsCa,
    Issuer, KeyPair, SerialNumber,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use time::{Duration, OffsetDateTime};

use crate::account_key::AccountKey;
use crate::failure::Failure;

/// clientAuth, then the purpose of Docker, then serverAuth, each as an object identifier in DER.
const CLIENT_AUTH: &[u8] = b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02";
const DOCKER: &[u8] = b"\x06\x0b\x2b\x06\x01\x04\x01\x82\xae\x16\x01\x04\x01";
const SERVER_AUTH: &[u8] = b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01";

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
    /// A new-style certificate for a login, for a key of its own.
    ///
    /// # Errors
    ///
    /// [`Failure::Feature`] when it cannot be made.
    pub fn certify(&self, login: &str, flaw: Flaw) -> Result<Credentials, Failure> {
        self.certify_key(login, flaw, KeyPair::generate().map_err(wrong)?)
    }

    /// Another certificate for the key of one that was made before.
    ///
    /// # Errors
    ///
    /// As [`AccountKey::certify`].
    pub fn certify_again(
        &self,
        login: &str,
        flaw: Flaw,
        before: &Credentials,
    ) -> Result<Credentials, Failure> {
        let pem = std::str::from_utf8(&before.key).map_err(wrong)?;
        self.certify_key(login, flaw, KeyPair::from_pem(pem).map_err(wrong)?)
    }

    fn certify_key(&self, login: &str, flaw: Flaw, key: KeyPair) -> Result<Credentials, Failure> {
        let params = subject(login, flaw)?;
        let issuer_name = match flaw {
            Flaw::Issuer => "SHA256:abc".to_owned(),
            _ => format!("MD5:{}", STANDARD_NO_PAD.encode(self.md5())),
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

/// The certificate in DER.
///
/// # Errors
///
/// [`Failure::Feature`] when it is no PEM.
pub fn der(shown: &Credentials) -> Result<Vec<u8>, Failure> {
    let der = CertificateDer::from_pem_slice(&shown.cert).map_err(wrong)?;
    Ok(der.to_vec())
}

/// The same key with other bytes in place of its certificate.
pub fn with_der(shown: &Credentials, der: &[u8]) -> Credentials {
    let text = STANDARD.encode(der);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    Credentials {
        cert: pem.into_bytes(),
        key: shown.key.clone(),
    }
}

/// Whether a certificate has the purpose of a server and the host name, or neither (its list of names is empty then);
/// none for any other shape (ACC-24).
///
/// # Errors
///
/// As [`der`].
pub fn names_host(shown: &Credentials, host: &str) -> Result<Option<bool>, Failure> {
    const NAMES: &[u8] = b"\x06\x03\x55\x1d\x11\x04";
    let der = der(shown)?;
    let holds = |part: &[u8]| der.windows(part.len()).any(|window| window == part);
    let name = [&[0x82, length(host.len())?], host.as_bytes()].concat();
    let names = sequence(&name)?;
    let named = [NAMES, &[length(names.len())?], &names].concat();
    let unnamed = [NAMES, &[2, 0x30, 0]].concat();
    Ok(match (holds(SERVER_AUTH), holds(&named), holds(&unnamed)) {
        (true, true, false) => Some(true),
        (false, false, true) => Some(false),
        _ => None,
    })
}

/// The certificate of an authority that nobody has heard of, PEM.
///
/// # Errors
///
/// [`Failure::Feature`] when it cannot be made.
pub fn unknown_authority() -> Result<Vec<u8>, Failure> {
    let key = KeyPair::generate().map_err(wrong)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name("another authority", true)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let made = params.self_signed(&key).map_err(wrong)?;
    Ok(made.pem().into_bytes())
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
    fn certificates_are_made_for_any_login() {
        let key = AccountKey::generate().expect("a key");
        for login in ["demo", "jill_doe"] {
            let plain = key.certify(login, Flaw::None).expect(login);
            let host = login == "demo";
            assert_eq!(names_host(&plain, login).ok(), Some(Some(host)));
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
