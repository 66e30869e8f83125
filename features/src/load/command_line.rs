//! A real command line that does something, and is killed in the middle of it more often than not.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clients::version::CliVersion;
use clients::{CliClient, Client as _, ClientError, Invocation, Signal, Stdin};

use super::dice::Dice;
use super::round::Round;

/// When a command is killed at the latest.
const LONGEST: Duration = Duration::from_millis(400);

const COMMANDS: [&[&str]; 5] = [
    &[
        "run",
        "--rm",
        "busybox",
        "sh",
        "-c",
        "echo out; sleep 0.05; echo end",
    ],
    &["run", "-i", "--rm", "busybox", "cat"],
    &["run", "-d", "busybox", "sh", "-c", "sleep 0.1"],
    &["run", "busybox", "seq", "100000"],
    &["ps", "-a"],
];

pub(super) async fn work(round: Arc<Round>, version: CliVersion, path: PathBuf, mut dice: Dice) {
    let client = match CliClient::new(version, path, round.target().clone()) {
        Ok(client) => client,
        Err(error) => return round.problem(error.to_string()),
    };
    while round.goes_on() {
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
