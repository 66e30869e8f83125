//! A zone, and raw bytes to and from it.

use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use zonesim::{ClockMode, Zone};

/// Longer than anything here takes, to fail instead of hanging.
const DEADLINE: Duration = Duration::from_secs(30);

/// A zone of a test's own with a unix socket.
pub(crate) struct Bench {
    pub(crate) zone: Zone,
    socket: PathBuf,
    _directory: TempDir,
}

impl Bench {
    pub(crate) async fn start(clock: ClockMode) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let socket = directory.path().join("docker.sock");
        let builder = Zone::builder().seed(7).clock(clock).socket(&socket);
        let zone = builder.start().await.expect("the zone starts");
        Self {
            zone,
            socket,
            _directory: directory,
        }
    }

    pub(crate) async fn connect(&self) -> UnixStream {
        UnixStream::connect(&self.socket)
            .await
            .expect("the zone listens")
    }

    /// Sends `request` over the unix socket and reads until the zone closes, with what differs from run to run
    /// replaced.
    pub(crate) async fn exchange(&self, request: &str) -> String {
        normal(&exchange(self.connect().await, request.as_bytes()).await)
    }

    /// A request without a body, with the request id `rid`, on a connection of its own.
    pub(crate) async fn ask(&self, line: &str, headers: &[&str]) -> String {
        let headers: String = headers
            .iter()
            .map(|header| format!("{header}\r\n"))
            .collect();
        self.exchange(&format!(
            "{line} HTTP/1.1\r\nHost: zone\r\nX-Request-Id: rid\r\nConnection: close\r\n{headers}\r\n"
        ))
        .await
    }

    /// The same with a JSON body.
    pub(crate) async fn post(&self, path: &str, headers: &[&str], body: &str) -> String {
        let headers: String = headers
            .iter()
            .map(|header| format!("{header}\r\n"))
            .collect();
        self.exchange(&format!(
            "POST {path} HTTP/1.1\r\nHost: zone\r\nX-Request-Id: rid\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        ))
        .await
    }

    /// The control API: a body that is JSON.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask_control(method, path, &body).await;
        assert!((200..300).contains(&status), "{method} {path}: {answer}");
        answer
    }

    /// Status and body of what the control API answers.
    pub(crate) async fn ask_control(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let address = self.zone.control().expect("on by default");
        let stream = TcpStream::connect(address).await.expect("it listens");
        let body = body.to_string();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: zone\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = exchange(stream, request.as_bytes()).await;
        let answer = String::from_utf8(answer).expect("text");
        let json = serde_json::from_str(self::body(&answer)).unwrap_or(Value::Null);
        (status(&answer), json)
    }

    pub(crate) async fn shutdown(self) {
        let report = self.zone.shutdown().await;
        assert!(report.is_clean(), "{report:?}");
    }
}

/// Sends everything, then reads until the end.
pub(crate) async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    bytes: &[u8],
) -> Vec<u8> {
    let mut answer = Vec::new();
    let talk = async {
        stream.write_all(bytes).await.expect("the zone reads");
        // TLS may have taken the bytes without having sent them.
        stream.flush().await.expect("the zone reads");
        stream.read_to_end(&mut answer).await.expect("no reset");
    };
    tokio::time::timeout(DEADLINE, talk).await.expect("in time");
    answer
}

/// Reads until what was read ends with `end`.
pub(crate) async fn read_until(stream: &mut (impl AsyncRead + Unpin), end: &[u8]) -> Vec<u8> {
    let mut read = Vec::new();
    let reading = async {
        while !read.ends_with(end) {
            let byte = stream.read_u8().await;
            read.push(byte.unwrap_or_else(|error| {
                panic!("{error} after {:?}", read.escape_ascii().to_string())
            }));
        }
    };
    tokio::time::timeout(DEADLINE, reading)
        .await
        .expect("in time");
    read
}

/// Replaces dates and times.
pub(crate) fn normal(answer: &[u8]) -> String {
    let text = String::from_utf8(answer.to_vec()).expect("text");
    let lines = text.split("\r\n").map(|line| match line.split_once(": ") {
        Some(("Date", date)) => {
            let valid = date.len() == 29 && date.ends_with(" GMT");
            assert!(valid, "{date} is no HTTP date");
            "Date: <date>"
        }
        Some(("X-Response-Time", ms)) => {
            ms.parse::<u64>().expect("whole milliseconds");
            "X-Response-Time: <ms>"
        }
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\r\n")
}

/// The status code of an answer.
pub(crate) fn status(answer: &str) -> u16 {
    let code = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
    code.unwrap_or_else(|| panic!("no status in {answer:?}"))
}

/// What stands behind the head.
pub(crate) fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").expect("a whole head").1
}

/// The client's side of TLS: `certificate` and `key` are PEM.
pub(crate) async fn tls(
    zone: &Zone,
    pair: Option<(&str, &str)>,
) -> tokio_rustls::client::TlsStream<TcpStream> {
    use rustls_pki_types::pem::PemObject;
    use rustls_pki_types::{CertificateDer, PrivateKeyDer};
    let mut roots = rustls::RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(zone.ca_pem().as_bytes()).expect("a certificate");
    roots.add(ca).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(roots);
    let config = match pair {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let certificate = CertificateDer::from_pem_slice(certificate.as_bytes());
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("a key");
            let key = provider
                .key_provider
                .load_private_key(key)
                .expect("a usable key");
            let chain = vec![certificate.expect("a certificate")];
            // No other way takes an X.509 v1 certificate.
            let pair = rustls::sign::CertifiedKey::new(chain, key);
            builder.with_client_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(pair)))
        }
    };
    let address = zone.docker().expect("on by default");
    let stream = TcpStream::connect(address).await.expect("it listens");
    let name = rustls_pki_types::ServerName::try_from("localhost").expect("a name");
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    connector.connect(name, stream).await.expect("a handshake")
}

/// A request over TLS on a connection of its own.
pub(crate) async fn ask_tls(
    zone: &Zone,
    pair: Option<(&str, &str)>,
    line: &str,
    headers: &str,
) -> String {
    let request = format!(
        "{line} HTTP/1.1\r\nHost: zone\r\nX-Request-Id: rid\r\nConnection: close\r\n{headers}\r\n"
    );
    normal(&exchange(tls(zone, pair).await, request.as_bytes()).await)
}
