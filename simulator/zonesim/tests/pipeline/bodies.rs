//! Request bodies (docker-api.md 2.1).

use crate::wire::{Bench, body, status};
use zonesim::ClockMode;

#[tokio::test]
async fn a_body_is_parsed_before_anything_is_looked_up() {
    let bench = Bench::start(ClockMode::Real).await;
    let create = "/v1.24/containers/create";
    let answer = bench.post(create, &[], "{\"Image\":").await;
    assert_eq!(status(&answer), 400);
    assert!(
        body(&answer).starts_with("(InvalidContent) Invalid JSON: "),
        "{answer}"
    );
    let answer = bench.post(create, &[], "").await;
    assert_eq!(status(&answer), 422);
    assert_eq!(
        body(&answer),
        "(Validation) \"Image\" must be a string (rid)"
    );
    let answer = bench.post(create, &["Content-MD5: x"], "{}").await;
    assert_eq!(
        body(&answer),
        "(BadDigest) Content-MD5 'x' didn't match 'mZFLkyvTelC5g8XnyQrpOw==' (rid)"
    );
    let answer = bench.post(create, &["Content-Encoding: gzip"], "{}").await;
    assert_eq!(body(&answer), "(InvalidContent) Invalid gzip body (rid)");
    bench.shutdown().await;
}

#[tokio::test]
async fn a_body_of_another_type_has_no_fields() {
    let bench = Bench::start(ClockMode::Real).await;
    let answer = bench
        .exchange(
            "POST /containers/create HTTP/1.1\r\nHost: zone\r\nX-Request-Id: rid\r\nConnection: close\r\n\
             Content-Type: text/plain\r\nContent-Length: 13\r\n\r\n{\"Image\":\"x\"}",
        )
        .await;
    assert_eq!(
        body(&answer),
        "(Validation) \"Image\" must be a string (rid)"
    );
    bench.shutdown().await;
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_without_a_reset() {
    let bench = Bench::start(ClockMode::Real).await;
    let limit = 16 << 20;
    let answer = bench
        .post("/containers/create", &[], &" ".repeat(limit + 1))
        .await;
    assert_eq!(status(&answer), 413);
    assert_eq!(
        body(&answer),
        format!("(RequestEntityTooLarge) Request body size exceeds {limit} (rid)")
    );
    bench.shutdown().await;
}
