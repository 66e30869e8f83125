//! One connection: requests through hyper until one takes the connection over.
//!
//! hyper's own upgrade refuses requests without `Upgrade` headers, so a takeover parks its handler, and this
//! loop takes the connection apart: bytes that hyper has read behind the request are kept.

use super::drain::Draining;
use super::linger;
use super::peer::Peer;
use super::socket::{Socket, Whole};
use super::wire::{CLOSE_PRESENCE, PRESENCE, Wire};
use crate::docker::pipeline::{self, Reply, Service, Takeover};
use bytes::Bytes;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use runtime::clock::{Clock, TimerOwner, TimerReason};
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

/// How long a client may take for a request's head, idle time before it included; real time.
const HEAD_LIMIT: Duration = Duration::from_secs(120);
/// The longest request head, bytes.
const HEAD_LIMIT_BYTES: usize = 80 << 10;
/// How many headers a request may have.
const HEADERS_LIMIT: usize = 128;
/// After so much silence a hijacked connection is cut; zone time (docker-api.md 6.6).
const IDLE_LIMIT: Duration = Duration::from_secs(3600);

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the request was given up")]
struct GivenUp;

/// Serves one connection to its end. When the zone stops, the request that is being answered is the last.
pub(crate) async fn serve(wire: Wire, peer: Peer, service: Arc<Service>, mut draining: Draining) {
    let (take, mut taken) = mpsc::channel::<Takeover>(1);
    let clock = service.driver.clock().clone();
    let presence = wire.presence();
    let of_requests = presence.clone();
    let answer = service_fn(move |mut request: Request<Incoming>| {
        let (service, peer, take) = (Arc::clone(&service), peer.clone(), take.clone());
        request.extensions_mut().insert(of_requests.clone());
        Box::pin(async move {
            match pipeline::serve(&service, &peer, request).await {
                Reply::Response(response) => Ok(response),
                Reply::GiveUp => Err(GivenUp),
                Reply::Takeover(takeover) => {
                    // The receiver is this connection's loop, which drops this future next.
                    let _ = take.send(takeover).await;
                    std::future::pending().await
                }
            }
        })
    });
    let mut connection = http1::Builder::new()
        .half_close(true)
        .title_case_headers(true)
        .auto_date_header(false)
        .max_buf_size(HEAD_LIMIT_BYTES)
        .max_headers(HEADERS_LIMIT)
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT)
        .serve_connection(TokioIo::new(wire), answer);
    let mut told = false;
    let mut look = tokio::time::interval(PRESENCE);
    let takeover = loop {
        tokio::select! {
            biased;
            _ = poll_fn(|context| connection.poll_without_shutdown(context)) => break taken.try_recv().ok(),
            takeover = taken.recv() => break takeover,
            () = draining.begun(), if !told => {
                told = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
            // hyper does not read while a handler runs, but it flushes whenever it is polled, and then the wire looks
            // whether the client is still there.
            _ = look.tick() => if presence.is_needed() {
                look.reset_after(CLOSE_PRESENCE);
            },
            () = presence.becomes_needed() => look.reset_immediately(),
        }
    };
    let parts = connection.into_parts();
    let wire = parts.io.into_inner();
    match takeover {
        Some(takeover) => hijack(wire, parts.read_buf, takeover, clock).await,
        None => close(wire).await,
    }
}

/// Closes in the lingering way whatever is still there to be closed.
pub(crate) async fn close(mut wire: Wire) {
    if !wire.is_cut() {
        linger::close(&mut wire).await;
    }
}

/// Writes the head, lets the handler talk, closes.
async fn hijack(mut wire: Wire, early: Bytes, takeover: Takeover, clock: Clock) {
    // Before the client has the head: from then on it may move the clock.
    let began = clock.now();
    let head = async {
        wire.write_all(&takeover.head).await?;
        wire.flush().await
    };
    if head.await.is_err() {
        return;
    }
    let Some(serve) = takeover.serve else {
        drop(takeover.flight);
        return close(wire).await;
    };
    let (socket, shared) = Socket::new(wire, early, takeover.hold, clock.clone(), began);
    tokio::select! {
        () = serve(socket) => {}
        () = silence(&shared, &clock) => return,
        () = gone(&shared) => return,
    }
    drop(takeover.flight);
    if !shared.is_cut() {
        linger::close(&mut Whole(shared)).await;
    }
}

/// Ready when the client has gone. Between output nothing else would tell, and a container may never write again.
async fn gone(shared: &super::socket::Shared) {
    let mut look = tokio::time::interval(PRESENCE);
    loop {
        look.tick().await;
        if shared.is_gone() {
            return;
        }
    }
}

/// Ready when no byte has moved for [`IDLE_LIMIT`].
async fn silence(shared: &super::socket::Shared, clock: &Clock) {
    loop {
        let until = shared.moved_at() + IDLE_LIMIT;
        if clock.now() >= until {
            return;
        }
        clock
            .timer(until, TimerOwner::Zone, TimerReason::Idle)
            .await;
    }
}
