use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::canned::{self, Certificates, read_head};
use crate::client::{Endpoint, Exit, Stdin};
use crate::http1::Framing;

const SHORT: Duration = Duration::from_millis(100);

fn client_of(target: Target) -> RawClient {
    RawClient::new(target)
}

#[tokio::test]
async fn a_response_is_exact_and_parsed() {
    let target = canned::plain(|mut socket| async move {
        let head = read_head(&mut socket).await;
        let body = format!(
            "{}\r\n{head}\r\n0\r\n\r\n",
            format_args!("{:x}", head.len())
        );
        let answer =
            format!("HTTP/1.1 200 Fine\r\nx-Odd: 1\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        socket.write_all(answer.as_bytes()).await.expect("writes");
        // A second request on the same connection.
        read_head(&mut socket).await;
        socket
            .write_all(b"HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n")
            .await
            .expect("writes");
    })
    .await;
    let mut wire = client_of(target).connect().await.expect("connects");
    let request = Request::new("GET", "/echo").header("X", "y");
    wire.send(&request.to_bytes()).await.expect("sends");
    let response = wire.read_response("GET").await.expect("answers");
    assert_eq!((response.status(), response.reason()), (200, "Fine"));
    assert_eq!(response.head.names(), ["x-Odd", "Transfer-Encoding"]);
    assert_eq!(
        response.text(),
        "GET /echo HTTP/1.1\r\nHost: docker\r\nX: y\r\n\r\n"
    );
    assert_eq!(response.chunks, [request.to_bytes()]);
    wire.send(&request.to_bytes()).await.expect("sends");
    let response = wire.read_response("GET").await.expect("answers");
    assert_eq!(
        response.head_bytes,
        b"HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n"
    );
    assert_eq!(response.framing, Framing::None);
    let (rest, ended) = wire.read_to_end().await.expect("ends");
    assert!(rest.is_empty());
    assert_eq!(ended.transport, TransportEnd::Fin);
}

#[tokio::test]
async fn a_half_close_leaves_the_other_half() {
    let target = canned::plain(|mut socket| async move {
        read_head(&mut socket).await;
        socket
            .write_all(b"HTTP/1.1 101 UPGRADED\r\n\r\n")
            .await
            .expect("writes");
        let mut input = Vec::new();
        socket.read_to_end(&mut input).await.expect("reads");
        socket.write_all(&input).await.expect("writes");
    })
    .await;
    let mut wire = client_of(target).connect().await.expect("connects");
    wire.send(&Request::new("POST", "/attach").upgrade().to_bytes())
        .await
        .expect("sends");
    let response = wire.read_response("POST").await.expect("answers");
    assert_eq!(response.framing, Framing::Tunnel);
    wire.send(b"to and fro").await.expect("sends");
    wire.half_close(HalfClose::FinOnly).await.expect("closes");
    let (output, ended) = wire.read_to_end().await.expect("ends");
    assert_eq!(output, b"to and fro");
    assert_eq!(
        ended,
        Ended {
            close_notify: false,
            alert: None,
            transport: TransportEnd::Fin
        }
    );
}

#[tokio::test]
async fn a_reset_is_told_from_an_end() {
    let target = canned::plain(|mut socket| async move {
        read_head(&mut socket).await;
        socket
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart")
            .await
            .expect("writes");
        // Only with this taken is the reset sure to come behind it.
        socket.read_u8().await.expect("reads");
        rustix::net::sockopt::set_socket_linger(&socket, Some(Duration::ZERO))
            .expect("is a socket");
    })
    .await;
    let mut wire = client_of(target).connect().await.expect("connects");
    wire.send(&Request::new("GET", "/").to_bytes())
        .await
        .expect("sends");
    wire.read_until(|bytes| bytes.ends_with(b"part"))
        .await
        .expect("comes");
    wire.send(b"x").await.expect("sends");
    let (_, ended) = wire.read_to_end().await.expect("ends");
    assert_eq!(ended.transport, TransportEnd::Reset);
}

#[tokio::test]
async fn our_own_reset_arrives_as_one() {
    let (tell, told) = tokio::sync::mpsc::channel(1);
    let target = canned::plain(move |mut socket| {
        let tell = tell.clone();
        async move {
            read_head(&mut socket).await;
            let error = socket.read_u8().await.expect_err("is reset");
            tell.send(error.kind()).await.expect("is awaited");
        }
    })
    .await;
    let mut wire = client_of(target).connect().await.expect("connects");
    wire.send(&Request::new("GET", "/").to_bytes())
        .await
        .expect("sends");
    wire.reset().expect("resets");
    let mut told = told;
    assert_eq!(told.recv().await, Some(std::io::ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn a_silent_server_is_a_deadline_and_a_short_body_an_end() {
    let target = canned::plain(|mut socket| async move {
        let head = read_head(&mut socket).await;
        if head.starts_with("GET /silent") {
            std::future::pending::<()>().await;
        }
        socket
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart")
            .await
            .expect("writes");
    })
    .await;
    let client = client_of(target).with_deadline(SHORT);
    let error = client
        .exchange(&Request::new("GET", "/silent"))
        .await
        .expect_err("is silent");
    assert!(matches!(error, ClientError::WireDeadline { .. }), "{error}");
    let error = client
        .exchange(&Request::new("GET", "/short"))
        .await
        .expect_err("is short");
    assert!(matches!(error, ClientError::WireEnded { .. }), "{error}");
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let target = canned::plain(|mut socket| async move {
        read_head(&mut socket).await;
        socket
            .write_all(b"SSH-2.0-zone\r\n\r\n")
            .await
            .expect("writes");
    })
    .await;
    let error = client_of(target)
        .exchange(&Request::new("GET", "/"))
        .await
        .expect_err("is not HTTP");
    assert!(matches!(error, ClientError::Malformed(_)), "{error}");
}

/// Answers once, reads to the end of the client's side, says bye in TLS or not at all.
async fn tls_target(certificates: &Certificates, bye: bool) -> Target {
    canned::tls(certificates, move |mut stream| async move {
        read_head(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 101 UPGRADED\r\n\r\n")
            .await
            .expect("writes");
        stream.flush().await.expect("writes");
        stream.write_all(b"separate").await.expect("writes");
        stream.flush().await.expect("writes");
        let mut input = Vec::new();
        let clean = stream.read_to_end(&mut input).await.is_ok();
        let seen = format!(
            "{}{}",
            String::from_utf8_lossy(&input),
            if clean { "+notify" } else { "" }
        );
        stream.write_all(seen.as_bytes()).await.expect("writes");
        if bye {
            stream.shutdown().await.expect("closes");
        } else {
            stream.flush().await.expect("writes");
            stream.get_mut().0.shutdown().await.expect("closes");
        }
    })
    .await
}

#[tokio::test]
async fn under_tls_every_kind_of_half_close_is_what_it_says() {
    let certificates = Certificates::new();
    for bye in [true, false] {
        let target = tls_target(&certificates, bye).await;
        for (how, seen) in [
            (HalfClose::FinOnly, "in"),
            (HalfClose::CloseNotifyAndFin, "in+notify"),
            (HalfClose::CloseNotifyOnly, "in+notify"),
        ] {
            let mut wire = client_of(target.clone()).connect().await.expect("connects");
            wire.send(&Request::new("POST", "/").to_bytes())
                .await
                .expect("sends");
            wire.read_response("POST").await.expect("answers");
            assert_eq!(wire.read_some().await.expect("reads"), b"separate");
            // Head and content are records of their own.
            let lens: Vec<usize> = wire.reads().iter().map(|read| read.len).collect();
            assert_eq!(
                lens,
                ["HTTP/1.1 101 UPGRADED\r\n\r\n".len(), "separate".len()]
            );
            wire.send(b"in").await.expect("sends");
            wire.half_close(how).await.expect("closes");
            let (output, ended) = wire.read_to_end().await.expect("ends");
            assert_eq!(String::from_utf8_lossy(&output), seen, "{how:?}");
            assert_eq!(ended.close_notify, bye);
            assert_eq!((ended.alert, ended.transport), (None, TransportEnd::Fin));
        }
    }
}

#[tokio::test]
async fn the_handshake_is_as_told_and_its_facts_are_kept() {
    let certificates = Certificates::new();
    let client = client_of(tls_target(&certificates, true).await);
    let wire = client.connect().await.expect("connects");
    let facts = wire.tls().expect("is TLS");
    assert_eq!(facts.version, "TLSv1_3");
    assert_eq!(facts.authorities_named, Some(1));
    assert_eq!(facts.server_chain.len(), 1);
    let suite = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
    let old = Handshake {
        versions: TlsVersions::Only12,
        cipher_suites: vec![suite.to_owned()],
        ..Handshake::default()
    };
    let wire = client.connect_with(&old).await.expect("connects");
    let facts = wire.tls().expect("is TLS");
    assert_eq!(
        (facts.version.as_str(), facts.cipher_suite.as_str()),
        ("TLSv1_2", suite)
    );
    let unknown = Handshake {
        cipher_suites: vec!["TLS_NULL".to_owned()],
        ..Handshake::default()
    };
    let error = client.connect_with(&unknown).await.expect_err("is unknown");
    assert!(matches!(error, ClientError::Setup { .. }), "{error}");
}

#[tokio::test]
async fn a_refused_certificate_is_an_alert() {
    let certificates = Certificates::new();
    let client = client_of(tls_target(&certificates, true).await);
    let strangers = Certificates::new().client;
    let cases = [
        (Identity::Nobody, "certificate_required"),
        (Identity::WrongKey, "decrypt_error"),
        (
            Identity::Given {
                cert: strangers.0.into(),
                key: strangers.1.into(),
            },
            "unknown_ca",
        ),
    ];
    for (identity, alert) in cases {
        for versions in [TlsVersions::Only13, TlsVersions::Only12] {
            let handshake = Handshake {
                identity: identity.clone(),
                versions,
                ..Handshake::default()
            };
            let found = match client.connect_with(&handshake).await {
                Ok(mut wire) => wire.read_to_end().await.expect("ends").1.alert,
                Err(ClientError::Handshake { alert, .. }) => alert,
                Err(error) => panic!("{error}"),
            };
            assert_eq!(found.as_deref(), Some(alert), "{identity:?} {versions:?}");
        }
    }
}

#[tokio::test]
async fn a_server_of_another_authority_is_not_trusted() {
    let certificates = Certificates::new();
    let mut target = tls_target(&certificates, true).await;
    target.tls = Some(Certificates::new().files());
    let error = client_of(target)
        .connect()
        .await
        .expect_err("is not trusted");
    assert!(
        matches!(error, ClientError::Handshake { alert: None, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn as_a_client_it_prints_what_came() {
    let target = canned::plain(|mut socket| async move {
        let head = read_head(&mut socket).await;
        if head.starts_with("GET") {
            let answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno";
            socket.write_all(answer).await.expect("writes");
            return;
        }
        socket
            .write_all(b"HTTP/1.1 101 UPGRADED\r\n\r\n")
            .await
            .expect("writes");
        let mut input = String::new();
        socket.read_to_string(&mut input).await.expect("reads");
        socket
            .write_all(input.to_uppercase().as_bytes())
            .await
            .expect("writes");
    })
    .await;
    let client = client_of(target);
    let outcome = client
        .run(Invocation::new(["GET", "/x"]))
        .await
        .expect("ends");
    assert_eq!(
        outcome.stdout_text(),
        "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"
    );
    assert_eq!(outcome.status, Exit::Code(22));
    let attach = Invocation::new(["POST", "/attach", "-H", "Upgrade: tcp"])
        .stdin(Stdin::Bytes("abc".into()));
    let outcome = client.run(attach).await.expect("ends");
    assert_eq!(outcome.stdout_text(), "HTTP/1.1 101 UPGRADED\r\n\r\nABC");
    assert_eq!(outcome.status, Exit::Code(0));
    let outcome = client.run(Invocation::new(["GET"])).await.expect("ends");
    assert_eq!(outcome.status, Exit::Code(2));
    let nowhere = client_of(Target::plain(Endpoint::Unix("/nowhere/at.all".into())));
    let outcome = nowhere
        .run(Invocation::new(["GET", "/"]))
        .await
        .expect("ends");
    assert_eq!(outcome.status, Exit::Code(7));
}
