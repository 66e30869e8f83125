//! What happens to every request, in this order (docker-api.md 2): routing, read-only mode, dependencies,
//! authentication and authorisation, API version, query, body, handler.

mod accept_version;
mod exchange;
mod gates;
mod negotiate;
mod pattern;
mod preflight;
mod response_body;
mod routing;
mod version;

pub(crate) use routing::Router;
pub(crate) use version::Release;

use super::body::{self, Body};
use super::failure::Failure;
use super::incoming::{self, Unread, Upload};
use super::query::Query;
use super::route::{Access, Answer, Call, Handling, Needs, Serve};
use crate::auth::authenticate::authenticate;
use crate::auth::token::TokenKey;
use crate::driver::Driver;
use crate::facts::Facts;
use crate::http::flight::Flight;
use crate::http::peer::Peer;
use crate::panics::Panics;
use bytes::Bytes;
use exchange::{Exchange, status_without_body};
use futures_util::FutureExt;
use gates::Stopped;
use http::{HeaderValue, Request, Response, StatusCode, request};
use hyper::body::Incoming;
pub(crate) use response_body::ResponseBody;
use routing::Routed;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

/// CLI-74: how long the first data waits behind a head, on connections without records.
const HOLD: Duration = Duration::from_millis(20);

/// What answers the requests of all connections.
#[derive(Debug)]
pub(crate) struct Service {
    /// The zone's task.
    pub(crate) driver: Driver,
    /// The routes.
    pub(crate) router: Router,
    /// What the process knows of itself.
    pub(crate) facts: Arc<Facts>,
    /// The zone's key for tokens.
    pub(crate) tokens: TokenKey,
    /// Where a handler's panic is noted.
    pub(crate) panics: Panics,
}

/// What becomes of a request.
pub(crate) enum Reply {
    /// An ordinary answer.
    Response(Response<ResponseBody>),
    /// The connection leaves HTTP.
    Takeover(Takeover),
    /// The client sends no more of its body: the connection goes without an answer.
    GiveUp,
}

/// A connection that leaves HTTP.
pub(crate) struct Takeover {
    /// What is written first.
    pub(crate) head: Bytes,
    /// Who talks then; nobody after a failed upgrade.
    pub(crate) serve: Option<Serve>,
    /// How long the first output waits.
    pub(crate) hold: Option<Duration>,
    /// The request, in flight until the connection ends.
    pub(crate) flight: Option<Arc<Flight>>,
}

impl fmt::Debug for Takeover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Takeover")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// Why a request has no answer of a handler.
enum Refusal {
    Failure(Failure),
    Stopped(Box<Stopped>),
    GiveUp,
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Refusal::Failure(failure)
    }
}

impl From<Unread> for Refusal {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => Refusal::Failure(body::too_large()),
            Unread::Lost => Refusal::GiveUp,
        }
    }
}

/// Answers one request.
pub(crate) async fn serve(service: &Service, peer: &Peer, request: Request<Incoming>) -> Reply {
    let (parts, body) = request.into_parts();
    let mut unread = Some(body);
    let reply = answer(service, peer, parts, &mut unread).await;
    if let Some(body) = unread {
        incoming::discard_aside(body);
    }
    reply
}

/// The answer; takes the body away from `unread` when it needs it.
async fn answer(
    service: &Service,
    peer: &Peer,
    parts: request::Parts,
    unread: &mut Option<Incoming>,
) -> Reply {
    let extensions = service.driver.view().settings().extensions;
    let exchange = Exchange::new(&parts, service.driver.now(), extensions);
    let path = parts.uri.path();
    let router = &service.router;
    let routed = match router.find(&parts.method, path, &parts.headers, extensions) {
        Ok(routed) => routed,
        Err(unrouted) => {
            let response = exchange.unrouted(&unrouted);
            return respond(&exchange, response, None);
        }
    };
    tracing::debug!(method = %parts.method, path, route = routed.route.name, "request");
    let flight = Arc::new(service.driver.requests().begin());
    let outcome = handle(service, peer, &exchange, routed, parts, unread, &flight).await;
    match outcome {
        Ok(answer) => succeed(&exchange, answer, flight, peer),
        Err(Refusal::GiveUp) => Reply::GiveUp,
        Err(Refusal::Failure(failure)) => fail(&exchange, &failure, None, flight),
        Err(Refusal::Stopped(stopped)) => {
            fail(&exchange, &stopped.failure, stopped.retry_after, flight)
        }
    }
}

fn fail(
    exchange: &Exchange,
    failure: &Failure,
    retry_after: Option<HeaderValue>,
    flight: Arc<Flight>,
) -> Reply {
    if exchange.upgrade {
        return not_upgraded(exchange, failure.status, Some(flight));
    }
    respond(
        exchange,
        exchange.failure(failure, retry_after),
        Some(flight),
    )
}

fn succeed(exchange: &Exchange, answer: Answer, flight: Arc<Flight>, peer: &Peer) -> Reply {
    match answer {
        Answer::Hijack { head, serve } => Reply::Takeover(Takeover {
            head: Bytes::from_static(exchange.hijack_head(head)),
            serve: Some(serve),
            hold: (!peer.is_secure() && !exchange.docker_client).then_some(HOLD),
            flight: Some(flight),
        }),
        answer if exchange.upgrade => {
            let status = status_without_body(&answer);
            if let Answer::Stream {
                mut chunks,
                goes_on: true,
                ..
            } = answer
            {
                // The work goes on, its words are lost.
                tokio::spawn(async move { while chunks.recv().await.is_some() {} });
            }
            not_upgraded(exchange, status, Some(flight))
        }
        answer => {
            let response = exchange
                .success(answer)
                .expect("hijacks are dealt with above");
            respond(exchange, response, Some(flight))
        }
    }
}

fn not_upgraded(exchange: &Exchange, status: StatusCode, flight: Option<Arc<Flight>>) -> Reply {
    Reply::Takeover(Takeover {
        head: exchange.not_upgraded(status),
        serve: None,
        hold: None,
        flight,
    })
}

fn respond(
    exchange: &Exchange,
    mut response: Response<ResponseBody>,
    flight: Option<Arc<Flight>>,
) -> Reply {
    if exchange.upgrade {
        return not_upgraded(exchange, response.status(), flight);
    }
    if let Some(flight) = flight {
        response.body_mut().keep(flight);
    }
    Reply::Response(response)
}

/// Steps 3 to 7.
async fn handle(
    service: &Service,
    peer: &Peer,
    exchange: &Exchange,
    routed: Routed,
    request: request::Parts,
    unread: &mut Option<Incoming>,
    flight: &Arc<Flight>,
) -> Result<Answer, Refusal> {
    let route = routed.route;
    let mut account = None;
    let release = Release::of(exchange.extensions);
    let mut api_version = release.version();
    if route.access == Access::Account {
        let view = service.driver.view();
        gates::check(view.settings(), &request.method).map_err(Refusal::Stopped)?;
        let found = authenticate(&service.driver, &service.tokens, peer, &request.headers);
        account = Some(found.await?);
        api_version = version::check(routed.version.as_deref(), release)?;
    }
    let query = match request.uri.query() {
        Some(text) if route.query => Query::parse(text),
        _ => Query::default(),
    };
    let upload = unread.take_if(|_| route.upload).map(Upload::new);
    let wanted = unread.take_if(|_| route.body || route.hijack);
    let body = match wanted {
        Some(wanted) if route.body => {
            let received = incoming::whole(wanted).await?;
            body::parse(&request.headers, received)?
        }
        Some(wanted) => {
            // What stands behind the request's body is input.
            incoming::discard(wanted).await?;
            Body::None
        }
        None => Body::None,
    };
    let call = Call {
        driver: service.driver.clone(),
        account,
        version: api_version,
        request_id: exchange.request_id(),
        params: routed.params,
        path: routed.path,
        presence: request.extensions.get().cloned().unwrap_or_default(),
        headers: request.headers.clone(),
        query,
        body,
        upload,
        flight: Arc::clone(flight),
        facts: Arc::clone(&service.facts),
    };
    match route.handling {
        Handling::Built(handler) => {
            let answer = AssertUnwindSafe(async move { handler(call).await });
            let caught = answer.catch_unwind().await;
            Ok(caught.unwrap_or_else(|panic| {
                service.panics.note_panic(panic.as_ref());
                Err(internal())
            })?)
        }
        Handling::NotImplemented { feature, needs } => {
            exists(&call, needs)?;
            Err(Failure::not_implemented(feature).into())
        }
        Handling::Todo => Err(Failure::not_implemented(route.name).into()),
    }
}

fn internal() -> Failure {
    Failure::coded(
        StatusCode::INTERNAL_SERVER_ERROR,
        "InternalError",
        "internal error",
    )
}

/// What a refused request names must exist, or the answer is 404 (docker-api.md 8).
fn exists(call: &Call, needs: Needs) -> Result<(), Failure> {
    let view = call.driver.view();
    match needs {
        Needs::Nothing => {}
        Needs::Container => {
            view.container(call.account().id, call.param(0))?;
        }
        Needs::Network => {
            view.find_network(call.account().id, call.param(0))?;
        }
    }
    Ok(())
}
