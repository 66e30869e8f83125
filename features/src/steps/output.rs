//! What a command printed and how it ended.

use clients::Exit;
use cucumber::gherkin::Step;
use cucumber::{then, when};

use crate::failure::Failure;
use crate::matrix;
use crate::pattern::{self, expect_text, shown};
use crate::steps::command::{document, pairs};
use crate::world::ZoneWorld;

#[then(regex = r"^it exits with (\d+)$")]
fn exits_with(world: &mut ZoneWorld, status: i32) -> Result<(), Failure> {
    expect_status(world, status)
}

#[then(regex = r"^it does not exit with (\d+)$")]
fn exits_otherwise(world: &mut ZoneWorld, status: i32) -> Result<(), Failure> {
    match world.status()? {
        Some(seen) if seen != status => Ok(()),
        _ => Err(differs(world, "the status", &format!("not {status}"))?),
    }
}

#[then("it exits, by client:")]
fn exits_by_client(world: &mut ZoneWorld, step: &Step) -> Result<(), Failure> {
    let status = by_client(world, step)?;
    let status = status
        .parse()
        .map_err(|_| Failure::Feature(format!("`{status}` is no status")))?;
    expect_status(world, status)
}

/// The error of the daemon, as every client shows it, with a status that says so.
#[then(regex = r#"^it is refused with "(.*)"$"#)]
fn refused(world: &mut ZoneWorld, text: String) -> Result<(), Failure> {
    let text = pattern::unescape_text(&text)?;
    let expected = format!("Error response from daemon: {text} ({{uuid}})");
    let expression = pattern::expression(&expected, &world.saved)?;
    let stderr = world.last()?.stderr_text();
    let said = pattern::compile(&expression, false)?.is_match(&stderr);
    match said && world.status()? != Some(0) {
        true => Ok(()),
        false => Err(differs(world, "the refusal", &shown(&expected))?),
    }
}

#[then(regex = r"^(stdout|stderr|the screen) is empty$")]
fn is_empty(world: &mut ZoneWorld, stream: String) -> Result<(), Failure> {
    expect_text(&stream, "", &output(world, &stream)?, &world.saved)
}

#[then(regex = r"^(stdout|stderr) is not empty$")]
fn is_not_empty(world: &mut ZoneWorld, stream: String) -> Result<(), Failure> {
    match output(world, &stream)?.is_empty() {
        true => Err(differs(world, &stream, "something")?),
        false => Ok(()),
    }
}

#[then(regex = r#"^(stdout|stderr) is "(.*)"$"#)]
fn is(world: &mut ZoneWorld, stream: String, expected: String) -> Result<(), Failure> {
    let bytes = pattern::unescape(&expected)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => expect_text(&stream, text, &output(world, &stream)?, &world.saved),
        Err(_) => {
            let last = world.last()?;
            let seen = if stream == "stdout" {
                &last.stdout
            } else {
                &last.stderr
            };
            match *seen == bytes {
                true => Ok(()),
                false => Err(Failure::Differs(format!(
                    "{stream} is not as expected\n  expected: {bytes:?}\n  seen:     {seen:?}"
                ))),
            }
        }
    }
}

#[then(regex = r"^(stdout|stderr) is:$")]
fn is_document(world: &mut ZoneWorld, step: &Step, stream: String) -> Result<(), Failure> {
    let expected = document(step)?;
    expect_text(&stream, &expected, &output(world, &stream)?, &world.saved)
}

#[then(regex = r"^(stdout|stderr), by client, is:$")]
fn is_by_client(world: &mut ZoneWorld, step: &Step, stream: String) -> Result<(), Failure> {
    let expected = by_client(world, step)?;
    expect_text(&stream, &expected, &output(world, &stream)?, &world.saved)
}

#[then(regex = r#"^(stdout|stderr|the screen) contains "(.*)"$"#)]
fn contains(world: &mut ZoneWorld, stream: String, expected: String) -> Result<(), Failure> {
    let text = pattern::unescape_text(&expected)?;
    let expression = pattern::expression(&text, &world.saved)?;
    expect_match(world, &stream, &expression, &expected)
}

#[then(regex = r#"^(stdout|stderr|the screen) does not contain "(.*)"$"#)]
fn contains_not(world: &mut ZoneWorld, stream: String, unwanted: String) -> Result<(), Failure> {
    let text = pattern::unescape_text(&unwanted)?;
    match output(world, &stream)?.contains(&text) {
        true => Err(differs(world, &stream, &format!("without {unwanted}"))?),
        false => Ok(()),
    }
}

#[then(regex = r"^(stdout|stderr|the screen) matches `(.*)`$")]
fn matches(world: &mut ZoneWorld, stream: String, expression: String) -> Result<(), Failure> {
    expect_match(world, &stream, &expression, &expression)
}

#[then(regex = r"^stdout has (\d+) lines$")]
fn has_lines(world: &mut ZoneWorld, count: usize) -> Result<(), Failure> {
    match output(world, "stdout")?.lines().count() == count {
        true => Ok(()),
        false => Err(differs(world, "stdout", &format!("{count} lines"))?),
    }
}

#[then("the number of lines of stdout is, by client:")]
fn has_lines_by_client(world: &mut ZoneWorld, step: &Step) -> Result<(), Failure> {
    let count = by_client(world, step)?;
    let seen = output(world, "stdout")?.lines().count().to_string();
    expect_text("the number of lines of stdout", &count, &seen, &world.saved)
}

#[then("the lines of stdout, sorted, are:")]
fn sorted_lines(world: &mut ZoneWorld, step: &Step) -> Result<(), Failure> {
    let output = output(world, "stdout")?;
    let mut lines: Vec<&str> = output.lines().collect();
    lines.sort_unstable();
    let seen = lines
        .iter()
        .map(|line| format!("{line}\n"))
        .collect::<String>();
    expect_text("sorted stdout", &document(step)?, &seen, &world.saved)
}

#[then(regex = r#"^the sha256 of stdout is "([0-9a-f]{64})"$"#)]
fn digest(world: &mut ZoneWorld, expected: String) -> Result<(), Failure> {
    use sha2::Digest as _;
    let last = world.last()?;
    let seen = match &last.stdout_sha256 {
        Some(digest) => digest.clone(),
        None => hex::encode(sha2::Sha256::digest(&last.stdout)),
    };
    match seen == expected {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "the sha256 of the {} bytes of stdout is {seen}",
            last.stdout_len
        ))),
    }
}

#[when(regex = r#"^I save stdout as "([a-z0-9-]+)"$"#)]
fn save(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    let value = output(world, "stdout")?.trim_end().to_owned();
    world.saved.insert(name, value);
    Ok(())
}

#[when(regex = r#"^I save the first (\d+) characters of stdout as "([a-z0-9-]+)"$"#)]
fn save_start(world: &mut ZoneWorld, count: usize, name: String) -> Result<(), Failure> {
    let value = output(world, "stdout")?.chars().take(count).collect();
    world.saved.insert(name, value);
    Ok(())
}

fn expect_status(world: &ZoneWorld, status: i32) -> Result<(), Failure> {
    match world.last()?.status == Exit::Code(status) {
        true => Ok(()),
        false => Err(differs(world, "the status", &status.to_string())?),
    }
}

fn expect_match(
    world: &ZoneWorld,
    stream: &str,
    expression: &str,
    expected: &str,
) -> Result<(), Failure> {
    let output = output(world, stream)?;
    match pattern::compile(expression, false)?.is_match(&output) {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "{stream} is not as expected\n  expected: {}\n  seen:     {}",
            shown(expected),
            shown(&output)
        ))),
    }
}

fn output(world: &ZoneWorld, stream: &str) -> Result<String, Failure> {
    let last = world.last()?;
    Ok(match stream {
        "stdout" => last.stdout_text(),
        "stderr" => last.stderr_text(),
        _ => last.screen_text(),
    }
    .into_owned())
}

/// The second cell of the first row that names the scenario's client, its escapes read.
fn by_client(world: &ZoneWorld, step: &Step) -> Result<String, Failure> {
    let rows = pairs(step)?;
    let row = rows
        .iter()
        .find(|(name, _)| matrix::is_named(world.client, name));
    let (_, text) =
        row.ok_or_else(|| Failure::Feature(format!("no row names {}", world.client)))?;
    Ok(text.clone())
}

fn differs(world: &ZoneWorld, what: &str, expected: &str) -> Result<Failure, Failure> {
    let last = world.last()?;
    Ok(Failure::Differs(format!(
        "{what} is not as expected\n  expected: {expected}\n  seen:     {}, stdout {}, stderr {}",
        last.status,
        shown(&last.stdout_text()),
        shown(&last.stderr_text())
    )))
}
