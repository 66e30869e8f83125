//! A server that answers the fewest bytes with which `docker run --rm IMAGE COMMAND` of CLI 1.12 succeeds, and a list of
//! images. What the CLI needs against it is the client's own time.

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A running null server.
pub(crate) struct NullServer {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// PEM of the CA to trust.
    pub(crate) ca_pem: String,
}

impl NullServer {
    /// Starts on a free port of 127.0.0.1; it ends with the runtime. `images` is the list of images.
    pub(crate) async fn start(images: Option<String>) -> io::Result<Self> {
        let images: Arc<str> = images.unwrap_or_else(|| "[]".to_owned()).into();
        let (config, ca_pem) = tls().map_err(io::Error::other)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, images) = (acceptor.clone(), Arc::clone(&images));
                tokio::spawn(async move {
                    if let Ok(mut stream) = acceptor.accept(socket).await {
                        let _ = serve(&mut stream, &images).await;
                    }
                });
            }
        });
        Ok(Self { address, ca_pem })
    }
}

fn tls() -> Result<(ServerConfig, String), Box<dyn std::error::Error + Send + Sync>> {
    let ca_key = rcgen::KeyPair::generate()?;
    let mut ca = rcgen::CertificateParams::new(Vec::new())?;
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca_cert = ca.self_signed(&ca_key)?;
    let issuer = rcgen::Issuer::new(ca, &ca_key);
    let key = rcgen::KeyPair::generate()?;
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let leaf = rcgen::CertificateParams::new(names)?.signed_by(&key, &issuer)?;
    let chain = vec![CertificateDer::from(leaf.der().to_vec())];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
    Ok((config, ca_cert.pem()))
}

/// Answers requests until the client leaves; an attach ends the connection.
async fn serve(
    stream: &mut (impl AsyncReadExt + AsyncWriteExt + Unpin),
    images: &str,
) -> io::Result<()> {
    let mut pending = Vec::new();
    loop {
        let Some(request) = next_request(stream, &mut pending).await? else {
            return Ok(());
        };
        let answer = answer(&request, images);
        stream.write_all(answer.as_bytes()).await?;
        stream.flush().await?;
        if request.contains("/attach?") {
            return stream.shutdown().await;
        }
    }
}

/// The request line of the next request, its body skipped.
async fn next_request(
    stream: &mut (impl AsyncReadExt + Unpin),
    pending: &mut Vec<u8>,
) -> io::Result<Option<String>> {
    loop {
        if let Some(end) = pending.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&pending[..end]).into_owned();
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .and_then(|(_, value)| value.trim().parse::<usize>().ok())
                .unwrap_or(0);
            if pending.len() >= end + 4 + length {
                pending.drain(..end + 4 + length);
                return Ok(head.lines().next().map(str::to_owned));
            }
        }
        if stream.read_buf(pending).await? == 0 {
            return Ok(None);
        }
    }
}

fn answer(request: &str, images: &str) -> String {
    let json = |body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    };
    if request.contains("/create") {
        json(&format!(r#"{{"Id":"{ID}"}}"#))
    } else if request.contains("/attach?") {
        "HTTP/1.1 101 UPGRADED\r\n\r\n".to_owned()
    } else if request.contains("/wait") {
        json(r#"{"StatusCode":0}"#)
    } else if request.contains("/images/json") {
        json(images)
    } else if request.starts_with("GET") {
        json(r#"{"State":{},"Config":{}}"#)
    } else {
        "HTTP/1.1 204 No Content\r\n\r\n".to_owned()
    }
}
