//! `GET /containers/:id/top` (CTR-75).

use super::{failure_at, with_container};
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use runtime::{ProcessInfo, Timestamp};
use serde_json::{Value, json};
use zone::{Error, FaultPoint};

/// Longest command line shown, characters.
const COMMAND_CHARACTERS: usize = 79;

/// The processes of a running container; `ps_args` means nothing.
pub(crate) fn top(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let (instance, state) = with_container(&call, |_, container| {
            (container.instance(), container.state)
        })
        .await?;
        if state != zone::State::Running {
            return Err(Error::StateNotAllowed(state.name()).into());
        }
        let processes = match failure_at(&call, FaultPoint::Top, instance).await? {
            Some(_) => None,
            None => call.driver.runtime().processes(instance).ok(),
        };
        let processes = processes.ok_or_else(|| Error::NotRunning(call.param(0).to_owned()))?;
        let now = call.driver.now();
        let rows: Vec<Value> = processes.iter().map(|process| row(process, now)).collect();
        Ok(Answer::ok(json!({
            "Titles": ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
            "Processes": rows,
        })))
    })
}

fn row(process: &ProcessInfo, now: Timestamp) -> Value {
    let command = String::from_utf8_lossy(&process.command_line);
    let command: String = command.chars().take(COMMAND_CHARACTERS).collect();
    json!([
        process.uid.to_string(),
        process.pid.to_string(),
        process.ppid.to_string(),
        cpu_fraction(process, now).to_string(),
        seconds(process.started_at.0),
        process.tty_device.to_string(),
        seconds(process.cpu_nanos),
        command,
    ])
}

/// CPU use since the start as a 16-bit fraction: 32768 is all of a core.
fn cpu_fraction(process: &ProcessInfo, now: Timestamp) -> u128 {
    let lifetime = now.since(process.started_at).as_nanos().max(1);
    (u128::from(process.cpu_nanos) * 32768 / lifetime).min(32768)
}

fn seconds(nanos: u64) -> String {
    format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
}
