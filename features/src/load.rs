//! A zone under load: many connections and real command lines, cut at random points of whatever they do.
//!
//! Each client has containers of its own, so that it knows what has to be there: what was acknowledged is there, what
//! was removed is not, and nothing is left of a client that went away.

mod command_line;
mod connection;
mod dice;
mod memory;
mod round;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clients::raw::Request;
use clients::version::CliVersion;
use clients::{Endpoint, RawClient, Target};
use serde_json::Value;

use crate::control::Control;
use crate::failure::Failure;
use crate::zone::RunningZone;
use dice::Dice;
pub use memory::resident_bytes;
use round::Round;

/// How long one request may take, of real time: longer is a deadlock.
const REQUEST_DEADLINE: Duration = Duration::from_secs(60);
/// How long what is left may take to go.
const END_DEADLINE: Duration = Duration::from_secs(60);

/// How much load, and for how long.
#[derive(Debug, Clone)]
pub struct Load {
    /// Connections of the in-process client at once.
    pub connections: usize,
    /// Real command lines at once, of these binaries in turn.
    pub command_lines: usize,
    /// Where the binaries are.
    pub binaries: Vec<(CliVersion, PathBuf)>,
    /// For how long, of real time.
    pub duration: Duration,
    /// Decides what is done and where it is cut.
    pub seed: u64,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Requests that were answered to their end.
    pub answered: u64,
    /// Requests whose connection was cut.
    pub cut: u64,
    /// Command lines that were run, killed or not.
    pub commands: u64,
    /// What should not have happened.
    pub problems: Vec<String>,
    /// Memory of this process after each minute, bytes.
    pub resident_bytes: Vec<u64>,
}

impl Findings {
    /// How much memory grows over the second half of the minutes, bytes a minute; none when there are too few of them.
    pub fn slope_bytes_per_minute(&self) -> Option<f64> {
        let later = &self.resident_bytes[self.resident_bytes.len() / 2..];
        let (first, last) = (later.first()?, later.last()?);
        let minutes = later.len() - 1;
        #[expect(clippy::cast_precision_loss, reason = "memory is far below 2^53 bytes")]
        (minutes > 0).then(|| (*last as f64 - *first as f64) / minutes as f64)
    }
}

impl Load {
    /// Starts a zone, loads it, and looks what is left.
    ///
    /// # Errors
    ///
    /// [`Failure`] when the load itself cannot be made; what the zone did wrong is in the findings.
    pub async fn run(&self, tell: &mut dyn FnMut(&str)) -> Result<Findings, Failure> {
        let zone = RunningZone::start_in_real_time(self.seed).await?;
        let target = Target::plain(Endpoint::Unix(zone.socket.clone()));
        let round = Arc::new(Round::new(target, Instant::now() + self.duration));
        round.pull().await?;
        let mut dice = Dice::new(self.seed);
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..self.connections {
            tasks.spawn(connection::work(round.clone(), number, dice.fork()));
        }
        for number in 0..self.command_lines {
            let (version, path) = &self.binaries[number % self.binaries.len()];
            let path = path.clone();
            tasks.spawn(command_line::work(
                round.clone(),
                *version,
                path,
                dice.fork(),
            ));
        }
        if self.command_lines > 0 {
            tasks.spawn(command_line::sweep(round.clone()));
        }
        let mut minutes = tokio::time::interval(Duration::from_secs(60));
        minutes.tick().await;
        let mut resident = Vec::new();
        loop {
            tokio::select! {
                ended = tasks.join_next() => match ended {
                    None => break,
                    Some(Ok(())) => {}
                    Some(Err(error)) => round.problem(format!("a client of the load: {error}")),
                },
                _ = minutes.tick() => {
                    let bytes = resident_bytes();
                    resident.push(bytes);
                    let there = round.there().await;
                    tell(&format!("{} MiB, {}; {there}", bytes >> 20, round.told()));
                }
            }
        }
        clear(&round, zone.control.clone()).await?;
        if let Err(failure) = zone.stop(Vec::new()).await {
            round.problem(failure.to_string());
        }
        Ok(round.findings(resident))
    }
}

/// Removes every container, then waits until nothing is left of anything.
async fn clear(round: &Round, control: Endpoint) -> Result<(), Failure> {
    let client = round.client();
    let all = Request::new("GET", "/v1.24/containers/json?all=1");
    for container in client
        .exchange(&all)
        .await?
        .json()
        .unwrap_or_default()
        .as_array()
        .into_iter()
        .flatten()
    {
        let id = container["Id"].as_str().unwrap_or_default();
        let remove = Request::new("DELETE", format!("/v1.24/containers/{id}?force=1"));
        let answer = client.exchange(&remove).await?;
        if answer.status() != 204 && answer.status() != 404 {
            round.problem(format!("a removal: {} {}", answer.status(), answer.text()));
        }
    }
    let mut control = Control::new(control);
    let by = Instant::now() + END_DEADLINE;
    loop {
        let state = control.get("/state").await?;
        let left = left(&state);
        if left.is_empty() {
            return Ok(());
        }
        if Instant::now() > by {
            round.problem(format!("what is left behind: {left}"));
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Whatever should be gone, in words.
fn left(state: &Value) -> String {
    let kinds = [
        "containers",
        "pending_jobs",
        "requests_in_flight",
        "consoles",
        "exec_consoles",
        "processes",
        "descriptors",
        "timers",
    ];
    let left = kinds.iter().filter_map(|kind| {
        let count = state[kind].as_u64().unwrap_or(u64::MAX);
        (count > 0).then(|| format!("{count} {kind}"))
    });
    left.collect::<Vec<_>>().join(", ")
}

impl Round {
    /// Pulls the image that all containers are made from.
    async fn pull(&self) -> Result<(), Failure> {
        let path = "/v1.24/images/create?fromImage=busybox&tag=latest";
        self.client().exchange(&Request::new("POST", path)).await?;
        Ok(())
    }

    /// Which containers there are: how many of each client's kind in each state.
    async fn there(&self) -> String {
        let all = Request::new("GET", "/v1.24/containers/json?all=1");
        let listed = self.client().exchange(&all).await;
        let listed = listed.ok().and_then(|listed| listed.json().ok());
        let mut counts = BTreeMap::<String, usize>::new();
        for container in listed.iter().filter_map(Value::as_array).flatten() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let of = match text(&container["Names"][0]).contains('_') {
                true => "command lines'",
                false => "connections'",
            };
            let status = text(&container["Status"]);
            let state = status.split(' ').next().unwrap_or_default();
            *counts.entry(format!("{of} {state}")).or_default() += 1;
        }
        let counts = counts.iter().map(|(what, count)| format!("{count} {what}"));
        counts.collect::<Vec<_>>().join(", ")
    }

    fn client(&self) -> RawClient {
        RawClient::new(self.target().clone()).with_deadline(REQUEST_DEADLINE)
    }
}
