//! What a client's certificate says, read once for each connection.

use super::signature::Algorithm;
use super::ssh::PublicKey;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

/// The purpose of new-style certificates (ACC-23).
const JOYENT_DOCKER: &str = "1.3.6.1.4.1.38678.1.4.1";

/// A client certificate, owned and reduced to what authentication needs.
#[derive(Clone, Debug)]
pub(crate) struct ClientCertificate {
    /// The first common name of the subject.
    pub(crate) login: Option<String>,
    /// The first common name of the issuer.
    pub(crate) issuer: Option<String>,
    /// Whether issuer and subject are the same name.
    pub(crate) self_named: bool,
    /// Seconds since the epoch, first valid one.
    pub(crate) not_before: i64,
    /// Seconds since the epoch, first invalid one.
    pub(crate) not_after: i64,
    /// Whether it is of the new style.
    pub(crate) delegated: bool,
    /// The subject's key.
    pub(crate) key: PublicKey,
    /// The signed part.
    pub(crate) signed: Vec<u8>,
    /// How it is signed.
    pub(crate) algorithm: Algorithm,
    /// The signature.
    pub(crate) signature: Vec<u8>,
}

/// A certificate that cannot be read, or with a key or signature of a type that accounts do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the certificate cannot be used")]
pub(crate) struct Unusable;

impl ClientCertificate {
    /// Reads DER, leniently: old certificates are X.509 v1, new ones have an empty SAN and an explicit `FALSE`.
    pub(crate) fn parse(der: &[u8]) -> Result<Self, Unusable> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| Unusable)?;
        if !rest.is_empty() {
            return Err(Unusable);
        }
        let purposes = certificate.extended_key_usage().ok().flatten();
        let delegated = purposes.is_some_and(|usage| {
            let mut others = usage.value.other.iter();
            others.any(|oid| oid.to_id_string() == JOYENT_DOCKER)
        });
        let oid = certificate.signature_algorithm.algorithm.to_id_string();
        Ok(Self {
            login: common_name(certificate.subject()),
            issuer: common_name(certificate.issuer()),
            self_named: certificate.issuer().as_raw() == certificate.subject().as_raw(),
            not_before: certificate.validity().not_before.timestamp(),
            not_after: certificate.validity().not_after.timestamp(),
            delegated,
            key: PublicKey::from_certificate(certificate.public_key()).ok_or(Unusable)?,
            algorithm: Algorithm::by_oid(&oid).ok_or(Unusable)?,
            signed: certificate.tbs_certificate.as_ref().to_vec(),
            signature: certificate.signature_value.data.to_vec(),
        })
    }

    /// Whether `key` has signed it.
    pub(crate) fn is_signed_by(&self, key: &PublicKey) -> bool {
        super::signature::verifies(key, self.algorithm, &self.signed, &self.signature)
    }
}

fn common_name(name: &X509Name<'_>) -> Option<String> {
    let first = name.iter_common_name().next()?;
    first.as_str().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::issue::{self, DEFAULT_LIFETIME};
    use crate::auth::key::KeyPair;
    use rustls_pki_types::CertificateDer;
    use rustls_pki_types::pem::PemObject;

    /// A good certificate of `login`.
    fn der(login: &str, signer: &KeyPair) -> Vec<u8> {
        let issued = issue::issue(&issue::Request {
            login,
            signer,
            issuer: None,
            now_seconds: 1_484_345_634,
            lifetime: DEFAULT_LIFETIME,
        });
        let der = CertificateDer::from_pem_slice(issued.certificate_pem.as_bytes());
        der.expect("a certificate").to_vec()
    }

    #[test]
    fn damage_makes_nobody_else_of_a_certificate() {
        let signer = KeyPair::generate();
        let public = signer.public_key();
        for login in ["demo", "my_login"] {
            let good = der(login, &signer);
            let parsed = ClientCertificate::parse(&good).expect("readable");
            assert!(parsed.is_signed_by(&public));
            for place in 0..good.len() {
                for bit in 0..8 {
                    let mut damaged = good.clone();
                    damaged[place] ^= 1 << bit;
                    let Ok(read) = ClientCertificate::parse(&damaged) else {
                        continue;
                    };
                    let same = read.signed == parsed.signed;
                    assert!(same || !read.is_signed_by(&public), "{place}.{bit}");
                }
            }
        }
    }

    #[test]
    fn parts_of_a_certificate_and_what_follows_one_are_unusable() {
        let good = der("demo", &KeyPair::generate());
        for length in 0..good.len() {
            assert!(
                ClientCertificate::parse(&good[..length]).is_err(),
                "{length}"
            );
        }
        let more = [good.as_slice(), &[0]].concat();
        assert!(ClientCertificate::parse(&more).is_err());
    }
}
