//! Answers of the router (docker-api.md 2.1).

use crate::wire::Bench;
use zonesim::ClockMode;

#[tokio::test]
async fn unknown_paths_and_wrong_methods_have_no_standard_headers() {
    let bench = Bench::start(ClockMode::Real).await;
    for (line, expected) in [
        (
            "GET /v1.24/nosuch?x=1",
            "HTTP/1.1 404 Not Found\r\nDate: <date>\r\nConnection: close\r\nContent-Type: text/plain\r\n\
             Content-Length: 53\r\n\r\n(ResourceNotFound) /v1.24/nosuch does not exist (rid)",
        ),
        (
            "POST /v1.24/containers/x/update",
            "HTTP/1.1 405 Method Not Allowed\r\nDate: <date>\r\nConnection: close\r\nContent-Type: text/plain\r\n\
             Allow: DELETE\r\nContent-Length: 25\r\n\r\nPOST is not allowed (rid)",
        ),
        (
            "HEAD /_ping",
            "HTTP/1.1 405 Method Not Allowed\r\nDate: <date>\r\nConnection: close\r\nContent-Type: text/plain\r\n\
             Allow: GET\r\nContent-Length: 25\r\n\r\n",
        ),
    ] {
        assert_eq!(bench.ask(line, &[]).await, expected, "{line}");
    }
    bench.shutdown().await;
}

#[tokio::test]
async fn the_routers_own_version_is_negotiated() {
    let bench = Bench::start(ClockMode::Real).await;
    let answer = bench.ask("GET /v1.24/info", &["Accept-Version: ~8"]).await;
    assert_eq!(
        answer,
        "HTTP/1.1 400 Bad Request\r\nDate: <date>\r\nConnection: close\r\nContent-Type: text/plain\r\n\
         Content-Length: 61\r\n\r\n(InvalidVersion) ~8 is not supported by GET /v1.24/info (rid)"
    );
    let answer = bench.ask("GET /_ping", &["Accept-Version: ~0.7"]).await;
    assert!(answer.ends_with("\r\n\r\nOK"), "{answer}");
    bench.shutdown().await;
}

#[tokio::test]
async fn a_preflight_is_the_only_answer_with_cors_headers() {
    let bench = Bench::start(ClockMode::Real).await;
    let answer = bench
        .ask(
            "OPTIONS /v1.24/containers/x/archive",
            &["Origin: http://x", "Access-Control-Request-Method: PUT"],
        )
        .await;
    assert_eq!(
        answer,
        "HTTP/1.1 200 OK\r\nDate: <date>\r\nConnection: close\r\nAllow: GET, PUT, HEAD\r\n\
         Access-Control-Allow-Methods: GET, PUT, HEAD\r\nAccess-Control-Allow-Origin: *\r\n\
         Access-Control-Allow-Headers: accept, accept-version, content-type, request-id, origin, x-api-version, x-request-id\r\n\
         Access-Control-Max-Age: 3600\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    );
    let answer = bench.ask("OPTIONS /info", &[]).await;
    assert!(answer.ends_with("OPTIONS is not allowed (rid)"), "{answer}");
    let answer = bench.ask("GET /_ping", &["Origin: http://x"]).await;
    assert!(!answer.contains("Access-Control"), "{answer}");
    bench.shutdown().await;
}

#[tokio::test]
async fn what_the_zone_refuses_exists_first() {
    let bench = Bench::start(ClockMode::Real).await;
    for (line, expected) in [
        (
            "GET /events",
            "(NotImplemented) events is not implemented (rid)",
        ),
        (
            "POST /v1.24/images/a/b/load",
            "(NotImplemented) image load is not implemented (rid)",
        ),
        (
            "POST /networks/prune",
            "(NotImplemented) network prune is not implemented (rid)",
        ),
        ("POST /containers/x/pause", "No such container: x (rid)"),
        (
            "GET /containers/x%2Fy/changes",
            "No such container: x/y (rid)",
        ),
        ("DELETE /networks/x", "(Error) network x not found (rid)"),
    ] {
        let answer = bench.ask(line, &[]).await;
        assert!(
            answer.ends_with(&format!("\r\n\r\n{expected}")),
            "{line}: {answer}"
        );
    }
    bench.shutdown().await;
}
