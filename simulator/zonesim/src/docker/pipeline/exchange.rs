//! One request and the shape of its answer (docker-api.md 3, 4 and 6.2).

use super::gates;
use super::negotiate::negotiate;
use super::preflight;
use super::response_body::ResponseBody;
use super::routing::Unrouted;
use crate::docker::extensions;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, HijackHead, RequestId};
use bytes::Bytes;
use http::header::{
    ACCEPT, ALLOW, CONNECTION, CONTENT_TYPE, DATE, RETRY_AFTER, SERVER, UPGRADE, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Version, request};
use hyper::body::Body;
use runtime::Timestamp;
use std::time::Instant;

/// API-08
const SERVER_NAME: HeaderValue = HeaderValue::from_static("Triton/1.9.0 (linux)");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RESPONSE_TIME: HeaderName = HeaderName::from_static("x-response-time");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain");

/// What an answer takes from its request.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    started: Instant,
    date: HeaderValue,
    request_id: HeaderValue,
    keep_alive: bool,
    /// HTTP/1.0: what has no length ends with the connection.
    no_chunks: bool,
    accept: Option<String>,
    /// The client wants to talk raw bytes: a failure takes the bare form of 6.2.
    pub(super) upgrade: bool,
    /// The zone says what only helps modern clients.
    pub(super) extensions: bool,
    /// Docker's own clients can read a head and data at once (CLI-74).
    pub(super) docker_client: bool,
}

/// Whether a comma-separated header has this token.
fn has_token(headers: &HeaderMap, name: HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| part.trim().eq_ignore_ascii_case(token))
}

/// All headers of a name as the one list that they stand for.
fn joined(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let values = headers.get_all(name).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .map(str::to_owned)
        .reduce(|list, next| list + ", " + &next)
}

fn fresh_request_id() -> HeaderValue {
    let mut bytes = [0; 16];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes)
        .expect("the operating system has random bytes");
    let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
    HeaderValue::from_str(&id.to_string()).expect("a UUID is ASCII")
}

impl Exchange {
    pub(super) fn new(request: &request::Parts, now: Timestamp, extensions: bool) -> Self {
        let headers = &request.headers;
        let given = ["request-id", "x-request-id"]
            .iter()
            .filter_map(|name| headers.get(*name))
            .find(|value| !value.is_empty());
        let keep_alive = if request.version >= Version::HTTP_11 {
            !has_token(headers, CONNECTION, "close")
        } else {
            has_token(headers, CONNECTION, "keep-alive")
        };
        let agent = headers.get(USER_AGENT).map(HeaderValue::as_bytes);
        Self {
            started: Instant::now(),
            date: gates::date(now),
            request_id: given.cloned().unwrap_or_else(fresh_request_id),
            keep_alive,
            no_chunks: request.version < Version::HTTP_11,
            accept: joined(headers, ACCEPT),
            upgrade: has_token(headers, CONNECTION, "upgrade")
                && has_token(headers, UPGRADE, "tcp"),
            extensions,
            docker_client: agent.is_some_and(|agent| agent.starts_with(b"Docker-Client/")),
        }
    }

    /// The request id as the texts show it.
    pub(super) fn request_id(&self) -> RequestId {
        RequestId(String::from_utf8_lossy(self.request_id.as_bytes()).into_owned())
    }

    fn connection(&self, body: &ResponseBody) -> HeaderValue {
        let unbounded = self.no_chunks && body.size_hint().exact().is_none();
        HeaderValue::from_static(if self.keep_alive && !unbounded {
            "keep-alive"
        } else {
            "close"
        })
    }

    /// An answer with the headers that every answer has, those of routing included.
    fn bare(&self, status: StatusCode, body: ResponseBody) -> Response<ResponseBody> {
        let connection = self.connection(&body);
        let mut response = Response::new(body);
        *response.status_mut() = status;
        if self.no_chunks {
            // hyper would say keep-alive again.
            *response.version_mut() = Version::HTTP_10;
        }
        let headers = response.headers_mut();
        headers.insert(DATE, self.date.clone());
        headers.insert(CONNECTION, connection);
        if self.extensions {
            extensions::add_headers(headers);
        }
        response
    }

    /// An answer with the standard headers of section 3.
    fn standard(&self, status: StatusCode, body: ResponseBody) -> Response<ResponseBody> {
        let mut response = self.bare(status, body);
        let headers = response.headers_mut();
        headers.entry(SERVER).or_insert(SERVER_NAME);
        headers.insert(REQUEST_ID, self.request_id.clone());
        let elapsed_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        headers.insert(RESPONSE_TIME, elapsed_ms.into());
        response
    }

    fn typed(
        &self,
        status: StatusCode,
        content_type: HeaderValue,
        body: impl Into<Bytes>,
    ) -> Response<ResponseBody> {
        let mut response = self.standard(status, ResponseBody::whole(body.into()));
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        response
    }

    fn empty(&self, status: StatusCode) -> Response<ResponseBody> {
        let body = match status {
            StatusCode::NO_CONTENT => ResponseBody::nothing(),
            _ => ResponseBody::no_chunks(),
        };
        self.standard(status, body)
    }

    /// Nothing that the client accepts.
    fn not_acceptable(&self) -> Response<ResponseBody> {
        self.empty(StatusCode::NOT_ACCEPTABLE)
    }

    /// JSON, if the client accepts it.
    fn json<B: Into<Bytes>>(
        &self,
        status: StatusCode,
        body: impl FnOnce() -> B,
    ) -> Response<ResponseBody> {
        match negotiate(self.accept.as_deref()) {
            Some(content_type) => {
                self.typed(status, HeaderValue::from_static(content_type), body())
            }
            None => self.not_acceptable(),
        }
    }

    /// A success; `None` for a hijack, which is no response.
    pub(super) fn success(&self, answer: Answer) -> Option<Response<ResponseBody>> {
        Some(match answer {
            Answer::Hijack { .. } => return None,
            Answer::Empty(status) => self.empty(status),
            Answer::Json(status, value) => self.json(status, || value.to_string()),
            Answer::Written(body) => self.json(StatusCode::OK, || body),
            Answer::Text {
                status,
                content_type: None,
                body,
            } => self.standard(status, ResponseBody::whole(body)),
            Answer::Text {
                status,
                content_type: Some(content_type),
                body,
            } => match negotiate(self.accept.as_deref()) {
                Some(_) => self.typed(status, HeaderValue::from_static(content_type), body),
                None => self.not_acceptable(),
            },
            Answer::Headers {
                status,
                content_type,
                headers,
            } => {
                let response = self.empty(status);
                with_headers(response, content_type, headers)
            }
            Answer::File {
                content_type,
                headers,
                pieces,
            } => {
                let response = self.standard(StatusCode::OK, ResponseBody::file(pieces));
                with_headers(response, Some(content_type), headers)
            }
            Answer::Stream {
                status,
                content_type,
                headers,
                chunks,
                ..
            } => {
                let response = self.standard(status, ResponseBody::chunks(chunks));
                with_headers(response, content_type, headers)
            }
        })
    }

    /// API-09, API-10: plain text, whatever the version.
    pub(super) fn failure(
        &self,
        failure: &Failure,
        retry_after: Option<HeaderValue>,
    ) -> Response<ResponseBody> {
        let mut response = if failure.empty_body {
            self.empty(failure.status)
        } else if negotiate(self.accept.as_deref()).is_none() {
            self.not_acceptable()
        } else {
            let text = failure.text(&self.request_id().0);
            self.typed(failure.status, TEXT, text)
        };
        if let Some(retry_after) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, retry_after);
        }
        response
    }

    /// ACC-14: answers of the router have no `Server` and no request id among their headers.
    pub(super) fn unrouted(&self, unrouted: &Unrouted) -> Response<ResponseBody> {
        let methods = |allow: &str| HeaderValue::from_str(allow).expect("method names are ASCII");
        match unrouted {
            Unrouted::Preflight { allow } => {
                let mut response = self.bare(StatusCode::OK, ResponseBody::no_chunks());
                preflight::add_headers(response.headers_mut(), &methods(allow));
                response
            }
            Unrouted::Failure { failure, allow } => {
                let text = failure.text(&self.request_id().0);
                let mut response = if negotiate(self.accept.as_deref()).is_some() {
                    let body = ResponseBody::whole(text.into());
                    let mut response = self.bare(failure.status, body);
                    response.headers_mut().insert(CONTENT_TYPE, TEXT);
                    response
                } else {
                    self.bare(StatusCode::NOT_ACCEPTABLE, ResponseBody::no_chunks())
                };
                if let Some(allow) = allow {
                    response.headers_mut().insert(ALLOW, methods(allow));
                }
                response
            }
        }
    }

    /// What a hijacked connection begins with.
    pub(super) fn hijack_head(&self, head: HijackHead) -> &'static [u8] {
        match (head, self.extensions) {
            // CLI-30
            (HijackHead::Attach101, true) if self.upgrade => extensions::UPGRADED,
            (HijackHead::Attach101, true) => HijackHead::Logs200.bytes(),
            (head, _) => head.bytes(),
        }
    }

    /// API-13: the whole answer to an upgrade that does not happen.
    pub(super) fn not_upgraded(&self, status: StatusCode) -> Bytes {
        let date = String::from_utf8_lossy(self.date.as_bytes());
        let status = status.as_u16();
        format!(
            "HTTP/1.1 {status} Connection Not Upgraded\r\nConnection: close\r\nDate: {date}\r\n\r\n"
        )
        .into()
    }
}

fn with_headers(
    mut response: Response<ResponseBody>,
    content_type: Option<&'static str>,
    headers: Vec<(HeaderName, HeaderValue)>,
) -> Response<ResponseBody> {
    response.headers_mut().extend(headers);
    if let Some(content_type) = content_type {
        let content_type = HeaderValue::from_static(content_type);
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    response
}

/// The status of a success whose body is lost, as the client wanted to upgrade a route that has no raw form: the
/// few that answer without a body keep theirs.
pub(super) fn status_without_body(answer: &Answer) -> StatusCode {
    match answer {
        Answer::Empty(status) | Answer::Headers { status, .. } => *status,
        Answer::Json(StatusCode::CREATED, _)
        | Answer::Text {
            status: StatusCode::CREATED,
            ..
        } => StatusCode::CREATED,
        _ => StatusCode::BAD_REQUEST,
    }
}
