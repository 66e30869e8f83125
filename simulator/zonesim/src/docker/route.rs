//! What a route is, what its handler gets, and what it answers.
//!
//! A handler is a plain function from a [`Call`] to an [`Answer`] or a [`Failure`]. Everything that all routes
//! have in common (docker-api.md 2 to 6) is done around it by the pipeline: it never sees a request id suffix,
//! a version prefix, an `Accept` header or the form of a failed upgrade.

use super::body::Body;
use super::failure::Failure;
use super::incoming::Upload;
use super::query::Query;
use crate::driver::Driver;
use crate::facts::Facts;
use crate::http::flight::Flight;
use crate::http::presence::Presence;
use crate::http::socket::Socket;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use std::fmt;
use std::sync::Arc;
use tokio::sync::mpsc;
use zone::AccountId;

/// What answers a request that has come through the pipeline.
pub(crate) type Handler = fn(Call) -> BoxFuture<'static, Result<Answer, Failure>>;

/// One row of the route table ([`super::table`]). Rows stand in registration order, which decides ties.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    /// The method it is registered for.
    pub(crate) method: Verb,
    /// The path without version prefix: `:id` is one or more characters but `/`, decoded by the legacy
    /// `unescape`; `:name*` the same but may contain `/`; `:name%` is decoded as `decodeURIComponent` does.
    pub(crate) pattern: &'static str,
    /// Its name in logs, metrics and the coverage ledger.
    pub(crate) name: &'static str,
    /// Whether there is such a route.
    pub(crate) when: When,
    /// Who may call it.
    pub(crate) access: Access,
    /// Whether a first segment `/v…` is allowed (all routes but `/ca.pem`).
    pub(crate) version_prefix: bool,
    /// **Q**: whether the query is parsed; else the handler sees an empty one.
    pub(crate) query: bool,
    /// **B**: whether the body is read and parsed; else the handler sees [`Body::None`].
    pub(crate) body: bool,
    /// Whether the handler takes the body piece by piece, as an [`Upload`].
    pub(crate) upload: bool,
    /// Whether a success takes the connection over (docker-api.md 6.1): a failed upgrade of any other route
    /// has no status of its own.
    pub(crate) hijack: bool,
    /// What answers.
    pub(crate) handling: Handling,
}

/// A method of the table, in a form that constants can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `HEAD`
    Head,
    /// `DELETE`
    Delete,
}

impl Verb {
    /// The method as HTTP writes it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Verb::Get => "GET",
            Verb::Post => "POST",
            Verb::Put => "PUT",
            Verb::Head => "HEAD",
            Verb::Delete => "DELETE",
        }
    }
}

impl PartialEq<Method> for Verb {
    fn eq(&self, other: &Method) -> bool {
        self.as_str() == other.as_str()
    }
}

/// With which setting `extensions` a route is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum When {
    /// On or off.
    Always,
    /// On.
    Extended,
    /// Off.
    Plain,
}

impl When {
    /// Whether it is there.
    pub(crate) fn holds(self, extensions: bool) -> bool {
        match self {
            When::Always => true,
            When::Extended => extensions,
            When::Plain => !extensions,
        }
    }
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// API-02: everybody; steps 3 to 6 of the pipeline are skipped.
    Open,
    /// An authenticated and authorised account.
    Account,
}

/// What answers a routed request.
#[derive(Clone, Copy)]
pub(crate) enum Handling {
    /// A handler.
    Built(Handler),
    /// API-35: `400 (NotImplemented) <feature> is not implemented`, once what the path names exists.
    NotImplemented {
        /// The feature's name in the text.
        feature: &'static str,
        /// What must exist first.
        needs: Needs,
    },
    /// A route of the zone that this program does not have yet: same form, `feature` is the route's name.
    Todo,
}

/// What a path must name before a refusal says "not implemented".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing.
    Nothing,
    /// A container of the account, by the first path parameter.
    Container,
    /// A network that the account can see, by the first path parameter.
    Network,
}

/// A request that has come through the pipeline.
pub(crate) struct Call {
    /// The zone's task.
    pub(crate) driver: Driver,
    /// Who asks; `None` only on [`Access::Open`] routes.
    pub(crate) account: Option<AccountRef>,
    /// The client's API version; (1, 21) when the path has none.
    pub(crate) version: ApiVersion,
    /// The id that stands in the answer's header and in every error text.
    pub(crate) request_id: RequestId,
    /// The path parameters, decoded, in pattern order.
    pub(crate) params: Vec<String>,
    /// The path without version prefix and query, not decoded.
    pub(crate) path: String,
    /// What the end of the client's input means.
    pub(crate) presence: Presence,
    /// The headers of the request.
    pub(crate) headers: HeaderMap,
    /// The query of a **Q** route.
    pub(crate) query: Query,
    /// The body of a **B** route.
    pub(crate) body: Body,
    /// The body of a route that takes one piece by piece.
    pub(crate) upload: Option<Upload>,
    /// This request among those in flight: say here what it is about, and when it waits.
    pub(crate) flight: Arc<Flight>,
    /// What is the same for all requests of this process.
    pub(crate) facts: Arc<Facts>,
}

impl Call {
    /// The account of an [`Access::Account`] route.
    pub(crate) fn account(&self) -> &AccountRef {
        self.account
            .as_ref()
            .expect("the pipeline lets no one without an account reach such a route")
    }

    /// Path parameter `index`.
    pub(crate) fn param(&self, index: usize) -> &str {
        &self.params[index]
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("path", &self.path)
            .field("params", &self.params)
            .field("account", &self.account)
            .field("version", &self.version)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

/// The account that a request runs as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountRef {
    /// Its id in the model.
    pub(crate) id: AccountId,
    /// Its login, for texts.
    pub(crate) login: String,
}

/// (major, minor), compared as numbers (APIX-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ApiVersion(pub(crate) u32, pub(crate) u32);

/// A request id: the client's own text, or a fresh UUID (APIX-05: never assumed to be one).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestId(pub(crate) String);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a handler answers when it succeeds.
pub(crate) enum Answer {
    /// `application/json`, compact; subject to `Accept`.
    Json(StatusCode, serde_json::Value),
    /// 200 and the same, written already: for answers too long to be built first.
    Written(Vec<u8>),
    /// No body: nothing at all for 204, zero chunks otherwise.
    Empty(StatusCode),
    /// A body of another type; without one it has no `Content-Type`.
    Text {
        /// Its status.
        status: StatusCode,
        /// Its `Content-Type`.
        content_type: Option<&'static str>,
        /// Its bytes.
        body: Bytes,
    },
    /// No body, and headers of its own.
    Headers {
        /// Its status.
        status: StatusCode,
        /// Its `Content-Type`.
        content_type: Option<&'static str>,
        /// More headers.
        headers: Vec<(HeaderName, HeaderValue)>,
    },
    /// A file: a chunked body that is cut when it does not come to its end.
    File {
        /// Its `Content-Type`.
        content_type: &'static str,
        /// More headers.
        headers: Vec<(HeaderName, HeaderValue)>,
        /// Its pieces; the last is `None`.
        pieces: mpsc::Receiver<Option<Bytes>>,
    },
    /// A chunked body: one chunk for each message, until the sender is dropped.
    Stream {
        /// Its status.
        status: StatusCode,
        /// Its `Content-Type`.
        content_type: Option<&'static str>,
        /// More headers.
        headers: Vec<(HeaderName, HeaderValue)>,
        /// The chunks.
        chunks: mpsc::Receiver<Bytes>,
        /// Whether what they tell of goes on when nobody hears them.
        goes_on: bool,
    },
    /// The connection itself (docker-api.md 6.1).
    Hijack {
        /// What is written first.
        head: HijackHead,
        /// Gets the connection behind the head; when it returns, the connection is closed in the lingering
        /// way (CLI-45), so the container's final state must be visible before that (CLI-46).
        serve: Serve,
    },
}

/// What talks on a hijacked connection.
pub(crate) type Serve = Box<dyn FnOnce(Socket) -> BoxFuture<'static, ()> + Send>;

/// The heads of docker-api.md 6.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HijackHead {
    /// API-11: attach and exec start.
    Attach101,
    /// API-12: logs.
    Logs200,
}

impl HijackHead {
    /// Its exact bytes.
    pub(crate) const fn bytes(self) -> &'static [u8] {
        match self {
            HijackHead::Attach101 => {
                b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"
            }
            HijackHead::Logs200 => {
                b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"
            }
        }
    }
}

impl Answer {
    /// 200 with `value`.
    pub(crate) fn ok(value: serde_json::Value) -> Self {
        Answer::Json(StatusCode::OK, value)
    }

    /// 200 with what `value` is as JSON, written at once into about so many bytes.
    pub(crate) fn written(
        value: &impl serde::Serialize,
        bytes: usize,
    ) -> Result<Self, serde_json::Error> {
        let mut body = Vec::with_capacity(bytes);
        serde_json::to_writer(&mut body, value)?;
        Ok(Answer::Written(body))
    }

    /// 204.
    pub(crate) fn no_content() -> Self {
        Answer::Empty(StatusCode::NO_CONTENT)
    }

    /// A hijack by `serve`.
    pub(crate) fn hijack<F, S>(head: HijackHead, serve: S) -> Self
    where
        S: FnOnce(Socket) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        Answer::Hijack {
            head,
            serve: Box::new(move |socket| Box::pin(serve(socket))),
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Json(status, value) => write!(f, "Json({status}, {value})"),
            Answer::Written(body) => write!(f, "Written({} bytes)", body.len()),
            Answer::Empty(status) => write!(f, "Empty({status})"),
            Answer::Text { status, .. } => write!(f, "Text({status})"),
            Answer::Headers { status, .. } => write!(f, "Headers({status})"),
            Answer::File { content_type, .. } => write!(f, "File({content_type})"),
            Answer::Stream { status, .. } => write!(f, "Stream({status})"),
            Answer::Hijack { head, .. } => write!(f, "Hijack({head:?})"),
        }
    }
}
