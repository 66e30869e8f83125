//! Connections: reuse, limits, and who talks to the wrong port.

use crate::wire::{Bench, exchange, normal, read_until, status};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use zonesim::ClockMode;

#[tokio::test]
async fn one_connection_serves_several_requests() {
    let bench = Bench::start(ClockMode::Real).await;
    let mut stream = bench.connect().await;
    for request in ["GET /_ping HTTP/1.1\r\nHost: z\r\n\r\n"; 2] {
        stream.write_all(request.as_bytes()).await.expect("writes");
        let answer = normal(&read_until(&mut stream, b"\r\n\r\nOK").await);
        assert!(
            answer.contains("\r\nConnection: keep-alive\r\n"),
            "{answer}"
        );
    }
    let twice = "GET /_ping HTTP/1.1\r\nHost: z\r\n\r\nGET /_ping HTTP/1.1\r\nHost: z\r\nConnection: close\r\n\r\n";
    let answer = normal(&exchange(stream, twice.as_bytes()).await);
    assert_eq!(answer.matches("\r\n\r\nOK").count(), 2, "{answer}");
    bench.shutdown().await;
}

#[tokio::test]
async fn a_client_that_closes_its_side_still_gets_its_answer() {
    let bench = Bench::start(ClockMode::Real).await;
    let mut stream = bench.connect().await;
    let request = b"GET /info HTTP/1.1\r\nHost: z\r\n\r\n";
    stream.write_all(request).await.expect("writes");
    stream.shutdown().await.expect("half closes");
    let answer = normal(&exchange(stream, b"").await);
    assert_eq!(status(&answer), 200);
    bench.shutdown().await;
}

#[tokio::test]
async fn a_body_that_nobody_reads_does_not_end_the_connection() {
    let bench = Bench::start(ClockMode::Real).await;
    for line in [
        "POST /containers/x/start",
        "POST /v1.24/containers/x/update",
        "POST /v1.19/containers/create",
        "GET /_ping",
    ] {
        let mut stream = bench.connect().await;
        let head =
            format!("{line} HTTP/1.1\r\nHost: z\r\nX-Request-Id: rid\r\nContent-Length: 4\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("writes");
        let answer = read_until(&mut stream, b"\r\n\r\n").await;
        let text = String::from_utf8(answer).expect("text");
        assert!(text.contains("\r\nConnection: keep-alive\r\n"), "{text}");
        // The answer was there before the body.
        let next = b"bodyGET /ca.pem HTTP/1.1\r\nHost: z\r\nConnection: close\r\n\r\n";
        let rest = exchange(stream, next).await;
        let rest = String::from_utf8(rest).expect("text");
        assert!(rest.contains("HTTP/1.1 200 OK\r\n"), "{line}: {rest}");
    }
    bench.shutdown().await;
}

#[tokio::test]
async fn http_1_0_ends_what_has_no_length_with_the_connection() {
    let bench = Bench::start(ClockMode::Real).await;
    let keep = "HTTP/1.0\r\nConnection: keep-alive\r\n";
    let request = format!("GET /_ping {keep}\r\nGET /info {keep}Accept: text/html\r\n\r\n");
    let answer = bench.exchange(&request).await;
    let (ping, info) = answer.split_once("\r\n\r\nOK").expect("an answer");
    assert!(ping.contains("\r\nConnection: keep-alive\r\n"), "{ping}");
    assert_eq!(status(info), 406);
    assert!(info.contains("\r\nConnection: close\r\n"), "{info}");
    assert!(!info.contains("Transfer-Encoding"), "{info}");
    bench.shutdown().await;
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let bench = Bench::start(ClockMode::Real).await;
    let head = format!(
        "GET /_ping HTTP/1.1\r\nX: {}\r\n\r\n",
        "x".repeat(200 << 10)
    );
    let answer = exchange(bench.connect().await, head.as_bytes()).await;
    assert!(
        answer.starts_with(b"HTTP/1.1 431 "),
        "{}",
        answer.escape_ascii()
    );
    bench.shutdown().await;
}

#[tokio::test]
async fn plain_http_to_the_tls_port_reads_an_alert() {
    let bench = Bench::start(ClockMode::Real).await;
    let address = bench.zone.docker().expect("on by default");
    let stream = TcpStream::connect(address).await.expect("it listens");
    let answer = exchange(stream, b"GET /v1.24/version HTTP/1.1\r\nHost: z\r\n\r\n").await;
    // Record type 21 (alert), then level and description in two bytes.
    assert_eq!((answer.first(), answer.len()), (Some(&21), 7));
    bench.shutdown().await;
}

/// Bytes that look random and are the same in every run.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[tokio::test]
async fn garbage_ends_its_connection_and_nothing_else() {
    let bench = Bench::start(ClockMode::Real).await;
    let whole = b"POST /v1.24/containers/cr%65ate?name=%zz&a=%u12&b HTTP/1.1\r\nHost: z\r\nAccept: a/b;q=x, */*\r\n\
        Accept-Version: ~0 || x - 9\r\nConnection: Upgrade, close\r\nUpgrade: tcp\r\nX-Auth-Token: a.b\r\n\
        Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    for seed in 0..400 {
        let mut request = whole.to_vec();
        let noise = noise(seed, 8);
        let at = seed as usize % request.len();
        match seed % 3 {
            0 => request.truncate(at),
            1 => request[at] = noise[0],
            _ => drop(request.splice(at..at, noise)),
        }
        let mut stream = bench.connect().await;
        // It may have heard enough before the end.
        let _ = stream.write_all(&request).await;
        let _ = stream.shutdown().await;
        let mut rest = Vec::new();
        let ended = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest);
        let ended = tokio::time::timeout(std::time::Duration::from_secs(30), ended).await;
        ended.expect("the connection ends").ok();
    }
    assert_eq!(status(&bench.ask("GET /_ping", &[]).await), 200);
    bench.shutdown().await;
}
