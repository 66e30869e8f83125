//! TLS of the Docker endpoint (accounts-and-cloudapi.md B.2).

pub(crate) mod authority;
pub(crate) mod der;
mod verifier;

use authority::Leaf;
use rustls::ServerConfig;
use std::sync::Arc;
use verifier::AnyCertificate;

/// Why the zone has no certificates.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A certificate or key could not be made or read.
    #[error("certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The server's configuration was refused.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// TLS 1.2 and 1.3 with ring's suites and groups (ACC-20), HTTP/1.1 only (ACC-21), any client certificate.
pub(crate) fn server_config(leaf: Leaf) -> Result<Arc<ServerConfig>, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = AnyCertificate::new(provider.signature_verification_algorithms);
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS12, &rustls::version::TLS13])?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(vec![leaf.certificate], leaf.key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
