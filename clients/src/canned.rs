//! Servers with canned behaviour and certificates made on the spot, for tests.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::client::{Endpoint, Target, TlsFiles};

/// An authority, a server's certificate of it, and a client's.
pub(crate) struct Certificates {
    pub(crate) ca_pem: String,
    /// Certificate and key of a server at 127.0.0.1 and localhost.
    pub(crate) server: (String, String),
    /// Certificate and key of a client.
    pub(crate) client: (String, String),
}

impl Certificates {
    pub(crate) fn new() -> Certificates {
        let mut params = CertificateParams::default();
        // Two authorities of one name would be taken for each other until a signature is looked at.
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("authority {}", MADE.fetch_add(1, Ordering::Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("makes a key");
        let ca = CertifiedIssuer::self_signed(params, key).expect("signs itself");
        let signed = |names: &[&str]| {
            let key = KeyPair::generate().expect("makes a key");
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let params = CertificateParams::new(names).expect("names are good");
            let certificate = params.signed_by(&key, &ca).expect("signs");
            (certificate.pem(), key.serialize_pem())
        };
        Certificates {
            ca_pem: ca.pem(),
            server: signed(&["127.0.0.1", "localhost"]),
            client: signed(&["client"]),
        }
    }

    /// What a client needs.
    pub(crate) fn files(&self) -> TlsFiles {
        TlsFiles::new(&*self.ca_pem, &*self.client.0, &*self.client.1)
    }

    /// A server that insists on a certificate of the authority.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let certificates = |pem: &str| {
            rustls_pki_types::CertificateDer::pem_slice_iter(pem.as_bytes())
                .collect::<Result<Vec<_>, _>>()
                .expect("is PEM")
        };
        let mut roots = RootCertStore::empty();
        for certificate in certificates(&self.ca_pem) {
            roots.add(certificate).expect("is a certificate");
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
                .build()
                .expect("has a root");
        let key = PrivateKeyDer::from_pem_slice(self.server.1.as_bytes()).expect("is a key");
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(rustls::ALL_VERSIONS)
            .expect("suites fit versions")
            .with_client_cert_verifier(verifier)
            .with_single_cert(certificates(&self.server.0), key)
            .expect("key and certificate match");
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Serves every plain connection with this behaviour; gives the target.
pub(crate) async fn plain<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Target
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let port = listener.local_addr().expect("is bound").port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            socket.set_nodelay(true).expect("is a socket");
            tokio::spawn(serve(socket));
        }
    });
    Target::plain(Endpoint::loopback(port))
}

/// Serves every connection that completes its handshake with this behaviour; gives the target.
pub(crate) async fn tls<F>(
    certificates: &Certificates,
    serve: impl Fn(TlsStream<TcpStream>) -> F + Clone + Send + Sync + 'static,
) -> Target
where
    F: Future<Output = ()> + Send + 'static,
{
    let acceptor = certificates.acceptor();
    let mut target = plain(move |socket| {
        let (acceptor, serve) = (acceptor.clone(), serve.clone());
        async move {
            if let Ok(stream) = acceptor.accept(socket).await {
                serve(stream).await;
            }
        }
    })
    .await;
    target.tls = Some(certificates.files());
    target
}

/// Reads up to and with the end of a head; gives it as text.
pub(crate) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}
