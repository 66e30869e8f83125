//! Containers that a scenario needs before it begins, made by raw requests.

use std::time::Duration;

use clients::raw::{Request, Response};
use cucumber::{given, then, when};
use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::expect;
use crate::failure::Failure;
use crate::pattern;
use crate::steps::command::pairs;
use crate::words;
use crate::world::ZoneWorld;

/// How often a log is looked at before it is told that it has not what it should.
const LOOKS: usize = 500;
/// How long it is left alone between two looks.
const PAUSE: Duration = Duration::from_millis(5);

#[given(regex = r"^I have pulled ([a-z]+)$")]
async fn pulled(world: &mut ZoneWorld, image: String) -> Result<(), Failure> {
    pull(world, &image).await
}

async fn pull(world: &mut ZoneWorld, image: &str) -> Result<(), Failure> {
    if world.images.contains(image) {
        return Ok(());
    }
    if world.ground.is_foreign() {
        // It is not asked to reach a registry: it has what it was given.
        let path = format!("/images/{image}:latest/json");
        api(world, "GET", &path, None).await?;
        world.images.insert(image.to_owned());
        return Ok(());
    }
    let path = format!("/images/create?fromImage={image}&tag=latest");
    let answer = api(world, "POST", &path, None).await?;
    if answer.text().contains("errorDetail") {
        return Err(Failure::Zone(format!("the pull failed: {}", answer.text())));
    }
    world.images.insert(image.to_owned());
    Ok(())
}

#[given(regex = r#"^the container "([^"]+)" runs `(.+)`$"#)]
async fn runs(world: &mut ZoneWorld, name: String, command: String) -> Result<(), Failure> {
    create(world, &name, &command, json!({})).await?;
    start(world, &name).await
}

#[given(regex = r#"^the container "([^"]+)" runs `(.+)` with its input open$"#)]
async fn runs_with_input(
    world: &mut ZoneWorld,
    name: String,
    command: String,
) -> Result<(), Failure> {
    create(world, &name, &command, json!({"OpenStdin": true})).await?;
    start(world, &name).await
}

#[given(regex = r#"^the container "([^"]+)" is created with `(.+)`$"#)]
async fn is_created(world: &mut ZoneWorld, name: String, command: String) -> Result<(), Failure> {
    create(world, &name, &command, json!({})).await
}

#[given(regex = r#"^the container "([^"]+)" is created on a terminal with `(.+)`$"#)]
async fn is_created_on_terminal(
    world: &mut ZoneWorld,
    name: String,
    command: String,
) -> Result<(), Failure> {
    create(
        world,
        &name,
        &command,
        json!({"Tty": true, "OpenStdin": true}),
    )
    .await
}

#[given(regex = r"^(\d+) containers that were created$")]
async fn many(world: &mut ZoneWorld, count: usize) -> Result<(), Failure> {
    let mut firsts = std::collections::BTreeMap::<char, usize>::new();
    for place in 0..count {
        let name = format!("{}many-{place}", world.ground.prefix());
        create(world, &name, "true", json!({})).await?;
        let shown = inspect_raw(world, &name).await?;
        let first = shown["Id"].as_str().and_then(|id| id.chars().next());
        *firsts.entry(first.unwrap_or('?')).or_default() += 1;
    }
    // Sixteen digits for more containers: two of them begin alike.
    let several = firsts.iter().find(|(_, count)| **count > 1);
    let first = several.map(|(first, _)| first.to_string());
    let first = first.ok_or_else(|| Failure::Feature("more than 16 are needed".to_owned()))?;
    world.saved.insert("ambiguous".to_owned(), first);
    Ok(())
}

#[given(regex = r#"^the log of "([^"]+)" contains "(.*)"( while the clock runs)?$"#)]
#[when(regex = r#"^the log of "([^"]+)" contains "(.*)"( while the clock runs)?$"#)]
#[then(regex = r#"^the log of "([^"]+)" contains "(.*)"( while the clock runs)?$"#)]
async fn log_contains(
    world: &mut ZoneWorld,
    name: String,
    expected: String,
    running: String,
) -> Result<(), Failure> {
    let expected = pattern::unescape(&expected)?;
    let path = format!("/containers/{name}/logs?stdout=1&stderr=1");
    let mut seen = Vec::new();
    for _ in 0..LOOKS {
        let answer = api(world, "GET", &path, None).await?;
        // There are no frames on a terminal.
        seen = match Exchange::frames(&answer.body) {
            Ok(frames) => frames.into_iter().flat_map(|(_, bytes)| bytes).collect(),
            Err(_) => answer.body,
        };
        if seen.windows(expected.len()).any(|at| at == expected) {
            return Ok(());
        }
        match running.is_empty() {
            true => tokio::time::sleep(PAUSE).await,
            false => world.ground.pass(100).await?,
        }
    }
    let seen = pattern::shown(&String::from_utf8_lossy(&seen));
    Err(Failure::Differs(format!("the log of {name} is {seen}")))
}

/// Until it has lines and nothing comes any more: its container waits for who reads, or has ended.
#[when(regex = r#"^the log of "([^"]+)" grows no more$"#)]
async fn grows_no_more(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    const SAME_LOOKS: usize = 10;
    let path = format!("/containers/{name}/logs?stdout=1&tail=1");
    let (mut last, mut same) = (Vec::new(), 0);
    for _ in 0..LOOKS {
        let seen = api(world, "GET", &path, None).await?.body;
        same = match !seen.is_empty() && seen == last {
            true => same + 1,
            false => 0,
        };
        if same == SAME_LOOKS {
            return Ok(());
        }
        last = seen;
        tokio::time::sleep(PAUSE).await;
    }
    Err(Failure::Differs(format!(
        "the log of {name} still grows: {}",
        pattern::shown(&String::from_utf8_lossy(&last))
    )))
}

#[when(regex = r#"^the container "([^"]+)" comes to run$"#)]
async fn comes_to_run(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    for _ in 0..LOOKS {
        // It may not be there yet.
        if let Ok(shown) = inspect_raw(world, &name).await
            && shown["State"]["Running"] == true
        {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Failure::Differs(format!("{name} does not run")))
}

/// Until it has stopped by itself; what it waits for comes from outside.
#[when(regex = r#"^the container "([^"]+)" comes to stop$"#)]
#[then(regex = r#"^the container "([^"]+)" comes to stop$"#)]
async fn comes_to_stop(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    for _ in 0..LOOKS {
        let shown = crate::steps::container::inspect_raw(world, &name).await?;
        if shown["State"]["Running"] == false {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Failure::Differs(format!("{name} still runs")))
}

#[then(regex = r#"^inspect of "([^"]+)" shows:$"#)]
async fn inspect_shows(
    world: &mut ZoneWorld,
    step: &cucumber::gherkin::Step,
    name: String,
) -> Result<(), Failure> {
    let invocation = world.invocation(&format!("docker inspect {name}"))?;
    let kept = world.outcome.take();
    world
        .run(&format!("docker inspect {name}"), invocation)
        .await?;
    let shown = world.last()?.stdout_text().into_owned();
    world.outcome = kept;
    let shown: Value = serde_json::from_str(&shown)
        .map_err(|error| Failure::Differs(format!("inspect prints no JSON: {error}")))?;
    let container = shown.get(0).cloned().unwrap_or_default();
    expect::members(&container, &pairs(step)?, &world.saved)
}

async fn create(
    world: &mut ZoneWorld,
    name: &str,
    command: &str,
    more: Value,
) -> Result<(), Failure> {
    pull(world, "busybox").await?;
    let mut body = json!({
        "Image": "busybox",
        "Cmd": words::split(command)?,
        "HostConfig": {},
    });
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    let path = format!("/containers/create?name={name}");
    api(world, "POST", &path, Some(body)).await.map(drop)
}

async fn start(world: &mut ZoneWorld, name: &str) -> Result<(), Failure> {
    let path = format!("/containers/{name}/start");
    api(world, "POST", &path, None).await.map(drop)
}

pub(super) async fn inspect_raw(world: &mut ZoneWorld, name: &str) -> Result<Value, Failure> {
    let answer = api(world, "GET", &format!("/containers/{name}/json"), None).await?;
    answer
        .json()
        .map_err(|error| Failure::Zone(format!("inspect is no JSON: {error}")))
}

/// A raw request as the scenario's client, which has to succeed.
pub(super) async fn api(
    world: &mut ZoneWorld,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> Result<Response, Failure> {
    let mut request = Request::new(method, format!("/v1.24{path}"));
    if let Some(body) = body {
        request = request.json(body.to_string());
    }
    let answer = world.direct_client().exchange(&request).await?;
    match (200..300).contains(&answer.status()) {
        true => Ok(answer),
        false => Err(Failure::Zone(format!(
            "{method} {path}: {} {}",
            answer.status(),
            answer.text()
        ))),
    }
}
