//! The stream of events of a zone with extensions (clients.md, CLI-55).

use crate::containers::{create, shell, until};
use crate::wire::{Bench, read_until};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use zonesim::ClockMode;

/// A listener that has the head of its answer.
async fn listen(bench: &Bench) -> UnixStream {
    let mut stream = bench.connect().await;
    let request = "GET /events HTTP/1.1\r\nHost: z\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("writes");
    let head = read_until(&mut stream, b"\r\n\r\n").await;
    assert!(head.starts_with(b"HTTP/1.1 200 OK\r\n"), "{head:?}");
    stream
}

async fn extended() -> Bench {
    let bench = Bench::start(ClockMode::Real).await;
    let on = json!({"extensions": true});
    bench.control("PATCH", "/settings", on).await;
    bench
}

#[tokio::test]
async fn the_head_comes_before_any_event_and_the_end_with_the_zone() {
    let bench = extended().await;
    let mut stream = listen(&bench).await;
    create(&bench, shell("true")).await;
    let event = read_until(&mut stream, b"\"status\":\"create\"").await;
    assert!(!event.is_empty());
    let reading = tokio::spawn(async move {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.expect("a clean end");
        rest
    });
    bench.shutdown().await;
    let rest = reading.await.expect("it reads to the end");
    assert!(rest.ends_with(b"\r\n0\r\n\r\n"), "{rest:?}");
}

#[tokio::test]
async fn a_listener_that_leaves_is_forgotten() {
    let bench = extended().await;
    let stream = listen(&bench).await;
    drop(stream);
    until(&bench, "requests_in_flight", 0).await;
    bench.shutdown().await;
}
