//! The zone's certificate authority and the certificate it gives its server (ACC-17).

use super::Error;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A certificate authority: what clients trust as `ca.pem`.
#[derive(Debug)]
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A server's certificate and key.
#[derive(Debug)]
pub(crate) struct Leaf {
    /// The certificate, issued by the authority.
    pub(crate) certificate: CertificateDer<'static>,
    /// Its key, P-256.
    pub(crate) key: PrivateKeyDer<'static>,
}

fn params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = rcgen::date_time_ymd(2016, 1, 1);
    params.not_after = rcgen::date_time_ymd(2049, 12, 31);
    params
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

fn authority_params() -> CertificateParams {
    let mut params = params();
    params.distinguished_name = named("zonesim certificate authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

impl Authority {
    /// A new one with a key of its own (P-256).
    pub(crate) fn generate() -> Result<Self, Error> {
        let key = KeyPair::generate()?;
        let params = authority_params();
        let pem = params.self_signed(&key)?.pem();
        Ok(Self {
            issuer: Issuer::new(params, key),
            pem,
        })
    }

    /// One that was kept: its certificate and its key as PEM.
    pub(crate) fn load(pem: String, key_pem: &str) -> Result<Self, Error> {
        Ok(Self {
            issuer: Issuer::new(authority_params(), KeyPair::from_pem(key_pem)?),
            pem,
        })
    }

    /// The certificate as PEM.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// The key as PEM (PKCS#8).
    pub(crate) fn key_pem(&self) -> String {
        self.issuer.key().serialize_pem()
    }

    /// A server certificate for `names`, the first of which is its common name, and for loopback.
    pub(crate) fn leaf(&self, names: &[String]) -> Result<Leaf, Error> {
        let mut params = params();
        params.distinguished_name = named(names.first().map_or("localhost", String::as_str));
        let mut dns: Vec<&str> = names.iter().map(String::as_str).collect();
        if !dns.contains(&"localhost") {
            dns.push("localhost");
        }
        for name in dns {
            params
                .subject_alt_names
                .push(SanType::DnsName(name.try_into()?));
        }
        let loopback = [
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ];
        params
            .subject_alt_names
            .extend(loopback.map(SanType::IpAddress));
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Leaf {
            certificate: certificate.der().clone(),
            key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_parser::prelude::FromDer;

    #[test]
    fn a_kept_authority_issues_leaves_that_its_certificate_vouches_for() {
        let first = Authority::generate().expect("generates");
        let kept = Authority::load(first.pem().to_owned(), &first.key_pem()).expect("loads");
        let leaf = kept.leaf(&["zone.example".to_owned()]).expect("issues");
        let (_, pem) = x509_parser::pem::parse_x509_pem(kept.pem().as_bytes()).expect("pem");
        let authority = pem.parse_x509().expect("a certificate");
        let (_, leaf) =
            x509_parser::certificate::X509Certificate::from_der(&leaf.certificate).expect("leaf");
        assert!(leaf.issuer().to_string().contains("zonesim"));
        assert_eq!(leaf.issuer(), authority.subject());
        assert_eq!(leaf.subject().to_string(), "CN=zone.example");
        assert!(authority.is_ca());
        assert!(!leaf.is_ca());
        let names = leaf
            .subject_alternative_name()
            .expect("well formed")
            .expect("there");
        assert_eq!(names.value.general_names.len(), 4);
    }
}
