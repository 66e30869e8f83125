//! The control API: what operators and tests see and do, as JSON over plain HTTP on loopback.
//!
//! It has no authentication; requests that a web page could send (with an `Origin`) are refused.

mod accounts;
mod clock;
mod credentials;
mod error;
mod faults;
mod gateway;
mod helper;
mod images;
mod keys;
mod legacy_images;
mod lost_layers;
mod metrics;
mod packages;
mod roles;
mod servers;
mod settings;
mod state;
mod users;

use crate::auth::wallet::Wallet;
use crate::docker::pipeline::Service;
use crate::driver::Keeper;
use crate::gateway::{ContainerStream, Gateway};
use crate::http::connection::close;
use crate::http::drain::Draining;
use crate::http::listener::keep_alive;
use crate::http::wire::{PRESENCE, Transport, Wire};
use crate::machine::Gauge;
use bytes::Bytes;
use error::ControlError;
use http::header::{CONNECTION, CONTENT_TYPE, ORIGIN, UPGRADE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The largest body, bytes.
const BODY_LIMIT_BYTES: usize = 1 << 20;
/// How many connections are served at once.
const CONNECTION_LIMIT: usize = 256;
/// How long a client may take for a head or a body, in real time.
const REQUEST_LIMIT: Duration = Duration::from_secs(120);
/// How long a client may accept nothing, in real time.
const STALL_LIMIT: Duration = Duration::from_secs(60);
/// How long requests may take to end when the zone stops, in real time.
const DRAIN_LIMIT: Duration = Duration::from_secs(1);

/// What the control API acts on.
#[derive(Debug)]
pub(crate) struct Control {
    /// The Docker endpoint's service, with the zone's task behind it.
    pub(crate) service: Arc<Service>,
    /// Moves a stepped clock.
    pub(crate) keeper: Keeper,
    /// Private keys of accounts made here.
    pub(crate) wallet: Arc<Wallet>,
    /// The zone's seed.
    pub(crate) seed: u64,
    /// The host's ways to containers.
    pub(crate) gateway: Gateway,
    /// Reaches the helpers of containers.
    pub(crate) gauge: Gauge,
}

/// How a request is answered.
enum Answer {
    Json(StatusCode, Value),
    Text(String),
    /// JSON objects, one a line.
    Lines(String),
    Empty,
    /// The connection becomes one to a container.
    Tunnel(ContainerStream),
}

impl Answer {
    fn ok(value: Value) -> Self {
        Answer::Json(StatusCode::OK, value)
    }

    fn created(value: Value) -> Self {
        Answer::Json(StatusCode::CREATED, value)
    }

    /// The same, of something that was made by the request.
    fn now_made(self) -> Self {
        match self {
            Answer::Json(_, value) => Answer::created(value),
            other => other,
        }
    }
}

/// The body of a request, to be parsed by whoever knows what it should be.
struct Body(Bytes);

impl Body {
    /// An empty body is an object without members.
    fn parse<T: DeserializeOwned>(&self) -> Result<T, ControlError> {
        let text: &[u8] = if self.0.is_empty() { b"{}" } else { &self.0 };
        serde_json::from_slice(text).map_err(|error| ControlError::Malformed(error.to_string()))
    }
}

impl Control {
    async fn route(
        &self,
        method: &Method,
        segments: &[&str],
        body: Body,
    ) -> Result<Answer, ControlError> {
        match (method.as_str(), segments) {
            ("GET", ["health"]) => Ok(Answer::ok(serde_json::json!({"status": "ok"}))),
            ("GET", ["state"]) => Ok(self.state()),
            ("GET", ["state", "digest"]) => Ok(self.digest()),
            ("GET", ["journal"]) => self.journal().await,
            ("GET", ["metrics"]) => Ok(self.metrics()),
            ("GET", ["accounts"]) => Ok(self.list_accounts()),
            ("POST", ["accounts"]) => self.create_account(body.parse()?).await,
            ("GET", ["accounts", login]) => self.show_account(login),
            ("PATCH", ["accounts", login]) => self.change_account(login, body.parse()?).await,
            ("POST", ["accounts", login, "keys"]) => self.add_key(login, body.parse()?).await,
            ("DELETE", ["accounts", login, "keys", key]) => self.remove_key(login, key).await,
            ("POST", ["hub", "images"]) => self.import_images(body.parse()?).await,
            ("POST", ["accounts", login, "legacy-images"]) => {
                self.record_legacy_image(login, body.parse()?).await
            }
            ("POST", ["accounts", login, "lost-layers"]) => {
                self.lose_layer(login, body.parse()?).await
            }
            ("GET", ["accounts", login, "users"]) => self.list_users(login),
            ("POST", ["accounts", login, "users"]) => self.create_user(login, body.parse()?).await,
            ("GET", ["accounts", login, "users", user]) => self.show_user(login, user),
            ("DELETE", ["accounts", login, "users", user]) => self.remove_user(login, user).await,
            ("POST", ["accounts", login, "users", user, "keys"]) => {
                self.add_user_key(login, user, body.parse()?).await
            }
            ("DELETE", ["accounts", login, "users", user, "keys", key]) => {
                self.remove_user_key(login, user, key).await
            }
            ("GET", ["accounts", login, "roles"]) => self.list_roles(login),
            ("PUT", ["accounts", login, "roles", role]) => {
                self.set_role(login, role, body.parse()?).await
            }
            ("DELETE", ["accounts", login, "roles", role]) => self.remove_role(login, role).await,
            ("POST", ["accounts", login, "certificates"]) => self.certify(login, &body.parse()?),
            ("POST", ["accounts", login, "tokens"]) => self.mint_token(login, body.parse()?),
            ("GET", ["accounts", login, "socks"]) => self.show_socks(login),
            ("POST", ["accounts", login, "connect", host, port]) => {
                self.connect(login, host, port).await
            }
            ("DELETE", ["accounts", login, "containers", name, "helper"]) => {
                self.kill_helper(login, name)
            }
            ("GET", ["ports"]) => Ok(self.list_ports()),
            ("GET", ["faults"]) => Ok(self.list_faults()),
            ("POST", ["faults"]) => self.add_fault(body.parse()?).await,
            ("DELETE", ["faults"]) => self.remove_faults().await,
            ("GET", ["packages"]) => Ok(self.list_packages()),
            ("PATCH", ["packages", package]) => self.change_package(package, body.parse()?).await,
            ("GET", ["servers"]) => Ok(self.list_servers()),
            ("POST", ["servers", server, "reboot"]) => {
                self.reboot_server(server, body.parse()?).await
            }
            ("GET", ["settings"]) => Ok(self.show_settings()),
            ("PATCH", ["settings"]) => self.change_settings(body.parse()?).await,
            ("GET", ["clock"]) => Ok(self.show_clock()),
            ("POST", ["clock", "advance"]) => self.advance_clock(body.parse()?).await,
            ("POST", ["clock", "running"]) => self.begin_run(),
            ("DELETE", ["clock", "running"]) => Ok(self.end_run()),
            ("GET", ["timers"]) => Ok(self.timers()),
            _ => Err(ControlError::NoSuchRoute),
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Answer, ControlError> {
        if request.headers().contains_key(ORIGIN) {
            return Err(ControlError::WebPage);
        }
        let (parts, incoming) = request.into_parts();
        let body = Limited::new(incoming, BODY_LIMIT_BYTES).collect();
        let body = tokio::time::timeout(REQUEST_LIMIT, body).await;
        let body = match body {
            Ok(Ok(body)) => Body(body.to_bytes()),
            Ok(Err(error)) => return Err(ControlError::Malformed(error.to_string())),
            Err(_) => return Err(ControlError::Malformed("the body does not come".to_owned())),
        };
        let decoded: Vec<String> = parts
            .uri
            .path()
            .split('/')
            .skip(1)
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let segments: Vec<&str> = decoded.iter().map(String::as_str).collect();
        let upgrade = parts.headers.get(UPGRADE).map(HeaderValue::as_bytes);
        if matches!(*segments, ["accounts", _, "connect", ..]) && upgrade != Some(b"tcp") {
            return Err(ControlError::NoUpgrade);
        }
        self.route(&parts.method, &segments, body).await
    }
}

/// What becomes of a connection after its last answer.
type Next = Mutex<Option<ContainerStream>>;

fn respond(answer: Result<Answer, ControlError>, next: &Next) -> Response<Full<Bytes>> {
    let (status, content_type, body) = match answer {
        Ok(Answer::Json(status, value)) => (status, "application/json", value.to_string()),
        Ok(Answer::Lines(text)) => (StatusCode::OK, "application/x-ndjson", text),
        Ok(Answer::Text(text)) => (StatusCode::OK, "text/plain; version=0.0.4", text),
        Ok(Answer::Tunnel(stream)) => {
            *next.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream);
            return switching_protocols();
        }
        Ok(Answer::Empty) => (StatusCode::NO_CONTENT, "", String::new()),
        Err(error) => (error.status(), "application/json", error.body().to_string()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    if !content_type.is_empty() {
        let content_type = HeaderValue::from_static(content_type);
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    response
}

fn switching_protocols() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("tcp"));
    response
}

/// Serves the control API until the zone stops.
pub(crate) async fn serve(listener: TcpListener, control: Arc<Control>, mut draining: Draining) {
    let of_connections = draining.clone();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = draining.begun() => break,
            Some(ended) = connections.join_next() => control.service.panics.note(ended),
            accepted = listener.accept(), if connections.len() < CONNECTION_LIMIT => {
                if let Ok((stream, _)) = accepted {
                    // One that cannot be asked later has gone already.
                    let _ = keep_alive(&stream);
                    connections.spawn(connection(stream, Arc::clone(&control), of_connections.clone()));
                } else {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
    }
    let ended = async {
        while let Some(ended) = connections.join_next().await {
            control.service.panics.note(ended);
        }
    };
    if tokio::time::timeout(DRAIN_LIMIT, ended).await.is_err() {
        connections.shutdown().await;
    }
}

async fn connection(stream: TcpStream, control: Arc<Control>, mut draining: Draining) {
    let next = Arc::new(Next::default());
    let of_answers = Arc::clone(&next);
    let answer = service_fn(move |request| {
        let (control, next) = (Arc::clone(&control), Arc::clone(&of_answers));
        Box::pin(async move {
            let answer = control.answer(request).await;
            Ok::<_, Infallible>(respond(answer, &next))
        })
    });
    let wire = Wire::new(Transport::Tcp(stream), Arc::new(|| STALL_LIMIT));
    let mut connection = http1::Builder::new()
        .half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_LIMIT)
        .serve_connection(TokioIo::new(wire), answer);
    let mut told = false;
    let mut look = tokio::time::interval(PRESENCE);
    loop {
        tokio::select! {
            biased;
            _ = poll_fn(|context| connection.poll_without_shutdown(context)) => break,
            () = draining.begun(), if !told => {
                told = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
            // Polled again, it looks whether the client is still there: moving the clock may take for ever.
            _ = look.tick() => {}
        }
    }
    let parts = connection.into_parts();
    let wire = parts.io.into_inner();
    let next = next.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (next, wire) {
        (None, wire) => close(wire).await,
        (Some(container), wire) => {
            if let Transport::Tcp(client) = wire.into_transport() {
                gateway::tunnel(client, parts.read_buf, container, draining).await;
            }
        }
    }
}
