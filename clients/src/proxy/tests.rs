use std::sync::Mutex;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::*;
use crate::canned::{self, Certificates, read_head};
use crate::raw::{HalfClose, RawClient, Request, Response, TransportEnd, Wire};

fn mutation(on: Match, change: Change) -> Mutation {
    Mutation {
        name: "under test".to_owned(),
        on,
        what: vec![change],
    }
}

fn nothing() -> Mutation {
    Mutation {
        name: "nothing".to_owned(),
        on: Match::default(),
        what: Vec::new(),
    }
}

async fn proxy_to(onward: Target, mutation: Mutation) -> (Proxy, RawClient) {
    let proxy = Proxy::start(Front::Plain, onward, mutation)
        .await
        .expect("starts");
    let client = RawClient::new(Target::plain(proxy.endpoint()));
    (proxy, client)
}

/// Answers every request of a connection with these bytes.
async fn answering(bytes: &'static str) -> Target {
    canned::plain(move |mut socket| async move {
        while !read_head(&mut socket).await.is_empty() {
            socket.write_all(bytes.as_bytes()).await.expect("writes");
        }
    })
    .await
}

/// Answers every request with itself, as the body.
async fn echoing() -> Target {
    canned::plain(|mut socket| async move {
        loop {
            let head = read_head(&mut socket).await;
            if head.is_empty() {
                break;
            }
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("Content-Length: "))
                .map_or(0, |length| length.parse().expect("is a number"));
            let mut body = vec![0; length];
            socket.read_exact(&mut body).await.expect("sends its body");
            let body = [head.as_bytes(), &body].concat();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            socket
                .write_all(&[answer.as_bytes(), &body].concat())
                .await
                .expect("writes");
        }
    })
    .await
}

fn whole(response: &Response) -> String {
    let head = String::from_utf8_lossy(&response.head_bytes).into_owned();
    head + &response.text()
}

#[tokio::test]
async fn without_a_change_everything_passes_as_it_is() {
    let bytes = "HTTP/1.1 200 Fine\r\nx-odd:1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    let (proxy, client) = proxy_to(answering(bytes).await, nothing()).await;
    let mut wire = client.connect().await.expect("connects");
    for _ in 0..2 {
        wire.send(&Request::new("GET", "/a").to_bytes())
            .await
            .expect("sends");
        let response = wire.read_response("GET").await.expect("answers");
        assert_eq!(
            response.head_bytes,
            b"HTTP/1.1 200 Fine\r\nx-odd:1\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        assert_eq!(response.chunks, [b"abc".to_vec(), b"de".to_vec()]);
    }
    let (_, client) = {
        let (echo, client) = proxy_to(echoing().await, nothing()).await;
        let request = Request::new("POST", "/x?y=1")
            .header("odd-Case", "v")
            .body("body");
        let response = client.exchange(&request).await.expect("answers");
        assert_eq!(response.body, request.to_bytes());
        (echo, client)
    };
    drop(client);
    assert_eq!(proxy.applied(), 0);
}

#[tokio::test]
async fn answers_are_changed_as_told() {
    let error =
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ngone";
    let json = "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 14\r\n\r\n{\"a\":1,\"b\":[]}";
    let empty = "HTTP/1.1 204 No Content\r\n\r\n";
    let text = |text: &str| text.to_owned();
    let cases = [
        (
            error,
            Change::Status {
                code: 403,
                reason: None,
            },
            "HTTP/1.1 403 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ngone",
        ),
        (
            error,
            Change::Status {
                code: 200,
                reason: Some(text("OK")),
            },
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ngone",
        ),
        (
            error,
            Change::Status {
                code: 204,
                reason: Some(text("No Content")),
            },
            "HTTP/1.1 204 No Content\r\nContent-Type: text/plain\r\n\r\n",
        ),
        (
            empty,
            Change::Status {
                code: 200,
                reason: Some(text("OK")),
            },
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            error,
            Change::Reason { text: text("Gone") },
            "HTTP/1.1 404 Gone\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ngone",
        ),
        (
            error,
            Change::ErrorAsJson,
            "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{\"message\":\"gone\"}",
        ),
        (
            json,
            Change::SetHeader {
                name: text("x"),
                value: text("z"),
            },
            "HTTP/1.1 200 OK\r\nX: z\r\nContent-Length: 14\r\n\r\n{\"a\":1,\"b\":[]}",
        ),
        (
            json,
            Change::AddHeader {
                name: text("X"),
                value: text("z"),
            },
            "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 14\r\nX: z\r\n\r\n{\"a\":1,\"b\":[]}",
        ),
        (
            json,
            Change::RemoveHeader { name: text("x") },
            "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"a\":1,\"b\":[]}",
        ),
        (
            json,
            Change::RenameHeader {
                from: text("x"),
                to: text("x-new"),
            },
            "HTTP/1.1 200 OK\r\nx-new: y\r\nContent-Length: 14\r\n\r\n{\"a\":1,\"b\":[]}",
        ),
        (
            json,
            Change::Body {
                text: text("other"),
            },
            "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 5\r\n\r\nother",
        ),
        (
            json,
            Change::AppendToBody { text: text("\n") },
            "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 15\r\n\r\n{\"a\":1,\"b\":[]}\n",
        ),
        (
            json,
            Change::ReplaceInBody {
                from: text("1"),
                to: text("22"),
            },
            "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 15\r\n\r\n{\"a\":22,\"b\":[]}",
        ),
        (
            json,
            Change::DropLines { with: text("a") },
            "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            json,
            Change::JsonAdd {
                pointer: text("/a"),
                by: 1,
            },
            "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 14\r\n\r\n{\"a\":2,\"b\":[]}",
        ),
        (
            json,
            Change::JsonNullForEmpty {
                pointer: text("/b"),
            },
            "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 16\r\n\r\n{\"a\":1,\"b\":null}",
        ),
    ];
    for (bytes, change, expected) in cases {
        let (proxy, client) = proxy_to(
            answering(bytes).await,
            mutation(Match::default(), change.clone()),
        )
        .await;
        let response = client
            .exchange(&Request::new("GET", "/"))
            .await
            .expect("answers");
        assert_eq!(whole(&response), expected, "{change:?}");
        assert_eq!(proxy.applied(), 1, "{change:?}");
    }
}

#[tokio::test]
async fn a_changed_body_keeps_its_framing() {
    let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
    let change = Change::AppendToBody {
        text: "c".to_owned(),
    };
    let (_proxy, client) = proxy_to(
        answering(chunks).await,
        mutation(Match::default(), change.clone()),
    )
    .await;
    let response = client
        .exchange(&Request::new("GET", "/"))
        .await
        .expect("answers");
    assert_eq!(response.chunks, [b"abc".to_vec()]);
    let closing = canned::plain(|mut socket| async move {
        read_head(&mut socket).await;
        socket
            .write_all(b"HTTP/1.1 200 OK\r\n\r\nab")
            .await
            .expect("writes");
    })
    .await;
    let (_proxy, client) = proxy_to(closing, mutation(Match::default(), change)).await;
    let response = client
        .exchange(&Request::new("GET", "/"))
        .await
        .expect("answers");
    assert_eq!(whole(&response), "HTTP/1.1 200 OK\r\n\r\nabc");
    assert_eq!(
        response.ended.map(|ended| ended.transport),
        Some(TransportEnd::Fin)
    );
}

#[tokio::test]
async fn a_truncated_body_ends_too_early() {
    let bytes = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour";
    let change = Change::TruncateBody { bytes: 2 };
    let (proxy, client) =
        proxy_to(answering(bytes).await, mutation(Match::default(), change)).await;
    let error = client
        .exchange(&Request::new("GET", "/"))
        .await
        .expect_err("is cut");
    assert!(matches!(error, ClientError::WireEnded { .. }), "{error}");
    assert_eq!(proxy.applied(), 1);
}

#[tokio::test]
async fn requests_are_changed_as_told() {
    let text = |text: &str| text.to_owned();
    let head = "POST /a?t=1 HTTP/1.1\r\nHost: docker\r\nX: y\r\nContent-Length: 7\r\n\r\n";
    let body = "{\"n\":1}";
    let cases = [
        (
            Change::SetRequestHeader {
                name: text("x"),
                value: text("z"),
            },
            head.replace("X: y", "X: z") + body,
        ),
        (
            Change::RemoveRequestHeader { name: text("x") },
            head.replace("X: y\r\n", "") + body,
        ),
        (
            Change::DropQuery { key: text("t") },
            head.replace("?t=1", "") + body,
        ),
        (
            Change::ReplaceInPath {
                from: text("/a"),
                to: text("/b"),
            },
            head.replace("/a", "/b") + body,
        ),
        (
            Change::ReplaceInRequest {
                from: text("1"),
                to: text("22"),
            },
            head.replace("h: 7", "h: 8") + "{\"n\":22}",
        ),
        (
            Change::SetRequestJson {
                pointer: text("/n"),
                value: serde_json::json!("x"),
            },
            head.replace("h: 7", "h: 9") + "{\"n\":\"x\"}",
        ),
        (
            Change::RemoveRequestJson {
                pointer: text("/n"),
            },
            head.replace("h: 7", "h: 2") + "{}",
        ),
    ];
    for (change, expected) in cases {
        let (proxy, client) =
            proxy_to(echoing().await, mutation(Match::default(), change.clone())).await;
        let request = Request::new("POST", "/a?t=1").header("X", "y").body(body);
        let response = client.exchange(&request).await.expect("answers");
        assert_eq!(response.text(), expected, "{change:?}");
        assert_eq!(proxy.applied(), 1, "{change:?}");
    }
}

#[tokio::test]
async fn a_swallowed_request_never_arrives() {
    static ARRIVED: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let target = canned::plain(|mut socket| async move {
        loop {
            let head = read_head(&mut socket).await;
            let Some(line) = head.lines().next() else {
                break;
            };
            ARRIVED
                .lock()
                .expect("no one panicked")
                .push(line.to_owned());
            socket
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                .await
                .expect("writes");
        }
    })
    .await;
    let on = Match {
        path: Some("/containers/*/kill".to_owned()),
        ..Match::default()
    };
    let swallow: Change = serde_json::from_str(r#"{"do":"swallow"}"#).expect("is one");
    let (proxy, client) = proxy_to(target, mutation(on, swallow)).await;
    let mut wire = client.connect().await.expect("connects");
    for (path, status) in [("/v1.24/containers/x/kill", 204), ("/v1.24/version", 200)] {
        wire.send(&Request::new("POST", path).body("ignored").to_bytes())
            .await
            .expect("sends");
        let response = wire.read_response("POST").await.expect("answers");
        assert_eq!(response.status(), status);
    }
    assert_eq!(proxy.applied(), 1);
    assert_eq!(
        *ARRIVED.lock().expect("no one panicked"),
        ["POST /v1.24/version HTTP/1.1"]
    );
}

#[tokio::test]
async fn hanging_up_gives_no_answer() {
    let target = answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    let (proxy, client) = proxy_to(target, mutation(Match::default(), Change::HangUp)).await;
    let mut wire = client.connect().await.expect("connects");
    wire.send(&Request::new("GET", "/").to_bytes())
        .await
        .expect("sends");
    let (bytes, ended) = wire.read_to_end().await.expect("ends");
    assert_eq!((bytes.len(), ended.transport), (0, TransportEnd::Fin));
    assert_eq!(proxy.applied(), 1);
}

#[tokio::test]
async fn status_and_turn_choose_the_exchange() {
    let on = Match {
        status: Some(404),
        nth: Some(2),
        ..Match::default()
    };
    let bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    let change = Change::Status {
        code: 403,
        reason: None,
    };
    let (proxy, client) =
        proxy_to(answering(bytes).await, mutation(on.clone(), change.clone())).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(
            client
                .exchange(&Request::new("GET", "/"))
                .await
                .expect("answers")
                .status(),
        );
    }
    assert_eq!(
        (statuses.as_slice(), proxy.applied()),
        (&[404, 403, 404][..], 1)
    );
    let other = "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n";
    let (proxy, client) = proxy_to(answering(other).await, mutation(on, change)).await;
    for _ in 0..3 {
        assert_eq!(
            client
                .exchange(&Request::new("GET", "/"))
                .await
                .expect("answers")
                .status(),
            409
        );
    }
    assert_eq!(proxy.applied(), 0);
}

const HEAD: &[u8] =
    b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n";
const FRAME: &[u8] = b"\x01\0\0\0\0\0\0\x03out";

/// Takes over at once, and behind the client's input sends it back in a frame, then ends in order.
async fn hijacked(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    read_head(&mut stream).await;
    stream.write_all(HEAD).await.expect("writes");
    stream.flush().await.expect("writes");
    let mut input = Vec::new();
    let clean = stream.read_to_end(&mut input).await.is_ok();
    input.push(if clean { b'+' } else { b'-' });
    let len = u8::try_from(input.len()).expect("is short");
    let frame = [&[1, 0, 0, 0, 0, 0, 0, len][..], &input].concat();
    stream.write_all(&frame).await.expect("writes");
    stream.write_all(FRAME).await.expect("writes");
    stream.shutdown().await.expect("closes");
}

async fn attached(client: &RawClient) -> Wire {
    let mut wire = client.connect().await.expect("connects");
    let request = Request::new("POST", "/v1.24/containers/x/attach").upgrade();
    wire.send(&request.to_bytes()).await.expect("sends");
    wire
}

#[tokio::test]
async fn a_raw_stream_passes_with_every_kind_of_end() {
    let certificates = Certificates::new();
    let target = canned::tls(&certificates, hijacked).await;
    let front = Front::Tls {
        cert: certificates.server.0.clone().into(),
        key: certificates.server.1.clone().into(),
    };
    let proxy = Proxy::start(front, target, nothing())
        .await
        .expect("starts");
    let client = RawClient::new(Target::tls(proxy.endpoint(), certificates.files()));
    for (how, mark) in [
        (HalfClose::FinOnly, '-'),
        (HalfClose::CloseNotifyAndFin, '+'),
    ] {
        let mut wire = attached(&client).await;
        let response = wire.read_response("POST").await.expect("answers");
        assert_eq!(response.head_bytes, HEAD);
        wire.send(b"in").await.expect("sends");
        wire.half_close(how).await.expect("closes");
        let (output, ended) = wire.read_to_end().await.expect("ends");
        assert_eq!(
            output,
            [
                b"\x01\0\0\0\0\0\0\x03in",
                mark.to_string().as_bytes(),
                FRAME
            ]
            .concat()
        );
        assert!(
            ended.close_notify && ended.transport == TransportEnd::Fin,
            "{ended:?}"
        );
    }
}

#[tokio::test]
async fn raw_streams_are_changed_as_told() {
    let first = b"\x01\0\0\0\0\0\0\x03in+";
    let twice = b"\x01\0\0\0\0\0\0\x05inin+";
    let none = b"\x01\0\0\0\0\0\0\x01+";
    let cases = [
        (Change::SwallowInput, [&none[..], FRAME].concat()),
        (Change::RepeatInput, [&twice[..], FRAME].concat()),
        (Change::DropLastFrame, first.to_vec()),
        (Change::CutAfterFrames { frames: 1 }, first.to_vec()),
        (Change::StripFrames, b"in+out".to_vec()),
        (Change::HoldHead, [&first[..], FRAME].concat()),
    ];
    for (change, expected) in cases {
        let target = canned::plain(hijacked).await;
        let (proxy, client) = proxy_to(target, mutation(Match::default(), change.clone())).await;
        let mut wire = attached(&client).await;
        wire.send(b"in").await.expect("sends");
        wire.half_close(HalfClose::FinOnly).await.expect("closes");
        let (output, ended) = wire.read_to_end().await.expect("ends");
        assert_eq!(output, [HEAD, &expected].concat(), "{change:?}");
        assert_eq!(ended.transport, TransportEnd::Fin, "{change:?}");
        assert!(proxy.applied() > 0, "{change:?}");
    }
}

#[tokio::test]
async fn a_held_head_and_a_swallowed_end_keep_the_client_waiting() {
    for (change, seen) in [
        (Change::HoldHead, &b""[..]),
        (Change::SwallowInputEnd, HEAD),
    ] {
        let target = canned::plain(hijacked).await;
        let (_proxy, client) = proxy_to(target, mutation(Match::default(), change.clone())).await;
        let client = client.with_deadline(Duration::from_secs(1));
        let mut wire = attached(&client).await;
        if change == Change::SwallowInputEnd {
            wire.half_close(HalfClose::FinOnly).await.expect("closes");
        }
        let error = wire.read_to_end().await.expect_err("does not end");
        let ClientError::WireDeadline { received, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(received.as_bytes(), seen, "{change:?}");
    }
}

#[tokio::test]
async fn ends_of_streams_are_changed_as_told() {
    let certificates = Certificates::new();
    for change in [Change::ResetAtEnd, Change::NeverEnd, Change::NoCloseNotify] {
        let target = canned::tls(&certificates, hijacked).await;
        let front = Front::Tls {
            cert: certificates.server.0.clone().into(),
            key: certificates.server.1.clone().into(),
        };
        let on = Match {
            path: Some("/containers/*/attach".to_owned()),
            ..Match::default()
        };
        let proxy = Proxy::start(front, target, mutation(on, change.clone()))
            .await
            .expect("starts");
        let client = RawClient::new(Target::tls(proxy.endpoint(), certificates.files()))
            .with_deadline(Duration::from_millis(300));
        let mut wire = attached(&client).await;
        wire.half_close(HalfClose::CloseNotifyAndFin)
            .await
            .expect("closes");
        let ended = wire.read_to_end().await;
        match change {
            Change::NeverEnd => assert!(ended.is_err()),
            Change::ResetAtEnd => {
                assert_eq!(ended.expect("ends").1.transport, TransportEnd::Reset);
            }
            _ => {
                let (_, ended) = ended.expect("ends");
                assert!(
                    !ended.close_notify && ended.transport == TransportEnd::Fin,
                    "{ended:?}"
                );
            }
        }
        assert_eq!(proxy.applied(), 1, "{change:?}");
    }
}

#[tokio::test]
async fn a_stream_is_reset_though_the_client_has_not_ended_its_side() {
    let target = canned::plain(|mut socket| async move {
        read_head(&mut socket).await;
        socket.write_all(HEAD).await.expect("writes");
        socket.shutdown().await.expect("ends");
        // Until the client ends, which the proxy passes on.
        let _ = socket.read_u8().await;
    })
    .await;
    let reset = mutation(Match::default(), Change::ResetAtEnd);
    let (_proxy, client) = proxy_to(target, reset).await;
    let mut wire = attached(&client).await;
    let (_, ended) = wire.read_to_end().await.expect("ends");
    assert_eq!(ended.transport, TransportEnd::Reset);
}

#[tokio::test]
async fn a_client_that_breaks_off_breaks_the_connection_onward() {
    let (tell, mut told) = tokio::sync::mpsc::channel(1);
    let target = canned::plain(move |mut socket| {
        let tell = tell.clone();
        async move {
            read_head(&mut socket).await;
            socket.write_all(HEAD).await.expect("writes");
            let error = socket.read_u8().await.expect_err("is broken off");
            tell.send(error.kind()).await.expect("is awaited");
        }
    })
    .await;
    let (_proxy, client) = proxy_to(target, nothing()).await;
    let mut wire = attached(&client).await;
    wire.read_response("POST").await.expect("answers");
    wire.reset().expect("resets");
    assert_eq!(told.recv().await, Some(std::io::ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn a_zone_that_is_gone_ends_the_connection() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
    let port = closed.local_addr().expect("is bound").port();
    drop(closed);
    let (_proxy, client) = proxy_to(Target::plain(Endpoint::loopback(port)), nothing()).await;
    let error = client
        .exchange(&Request::new("GET", "/"))
        .await
        .expect_err("is gone");
    assert!(matches!(error, ClientError::WireEnded { .. }), "{error}");
}

#[test]
fn a_mutation_is_read_from_data() {
    let text = r#"{
        "name": "foreign id answered 403",
        "on": {"method": "GET", "path": "/containers/*/json", "status": 404},
        "what": [{"do": "status", "code": 403, "reason": "Forbidden"}, {"do": "error_as_json"}]
    }"#;
    let mutation: Mutation = serde_json::from_str(text).expect("is one");
    assert_eq!(mutation.on.status, Some(404));
    assert_eq!(mutation.what.len(), 2);
    for bad in [
        r#"{"name":"x","what":[{"do":"no_such_thing"}]}"#,
        r#"{"name":"x","what":[{"do":"status","code":1,"nope":2}]}"#,
        r#"{"name":"x","on":{"nope":1},"what":[]}"#,
    ] {
        assert!(serde_json::from_str::<Mutation>(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn a_visit_shows_its_own_containers_and_takes_nobody_elses() {
    let list = r#"[{"Id":"theirs"},{"Id":"ours"}]"#;
    let onward = canned::plain(move |mut socket| async move {
        loop {
            let head = read_head(&mut socket).await;
            let body = match head.split(' ').next() {
                Some("POST") => r#"{"Id":"ours","Warnings":[]}"#,
                Some("GET") => list,
                _ => break,
            };
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            socket.write_all(answer.as_bytes()).await.expect("writes");
        }
    })
    .await;
    let guest = Guest::careful();
    let proxy = Proxy::visit(onward, guest.clone()).await.expect("starts");
    let client = RawClient::new(Target::plain(proxy.endpoint()));
    let mut wire = client.connect().await.expect("connects");
    let mut seen = Vec::new();
    for (between, method, path) in [
        ("", "GET", "/v1.24/containers/json?all=1"),
        ("\r\n", "POST", "/v1.24/containers/create"),
        ("\r\n\r\n", "GET", "/containers/json?limit=1"),
        ("", "POST", "/v1.25/volumes/prune"),
    ] {
        let request = Request::new(method, path).to_bytes();
        let request = [between.as_bytes(), &request].concat();
        wire.send(&request).await.expect("sends");
        let answer = wire.read_response(method).await.expect("is answered");
        seen.push((answer.status(), answer.text().into_owned()));
    }
    assert_eq!(
        seen,
        [
            (200, "[]".to_owned()),
            (200, r#"{"Id":"ours","Warnings":[]}"#.to_owned()),
            (200, r#"[{"Id":"ours"}]"#.to_owned()),
            (403, "others have made things here, too\n".to_owned()),
        ]
    );
    assert_eq!(guest.made(), [(Kind::Container, "ours".to_owned())]);
}
