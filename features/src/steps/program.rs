//! Programs of the host that talk with containers: `curl`, `redis-cli`, `redis-benchmark`.

use std::time::Duration;

use clients::version::CliVersion;
use clients::{CliClient, Client as _, Exit, Invocation, Running};
use cucumber::when;

use crate::failure::Failure;
use crate::pattern;
use crate::program;
use crate::steps::host::address_of;
use crate::words;
use crate::world::ZoneWorld;
use crate::zone;

/// What stands for the address of the container in a command.
const ADDRESS: &str = "ADDRESS";
/// How often a program is run until it succeeds.
const TRIES: usize = 2000;
/// How far the clock goes at a time.
const STEP_MS: u64 = 100;
/// How long it is left alone between two tries.
const PAUSE: Duration = Duration::from_millis(2);

#[when(regex = r#"^the host runs `(.+)` at the address of "([^"]+)"$"#)]
async fn run(world: &mut ZoneWorld, command: String, name: String) -> Result<(), Failure> {
    let command = addressed(world, &command, &name).await?;
    run_once(world, &command).await
}

/// The host learns of a new listener a moment later.
#[when(regex = r#"^the host runs `(.+)` at the address of "([^"]+)" until it exits with (\d+)$"#)]
async fn run_until(
    world: &mut ZoneWorld,
    command: String,
    name: String,
    expected: i32,
) -> Result<(), Failure> {
    let command = addressed(world, &command, &name).await?;
    for _ in 0..TRIES {
        run_once(world, &command).await?;
        if world.status()? == Some(expected) {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    let last = world.last()?;
    let stderr = pattern::shown(&last.stderr_text());
    let status = match last.status {
        Exit::Code(code) => code.to_string(),
        Exit::Signal(signal) => format!("signal {signal}"),
    };
    Err(Failure::Differs(format!(
        "`{command}` still ends with {status}: {stderr}"
    )))
}

/// What takes a container much CPU time waits for its share, which comes with the clock.
#[when(regex = r#"^the host runs `(.+)` at the address of "([^"]+)" as the clock advances$"#)]
async fn run_in_time(world: &mut ZoneWorld, command: String, name: String) -> Result<(), Failure> {
    let command = addressed(world, &command, &name).await?;
    let running = start(world, &command)?;
    let mut ended = Box::pin(running.wait_for_exit());
    loop {
        tokio::select! {
            biased;
            _ = &mut ended => break,
            () = tokio::time::sleep(PAUSE) => zone::advance(world.ground.control()?, STEP_MS).await?,
        }
    }
    drop(ended);
    world.see_to_the_end(&command, running).await
}

async fn addressed(world: &mut ZoneWorld, command: &str, name: &str) -> Result<String, Failure> {
    let address = address_of(world, name).await?;
    Ok(command.replace(ADDRESS, &address))
}

async fn run_once(world: &mut ZoneWorld, command: &str) -> Result<(), Failure> {
    let running = start(world, command)?;
    world.see_to_the_end(command, running).await
}

fn start(world: &ZoneWorld, command: &str) -> Result<Running, Failure> {
    let words = words::split(&pattern::fill(command, &world.saved)?)?;
    let (name, arguments) = words
        .split_first()
        .ok_or_else(|| Failure::Feature("a command without words".to_owned()))?;
    let path = program::find(name).map_err(|missing| Failure::Client(missing.to_string()))?;
    let client = CliClient::new(CliVersion::V1_12, path, world.target.clone())?;
    Ok(client.start(Invocation::new(arguments))?)
}
