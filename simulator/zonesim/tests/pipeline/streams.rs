//! Streams of running containers (docker-api.md 6.3 and 6.6, clients.md 3.5).

use crate::containers::{create, shell, start, stdout_of, until};
use crate::wire::{Bench, body, exchange, read_until, status, tls};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zonesim::ClockMode;

const LOGS_HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n";

#[tokio::test]
async fn input_ends_with_a_fin_below_tls_and_output_goes_on() {
    let bench = Bench::start(ClockMode::Real).await;
    let id = create(&bench, shell("cat; echo done")).await;
    let credentials = bench.zone.credentials("demo").expect("the zone made it");
    let pair = (
        credentials.certificate_pem.as_str(),
        credentials.key_pem.as_str(),
    );
    let mut stream = tls(&bench.zone, Some(pair)).await;
    // The first input stands right behind the request.
    let request = format!(
        "POST /containers/{id}/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: z\r\n\
         Connection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly "
    );
    stream.write_all(request.as_bytes()).await.expect("writes");
    read_until(&mut stream, b"\r\n\r\n").await;
    start(&bench, &id).await;
    stream.write_all(b"late\n").await.expect("writes");
    stream.flush().await.expect("flushes");
    // What Docker's clients do: a FIN without a close_notify (CLI-42).
    let below = stream.get_mut().0;
    below.shutdown().await.expect("half closes");
    let mut output = Vec::new();
    let reading = stream.read_to_end(&mut output);
    let reading = tokio::time::timeout(Duration::from_secs(30), reading).await;
    // Without the zone's own close_notify this would be an error.
    reading.expect("in time").expect("a clean end");
    assert_eq!(stdout_of(&output), (b"early late\ndone\n".to_vec(), 0));
    bench.shutdown().await;
}

#[tokio::test]
async fn a_head_and_data_are_separate_reads_for_who_cannot_take_both() {
    let bench = Bench::start(ClockMode::Real).await;
    let request = json!({"Image": "busybox", "Cmd": ["echo", "hi"], "HostConfig": {}});
    let id = create(&bench, request).await;
    start(&bench, &id).await;
    let waited = bench.ask(&format!("POST /containers/{id}/wait"), &[]).await;
    assert_eq!(body(&waited), "{\"StatusCode\":0}");
    let mut stream = bench.connect().await;
    let request = format!("GET /containers/{id}/logs?stdout=1 HTTP/1.1\r\nHost: z\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("writes");
    let mut first = [0; 1024];
    let length = stream.read(&mut first).await.expect("reads");
    let began = Instant::now();
    assert_eq!(&first[..length], LOGS_HEAD);
    let rest = exchange(stream, b"").await;
    assert_eq!(rest, b"\x01\0\0\0\0\0\0\x03hi\n");
    assert!(began.elapsed() > Duration::from_millis(10), "held back");
    let agent = ["User-Agent: Docker-Client/1.12.6 (linux)"];
    let line = format!("GET /containers/{id}/logs?stdout=1");
    let answer = bench.ask(&line, &agent).await;
    assert_eq!(answer.len(), LOGS_HEAD.len() + rest.len());
    bench.shutdown().await;
}

#[tokio::test]
async fn a_stream_that_is_silent_for_an_hour_is_cut() {
    let bench = Bench::start(ClockMode::Stepped).await;
    let request = json!({"Image": "busybox", "Cmd": ["sleep", "100000"], "HostConfig": {}});
    let id = create(&bench, request).await;
    start(&bench, &id).await;
    let mut stream = bench.connect().await;
    let request =
        format!("GET /containers/{id}/logs?stdout=1&follow=1 HTTP/1.1\r\nHost: z\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("writes");
    read_until(&mut stream, LOGS_HEAD).await;
    let by = |seconds: u64| json!({"ms": seconds * 1000});
    bench.control("POST", "/clock/advance", by(3599)).await;
    let state = bench.control("GET", "/state", Value::Null).await;
    assert_eq!(state["requests_in_flight"], 1);
    bench.control("POST", "/clock/advance", by(2)).await;
    assert_eq!(exchange(stream, b"").await, b"");
    bench.shutdown().await;
}

#[tokio::test]
async fn whoever_accepts_nothing_is_cut_and_nobody_else_loses_a_byte() {
    let bench = Bench::start(ClockMode::Real).await;
    bench
        .control("PATCH", "/settings", json!({"attach_stall_ms": 200}))
        .await;
    // More than what sockets and consoles hold together.
    let id = create(&bench, shell("read go; seq 1 2000000")).await;
    let line = format!("POST /containers/{id}/attach?stream=1&stdin=1&stdout=1");
    let request = format!("{line} HTTP/1.1\r\nHost: z\r\nUser-Agent: Docker-Client/1\r\n\r\n");
    let mut deaf = bench.connect().await;
    deaf.write_all(request.as_bytes()).await.expect("writes");
    read_until(&mut deaf, b"\r\n\r\n").await;
    let mut reader = bench.connect().await;
    reader.write_all(request.as_bytes()).await.expect("writes");
    read_until(&mut reader, b"\r\n\r\n").await;
    start(&bench, &id).await;
    let output = exchange(reader, b"go\n").await;
    let (text, rest) = stdout_of(&output);
    // `seq 1 2000000 | wc -c`
    assert_eq!((text.len(), rest), (14_888_896, 0));
    drop(deaf);
    bench.shutdown().await;
}

#[tokio::test]
async fn a_client_that_is_gone_is_not_waited_for() {
    let bench = Bench::start(ClockMode::Real).await;
    let request = json!({"Image": "busybox", "Cmd": ["sleep", "100000"], "HostConfig": {}});
    let id = create(&bench, request).await;
    start(&bench, &id).await;
    let mut clients = Vec::new();
    for what in [
        "POST wait",
        "GET logs?stdout=1&follow=1",
        "POST attach?stdout=1",
    ] {
        let (method, path) = what.split_once(' ').expect("both");
        let request = format!("{method} /containers/{id}/{path} HTTP/1.1\r\nHost: z\r\n\r\n");
        let mut stream = bench.connect().await;
        stream.write_all(request.as_bytes()).await.expect("writes");
        clients.push(stream);
    }
    until(&bench, "requests_in_flight", 3).await;
    // One that only sends no more is still there.
    let mut patient = bench.connect().await;
    let request = format!("POST /containers/{id}/wait HTTP/1.1\r\nHost: z\r\n\r\n");
    patient.write_all(request.as_bytes()).await.expect("writes");
    patient.shutdown().await.expect("half closes");
    until(&bench, "requests_in_flight", 4).await;
    drop(clients);
    until(&bench, "requests_in_flight", 1).await;
    bench.ask(&format!("POST /containers/{id}/kill"), &[]).await;
    let answer = exchange(patient, b"").await;
    assert!(answer.ends_with(b"{\"StatusCode\":-9}"), "{answer:?}");
    bench.shutdown().await;
}

#[tokio::test]
async fn logs_without_follow_end_while_the_container_writes_on() {
    let bench = Bench::start(ClockMode::Real).await;
    let request = json!({"Image": "busybox", "Cmd": ["yes"], "HostConfig": {}});
    let id = create(&bench, request).await;
    start(&bench, &id).await;
    // Following without reading to the end: there are records when the first bytes are.
    let mut stream = bench.connect().await;
    let request =
        format!("GET /containers/{id}/logs?stdout=1&follow=1 HTTP/1.1\r\nHost: z\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("writes");
    read_until(&mut stream, b"y\n").await;
    drop(stream);
    let answer = bench
        .ask(&format!("GET /containers/{id}/logs?stdout=1&tail=3"), &[])
        .await;
    assert_eq!(body(&answer), "\x01\0\0\0\0\0\0\x02y\n".repeat(3));
    // A fraction that is none, with characters of more than one byte.
    let line =
        format!("GET /containers/{id}/logs?stdout=1&tail=0&since=1.%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9");
    assert_eq!(status(&bench.ask(&line, &[]).await), 200);
    bench.shutdown().await;
}
