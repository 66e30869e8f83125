//! Read-only mode, dependencies, and their place in the order (docker-api.md 2).

use crate::wire::{Bench, ask_tls, body, status};
use serde_json::json;
use zonesim::ClockMode;

#[tokio::test]
async fn a_read_only_zone_refuses_changes_before_it_asks_who_it_is() {
    let bench = Bench::start(ClockMode::Real).await;
    let on = json!({"read_only": {"until_ms": 1_484_345_634_000_u64}});
    bench.control("PATCH", "/settings", on).await;
    assert_eq!(
        ask_tls(&bench.zone, None, "POST /v1.19/containers/create", "").await,
        "HTTP/1.1 503 Service Unavailable\r\nDate: <date>\r\nConnection: close\r\nServer: Triton/1.9.0 (linux)\r\n\
         X-Request-Id: rid\r\nX-Response-Time: <ms>\r\nContent-Type: text/plain\r\n\
         Retry-After: Fri, 13 Jan 2017 22:13:54 GMT\r\nContent-Length: 67\r\n\r\n\
         docker service is currently in read-only mode for maintenance (rid)"
    );
    assert_eq!(status(&bench.ask("GET /info", &[]).await), 200);
    assert_eq!(
        status(&bench.ask("HEAD /containers/x/archive", &[]).await),
        503
    );
    let other = json!({"read_only": {"message": "back soon"}});
    bench.control("PATCH", "/settings", other).await;
    let answer = bench.ask("DELETE /containers/x", &[]).await;
    assert_eq!(body(&answer), "back soon (rid)");
    assert!(!answer.contains("Retry-After"), "{answer}");
    bench
        .control("PATCH", "/settings", json!({"read_only": false}))
        .await;
    assert_eq!(status(&bench.ask("DELETE /containers/x", &[]).await), 404);
    bench.shutdown().await;
}

#[tokio::test]
async fn a_dependency_that_is_down_stops_everything_but_open_routes() {
    let bench = Bench::start(ClockMode::Real).await;
    let down = json!({"dependencies_down": ["vmapi"]});
    bench.control("PATCH", "/settings", down).await;
    let answer = bench.ask("GET /info", &[]).await;
    assert_eq!(status(&answer), 503);
    assert_eq!(
        body(&answer),
        "(ServiceUnavailableError) service is currently unavailable (rid)"
    );
    assert_eq!(status(&bench.ask("GET /_ping", &[]).await), 200);
    bench
        .control("PATCH", "/settings", json!({"dependencies_down": []}))
        .await;
    assert_eq!(status(&bench.ask("GET /info", &[]).await), 200);
    bench.shutdown().await;
}

#[tokio::test]
async fn identity_comes_before_the_version() {
    let bench = Bench::start(ClockMode::Real).await;
    let answer = ask_tls(&bench.zone, None, "GET /v1.19/info", "").await;
    assert_eq!(
        (status(&answer), body(&answer)),
        (401, "Unauthorized (rid)")
    );
    bench.shutdown().await;
}
