//! Response headers and versions (docker-api.md 2.5, 3 and 4).

use crate::wire::{Bench, body, status};
use zonesim::ClockMode;

#[tokio::test]
async fn every_answer_behind_the_router_has_the_standard_headers() {
    let bench = Bench::start(ClockMode::Real).await;
    assert_eq!(
        bench.ask("GET /v1.24/_ping", &[]).await,
        "HTTP/1.1 200 OK\r\nDate: <date>\r\nConnection: close\r\nServer: Triton/1.9.0 (linux)\r\n\
         X-Request-Id: rid\r\nX-Response-Time: <ms>\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: 2\r\n\r\nOK"
    );
    assert_eq!(
        bench
            .ask("GET /v1.19/version", &["Request-Id: first"])
            .await,
        "HTTP/1.1 400 Bad Request\r\nDate: <date>\r\nConnection: close\r\nServer: Triton/1.9.0 (linux)\r\n\
         X-Request-Id: first\r\nX-Response-Time: <ms>\r\nContent-Type: text/plain\r\nContent-Length: 103\r\n\r\n\
         (InvalidVersion) client API version (1.19) is less than the minimum required API version (1.20) (first)"
    );
    bench.shutdown().await;
}

#[tokio::test]
async fn a_request_without_an_id_gets_one() {
    let bench = Bench::start(ClockMode::Real).await;
    let request = "GET /vgolden/info HTTP/1.1\r\nHost: zone\r\nConnection: close\r\n\r\n";
    let answer = bench.exchange(request).await;
    let id = answer
        .split("\r\n")
        .find_map(|line| line.strip_prefix("X-Request-Id: "))
        .expect("an id");
    assert_eq!((id.len(), id.as_bytes()[14]), (36, b'4'), "{id}");
    assert_eq!(
        body(&answer),
        format!(
            "(InvalidVersion) client and server don't have same API version (client : /vgolden, server: 1.21) ({id})"
        )
    );
    bench.shutdown().await;
}

#[tokio::test]
async fn empty_answers_are_empty_in_two_ways() {
    let bench = Bench::start(ClockMode::Real).await;
    assert_eq!(
        bench.ask("POST /containers/x/resize?w=a&h=1", &[]).await,
        "HTTP/1.1 404 Not Found\r\nDate: <date>\r\nConnection: close\r\nServer: Triton/1.9.0 (linux)\r\n\
         X-Request-Id: rid\r\nX-Response-Time: <ms>\r\nContent-Type: text/plain\r\nContent-Length: 26\r\n\r\n\
         No such container: x (rid)"
    );
    assert_eq!(
        bench.ask("GET /info", &["Accept: text/html"]).await,
        "HTTP/1.1 406 Not Acceptable\r\nDate: <date>\r\nConnection: close\r\nServer: Triton/1.9.0 (linux)\r\n\
         X-Request-Id: rid\r\nX-Response-Time: <ms>\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    );
    let answer = bench
        .ask("GET /containers/x/json", &["Accept: text/html"])
        .await;
    assert_eq!(status(&answer), 406);
    bench.shutdown().await;
}

#[tokio::test]
async fn accept_chooses_between_json_and_text() {
    let bench = Bench::start(ClockMode::Real).await;
    for (accept, content_type) in [
        ("*/*", "application/json"),
        ("text/plain, */*;q=0.5", "text/plain"),
        ("application/javascript", "application/javascript"),
    ] {
        let answer = bench
            .ask("GET /images/json", &[&format!("Accept: {accept}")])
            .await;
        assert!(
            answer.contains(&format!("\r\nContent-Type: {content_type}\r\n")),
            "{answer}"
        );
        assert_eq!(body(&answer), "[]");
    }
    let several = ["Accept: text/html", "Accept: text/plain"];
    let answer = bench.ask("GET /images/json", &several).await;
    assert!(
        answer.contains("\r\nContent-Type: text/plain\r\n"),
        "{answer}"
    );
    let answer = bench
        .ask("GET /nosuch", &["Accept: application/json"])
        .await;
    assert!(
        answer.contains("\r\nContent-Type: text/plain\r\n"),
        "{answer}"
    );
    bench.shutdown().await;
}
