//! The TLS handshake of a client that may be anyone.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};

use crate::client::{ClientError, TlsFiles};

/// How to shake hands.
#[derive(Debug, Clone, Default)]
pub struct Handshake {
    /// Whose certificate is shown.
    pub identity: Identity,
    /// Versions offered.
    pub versions: TlsVersions,
    /// Cipher suites offered, by the names of their standard (`TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256`);
    /// every one that is known when empty.
    pub cipher_suites: Vec<String>,
    /// Application protocols offered; none when empty.
    pub alpn: Vec<String>,
    /// The name the server's certificate has to have; that of the target when none.
    pub server_name: Option<String>,
}

/// Who a client says it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Identity {
    /// The target's certificate and key.
    #[default]
    Target,
    /// Nobody: no certificate even if asked.
    Nobody,
    /// The target's certificate, but signatures of a key made up for the occasion.
    WrongKey,
    /// A certificate chain and a key in PEM.
    Given {
        /// The chain, own certificate first.
        cert: Vec<u8>,
        /// The key.
        key: Vec<u8>,
    },
}

impl fmt::Debug for Identity {
    // Keys do not belong into evidence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Identity::Target => "Target",
            Identity::Nobody => "Nobody",
            Identity::WrongKey => "WrongKey",
            Identity::Given { .. } => "Given",
        })
    }
}

/// Versions of TLS a client offers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TlsVersions {
    /// 1.2 and 1.3.
    #[default]
    All,
    /// 1.2, as clients of the time.
    Only12,
    /// 1.3.
    Only13,
}

/// What a handshake showed of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFacts {
    /// `TLSv1_2` or `TLSv1_3`.
    pub version: String,
    /// The cipher suite's name in its standard.
    pub cipher_suite: String,
    /// The application protocol that was chosen.
    pub alpn: Option<String>,
    /// The server's chain in DER, its own certificate first.
    pub server_chain: Vec<Vec<u8>>,
    /// How many authorities the server named when it asked for a certificate; none when it did
    /// not ask.
    pub authorities_named: Option<usize>,
}

/// What a server asked of a client's certificate, for as long as the handshake runs.
#[derive(Debug, Default)]
pub(super) struct Asked(Mutex<Option<usize>>);

impl Asked {
    pub(super) fn authorities_named(&self) -> Option<usize> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows what it is told to, whether or not key and certificate match (rustls' own way refuses
/// mismatches, and the version 1 certificates of ACC-26).
#[derive(Debug)]
struct Shows {
    identity: Option<Arc<CertifiedKey>>,
    asked: Arc<Asked>,
}

impl ResolvesClientCert for Shows {
    fn resolve(
        &self,
        root_hint_subjects: &[&[u8]],
        _schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        let mut asked = self.asked.0.lock().unwrap_or_else(PoisonError::into_inner);
        *asked = Some(root_hint_subjects.len());
        self.identity.clone()
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl Handshake {
    /// The configuration of a client that shakes hands like this.
    pub(super) fn config(
        &self,
        files: &TlsFiles,
    ) -> Result<(Arc<ClientConfig>, Arc<Asked>), ClientError> {
        let provider = Arc::new(self.provider()?);
        let versions: &[&rustls::SupportedProtocolVersion] = match self.versions {
            TlsVersions::All => rustls::ALL_VERSIONS,
            TlsVersions::Only12 => &[&rustls::version::TLS12],
            TlsVersions::Only13 => &[&rustls::version::TLS13],
        };
        let asked = Arc::new(Asked::default());
        let shows = Shows {
            identity: self.identity(files)?.map(Arc::new),
            asked: asked.clone(),
        };
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots(files)?), provider.clone())
                .build()
                .map_err(setup)?;
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .map_err(setup)?
            .with_webpki_verifier(verifier)
            .with_client_cert_resolver(Arc::new(shows));
        config.alpn_protocols = self.alpn.iter().map(|name| name.clone().into()).collect();
        // A resumed session would not show the certificate again.
        config.resumption = rustls::client::Resumption::disabled();
        Ok((Arc::new(config), asked))
    }

    /// The name the server has to prove.
    pub(super) fn server_name(&self, host: &str) -> Result<ServerName<'static>, ClientError> {
        let name = self.server_name.as_deref().unwrap_or(host);
        ServerName::try_from(name.to_owned()).map_err(setup)
    }

    fn provider(&self) -> Result<CryptoProvider, ClientError> {
        let mut provider = ring::default_provider();
        if self.cipher_suites.is_empty() {
            return Ok(provider);
        }
        let known = std::mem::take(&mut provider.cipher_suites);
        for wanted in &self.cipher_suites {
            let suite = known
                .iter()
                .find(|suite| suite_name(suite.suite()) == *wanted)
                .ok_or_else(|| setup(format!("`{wanted}` is no known cipher suite")))?;
            provider.cipher_suites.push(*suite);
        }
        Ok(provider)
    }

    fn identity(&self, files: &TlsFiles) -> Result<Option<CertifiedKey>, ClientError> {
        let (cert, key) = match &self.identity {
            Identity::Nobody => return Ok(None),
            Identity::Given { cert, key } => (cert, key.clone()),
            Identity::Target | Identity::WrongKey => match (&files.cert, &files.key) {
                (Some(cert), Some(key)) => (cert, key.clone()),
                _ => return Ok(None),
            },
        };
        let key = if self.identity == Identity::WrongKey {
            let made_up = rcgen::KeyPair::generate().map_err(setup)?;
            made_up.serialize_pem().into_bytes()
        } else {
            key
        };
        let chain = certificates(cert)?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(setup)?;
        let key = ring::sign::any_supported_type(&key).map_err(setup)?;
        Ok(Some(CertifiedKey::new(chain, key)))
    }
}

/// The name of a suite in its standard; rustls' names of TLS 1.3 suites differ.
pub(super) fn suite_name(suite: rustls::CipherSuite) -> String {
    format!("{suite:?}").replacen("TLS13_", "TLS_", 1)
}

fn roots(files: &TlsFiles) -> Result<RootCertStore, ClientError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&files.ca)? {
        roots.add(certificate).map_err(setup)?;
    }
    Ok(roots)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, ClientError> {
    CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(setup)
}

fn setup(detail: impl std::fmt::Display) -> ClientError {
    ClientError::Setup {
        client: "raw",
        detail: detail.to_string(),
    }
}
