//! Connections that leave HTTP, and those that do not get to (docker-api.md 6).

use crate::containers::{create, until};
use crate::wire::{Bench, body, exchange, normal, read_until, status, tls};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zonesim::ClockMode;

const UPGRADE: [&str; 2] = ["Connection: Upgrade", "Upgrade: tcp"];

#[tokio::test]
async fn a_failed_upgrade_has_a_status_and_nothing_else() {
    let bench = Bench::start(ClockMode::Real).await;
    for (line, expected) in [
        ("POST /v1.24/containers/x/attach", 404),
        ("POST /v1.19/containers/x/attach", 400),
        ("POST /v1.24/exec/x/start", 404),
        ("GET /nosuch", 404),
        ("POST /containers/x/update", 405),
        ("GET /info", 400),
        ("GET /_ping", 400),
        ("DELETE /containers/x", 404),
    ] {
        assert_eq!(
            bench.ask(line, &UPGRADE).await,
            format!(
                "HTTP/1.1 {expected} Connection Not Upgraded\r\nConnection: close\r\nDate: <date>\r\n\r\n"
            ),
            "{line}"
        );
    }
    let answer = bench.ask("POST /exec/x/start", &[]).await;
    assert_eq!((status(&answer), body(&answer)), (404, "0\r\n\r\n"));
    bench.shutdown().await;
}

/// A container that has nothing to do; its id.
async fn created(bench: &Bench) -> String {
    let request = json!({"Image": "busybox", "Cmd": ["true"], "HostConfig": {}});
    create(bench, request).await
}

#[tokio::test]
async fn attach_answers_at_once_whether_or_not_an_upgrade_was_asked_for() {
    let bench = Bench::start(ClockMode::Real).await;
    let id = created(&bench).await;
    let credentials = bench
        .zone
        .credentials("demo")
        .expect("the zone made it")
        .clone();
    let pair = (
        credentials.certificate_pem.as_str(),
        credentials.key_pem.as_str(),
    );
    let head = b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n";
    for upgrade in ["", "Connection: Upgrade\r\nUpgrade: tcp\r\n"] {
        let request = format!(
            "POST /containers/{id}/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: z\r\n{upgrade}Content-Length: 2\r\n\r\n{{}}"
        );
        let mut stream = tls(&bench.zone, Some(pair)).await;
        stream.write_all(request.as_bytes()).await.expect("writes");
        // One record of its own (CLI-74): the first read has the head and nothing else.
        let mut first = [0; 1024];
        let length = stream.read(&mut first).await.expect("reads");
        assert_eq!(&first[..length], head);
    }
    let mut stream = bench.connect().await;
    let request =
        format!("POST /containers/{id}/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: z\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("writes");
    assert_eq!(read_until(&mut stream, b"\r\n\r\n").await, head);
    let answer = bench
        .ask(&format!("DELETE /containers/{id}?force=1"), &[])
        .await;
    assert_eq!(
        answer,
        "HTTP/1.1 204 No Content\r\nDate: <date>\r\nConnection: close\r\nServer: Triton/1.9.0 (linux)\r\n\
         X-Request-Id: rid\r\nX-Response-Time: <ms>\r\n\r\n"
    );
    assert_eq!(
        exchange(stream, b"unread input").await,
        b"",
        "the stream ends with its container"
    );
    bench.shutdown().await;
}

#[tokio::test]
async fn a_failed_upgrade_is_over_before_its_client_goes() {
    let bench = Bench::start(ClockMode::Real).await;
    let mut stream = bench.connect().await;
    let request = "POST /containers/x/attach HTTP/1.1\r\nHost: z\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("writes");
    read_until(&mut stream, b"\r\n\r\n").await;
    until(&bench, "requests_in_flight", 0).await;
    // The zone still listens to whoever has not closed its side.
    stream.write_all(b"input").await.expect("no reset");
    drop(stream);
    bench.shutdown().await;
}

#[tokio::test]
async fn logs_end_with_the_connection() {
    let bench = Bench::start(ClockMode::Real).await;
    let id = created(&bench).await;
    let answer = bench
        .ask(&format!("GET /containers/{id}/logs?stdout=1"), &[])
        .await;
    assert_eq!(
        answer,
        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"
    );
    bench.shutdown().await;
}

#[tokio::test]
async fn a_route_that_is_no_stream_does_its_work_and_loses_its_words() {
    let bench = Bench::start(ClockMode::Real).await;
    let id = created(&bench).await;
    let bare = |status: u16| {
        format!(
            "HTTP/1.1 {status} Connection Not Upgraded\r\nConnection: close\r\nDate: <date>\r\n\r\n"
        )
    };
    let line = format!("POST /containers/{id}/resize?w=1&h=1");
    assert_eq!(bench.ask(&line, &UPGRADE).await, bare(200));
    let line = format!("POST /containers/{id}/rename?name=other");
    assert_eq!(bench.ask(&line, &UPGRADE).await, bare(400));
    let answer = bench.ask("GET /containers/other/json", &[]).await;
    assert_eq!(status(&answer), 200);
    let line = "DELETE /containers/other";
    assert_eq!(bench.ask(line, &UPGRADE).await, bare(204));
    let mut stream = bench.connect().await;
    stream
        .write_all(b"GET /containers/other/json HTTP/1.1\r\nHost: z\r\nConnection: close\r\nX-Request-Id: rid\r\n\r\n")
        .await
        .expect("writes");
    let answer = normal(&exchange(stream, b"").await);
    assert_eq!(body(&answer), "No such container: other (rid)");
    bench.shutdown().await;
}
