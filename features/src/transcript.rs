//! What clients print, as reviewed text: commands in a fresh zone, and everything that differs
//! from run to run replaced by its form.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use clients::ClientName;
use regex::Regex;

use crate::exchange;
use crate::failure::Failure;
use crate::roster::Roster;
use crate::seed;
use crate::world::{Conditions, ZoneWorld};
use crate::zone::Entrances;

/// Something whose output is worth pinning.
#[derive(Debug, Clone, Copy)]
pub struct Script<'a> {
    /// The id it belongs to.
    pub id: &'a str,
    /// Commands of a client, or raw requests.
    pub lines: &'a [&'a str],
}

/// What differs from run to run, and what stands for it; longer forms first.
static FORMS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let forms = [
        (r"sha256:[0-9a-f]{64}", "sha256:{digest}"),
        (r"\b[0-9a-f]{64}\b", "{id}"),
        (
            r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
            "{uuid}",
        ),
        (r"\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b", "{mac}"),
        (r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "{time}"),
        // In files of snapshots it is part of an end of line.
        (r"\r", "{return}"),
        (r"/\S*/docker-cli-[A-Za-z0-9]+/home", "{home}"),
        (r"Date: .* GMT", "Date: {date}"),
        (r"X-Response-Time: [0-9]+", "X-Response-Time: {number}"),
        (r"sha256:[0-9a-f]{5}\b", "{short}"),
        (r"\b[0-9a-f]{12}\b", "{short}"),
        (r#""(Created|start)":[0-9]{10}"#, r#""$1":{seconds}"#),
        (r"\b[0-9]+ (years|months|weeks|days) ago", "{long} ago"),
        (
            r"(Less than a second|About a minute|[0-9]+ seconds?|[0-9]+ minutes)",
            "{short time}",
        ),
        (r"go1\.[0-9.]+", "{go}"),
        (r" Built: .*", " Built: {built}"),
        (r#"("GitCommit":")[^"]*"#, "${1}{commit}"),
        (r"(Git commit: +)\S+", "${1}{commit}"),
        (r#""(current|total)":[0-9]+"#, r#""$1":{bytes}"#),
        // Columns are as wide as what differs.
        (r"(\S) {3,}", "$1  "),
        (r" +\n", "\n"),
    ];
    forms
        .into_iter()
        .map(|(form, shown)| (Regex::new(form).expect("a valid expression"), shown))
        .collect()
});

/// Everything that differs from run to run, by its form.
pub fn redacted(text: &str) -> String {
    let mut text = text.to_owned();
    for (form, shown) in FORMS.iter() {
        text = form.replace_all(&text, *shown).into_owned();
    }
    text
}

/// Runs the lines of a script in a zone of its own and writes down what came back.
///
/// # Errors
///
/// [`Failure`] when a client cannot be driven or the zone is not clean in the end.
pub async fn record(
    script: &Script<'_>,
    client: ClientName,
    roster: &Arc<Roster>,
) -> Result<String, Failure> {
    let seed = seed::of_scenario(1, script.id);
    let mut world = ZoneWorld::start(
        client,
        roster,
        seed,
        Entrances::default(),
        Conditions::default(),
    )
    .await?;
    let mut text = String::new();
    for line in script.lines {
        let shown = match client {
            ClientName::Raw => wire(&mut world, line).await?,
            _ => command(&mut world, line).await?,
        };
        write!(text, "$ {line}\n{shown}").expect("a string takes any text");
    }
    world.finish().await?;
    // Another patch release of a line says another number and is as good.
    let text = match roster.release(client) {
        Some(release) => text.replace(release, "{release}"),
        None => text,
    };
    Ok(redacted(&text))
}

async fn command(world: &mut ZoneWorld, line: &str) -> Result<String, Failure> {
    let invocation = world.invocation(line)?;
    world.run(line, invocation).await?;
    let last = world.last()?;
    let mut text = last.stdout_text().into_owned();
    if !last.stderr.is_empty() {
        text.push_str("--- stderr\n");
        text.push_str(&last.stderr_text());
    }
    writeln!(text, "--- {}", last.status).expect("a string takes any text");
    Ok(text)
}

async fn wire(world: &mut ZoneWorld, line: &str) -> Result<String, Failure> {
    let (line, body) = match line.split_once(" < ") {
        Some((line, body)) => (line, Some(body)),
        None => (line, None),
    };
    let (line, upgrade) = match line.strip_suffix(" (upgrade)") {
        Some(line) => (line, true),
        None => (line, false),
    };
    let mut request = exchange::request(line, &[], body)?;
    if upgrade {
        request = request.upgrade();
    }
    let answer = world.raw_client().await?.exchange(&request).await?;
    let head = String::from_utf8_lossy(&answer.head_bytes).replace("\r\n", "\n");
    let mut text = format!("{head}{}", answer.text());
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_replaced_and_nothing_else() {
        for (text, shown) in [
            ("Up 5 seconds", "Up {short time}"),
            ("a (123e4567-e89b-42d3-a456-426614174000)", "a ({uuid})"),
            ("Digest: sha256:{}", "Digest: sha256:{}"),
            ("No such container: nosuch", "No such container: nosuch"),
            ("Date: Mon, 23 Nov 2026 22:04:26 GMT", "Date: {date}"),
        ] {
            assert_eq!(redacted(text), shown);
        }
    }
}
