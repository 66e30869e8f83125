//! Commands that run beside others.

use std::time::Duration;

use clients::{Invocation, Keep, PtySize, Reader, Signal, SoFar, Stdin};
use cucumber::when;

use crate::failure::Failure;
use crate::pattern;
use crate::world::ZoneWorld;

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

#[when(regex = r#"^I start `(.+)` as "([^"]+)" with its input open and its output unread$"#)]
async fn start_unread(world: &mut ZoneWorld, command: String, name: String) -> Result<(), Failure> {
    let invocation = world
        .invocation(&command)?
        .stdin(Stdin::Held)
        .reader(Reader::Held)
        .keep_stdout(Keep::Digest)
        .deadline(Duration::from_secs(60));
    start_as(world, &name, invocation).await
}

#[when(regex = r#"^I begin to read the output of "([^"]+)"$"#)]
fn begin_to_read(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    world.running(&name)?.release_reader();
    Ok(())
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

/// A client that is not watching its terminal yet misses a new size: it is set, and asked for at
/// the prompt, until the container has it.
#[when(
    regex = r#"^I resize the terminal of "([^"]+)" to (\d+) rows and (\d+) columns until the shell knows$"#
)]
async fn resize_until_known(
    world: &mut ZoneWorld,
    name: String,
    rows: u16,
    cols: u16,
) -> Result<(), Failure> {
    const TRIES: usize = 50;
    const PROMPT: &str = "# ";
    let awaited = format!("\n{rows} {cols}\r");
    let screen = |so_far: SoFar<'_>| String::from_utf8_lossy(so_far.screen).into_owned();
    let running = world.running(&name)?;
    for _ in 0..TRIES {
        // Only a change is told to a client.
        running.resize(PtySize {
            rows,
            cols: cols + 1,
        })?;
        running.resize(PtySize { rows, cols })?;
        let prompts = running.so_far(screen).matches(PROMPT).count();
        running.write("stty size\r")?;
        let prompted = |so_far: SoFar<'_>| screen(so_far).matches(PROMPT).count() > prompts;
        running.wait_for_output(prompted).await?;
        if running.so_far(screen).contains(&awaited) {
            return Ok(());
        }
    }
    let seen = pattern::shown(&running.so_far(screen));
    Err(Failure::Differs(format!("the screen is {seen}")))
}

/// A person's two key presses are apart; were they to arrive in one piece, a person would press
/// them again.
#[when(regex = r#"^I press Ctrl-P and Ctrl-Q in "([^"]+)" until it ends$"#)]
async fn detach(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    const TRIES: usize = 20;
    const APART: Duration = Duration::from_millis(60);
    const NOTICED: Duration = Duration::from_millis(800);
    let running = world.running(&name)?;
    for _ in 0..TRIES {
        running.write("\x10")?;
        tokio::time::sleep(APART).await;
        running.write("\x11")?;
        let ended = tokio::time::timeout(NOTICED, running.wait_for_exit()).await;
        if ended.is_ok() {
            return wait_for_end(world, &name).await;
        }
    }
    let seen = running.so_far(|so_far| String::from_utf8_lossy(so_far.screen).into_owned());
    Err(Failure::Differs(format!(
        "the screen is {}",
        pattern::shown(&seen)
    )))
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

#[when(regex = r#"^"([^"]+)" ends$"#)]
async fn ends(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    wait_for_end(world, &name).await
}

async fn wait_for_end(world: &mut ZoneWorld, name: &str) -> Result<(), Failure> {
    let running = world.running.remove(name);
    let running = running.ok_or_else(|| Failure::Feature(format!("nothing runs as \"{name}\"")))?;
    world.see_to_the_end(&format!("\"{name}\""), running).await
}

#[when(regex = r#"^"([^"]+)" ends while the clock runs$"#)]
async fn ends_while_clock_runs(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    world.ground.let_clock_run(true).await?;
    let ended = wait_for_end(world, &name).await;
    world.ground.let_clock_run(false).await?;
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
