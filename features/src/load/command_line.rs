//! A real command line that does something, and is killed in the middle of it more often than not.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clients::raw::Request;
use clients::version::CliVersion;
use clients::{CliClient, Client as _, ClientError, Invocation, Signal, Stdin};

use futures_util::future::try_join_all;

use super::dice::Dice;
use super::round::Round;

/// When a command is killed at the latest.
const LONGEST: Duration = Duration::from_millis(400);

/// Between two sweeps.
const SWEEP: Duration = Duration::from_millis(500);

/// How long a command line waits for the zone to be emptier.
const CROWDED: Duration = Duration::from_millis(20);

/// What is left is removed as fast as it comes, also when the zone has much to do.
const SWEPT_AT_ONCE: usize = 16;

/// Their containers are of the smallest package, so that the zone has room for what is not swept yet.
const COMMANDS: [&[&str]; 5] = [
    &[
        "run",
        "-m",
        "128m",
        "--rm",
        "busybox",
        "sh",
        "-c",
        "echo out; sleep 0.05; echo end",
    ],
    &["run", "-m", "128m", "-i", "--rm", "busybox", "cat"],
    &[
        "run",
        "-m",
        "128m",
        "-d",
        "busybox",
        "sh",
        "-c",
        "sleep 0.1",
    ],
    &["run", "-m", "128m", "busybox", "seq", "100000"],
    &["ps", "-a"],
];

pub(super) async fn work(round: Arc<Round>, version: CliVersion, path: PathBuf, mut dice: Dice) {
    let client = match CliClient::new(version, path, round.target().clone()) {
        Ok(client) => client,
        Err(error) => return round.problem(error.to_string()),
    };
    while round.goes_on() {
        if round.is_crowded() {
            tokio::time::sleep(CROWDED).await;
            continue;
        }
        let place = usize::try_from(dice.below(COMMANDS.len() as u64)).unwrap_or(0);
        if let Err(error) = one(&client, COMMANDS[place], &mut dice).await {
            round.problem(format!("docker {}: {error}", COMMANDS[place].join(" ")));
        }
        round.command();
    }
    let groups = client.leftover_groups();
    if !groups.is_empty() {
        round.problem(format!("process groups are left: {groups:?}"));
    }
}

/// Removes what killed command lines have left, so that the zone does not fill up.
pub(super) async fn sweep(round: Arc<Round>) {
    while round.goes_on() {
        if let Err(error) = sweep_once(&round).await {
            round.problem(format!("the sweep: {error}"));
        }
        tokio::time::sleep(SWEEP).await;
    }
}

async fn sweep_once(round: &Round) -> Result<(), ClientError> {
    let client = round.client();
    let ended = r#"/v1.24/containers/json?filters={"status":["exited"]}"#;
    let listed = client.exchange(&Request::new("GET", ended)).await?;
    let listed = listed.json().unwrap_or_default();
    let containers = listed.as_array().into_iter().flatten();
    // The zone's own names have two words; those of the in-process clients have none.
    let left = containers.filter(|container| {
        let name = container["Names"][0].as_str().unwrap_or_default();
        name.contains('_')
    });
    let left: Vec<_> = left.collect();
    round.saw_left(left.len());
    let requests: Vec<Request> = left
        .into_iter()
        .filter_map(|container| container["Id"].as_str())
        .map(|id| Request::new("DELETE", format!("/v1.24/containers/{id}?force=1")))
        .collect();
    for together in requests.chunks(SWEPT_AT_ONCE) {
        let removals = together.iter().map(|request| client.exchange(request));
        try_join_all(removals).await?;
    }
    Ok(())
}

async fn one(client: &CliClient, command: &[&str], dice: &mut Dice) -> Result<(), ClientError> {
    let invocation = Invocation::new(command.iter().copied()).stdin(Stdin::Held);
    let running = client.start(invocation)?;
    if dice.once_in(3) {
        // One that has gone already takes no input and no signal.
        let _ = running.write("line\n");
        let _ = running.close_stdin();
        return running.wait().await.map(drop);
    }
    tokio::time::sleep(dice.time(LONGEST)).await;
    let signal = if dice.once_in(2) {
        Signal::KILL
    } else {
        Signal::INT
    };
    let _ = running.signal(signal);
    if signal == Signal::KILL {
        return running.wait().await.map(drop);
    }
    // Dropped: whatever is left of it is killed.
    Ok(())
}
