use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::*;
use crate::canned::{self, Certificates, read_head};
use crate::client::{Exit, PtySize, Signal, Stdin};

/// What the canned server answers a request with.
enum Answer {
    /// These bytes, then the end.
    Bytes(String),
    /// A raw stream: these bytes, then what the client sends in one frame of standard error.
    Stream(Vec<u8>, Then),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    End,
    EchoToEnd,
    NeverEnd,
}

fn json(status: &str, body: &str) -> Answer {
    Answer::Bytes(format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

fn text(status: &str, body: &str) -> Answer {
    let len = body.len();
    Answer::Bytes(format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len}\r\n\r\n{body}"
    ))
}

fn empty() -> Answer {
    Answer::Bytes("HTTP/1.1 204 No Content\r\n\r\n".to_owned())
}

fn frame(stream: u8, payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(payload.len())
        .expect("is short")
        .to_be_bytes();
    [&[stream, 0, 0, 0], &len[..], payload].concat()
}

type Seen = Arc<Mutex<Vec<String>>>;
type Rule = fn(&str) -> Answer;

/// Serves one request of a connection by a rule that sees its first line without the version.
async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, seen: Seen, rule: Rule) {
    let head = read_head(&mut stream).await;
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().expect("is a number"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("sends its body");
    let line = head
        .lines()
        .next()
        .unwrap_or_default()
        .replace(" HTTP/1.1", "");
    let note = match length {
        0 => line.clone(),
        _ => format!("{line} {}", String::from_utf8_lossy(&body)),
    };
    seen.lock().expect("no one panicked").push(note);
    match rule(&line) {
        Answer::Bytes(bytes) => stream.write_all(bytes.as_bytes()).await.expect("writes"),
        Answer::Stream(bytes, then) => {
            stream
                .write_all(b"HTTP/1.1 101 UPGRADED\r\n\r\n")
                .await
                .expect("writes");
            stream.write_all(&bytes).await.expect("writes");
            let mut input = Vec::new();
            match then {
                Then::End => {}
                Then::NeverEnd => std::future::pending().await,
                Then::EchoToEnd => {
                    stream
                        .read_to_end(&mut input)
                        .await
                        .expect("is a clean end");
                    stream.write_all(&frame(2, &input)).await.expect("writes");
                }
            }
        }
    }
    // A client may have hung up already.
    let _ = stream.shutdown().await;
}

async fn server(rule: Rule) -> (BollardClient, Seen) {
    let seen = Seen::default();
    let target = {
        let seen = seen.clone();
        canned::plain(move |socket| serve(socket, seen.clone(), rule)).await
    };
    (BollardClient::new(target).expect("is set up"), seen)
}

fn lines(seen: &Seen) -> Vec<String> {
    seen.lock().expect("no one panicked").clone()
}

const INSPECTED: &str = r#"{"Id":"abc","Name":"/web","State":{"Running":false,"ExitCode":3},"Config":{"Tty":false,"OpenStdin":true,"Env":["A=1"]},"HostConfig":{"LogConfig":{"Type":"json-file"}}}"#;

fn container(line: &str) -> Answer {
    let (_, path) = line.split_once(" /v1.24").expect("has the prefix");
    let path = path.split('?').next().unwrap_or_default();
    match path {
        "/containers/create" => json("201 Created", r#"{"Id":"abc","Warnings":["mind"]}"#),
        "/containers/abc/attach" => {
            let output = [frame(1, b"out\n"), frame(2, b"err\n")].concat();
            Answer::Stream(output, Then::End)
        }
        "/containers/abc/start" | "/containers/abc" => empty(),
        "/containers/abc/wait" => json("200 OK", r#"{"StatusCode":3}"#),
        "/containers/abc/json" => json("200 OK", INSPECTED),
        _ => text("404 Not Found", "No such container: gone"),
    }
}

#[tokio::test]
async fn run_attaches_before_it_starts_and_exits_with_the_status() {
    let (client, seen) = server(container).await;
    let outcome = client
        .run(Invocation::new([
            "run", "--name", "web", "busybox", "sh", "-c", "exit 3",
        ]))
        .await
        .expect("ends");
    assert_eq!(outcome.stdout_text(), "out\n");
    assert_eq!(outcome.stderr_text(), "WARNING: mind\nerr\n");
    assert_eq!(outcome.status, Exit::Code(3));
    let seen = lines(&seen);
    let paths: Vec<&str> = seen
        .iter()
        .map(|line| line.split(['?', '{']).next().unwrap_or_default().trim_end())
        .collect();
    assert_eq!(
        paths,
        [
            "POST /v1.24/containers/create",
            "POST /v1.24/containers/abc/attach",
            "POST /v1.24/containers/abc/start",
            "POST /v1.24/containers/abc/wait",
        ]
    );
    assert!(seen[0].contains("name=web"), "{}", seen[0]);
    assert!(seen[0].contains(r#""HostConfig":{}"#), "{}", seen[0]);
}

#[tokio::test]
async fn run_rm_removes_and_takes_the_status_from_inspect() {
    let (client, seen) = server(container).await;
    let outcome = client
        .run(Invocation::new(["run", "--rm", "busybox"]))
        .await
        .expect("ends");
    assert_eq!(outcome.status, Exit::Code(3));
    let seen = lines(&seen);
    assert_eq!(seen[4], "GET /v1.24/containers/abc/json");
    assert!(seen[5].starts_with("DELETE /v1.24/containers/abc?") && seen[5].contains("force=true"));
}

#[tokio::test]
async fn a_detached_run_prints_the_id() {
    let (client, seen) = server(container).await;
    let outcome = client
        .run(Invocation::new(["run", "-d", "busybox"]))
        .await
        .expect("ends");
    assert_eq!(outcome.stdout_text(), "abc\n");
    assert_eq!(outcome.status, Exit::Code(0));
    assert_eq!(lines(&seen).len(), 2);
}

#[tokio::test]
async fn a_missing_image_is_pulled_once() {
    static CREATED: Mutex<bool> = Mutex::new(false);
    let (client, seen) = server(|line| {
        if line.contains("/images/create") {
            *CREATED.lock().expect("no one panicked") = true;
            return json(
                "200 OK",
                "{\"status\":\"Pulling\",\"id\":\"latest\"}\r\n{\"status\":\"Downloading\",\"progressDetail\":{\"current\":1,\"total\":2},\"id\":\"l1\"}\r\n",
            );
        }
        if line.contains("/containers/create") && !*CREATED.lock().expect("no one panicked") {
            return text("404 Not Found", "No such image: busybox");
        }
        container(line)
    })
    .await;
    let outcome = client
        .run(Invocation::new(["create", "busybox"]))
        .await
        .expect("ends");
    assert_eq!(outcome.stdout_text(), "abc\n");
    assert_eq!(
        outcome.stderr_text(),
        "Unable to find image 'busybox:latest' locally\nlatest: Pulling\nWARNING: mind\n"
    );
    let pull = &lines(&seen)[1];
    assert!(
        pull.contains("fromImage=busybox") && pull.contains("tag=latest"),
        "{pull}"
    );
}

#[tokio::test]
async fn input_goes_over_tls_to_its_end() {
    let certificates = Certificates::new();
    let seen = Seen::default();
    let target = canned::tls(&certificates, move |stream| {
        serve(stream, seen.clone(), |line| {
            if line.contains("/attach") {
                Answer::Stream(Vec::new(), Then::EchoToEnd)
            } else {
                container(line)
            }
        })
    })
    .await;
    let client = BollardClient::new(target).expect("is set up");
    let input = vec![b'x'; 1 << 20];
    let invocation =
        Invocation::new(["run", "-i", "busybox", "cat"]).stdin(Stdin::Bytes(input.clone().into()));
    let outcome = client.run(invocation).await.expect("ends");
    let warned = b"WARNING: mind\n".len();
    assert_eq!(outcome.stderr.len(), input.len() + warned);
    assert_eq!(outcome.status, Exit::Code(3));
}

#[tokio::test]
async fn failures_are_worded_as_by_the_cli() {
    let (client, _) = server(container).await;
    for (argv, stdout, stderr, status) in [
        (
            &["stop", "gone"][..],
            "",
            "Error response from daemon: No such container: gone\n",
            1,
        ),
        (
            &["kill", "abc", "gone"],
            "",
            "Error response from daemon: No such container: gone\nError response from daemon: No such container: gone\n",
            1,
        ),
        (&["wait", "abc"], "3\n", "", 0),
        (&["logs", "gone"], "", "Error: No such container: gone\n", 1),
        (
            &["inspect", "gone"],
            "[]\n",
            "Error: No such image, container or task: gone\n",
            1,
        ),
        (
            &[
                "inspect",
                "-f",
                "{{.State.ExitCode}} {{.Config.Env}}",
                "abc",
            ],
            "3 [A=1]\n",
            "",
            0,
        ),
        (
            &["attach", "abc"],
            "",
            "You cannot attach to a stopped container, start it first\n",
            1,
        ),
        (
            &["start", "abc", "gone"],
            "abc\n",
            "Error response from daemon: No such container: gone\nError: failed to start containers: gone\n",
            1,
        ),
        (
            &["run", "-t", "-i", "busybox"],
            "",
            "the input device is not a TTY\n",
            1,
        ),
        (
            &["run", "--nope", "busybox"],
            "",
            "unknown flag: --nope\nSee 'docker run --help'.\n",
            125,
        ),
        (
            &["frobnicate"],
            "",
            "docker: 'frobnicate' is not a docker command.\nSee 'docker --help'.\n",
            1,
        ),
    ] {
        let outcome = client
            .run(Invocation::new(argv.iter().copied()))
            .await
            .expect("ends");
        let seen = (outcome.stdout_text(), outcome.stderr_text(), outcome.status);
        assert_eq!(
            seen,
            (stdout.into(), stderr.into(), Exit::Code(status)),
            "{argv:?}"
        );
    }
}

#[tokio::test]
async fn a_refused_create_ends_run_with_125() {
    let (client, _) = server(|_| text("409 Conflict", "name taken")).await;
    let outcome = client
        .run(Invocation::new(["run", "busybox"]))
        .await
        .expect("ends");
    assert_eq!(
        outcome.stderr_text(),
        "docker: Error response from daemon: name taken.\nSee 'docker run --help'.\n"
    );
    assert_eq!(outcome.status, Exit::Code(125));
}

#[tokio::test]
async fn nobody_there_is_said_as_the_cli_does() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
    let port = closed.local_addr().expect("is bound").port();
    drop(closed);
    for endpoint in [
        Endpoint::Unix("/nowhere/at.all".into()),
        Endpoint::loopback(port),
    ] {
        let client = BollardClient::new(Target::plain(endpoint)).expect("is set up");
        let outcome = client.run(Invocation::new(["ps"])).await.expect("ends");
        assert_eq!(
            outcome.stderr_text(),
            "Cannot connect to the Docker daemon. Is the docker daemon running on this host?\n"
        );
        assert_eq!(outcome.status, Exit::Code(1));
    }
}

fn elsewhere(line: &str) -> Answer {
    let (_, path) = line.split_once(" /v1.24").expect("has the prefix");
    match path {
        "/containers/web/changes" => json(
            "200 OK",
            r#"[{"Path":"/a","Kind":1},{"Path":"/b","Kind":2}]"#,
        ),
        "/containers/web/export" | "/images/get?names=a&names=b" => text("200 OK", "an archive"),
        "/events" => json(
            "200 OK",
            r#"{"Type":"container","Action":"die","Actor":{"ID":"abc"},"time":7}"#,
        ),
        "/services" => json("200 OK", r#"[{"ID":"s1"},{"ID":"s2"}]"#),
        "/nodes" => json("200 OK", r#"[{"ID":"n1"}]"#),
        "/swarm/init" => json("200 OK", r#""n1""#),
        "/containers/web/pause" | "/containers/web/unpause" | "/containers/web/update" => empty(),
        _ => text("400 Bad Request", "(NotImplemented) it is not implemented"),
    }
}

#[tokio::test]
async fn what_the_zone_does_not_do_is_asked_for_and_shown_all_the_same() {
    let (client, seen) = server(elsewhere).await;
    for (line, printed) in [
        ("diff web", "A /a\nD /b\n"),
        ("export web", "an archive"),
        ("save a b", "an archive"),
        ("events", "7 container die abc\n"),
        ("service ls -q", "s1\ns2\n"),
        ("node ls -q", "n1\n"),
        (
            "swarm init",
            "Swarm initialized: current node (n1) is now a manager.\n",
        ),
        ("pause web", "web\n"),
        ("unpause web", "web\n"),
        ("update -m 1k web", "web\n"),
    ] {
        let outcome = client.run(Invocation::new(line.split(' '))).await;
        let outcome = outcome.expect("ends");
        assert_eq!(
            (&*outcome.stdout_text(), outcome.status),
            (printed, Exit::Code(0)),
            "{line}"
        );
    }
    let update = lines(&seen).pop().expect("was asked");
    assert!(update.ends_with(r#"/update {"Memory":1024}"#), "{update}");
    for (line, status) in [
        ("diff nosuch", 1),
        ("import http://a/b.tar c", 1),
        ("service create x", 125),
        ("node ls", 125),
    ] {
        let outcome = client.run(Invocation::new(line.split(' '))).await;
        assert_eq!(outcome.expect("ends").status, Exit::Code(status), "{line}");
    }
}

#[tokio::test]
async fn the_prefix_is_the_targets_or_none() {
    let (client, seen) = server(|_| json("200 OK", r#"{"Version":"1"}"#)).await;
    let target = client.target().clone().with_api_version("1.20");
    let old = BollardClient::new(target).expect("is set up");
    old.run(Invocation::new(["version"])).await.expect("ends");
    for given in ["1.19", ""] {
        let given = Invocation::new(["version"]).env("DOCKER_API_VERSION", given);
        client.run(given).await.expect("ends");
    }
    assert_eq!(
        lines(&seen),
        ["GET /v1.20/version", "GET /v1.19/version", "GET /version"]
    );
}

fn endless(line: &str) -> Answer {
    if line.contains("/attach") {
        return Answer::Stream(frame(1, b"up\n"), Then::NeverEnd);
    }
    if line.contains("/kill") {
        return empty();
    }
    container(line)
}

#[tokio::test]
async fn signals_are_forwarded_while_attached_and_kill_ends_the_client() {
    let (client, seen) = server(endless).await;
    let running = client
        .start(Invocation::new(["run", "busybox"]))
        .expect("starts");
    running
        .wait_for_output(|so_far| so_far.contains("up"))
        .await
        .expect("is up");
    running.signal(Signal::TERM).expect("delivers");
    let forwarded = async {
        while !lines(&seen)
            .iter()
            .any(|line| line.contains("kill?signal=TERM"))
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), forwarded)
        .await
        .expect("is forwarded");
    running.signal(Signal::KILL).expect("delivers");
    assert_eq!(running.wait().await.expect("ends").status, Exit::Signal(9));
}

#[tokio::test]
async fn a_terminal_gets_raw_bytes_and_tells_its_size() {
    let (client, seen) = server(|line| {
        if line.contains("/attach") {
            return Answer::Stream(b"prompt$ \n".to_vec(), Then::End);
        }
        if line.contains("/resize") {
            return Answer::Bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned());
        }
        container(line)
    })
    .await;
    let size = PtySize { rows: 10, cols: 20 };
    let invocation = Invocation::new(["run", "-it", "busybox"]).pty(size);
    let outcome = client.run(invocation).await.expect("ends");
    assert_eq!(outcome.screen_text(), "WARNING: mind\r\nprompt$ \n");
    assert_eq!(outcome.status, Exit::Code(3));
    let seen = lines(&seen);
    assert!(
        seen.iter().any(|line| line.contains("/resize?")
            && line.contains("h=10")
            && line.contains("w=20")),
        "{seen:?}"
    );
}

#[tokio::test]
async fn bytes_that_are_no_frames_fail_a_run() {
    let (client, _) = server(|line| {
        if line.contains("/attach") {
            return Answer::Stream(b"naked".to_vec(), Then::End);
        }
        container(line)
    })
    .await;
    let outcome = client
        .run(Invocation::new(["run", "busybox"]))
        .await
        .expect("ends");
    assert!(
        outcome
            .stderr_text()
            .contains("Unrecognized input header: 110"),
        "{}",
        outcome.stderr_text()
    );
    assert_eq!(outcome.status, Exit::Code(1));
}
