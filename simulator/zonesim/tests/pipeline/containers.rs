//! Containers for tests that need one.

use crate::wire::{Bench, body, status};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Longer than anything here takes, to fail instead of hanging.
const DEADLINE: Duration = Duration::from_secs(30);

/// Pulls busybox and creates a container of it; its id.
pub(crate) async fn create(bench: &Bench, request: Value) -> String {
    let pull = "POST /images/create?fromImage=busybox&tag=latest";
    assert_eq!(status(&bench.ask(pull, &[]).await), 200);
    let answer = bench
        .post("/containers/create", &[], &request.to_string())
        .await;
    let value: Value = serde_json::from_str(body(&answer)).expect(&answer);
    value["Id"].as_str().expect("an id").to_owned()
}

/// What [`create`] sends for a container that runs `script`.
pub(crate) fn shell(script: &str) -> Value {
    json!({"Image": "busybox", "Cmd": ["sh", "-c", script], "OpenStdin": true, "HostConfig": {}})
}

pub(crate) async fn start(bench: &Bench, id: &str) {
    let line = format!("POST /containers/{id}/start");
    let answer = bench.ask(&line, &[]).await;
    assert_eq!(status(&answer), 204, "{answer}");
}

/// Waits until a gauge of the zone's state has this value.
pub(crate) async fn until(bench: &Bench, gauge: &str, wanted: u64) {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let state = bench.control("GET", "/state", Value::Null).await;
        let seen = &state[gauge];
        if *seen == wanted {
            return;
        }
        assert!(Instant::now() < deadline, "{gauge} is {seen}, not {wanted}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The payloads of whole frames of stdout, and how long what is left is.
pub(crate) fn stdout_of(frames: &[u8]) -> (Vec<u8>, usize) {
    let mut text = Vec::new();
    let mut rest = frames;
    while let [1, 0, 0, 0, a, b, c, d, behind @ ..] = rest {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        text.extend_from_slice(&behind[..length]);
        rest = &behind[length..];
    }
    (text, rest.len())
}
