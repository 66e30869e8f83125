//! The control API: whom it serves, and what it makes of bad input.

use crate::wire::{Bench, body, exchange, status};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use zonesim::ClockMode;

/// Status and JSON of an answer to any bytes as body.
async fn send(bench: &Bench, line: &str, body_text: &str) -> (u16, Value) {
    let address = bench.zone.control().expect("on by default");
    let stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!(
        "{line} HTTP/1.1\r\nHost: z\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body_text}",
        body_text.len()
    );
    let answer = exchange(stream, request.as_bytes()).await;
    let answer = String::from_utf8(answer).expect("text");
    let value = serde_json::from_str(body(&answer)).unwrap_or(Value::Null);
    (status(&answer), value)
}

#[tokio::test]
async fn a_web_page_cannot_use_the_control_api() {
    let bench = Bench::start(ClockMode::Real).await;
    let address = bench.zone.control().expect("on by default");
    let stream = TcpStream::connect(address).await.expect("it listens");
    let request =
        b"GET /state HTTP/1.1\r\nHost: z\r\nOrigin: http://evil\r\nConnection: close\r\n\r\n";
    let answer = exchange(stream, request).await;
    assert!(
        answer.starts_with(b"HTTP/1.1 403 "),
        "{}",
        answer.escape_ascii()
    );
    bench.shutdown().await;
}

#[tokio::test]
async fn bad_input_is_told_and_changes_nothing() {
    let bench = Bench::start(ClockMode::Real).await;
    let settings = send(&bench, "GET /settings", "").await;
    let accounts = send(&bench, "GET /accounts", "").await;
    for (line, body) in [
        ("PATCH /settings", "{"),
        ("PATCH /settings", "[]"),
        ("PATCH /settings", "null"),
        ("PATCH /settings", r#"{"attach_stall_ms": -1}"#),
        ("PATCH /settings", r#"{"outside": []}"#),
        (
            "PATCH /settings",
            r#"{"registry": {"ca_file": "/nothing"}}"#,
        ),
        (
            "PATCH /settings",
            r#"{"registry": {"ca_file": "/dev/null"}}"#,
        ),
        ("PATCH /settings", r#"{"registry": {"map": {"": "/srv"}}}"#),
        (
            "PATCH /settings",
            r#"{"registry": {"map": {"a/b": "/srv"}}}"#,
        ),
        ("PATCH /settings", r#"{"hub": {"users": {"": "x"}}}"#),
        ("PATCH /settings", r#"{"outside": {"logs:514": "here:1"}}"#),
        (
            "PATCH /settings",
            r#"{"extensions": true, "outside": {"logs": "127.0.0.1:1"}}"#,
        ),
        ("PATCH /settings", r#"{"attach_stall_ms": 1.5}"#),
        ("PATCH /settings", r#"{"no_such_setting": 1}"#),
        ("PATCH /settings", r#"{"read_only": "yes"}"#),
        ("PATCH /settings", r#"{"read_only": {"until": 1}}"#),
        ("PATCH /settings", r#"{"read_only": {"until_ms": "x"}}"#),
        (
            "PATCH /settings",
            r#"{"extensions": true, "dependencies_down": "vmapi"}"#,
        ),
        ("POST /accounts", r#"{"login": "j l"}"#),
        ("POST /accounts", r#"{"login": "demo"}"#),
        ("POST /accounts/demo/keys", r#"{"openssh": "ssh-rsa AAAA"}"#),
        ("DELETE /accounts/demo/keys/%ff%00", ""),
        ("PATCH /accounts/nobody", "{}"),
        ("POST /clock/advance", r#"{"ms": 1}"#),
        ("POST /clock/advance", "{}"),
        ("POST /nowhere", ""),
    ] {
        let (status, answer) = send(&bench, line, body).await;
        assert!((400..500).contains(&status), "{line} {body}: {status}");
        let message = answer["message"].as_str();
        assert!(
            message.is_some_and(|text| !text.is_empty()),
            "{line} {body}: {answer}"
        );
    }
    let deep = "[".repeat(100_000);
    assert_eq!(send(&bench, "POST /accounts", &deep).await.0, 400);
    let long = " ".repeat((1 << 20) + 1);
    assert_eq!(send(&bench, "POST /accounts", &long).await.0, 400);
    assert_eq!(send(&bench, "GET /settings", "").await, settings);
    assert_eq!(send(&bench, "GET /accounts", "").await, accounts);
    bench.shutdown().await;
}

#[tokio::test]
async fn a_clock_can_be_moved_to_its_end() {
    let bench = Bench::start(ClockMode::Stepped).await;
    let far = json!({"ms": u64::MAX}).to_string();
    let (status, clock) = send(&bench, "POST /clock/advance", &far).await;
    assert_eq!((status, &clock["now_ns"]), (200, &json!(u64::MAX)));
    let answer = bench.ask("GET /info", &[]).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    bench.shutdown().await;
}
