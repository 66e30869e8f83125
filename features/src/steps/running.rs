//! Commands that run beside others.

use clients::{Invocation, PtySize, Signal, SoFar, Stdin};
use cucumber::when;

use crate::failure::Failure;
use crate::pattern;
use crate::world::ZoneWorld;
use crate::zone;

#[when(regex = r#"^I start `(.+)` as "([^"]+)"$"#)]
async fn start(world: &mut ZoneWorld, command: String, name: String) -> Result<(), Failure> {
    let invocation = world.invocation(&command)?;
    start_as(world, &name, invocation).await
}

#[when(regex = r#"^I start `(.+)` as "([^"]+)" with its input open$"#)]
async fn start_with_input(
    world: &mut ZoneWorld,
    command: String,
    name: String,
) -> Result<(), Failure> {
    let invocation = world.invocation(&command)?.stdin(Stdin::Held);
    start_as(world, &name, invocation).await
}

#[when(regex = r#"^I start `(.+)` as "([^"]+)" on a terminal$"#)]
async fn start_on_terminal(
    world: &mut ZoneWorld,
    command: String,
    name: String,
) -> Result<(), Failure> {
    let invocation = world.invocation(&command)?;
    let invocation = invocation.stdin(Stdin::Held).pty(PtySize::default());
    start_as(world, &name, invocation).await
}

#[when(regex = r#"^"([^"]+)" shows "(.*)"$"#)]
async fn shows(world: &mut ZoneWorld, name: String, text: String) -> Result<(), Failure> {
    wait_until_shown(world, &name, &text).await
}

#[when(regex = r#"^I type "(.*)" into "([^"]+)"$"#)]
fn type_into(world: &mut ZoneWorld, text: String, name: String) -> Result<(), Failure> {
    write(world, &name, &text)
}

#[when(regex = r#"^I type "(.*)" into "([^"]+)" until it shows "(.*)"$"#)]
async fn type_until(
    world: &mut ZoneWorld,
    text: String,
    name: String,
    awaited: String,
) -> Result<(), Failure> {
    write(world, &name, &text)?;
    wait_until_shown(world, &name, &awaited).await
}

#[when(regex = r#"^I close the input of "([^"]+)"$"#)]
fn close_input(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    Ok(world.running(&name)?.close_stdin()?)
}

#[when(regex = r#"^I send ([A-Z0-9]+) to "([^"]+)"$"#)]
fn send_signal(world: &mut ZoneWorld, signal: String, name: String) -> Result<(), Failure> {
    let signal: Signal = signal
        .parse()
        .map_err(|error| Failure::Feature(format!("{error:?}")))?;
    Ok(world.running(&name)?.signal(signal)?)
}

#[when(regex = r#"^I resize the terminal of "([^"]+)" to (\d+) rows and (\d+) columns$"#)]
fn resize(world: &mut ZoneWorld, name: String, rows: u16, cols: u16) -> Result<(), Failure> {
    Ok(world.running(&name)?.resize(PtySize { rows, cols })?)
}

#[when(regex = r#"^"([^"]+)" ends$"#)]
async fn ends(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    wait_for_end(world, &name).await
}

async fn wait_for_end(world: &mut ZoneWorld, name: &str) -> Result<(), Failure> {
    let running = world.running.remove(name);
    let running = running.ok_or_else(|| Failure::Feature(format!("nothing runs as \"{name}\"")))?;
    let outcome = running.wait().await?;
    world.keep(&format!("\"{name}\""), outcome);
    Ok(())
}

#[when(regex = r#"^"([^"]+)" ends while the clock runs$"#)]
async fn ends_while_clock_runs(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    zone::let_clock_run(&mut world.control, true).await?;
    let ended = wait_for_end(world, &name).await;
    zone::let_clock_run(&mut world.control, false).await?;
    ended
}

async fn start_as(
    world: &mut ZoneWorld,
    name: &str,
    invocation: Invocation,
) -> Result<(), Failure> {
    let running = world.start_command(invocation).await?;
    world.running.insert(name.to_owned(), running);
    Ok(())
}

fn write(world: &ZoneWorld, name: &str, text: &str) -> Result<(), Failure> {
    let text = pattern::unescape(text)?;
    Ok(world.running(name)?.write(text)?)
}

async fn wait_until_shown(world: &ZoneWorld, name: &str, text: &str) -> Result<(), Failure> {
    let text = pattern::unescape_text(text)?;
    let seen = |so_far: SoFar<'_>| so_far.contains(&text);
    Ok(world.running(name)?.wait_for_output(seen).await?)
}
