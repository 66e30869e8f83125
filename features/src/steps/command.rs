//! Commands that run to their end.

use clients::{Invocation, Stdin};
use cucumber::gherkin::Step;
use cucumber::{given, then, when};

use crate::failure::Failure;
use crate::pattern;
use crate::world::ZoneWorld;

/// How often a command is tried until it prints what it comes to print.
const TRIES: usize = 50;

#[given(regex = r"^I run `(.+)`$")]
#[when(regex = r"^I run `(.+)`$")]
async fn run(world: &mut ZoneWorld, command: String) -> Result<(), Failure> {
    let invocation = world.invocation(&command)?;
    run_timed(world, &command, invocation).await
}

#[when(regex = r#"^I run `(.+)` with the input "(.*)"$"#)]
async fn run_with_input(
    world: &mut ZoneWorld,
    command: String,
    input: String,
) -> Result<(), Failure> {
    let input = pattern::unescape(&input)?;
    let invocation = world
        .invocation(&command)?
        .stdin(Stdin::Bytes(input.into()));
    run_timed(world, &command, invocation).await
}

#[when(regex = r"^I run `(.+)` with the input:$")]
async fn run_with_document(
    world: &mut ZoneWorld,
    step: &Step,
    command: String,
) -> Result<(), Failure> {
    let input = document(step)?;
    let invocation = world
        .invocation(&command)?
        .stdin(Stdin::Bytes(input.into()));
    run_timed(world, &command, invocation).await
}

#[when(regex = r"^I run `(.+)` with (\d+) bytes of input$")]
async fn run_with_much_input(
    world: &mut ZoneWorld,
    command: String,
    count: usize,
) -> Result<(), Failure> {
    let input: Vec<u8> = b"0123456789abcde\n"
        .iter()
        .copied()
        .cycle()
        .take(count)
        .collect();
    let invocation = world
        .invocation(&command)?
        .stdin(Stdin::Bytes(input.into()));
    run_timed(world, &command, invocation).await
}

#[when(regex = r"^I run `(.+)` while the clock runs$")]
async fn run_while_clock_runs(world: &mut ZoneWorld, command: String) -> Result<(), Failure> {
    let invocation = world.invocation(&command)?;
    world.ground.let_clock_run(true).await?;
    let ended = run_timed(world, &command, invocation).await;
    world.ground.let_clock_run(false).await?;
    ended
}

#[then(regex = r#"^running `(.+)` comes to print "(.*)"$"#)]
async fn comes_to_print(
    world: &mut ZoneWorld,
    command: String,
    expected: String,
) -> Result<(), Failure> {
    let expected = pattern::unescape_text(&expected)?;
    let mut last = Ok(());
    for _ in 0..TRIES {
        let invocation = world.invocation(&command)?;
        world.run(&command, invocation).await?;
        let seen = world.last()?.stdout_text().into_owned();
        last = pattern::expect_text("stdout", &expected, &seen, &world.saved);
        if last.is_ok() {
            break;
        }
    }
    last
}

pub(super) async fn run_timed(
    world: &mut ZoneWorld,
    about: &str,
    invocation: Invocation,
) -> Result<(), Failure> {
    world.clock_before_ms = Some(world.ground.now_ms().await?);
    world.run(about, invocation).await
}

/// The text below a step, without the line breaks that belong to the quotes.
pub(super) fn document(step: &Step) -> Result<String, Failure> {
    let text = step.docstring.as_deref();
    let text = text.ok_or_else(|| Failure::Feature("a text is missing below".to_owned()))?;
    let text = text.strip_prefix('\n').unwrap_or(text);
    Ok(text.trim_end_matches([' ', '\t']).to_owned())
}

/// The rows of two cells below a step.
pub(super) fn pairs(step: &Step) -> Result<Vec<(String, String)>, Failure> {
    let table = step.table.as_ref();
    let table = table.ok_or_else(|| Failure::Feature("a table is missing below".to_owned()))?;
    let pair = |row: &Vec<String>| match row.as_slice() {
        [first, second] => Ok((first.clone(), second.clone())),
        _ => Err(Failure::Feature("a row has not two cells".to_owned())),
    };
    table.rows.iter().map(pair).collect()
}
