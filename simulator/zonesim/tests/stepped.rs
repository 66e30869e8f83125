//! A stepped clock against processes that never rest, timers at one instant and many timers.

use serde_json::{Value, json};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use zonesim::{ClockMode, Zone};

/// Longer than anything here takes, to fail instead of hanging.
const DEADLINE: Duration = Duration::from_secs(60);

struct Bench {
    zone: Zone,
    directory: TempDir,
}

async fn talk(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> (u16, Vec<u8>) {
    let mut answer = Vec::new();
    let talk = async {
        stream.write_all(request.as_bytes()).await.expect("writes");
        stream.read_to_end(&mut answer).await.expect("no reset");
    };
    tokio::time::timeout(DEADLINE, talk).await.expect("in time");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let body = answer.split_off(end.expect("a whole head") + 4);
    let head = String::from_utf8(answer).expect("text");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    (status.expect("a status"), body)
}

impl Bench {
    async fn start(seed: u64) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let socket = directory.path().join("docker.sock");
        let builder = Zone::builder().seed(seed).clock(ClockMode::Stepped);
        let zone = builder.socket(&socket).start().await.expect("it starts");
        let bench = Self { zone, directory };
        let pull = "POST /images/create?fromImage=busybox&tag=latest";
        assert_eq!(bench.ask(pull, &Value::Null).await.0, 200);
        bench
    }

    async fn ask(&self, line: &str, body: &Value) -> (u16, Vec<u8>) {
        let socket = self.directory.path().join("docker.sock");
        let stream = UnixStream::connect(socket).await.expect("it listens");
        talk(stream, &request(line, body)).await
    }

    async fn control(&self, line: &str, body: &Value) -> Value {
        let address = self.zone.control().expect("on by default");
        let stream = TcpStream::connect(address).await.expect("it listens");
        let (status, body) = talk(stream, &request(line, body)).await;
        assert!(status < 300, "{line}: {status}");
        serde_json::from_slice(&body).unwrap_or(Value::Null)
    }

    /// Runs `script`; the container's id.
    async fn run(&self, script: &str) -> String {
        let body = json!({"Image": "busybox", "Cmd": ["sh", "-c", script], "HostConfig": {}});
        let (status, body) = self.ask("POST /containers/create", &body).await;
        assert_eq!(status, 200);
        let answer: Value = serde_json::from_slice(&body).expect("JSON");
        let id = answer["Id"].as_str().expect("an id").to_owned();
        let line = format!("POST /containers/{id}/start");
        assert_eq!(self.ask(&line, &Value::Null).await.0, 204);
        id
    }

    async fn logs(&self, id: &str) -> String {
        let line = format!("GET /containers/{id}/logs?stdout=1");
        let (_, body) = self.ask(&line, &Value::Null).await;
        let mut text = Vec::new();
        let mut rest = body.as_slice();
        while let [_, 0, 0, 0, a, b, c, d, behind @ ..] = rest {
            let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
            text.extend_from_slice(&behind[..length]);
            rest = &behind[length..];
        }
        String::from_utf8(text).expect("text")
    }

    async fn now_ms(&self) -> u64 {
        let clock = self.control("GET /clock", &Value::Null).await;
        clock["now_ms"].as_u64().expect("a number")
    }

    async fn advance(&self, ms: u64) {
        self.control("POST /clock/advance", &json!({"ms": ms}))
            .await;
    }

    async fn shutdown(self) {
        let report = self.zone.shutdown().await;
        assert!(report.is_clean(), "{report:?}");
    }
}

fn request(line: &str, body: &Value) -> String {
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    format!(
        "{line} HTTP/1.1\r\nHost: z\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_busy_loop_is_stopped_after_its_second_of_zone_time() {
    let bench = Bench::start(7).await;
    let id = bench.run("trap '' TERM; while :; do :; done").await;
    let before_ms = bench.now_ms().await;
    bench.control("POST /clock/running", &Value::Null).await;
    let line = format!("POST /containers/{id}/stop?t=1");
    let (status, _) = bench.ask(&line, &Value::Null).await;
    bench.control("DELETE /clock/running", &Value::Null).await;
    assert_eq!(status, 204);
    let passed_ms = bench.now_ms().await - before_ms;
    assert!((1_000..2_000).contains(&passed_ms), "{passed_ms} ms");
    bench.shutdown().await;
}

#[tokio::test]
async fn timers_of_one_instant_fire_in_the_order_of_the_seed() {
    let script = "for i in 1 2 3 4 5 6 7 8 9; do (sleep 5; echo $i) & done; wait";
    let mut orders = Vec::new();
    for _ in 0..4 {
        let bench = Bench::start(11).await;
        let id = bench.run(script).await;
        bench.advance(4_999).await;
        assert_eq!(bench.logs(&id).await, "");
        bench.advance(1).await;
        let order = bench.logs(&id).await;
        assert_eq!(order.lines().count(), 9, "{order}");
        orders.push(order);
        bench.shutdown().await;
    }
    orders.dedup();
    assert_eq!(orders.len(), 1, "{orders:?}");
}

#[tokio::test]
async fn a_long_way_over_many_timers_fires_each_at_its_time() {
    let bench = Bench::start(3).await;
    let script = "i=0; while [ $i -lt 500 ]; do sleep 1; i=$((i+1)); done; echo $i";
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(bench.run(script).await);
    }
    let before_ms = bench.now_ms().await;
    bench.advance(600_000).await;
    assert_eq!(bench.now_ms().await - before_ms, 600_000);
    for id in &ids {
        assert_eq!(bench.logs(id).await, "500\n");
        let (_, body) = bench
            .ask(&format!("GET /containers/{id}/json"), &Value::Null)
            .await;
        let container: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(container["State"]["Running"], false);
    }
    bench.shutdown().await;
}
