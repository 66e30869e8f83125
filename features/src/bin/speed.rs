//! `speed`: what requests cost a client over the unix socket, each beside the smallest request in the same run.
//!
//! `cargo run --release -p features --bin speed` prints the median and the 99th percentile of each, and its bound. Exit
//! status: 0 every bound is kept, 1 one is not, 4 it could not be measured.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use clients::raw::Request;
use clients::{Endpoint, RawClient, Target};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::task::JoinSet;
use zonesim::{Config, Zone};

/// Bytes of a line of output, its end included.
const LINE_BYTES: usize = 1024;
/// Bytes of output that are followed.
const OUTPUT_BYTES: usize = 128 * 1024 * 1024;
/// Images of the list of images.
const IMAGES: usize = 1000;
/// Bytes before what is in a frame.
const FRAME_HEAD_BYTES: usize = 8;
/// Clients that create while a list is read.
const CREATORS: usize = 50;

type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Parser)]
#[command(about = "Times requests over the unix socket")]
struct Options {
    /// Requests of each kind.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    requests: u32,
    /// Containers of the long list.
    #[arg(long, default_value_t = 10_000)]
    containers: usize,
}

/// The times of requests of one kind.
struct Times(Vec<Duration>);

impl Times {
    /// The time that so many of a thousand do not exceed.
    fn permille(&mut self, permille: usize) -> Duration {
        self.0.sort_unstable();
        self.0[(self.0.len() - 1) * permille / 1000]
    }
}

/// What was measured, and whether it is within its bounds.
struct Report {
    base: Duration,
    kept: bool,
}

impl Report {
    /// The 99th percentile may be three times the bound.
    fn tell(&mut self, what: &str, mut times: Times, bound: Duration) {
        let (median, high) = (times.permille(500), times.permille(990));
        let kept = median <= bound && high <= 3 * bound;
        self.kept &= kept;
        println!(
            "{what:44} p50 {median:>9.1?} ({:>6.1} x ping)  p99 {high:>9.1?}  bound {bound:?}: {}",
            median.as_secs_f64() / self.base.as_secs_f64(),
            if kept { "kept" } else { "NOT kept" }
        );
    }
}

/// A keep-alive connection that costs as little as a client can.
struct Api {
    stream: UnixStream,
    received: Vec<u8>,
}

impl Api {
    async fn connect(socket: &Path) -> Result<Api> {
        Ok(Api {
            stream: UnixStream::connect(socket).await?,
            received: Vec::new(),
        })
    }

    /// A request's answer, which has to be a success: its body.
    async fn ask(&mut self, method: &str, path: &str, body: Option<String>) -> Result<Vec<u8>> {
        self.send(method, path, body).await?;
        let (head, length) = self.head().await?;
        let body = match length {
            Some(length) => self.take(length).await?,
            None => self.chunks().await?,
        };
        match head.split(' ').nth(1) {
            Some(status) if status.starts_with('2') => Ok(body),
            _ => {
                let body = String::from_utf8_lossy(&body).into_owned();
                Err(format!("{method} {path}: {head}: {body}").into())
            }
        }
    }

    async fn send(&mut self, method: &str, path: &str, body: Option<String>) -> Result<()> {
        let request = Request::new(method, path);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        Ok(self.stream.write_all(&request.to_bytes()).await?)
    }

    /// The status line, and the length of the body unless it comes in chunks.
    async fn head(&mut self) -> Result<(String, Option<usize>)> {
        const END: &[u8] = b"\r\n\r\n";
        let end = loop {
            if let Some(at) = self.received.windows(END.len()).position(|at| at == END) {
                break at;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.received[..end]).into_owned();
        self.received.drain(..end + END.len());
        let header = |name: &str| {
            let mut lines = head.lines();
            lines
                .find_map(|line| line.strip_prefix(name))
                .map(str::trim)
        };
        let length = match header("Transfer-Encoding:") {
            Some(_) => None,
            None => Some(header("Content-Length:").unwrap_or("0").parse()?),
        };
        Ok((head.lines().next().unwrap_or_default().to_owned(), length))
    }

    async fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                if let Some(at) = self.received.windows(2).position(|at| at == b"\r\n") {
                    break at;
                }
                self.more().await?;
            };
            let size = String::from_utf8_lossy(&self.received[..end]).into_owned();
            self.received.drain(..end + 2);
            let size = usize::from_str_radix(&size, 16)?;
            body.extend(self.take(size).await?);
            self.take(2).await?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    async fn take(&mut self, count: usize) -> Result<Vec<u8>> {
        self.received.reserve(count);
        while self.received.len() < count {
            self.more().await?;
        }
        let rest = self.received.split_off(count);
        Ok(std::mem::replace(&mut self.received, rest))
    }

    async fn more(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err("the zone has ended the connection".into()),
            _ => Ok(()),
        }
    }

    async fn create(&mut self, name: &str, command: &[&str]) -> Result<()> {
        // Small ones, so that many fit.
        let body = json!({
            "Image": "busybox", "Cmd": command, "OpenStdin": true, "AttachStdin": true,
            "HostConfig": {"Memory": 128 << 20},
        });
        let path = format!("/v1.24/containers/create?name={name}");
        self.ask("POST", &path, Some(body.to_string()))
            .await
            .map(drop)
    }

    async fn times(&mut self, path: &str, count: usize) -> Result<Times> {
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let begun = Instant::now();
            self.ask("GET", path, None).await?;
            times.push(begun.elapsed());
        }
        Ok(Times(times))
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let measured = runtime
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(measure(&options)));
    match measured {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("speed: {error}");
            ExitCode::from(4)
        }
    }
}

async fn measure(options: &Options) -> Result<bool> {
    let folder = tempfile::tempdir()?;
    let socket = folder.path().join("docker.sock");
    let config = Config {
        socket: Some(socket.clone()),
        servers: 64,
        fabric: Some("10.64.0.0/16".parse()?),
        ..Config::default()
    };
    let zone = zonesim::Builder::from_config(config).start().await?;
    lift_instance_limit(&zone).await?;
    let mut api = Api::connect(&socket).await?;
    let requests = options.requests as usize;
    let pull = "/v1.24/images/create?fromImage=busybox&tag=latest";
    api.ask("POST", pull, None).await?;

    let base = api.times("/_ping", requests).await?.permille(500);
    println!("{:44} p50 {base:>9.1?}", "ping");
    let mut report = Report { base, kept: true };

    api.create("one", &["cat"]).await?;
    let one = "/v1.24/containers/one/json";
    let times = api.times(one, requests).await?;
    report.tell("inspect, 1 container", times, Duration::from_micros(200));
    let times = echo(&mut api, &socket, requests).await?;
    report.tell(
        "attach, a line there and back",
        times,
        Duration::from_micros(200),
    );
    follow(&mut api, &socket, &mut report).await?;
    images(&mut api).await?;
    let times = api.times("/v1.24/images/json?all=1", requests).await?;
    let what = format!("images -a, {IMAGES} images");
    report.tell(&what, times, Duration::from_millis(5));

    let list = "/v1.24/containers/json?all=1";
    for (count, bound_ms) in [(1000, 3), (options.containers, 30)] {
        fill(&mut api, count).await?;
        let bound = Duration::from_millis(bound_ms);
        let times = api.times(list, requests).await?;
        report.tell(&format!("ps -a, {count} containers"), times, bound);
        let times = while_creating(&mut api, &socket, list, requests).await?;
        let what = format!("ps -a, {count} containers, {CREATORS} create");
        report.tell(&what, times, bound);
    }
    drop(api);
    zone.shutdown().await;
    Ok(report.kept)
}

/// Until there are so many images.
async fn images(api: &mut Api) -> Result<()> {
    api.create("committed", &["true"]).await?;
    for number in 1..IMAGES {
        let path = format!("/v1.24/commit?container=committed&repo=image{number}&comment={number}");
        api.ask("POST", &path, Some("{}".to_owned())).await?;
    }
    api.ask("DELETE", "/v1.24/containers/committed", None)
        .await
        .map(drop)
}

/// By default a server takes 224.
async fn lift_instance_limit(zone: &Zone) -> Result<()> {
    let control = zone.control().ok_or("the zone has no control API")?;
    let client = RawClient::new(Target::plain(Endpoint::loopback(control.port())));
    let body = json!({"server_instance_limit": 1_000_000}).to_string();
    let answer = client
        .exchange(&Request::new("PATCH", "/settings").json(body))
        .await?;
    match answer.status() {
        200 => Ok(()),
        status => Err(format!("settings: {status} {}", answer.text()).into()),
    }
}

/// Until there are so many containers.
async fn fill(api: &mut Api, count: usize) -> Result<()> {
    let list = api.ask("GET", "/v1.24/containers/json?all=1", None).await?;
    let list: Vec<serde_json::Value> = serde_json::from_slice(&list)?;
    for place in list.len()..count {
        api.create(&format!("c{place}"), &["true"]).await?;
    }
    Ok(())
}

/// A list again and again while clients create and remove.
async fn while_creating(
    api: &mut Api,
    socket: &Path,
    list: &str,
    requests: usize,
) -> Result<Times> {
    let done = Arc::new(AtomicBool::new(false));
    let mut creators = JoinSet::new();
    for creator in 0..CREATORS {
        let (socket, done) = (socket.to_owned(), Arc::clone(&done));
        creators.spawn(async move {
            let mut api = Api::connect(&socket).await?;
            let name = format!("creator-{creator}");
            while !done.load(Ordering::Relaxed) {
                api.create(&name, &["true"]).await?;
                let path = format!("/v1.24/containers/{name}");
                api.ask("DELETE", &path, None).await?;
            }
            Ok::<(), Error>(())
        });
    }
    let times = api.times(list, requests).await;
    done.store(true, Ordering::Relaxed);
    while let Some(ended) = creators.join_next().await {
        ended??;
    }
    times
}

/// Lines to `cat`, each awaited before the next.
async fn echo(api: &mut Api, socket: &Path, count: usize) -> Result<Times> {
    api.ask("POST", "/v1.24/containers/one/start", None).await?;
    const LINE: &[u8] = b"hello, there\n";
    let mut attached = Api::connect(socket).await?;
    let path = "/v1.24/containers/one/attach?stream=1&stdin=1&stdout=1";
    attached.send("POST", path, None).await?;
    attached.head().await?;
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let begun = Instant::now();
        attached.stream.write_all(LINE).await?;
        attached.take(FRAME_HEAD_BYTES + LINE.len()).await?;
        times.push(begun.elapsed());
    }
    drop(attached);
    api.ask("DELETE", "/v1.24/containers/one?force=1", None)
        .await?;
    Ok(Times(times))
}

/// Counts what is in the frames of a log, behind the head of the answer.
#[derive(Default)]
struct Payload {
    /// The last bytes of the head, or the first of a frame's head.
    begun: Vec<u8>,
    head_over: bool,
    /// Of the frame at hand.
    left: usize,
    bytes: usize,
}

impl Payload {
    fn take(&mut self, mut came: &[u8]) {
        while !came.is_empty() {
            if self.left > 0 {
                let part = self.left.min(came.len());
                self.left -= part;
                self.bytes += part;
                came = &came[part..];
                continue;
            }
            self.begun.push(came[0]);
            came = &came[1..];
            if self.head_over && self.begun.len() == FRAME_HEAD_BYTES {
                let length = [self.begun[4], self.begun[5], self.begun[6], self.begun[7]];
                self.left = u32::from_be_bytes(length) as usize;
                self.begun.clear();
            } else if !self.head_over && self.begun.ends_with(b"\r\n\r\n") {
                self.head_over = true;
                self.begun.clear();
            }
        }
    }
}

/// Output as fast as one client reads it.
async fn follow(api: &mut Api, socket: &Path, report: &mut Report) -> Result<()> {
    let line = "x".repeat(LINE_BYTES - 1);
    let script = format!("yes {line} | head -c {OUTPUT_BYTES}");
    let body = json!({
        "Image": "busybox", "Cmd": ["sh", "-c", script],
        "HostConfig": {"LogConfig": {"Type": "json-file", "Config": {"max-size": "1000m"}}},
    });
    let path = "/v1.24/containers/create?name=talker";
    api.ask("POST", path, Some(body.to_string())).await?;
    api.ask("POST", "/v1.24/containers/talker/start", None)
        .await?;
    let mut follower = UnixStream::connect(socket).await?;
    let path = "/v1.24/containers/talker/logs?follow=1&stdout=1";
    let begun = Instant::now();
    follower
        .write_all(&Request::new("GET", path).to_bytes())
        .await?;
    let mut payload = Payload::default();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let came = follower.read(&mut buffer).await?;
        if came == 0 {
            break;
        }
        payload.take(&buffer[..came]);
    }
    let seconds = begun.elapsed().as_secs_f64();
    if payload.bytes != OUTPUT_BYTES {
        return Err(format!("{} bytes of the log came", payload.bytes).into());
    }
    let megabytes = OUTPUT_BYTES as f64 / 1e6;
    let rate = megabytes / seconds;
    let kept = rate >= 200.0;
    report.kept &= kept;
    println!(
        "{:44} {rate:.0} MB/s of {megabytes:.0} MB  bound 200 MB/s: {}",
        "logs -f, lines of 1 KiB",
        if kept { "kept" } else { "NOT kept" }
    );
    api.ask("DELETE", "/v1.24/containers/talker?force=1", None)
        .await?;
    Ok(())
}
