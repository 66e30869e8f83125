//! Many clients at once, and clients that go in the middle.

use crate::containers::{create, shell, start, stdout_of, until};
use crate::wire::{Bench, body, exchange, read_until, status};
use futures_util::future::join_all;
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use zonesim::ClockMode;

/// Opens a stream and reads its head.
async fn open(bench: &Bench, line: &str) -> UnixStream {
    let mut stream = bench.connect().await;
    let request = format!("{line} HTTP/1.1\r\nHost: z\r\nUser-Agent: Docker-Client/1\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("writes");
    read_until(&mut stream, b"\r\n\r\n").await;
    stream
}

#[tokio::test]
async fn a_crowd_sees_every_line_and_leaves_nothing() {
    let bench = Bench::start(ClockMode::Real).await;
    let id = create(&bench, shell("read go; seq 1 500")).await;
    let mut streams = Vec::new();
    for _ in 0..200 {
        let line = format!("POST /containers/{id}/attach?stream=1&stdout=1");
        streams.push(open(&bench, &line).await);
    }
    let line = format!("POST /containers/{id}/attach?stream=1&stdin=1");
    let mut input = open(&bench, &line).await;
    start(&bench, &id).await;
    for _ in 0..200 {
        let line = format!("GET /containers/{id}/logs?stdout=1&follow=1");
        streams.push(open(&bench, &line).await);
    }
    until(&bench, "requests_in_flight", 401).await;
    input.write_all(b"go\n").await.expect("writes");
    let expected: String = (1..=500).map(|line| format!("{line}\n")).collect();
    let readers = streams.into_iter().map(|stream| exchange(stream, b""));
    for output in join_all(readers).await {
        assert_eq!(stdout_of(&output), (expected.clone().into_bytes(), 0));
    }
    drop(input);
    until(&bench, "requests_in_flight", 0).await;
    bench.shutdown().await;
}

#[tokio::test]
async fn whoever_waits_and_goes_leaves_no_job() {
    let bench = Bench::start(ClockMode::Real).await;
    let id = create(&bench, shell("sleep 1000")).await;
    start(&bench, &id).await;
    let request = format!("POST /containers/{id}/wait HTTP/1.1\r\nHost: z\r\n\r\n");
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut stream = bench.connect().await;
        stream.write_all(request.as_bytes()).await.expect("writes");
        clients.push(stream);
    }
    until(&bench, "pending_jobs", 20).await;
    let patient = clients.pop().expect("there are some");
    drop(clients);
    until(&bench, "pending_jobs", 1).await;
    bench.ask(&format!("POST /containers/{id}/kill"), &[]).await;
    let answer = read_to(patient, b"{\"StatusCode\":-9}").await;
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{answer:?}");
    until(&bench, "pending_jobs", 0).await;
    bench.shutdown().await;
}

async fn read_to(mut stream: UnixStream, end: &[u8]) -> Vec<u8> {
    read_until(&mut stream, end).await
}

#[tokio::test]
async fn a_request_that_is_cut_anywhere_ends() {
    let bench = Bench::start(ClockMode::Real).await;
    let content = r#"{"Image":"nothing","Cmd":["true"],"HostConfig":{}}"#;
    let request = format!(
        "POST /v1.24/containers/create?name=cut HTTP/1.1\r\nHost: z\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{content}\r\n0\r\n\r\n",
        content.len()
    );
    for length in 0..=request.len() {
        let mut stream = bench.connect().await;
        stream
            .write_all(&request.as_bytes()[..length])
            .await
            .expect("writes");
        if length % 2 == 0 {
            continue;
        }
        stream.shutdown().await.expect("half closes");
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut rest));
        ended.await.expect("in time").expect("no reset");
    }
    let whole = exchange_half(&bench, &request).await;
    assert_eq!(status(&whole), 404, "{whole}");
    until(&bench, "requests_in_flight", 0).await;
    let listed = bench.ask("GET /containers/json?all=1", &[]).await;
    assert_eq!(body(&listed), "[]");
    bench.shutdown().await;
}

/// Sends all, closes the writing side, reads to the end.
async fn exchange_half(bench: &Bench, request: &str) -> String {
    let mut stream = bench.connect().await;
    stream.write_all(request.as_bytes()).await.expect("writes");
    stream.shutdown().await.expect("half closes");
    String::from_utf8(exchange(stream, b"").await).expect("text")
}

#[tokio::test]
async fn bodies_that_never_come_are_given_up_with_their_clients() {
    let bench = Bench::start(ClockMode::Real).await;
    let request = "POST /containers/create HTTP/1.1\r\nHost: z\r\nContent-Type: application/json\r\n\
        Content-Length: 1000\r\n\r\n{";
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut stream = bench.connect().await;
        stream.write_all(request.as_bytes()).await.expect("writes");
        clients.push(stream);
    }
    until(&bench, "requests_in_flight", 20).await;
    drop(clients);
    until(&bench, "requests_in_flight", 0).await;
    bench.shutdown().await;
}

#[tokio::test]
async fn whoever_takes_no_answer_is_cut() {
    let bench = Bench::start(ClockMode::Real).await;
    bench
        .control("PATCH", "/settings", json!({"attach_stall_ms": 200}))
        .await;
    let mut deaf = bench.connect().await;
    let sending = async {
        // Until the sockets are full of requests and answers, and then until the zone has closed.
        while deaf
            .write_all(b"GET /info HTTP/1.1\r\nHost: z\r\n\r\n")
            .await
            .is_ok()
        {}
    };
    let cut = tokio::time::timeout(Duration::from_secs(30), sending).await;
    cut.expect("the zone closes");
    bench.shutdown().await;
}
