//! Who somebody is for a registry: asking it, and its token server (images.md 12, 15.1).

use super::challenge::Challenge;
use super::target::Target;
use super::transport::Body;
use super::{Credentials, RegistryError, Transport};
use bytes::Bytes;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{Method, Request, Uri};
use http_body_util::{BodyExt as _, Empty};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use thiserror::Error;

/// What stays as it is in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/')
    .remove(b':');

/// The answer to `GET /v2/` without credentials.
#[derive(Debug)]
pub(super) enum Greeting {
    /// Everybody may come.
    Open,
    /// Somebody must say who he is.
    Challenge(Challenge),
    /// That, but it is not said how.
    Unnamed,
}

/// Why a login fails (images.md 12).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoginError {
    /// The registry, or what it names, refuses; with its status.
    #[error("{message}")]
    Refused {
        /// 401, 403 or 404.
        status: u16,
        /// What it said.
        message: String,
    },
    /// It could not be asked.
    #[error(transparent)]
    Unasked(#[from] RegistryError),
}

/// A request without a body.
pub(super) fn get(path: &str, authorization: Option<&str>) -> Request<Body> {
    empty(Method::GET, path, authorization)
}

/// The same with another method.
pub(super) fn empty(method: Method, path: &str, authorization: Option<&str>) -> Request<Body> {
    let body = Empty::<Bytes>::new()
        .map_err(|never| match never {})
        .boxed();
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().unwrap_or_default();
    if let Some(value) = authorization.and_then(|text| text.parse().ok()) {
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    request
}

impl Transport {
    /// Asks a registry what it demands.
    pub(super) async fn greet(&self, target: &Target) -> Result<Greeting, RegistryError> {
        let answer = self.contact(target, get("/v2/", None)).await?;
        let again = |path: &str, _| get(path, None);
        let answer = self.follow_from(target, answer, again).await?;
        let (parts, body) = self.read(answer).await?;
        match parts.status.as_u16() {
            200 => Ok(Greeting::Open),
            401 => {
                let header = parts.headers.get(WWW_AUTHENTICATE);
                let header = header.and_then(|value| value.to_str().ok());
                let challenge = header.and_then(Challenge::parse);
                Ok(challenge.map_or(Greeting::Unnamed, Greeting::Challenge))
            }
            status => Err(RegistryError::of_answer(status, &body)),
        }
    }

    /// A token for a scope; `None`: for none, which proves who somebody is.
    pub(super) async fn token(
        &self,
        challenge: &Challenge,
        scope: Option<&str>,
        credentials: Option<&Credentials>,
    ) -> Result<String, RegistryError> {
        let realm = challenge.parameter("realm").unwrap_or_default();
        let realm = match realm.contains("://") {
            true => realm.to_owned(),
            false => format!("https://{realm}"),
        };
        let uri: Uri = realm.parse().map_err(|_| {
            RegistryError::Unauthorized(format!("invalid realm in challenge: {realm}"))
        })?;
        let target = Target::of_uri(&self.access, &uri)?;
        let mut query: Vec<(&str, &str)> = Vec::new();
        query.extend(challenge.parameter("service").map(|s| ("service", s)));
        query.extend(scope.map(|scope| ("scope", scope)));
        let username = credentials.and_then(Credentials::username);
        query.extend(username.map(|name| ("account", name)));
        let query: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, QUERY)))
            .collect();
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let joint = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{joint}{}", query.join("&"));
        let basic = credentials.and_then(Credentials::basic);
        let request = |path: &str, is_first: bool| get(path, basic.as_deref().filter(|_| is_first));
        let answer = self.follow(&target, &path, request).await?;
        let (parts, body) = self.read(answer).await?;
        if parts.status.as_u16() != 200 {
            return Err(RegistryError::of_answer(parts.status.as_u16(), &body));
        }
        let document: Option<Value> = serde_json::from_slice(&body).ok();
        let token = document.as_ref().and_then(|d| d.get("token")?.as_str());
        let token = token.ok_or_else(|| {
            RegistryError::Unauthorized("authorization server did not include a token".to_owned())
        })?;
        Ok(token.to_owned())
    }
}

/// Whether a registry accepts credentials. `address`: its host, or a URL.
pub async fn log_in(
    transport: &Transport,
    index: &str,
    plain: bool,
    credentials: &Credentials,
) -> Result<(), LoginError> {
    let target = Target::of_index(&transport.access, index, plain, true)?;
    let refused = |status: u16, message: String| LoginError::Refused { status, message };
    let told = |error: RegistryError| match (error.status(), error.message()) {
        (Some(status @ (401 | 403 | 404)), message) => refused(
            status,
            message.unwrap_or("authentication required").to_owned(),
        ),
        _ => error.into(),
    };
    let challenge = match transport.greet(&target).await.map_err(told)? {
        Greeting::Open => return Ok(()),
        Greeting::Challenge(challenge) => challenge,
        Greeting::Unnamed => {
            let url = target.url("/v2/");
            return Err(refused(
                401,
                format!(
                    "missing WWW-Authenticate header in 401 response to \"GET /v2/\" (see {url})"
                ),
            ));
        }
    };
    match challenge.scheme.as_str() {
        "bearer" => {
            let token = transport.token(&challenge, None, Some(credentials)).await;
            token.map_err(|error| match error {
                RegistryError::Unauthorized(message) => refused(401, message),
                error => told(error),
            })?;
            Ok(())
        }
        "basic" => {
            let basic = credentials.basic();
            let answer = transport
                .send(&target, get("/v2/", basic.as_deref()))
                .await?;
            let (parts, body) = transport.read(answer).await?;
            match parts.status.as_u16() {
                200 => Ok(()),
                status => Err(told(RegistryError::of_answer(status, &body))),
            }
        }
        other => Err(refused(
            401,
            format!("unsupported auth scheme: \"{other}\""),
        )),
    }
}
