//! Requests to registries: one connection each, with limits on its silence.

use super::target::Target;
use super::trust::{Trusted, certificates};
use super::{Access, RegistryError};
use bytes::Bytes;
use http::header::{HOST, LOCATION, USER_AGENT};
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::BodyExt as _;
use http_body_util::combinators::BoxBody;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// What registries are told of who comes (images.md 15.1).
const AGENT: HeaderValue = HeaderValue::from_static("triton/1.9.0");

/// Most requests for one thing, redirections followed (images.md 15.1).
const REQUESTS: usize = 3;

/// The longest answer that is read as a whole.
const ANSWER_BYTES: usize = 8 << 20;

/// The body of a request.
pub(super) type Body = BoxBody<Bytes, std::io::Error>;

/// Sends requests.
#[derive(Clone, Debug)]
pub struct Transport {
    /// How registries are reached.
    pub(super) access: Arc<Access>,
}

impl Transport {
    /// One that reaches registries in this way.
    pub fn new(access: Access) -> Self {
        Self {
            access: Arc::new(access),
        }
    }

    /// Sends a request and waits for the head of its answer. Its URI is a path.
    pub(super) async fn send(
        &self,
        target: &Target,
        request: Request<Body>,
    ) -> Result<Response<Incoming>, RegistryError> {
        let answer = self.begin(target, request);
        let answer = answer.await?;
        let answer = tokio::time::timeout(self.access.stall, answer);
        answer.await.map_err(|_| stalled())?
    }

    /// Asks for something, wherever it is: `request` makes the request for a path, the first for the server itself.
    pub(super) async fn follow(
        &self,
        target: &Target,
        path: &str,
        request: impl Fn(&str, bool) -> Request<Body>,
    ) -> Result<Response<Incoming>, RegistryError> {
        let answer = self.send(target, request(path, true)).await?;
        self.follow_from(target, answer, request).await
    }

    /// The same once it has been asked.
    pub(super) async fn follow_from(
        &self,
        target: &Target,
        mut answer: Response<Incoming>,
        request: impl Fn(&str, bool) -> Request<Body>,
    ) -> Result<Response<Incoming>, RegistryError> {
        let mut target = target.clone();
        for _ in 1..REQUESTS {
            let Some(location) = redirection(&answer) else {
                return Ok(answer);
            };
            let path;
            (target, path) = self.resolve(&target, &location)?;
            answer = self.send(&target, request(&path, false)).await?;
        }
        match redirection(&answer) {
            None => Ok(answer),
            Some(_) => Err(RegistryError::RedirectLoop),
        }
    }

    /// The server and the path of a URL that a server has given.
    pub(super) fn resolve(
        &self,
        from: &Target,
        location: &str,
    ) -> Result<(Target, String), RegistryError> {
        let broken = || RegistryError::Broken(format!("invalid location: {location}"));
        let uri: Uri = location.parse().map_err(|_| broken())?;
        let path = uri.path_and_query().ok_or_else(broken)?.to_string();
        if uri.authority().is_none() {
            return Ok((from.clone(), path));
        }
        Ok((Target::of_uri(&self.access, &uri)?, path))
    }

    /// The same with a registry that has said nothing yet (images.md 19).
    pub(super) async fn contact(
        &self,
        target: &Target,
        request: Request<Body>,
    ) -> Result<Response<Incoming>, RegistryError> {
        let answer = self.begin(target, request).await?;
        let answer = tokio::time::timeout(self.access.connect, answer);
        let late = || RegistryError::ConnectTimeout(target.authority.clone());
        answer.await.map_err(|_| late())?
    }

    /// The same with a body that takes its time, of which `sent` bytes have gone: they must go on, and what the registry
    /// does with all of them may take longer.
    pub(super) async fn upload(
        &self,
        target: &Target,
        request: Request<Body>,
        sent: &AtomicU64,
        length: u64,
    ) -> Result<Response<Incoming>, RegistryError> {
        let mut answer = std::pin::pin!(self.begin(target, request).await?);
        let mut before = 0;
        loop {
            let patience = match before == length {
                true => self.access.stall.max(UPLOAD_LIMIT),
                false => self.access.stall,
            };
            if let Ok(answer) = tokio::time::timeout(patience, &mut answer).await {
                return answer;
            }
            let now = sent.load(Ordering::Relaxed);
            if now == before {
                return Err(stalled());
            }
            before = now;
        }
    }

    /// Sends a request; what the head of its answer is waited for with.
    async fn begin(
        &self,
        target: &Target,
        mut request: Request<Body>,
    ) -> Result<
        impl Future<Output = Result<Response<Incoming>, RegistryError>> + use<>,
        RegistryError,
    > {
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, AGENT);
        let authority = HeaderValue::from_str(&target.authority);
        headers.insert(HOST, authority.map_err(|_| not_found(target))?);
        let connecting = tokio::time::timeout(self.access.connect, self.connect(target));
        let late = || RegistryError::ConnectTimeout(target.authority.clone());
        let stream = connecting.await.map_err(|_| late())??;
        let broken = |error: hyper::Error| RegistryError::Broken(error.to_string());
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(broken)?;
        tokio::spawn(connection);
        Ok(async move { sender.send_request(request).await.map_err(broken) })
    }

    async fn connect(&self, target: &Target) -> Result<Box<dyn Stream>, RegistryError> {
        let tcp = TcpStream::connect((target.host.as_str(), target.port)).await;
        let tcp = tcp.map_err(|_| not_found(target))?;
        let _ = tcp.set_nodelay(true);
        if !target.https {
            return Ok(Box::new(tcp));
        }
        let name = ServerName::try_from(target.tls_name().to_owned());
        let name = name.map_err(|_| not_found(target))?;
        let connector = TlsConnector::from(self.tls()?);
        let stream = connector.connect(name, tcp).await.map_err(|error| {
            let cause = error.get_ref().and_then(|error| error.downcast_ref());
            match cause {
                Some(rustls::Error::InvalidCertificate(_)) => {
                    RegistryError::Untrusted(target.authority.clone())
                }
                Some(rustls::Error::InvalidMessage(_)) => {
                    RegistryError::NoTls(target.authority.clone())
                }
                _ => not_found(target),
            }
        })?;
        Ok(Box::new(stream))
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, RegistryError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let listed = match &self.access.ca_file {
            Some(path) if !self.access.insecure => {
                certificates(path).map_err(RegistryError::Broken)?
            }
            _ => Vec::new(),
        };
        let trusted = Trusted::new(listed, self.access.insecure, Arc::clone(&provider));
        let trusted = trusted.map_err(RegistryError::Broken)?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| RegistryError::Broken(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(trusted))
            .with_no_client_auth();
        Ok(Arc::new(config))
    }

    /// A whole answer, which must not be long.
    pub(super) async fn read(
        &self,
        response: Response<Incoming>,
    ) -> Result<(http::response::Parts, Bytes), RegistryError> {
        let (parts, mut body) = response.into_parts();
        let mut all = Vec::new();
        while let Some(piece) = self.next_piece(&mut body).await? {
            all.extend_from_slice(&piece);
            if all.len() > ANSWER_BYTES {
                return Err(RegistryError::Broken("answer is too long".to_owned()));
            }
        }
        Ok((parts, all.into()))
    }

    /// The next bytes of a body.
    pub(super) async fn next_piece(
        &self,
        body: &mut Incoming,
    ) -> Result<Option<Bytes>, RegistryError> {
        loop {
            let frame = tokio::time::timeout(self.access.stall, body.frame());
            match frame.await.map_err(|_| stalled())? {
                None => return Ok(None),
                Some(Err(error)) => return Err(RegistryError::Broken(error.to_string())),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }
}

/// How long a registry may take over a blob that it has.
const UPLOAD_LIMIT: Duration = Duration::from_secs(300);

/// Where an answer leads.
fn redirection(answer: &Response<Incoming>) -> Option<String> {
    let leads_on = matches!(answer.status().as_u16(), 302 | 307);
    let location = answer.headers().get(LOCATION);
    let location = location.and_then(|value| value.to_str().ok());
    leads_on.then(|| location.unwrap_or_default().to_owned())
}

fn stalled() -> RegistryError {
    RegistryError::Broken("Connection timed out".to_owned())
}

fn not_found(target: &Target) -> RegistryError {
    RegistryError::HostNotFound(target.authority.clone())
}

/// A connection, encrypted or not.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}
