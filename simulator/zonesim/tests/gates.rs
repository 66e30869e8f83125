//! What a container's life through the API may cost, counted: these numbers are promises (SPECIFICATION.md).

use serde_json::{Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::timeout;
use zonesim::Zone;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// One test at a time: the allocator counts what all do.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Longer than anything here takes, to fail instead of hanging.
const DEADLINE: Duration = Duration::from_secs(30);

/// Allocations of create, start, wait and remove together, in the whole process, this client included.
const ALLOCATIONS_PER_LIFE: usize = 700;

/// Bytes of all allocations of a life.
const BYTES_PER_LIFE: usize = 3 << 20;

/// Live memory of a container whose process sleeps, beside its image, this client included.
const BYTES_PER_SLEEPER: usize = 12_000;

/// One keep-alive connection over the unix socket.
struct Api(UnixStream);

impl Api {
    /// Sends a request and reads its answer; the body as JSON, if it has one.
    async fn call(&mut self, method: &str, path: &str, body: &str) -> Value {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: zone\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let answer = timeout(DEADLINE, async {
            self.0
                .write_all(request.as_bytes())
                .await
                .expect("the zone reads");
            self.answer().await
        });
        let (head, body) = answer.await.expect("in time");
        let text = String::from_utf8_lossy(&body);
        assert!(
            head.starts_with("HTTP/1.1 2"),
            "{method} {path}: {head}{text}"
        );
        serde_json::from_slice(&body).unwrap_or(Value::Null)
    }

    async fn answer(&mut self) -> (String, Vec<u8>) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.expect("the zone answers"));
        }
        let head = String::from_utf8(head).expect("a head is text");
        let lower = head.to_lowercase();
        let mut body = Vec::new();
        if let Some(length) = lower.split("content-length: ").nth(1) {
            let length = length
                .split("\r\n")
                .next()
                .and_then(|length| length.parse().ok());
            body.resize(length.expect("a number"), 0);
            self.0.read_exact(&mut body).await.expect("a whole body");
        } else if lower.contains("transfer-encoding: chunked") {
            while !body.ends_with(b"0\r\n\r\n") {
                body.push(self.0.read_u8().await.expect("the zone answers"));
            }
        }
        (head, body)
    }

    async fn life(&mut self) {
        let body = json!({"Image": "busybox", "Cmd": ["true"], "HostConfig": {}}).to_string();
        let created = self.call("POST", "/v1.24/containers/create", &body).await;
        let id = created["Id"].as_str().expect("an id").to_owned();
        for (method, path) in [("POST", "/start"), ("POST", "/wait"), ("DELETE", "")] {
            self.call(method, &format!("/v1.24/containers/{id}{path}"), "")
                .await;
        }
    }
}

/// A zone whose account has pulled busybox, and a connection to it.
async fn zone_with_busybox(socket: &Path) -> (Zone, Api) {
    let zone = Zone::builder()
        .seed(7)
        .socket(socket)
        .start()
        .await
        .expect("a zone starts");
    let mut api = Api(UnixStream::connect(socket).await.expect("it listens"));
    api.call(
        "POST",
        "/v1.24/images/create?fromImage=busybox&tag=latest",
        "",
    )
    .await;
    (zone, api)
}

#[tokio::test]
async fn a_containers_life_allocates_little() {
    const WARM_UP: usize = 20;
    const LIVES: usize = 50;
    let _alone = ALONE.lock().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (zone, mut api) = zone_with_busybox(&folder.path().join("docker.sock")).await;
    for _ in 0..WARM_UP {
        api.life().await;
    }
    let before = ALLOCATOR.stats();
    for _ in 0..LIVES {
        api.life().await;
    }
    let after = ALLOCATOR.stats();
    let allocations = (after.allocations - before.allocations) / LIVES;
    let bytes = (after.bytes_allocated - before.bytes_allocated) / LIVES;
    println!("a life: {allocations} allocations, {bytes} bytes");
    assert!(
        allocations <= ALLOCATIONS_PER_LIFE,
        "{allocations} allocations"
    );
    assert!(bytes <= BYTES_PER_LIFE, "{bytes} bytes allocated");
    drop(api);
    let report = zone.shutdown().await;
    assert!(report.is_clean(), "{report:?}");
}

#[tokio::test]
async fn a_container_that_sleeps_holds_little_memory() {
    const SLEEPERS: usize = 800;
    let _alone = ALONE.lock().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (zone, mut api) = zone_with_busybox(&folder.path().join("docker.sock")).await;
    let body = json!({"Image": "busybox", "Cmd": ["sleep", "100000"], "HostConfig": {"Memory": 128 << 20}});
    let body = body.to_string();
    let live = || {
        let stats = ALLOCATOR.stats();
        stats.bytes_allocated - stats.bytes_deallocated
    };
    let mut begin = async |count: usize| {
        for _ in 0..count {
            let created = api.call("POST", "/v1.24/containers/create", &body).await;
            let id = created["Id"].as_str().expect("an id").to_owned();
            let path = format!("/v1.24/containers/{id}/start");
            api.call("POST", &path, "").await;
        }
    };
    begin(20).await;
    let before = live();
    begin(SLEEPERS).await;
    let bytes = (live() - before) / SLEEPERS;
    println!("a sleeper: {bytes} bytes");
    assert!(bytes <= BYTES_PER_SLEEPER, "{bytes} bytes");
    drop(api);
    let report = zone.shutdown().await;
    assert!(report.is_clean(), "{report:?}");
}
