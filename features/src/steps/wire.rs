//! Raw requests and what comes back, byte for byte.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clients::raw::TransportEnd;
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use reports::EvidenceKind;

use crate::exchange::{self, Exchange};
use crate::expect;
use crate::failure::Failure;
use crate::pattern::{self, expect_text, shown};
use crate::steps::command::{document, pairs};
use crate::world::ZoneWorld;

/// What is asked for without a version is asked of an engine with this one: it knows newer ones.
const VERSION: &str = "/v1.24";

#[given(regex = r"^I request `([^`]+)`$")]
#[when(regex = r"^I request `([^`]+)`$")]
async fn request(world: &mut ZoneWorld, line: String) -> Result<(), Failure> {
    exchange(world, &line, &[], None).await
}

#[when(regex = r"^I request `(.+)` while the clock runs$")]
async fn request_while_clock_runs(world: &mut ZoneWorld, line: String) -> Result<(), Failure> {
    world.clock_before_ms = Some(world.ground.now_ms().await?);
    world.ground.let_clock_run(true).await?;
    let answered = exchange(world, &line, &[], None).await;
    world.ground.let_clock_run(false).await?;
    answered
}

#[when(regex = r"^I request `(.+)` with the headers:$")]
async fn request_with_headers(
    world: &mut ZoneWorld,
    step: &Step,
    line: String,
) -> Result<(), Failure> {
    exchange(world, &line, &pairs(step)?, None).await
}

#[when(regex = r"^I request `(.+)` with the body:$")]
async fn request_with_body(
    world: &mut ZoneWorld,
    step: &Step,
    line: String,
) -> Result<(), Failure> {
    let body = document(step)?;
    exchange(world, &line, &[], Some(body.trim_end())).await
}

/// The answer is read and must be a success, but the exchange of the scenario stays.
#[when(regex = r"^I request on another connection `(.+)`$")]
async fn request_elsewhere(world: &mut ZoneWorld, line: String) -> Result<(), Failure> {
    let request = exchange::request(&pattern::fill(&line, &world.saved)?, &[], None)?;
    let answer = world.direct_client().exchange(&request).await?;
    match (200..300).contains(&answer.status()) {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "{line}: {} {}",
            answer.status(),
            answer.text()
        ))),
    }
}

#[when("I send:")]
async fn send(world: &mut ZoneWorld, step: &Step) -> Result<(), Failure> {
    let text = document(step)?.replace('\n', "\r\n");
    exchange_bytes(world, &text).await
}

#[when(regex = r#"^I send the bytes "(.*)"$"#)]
async fn send_bytes(world: &mut ZoneWorld, text: String) -> Result<(), Failure> {
    let bytes = pattern::unescape(&text)?;
    Ok(current(world)?.write(&bytes).await?)
}

#[when("I close my side")]
async fn close_side(world: &mut ZoneWorld) -> Result<(), Failure> {
    Ok(current(world)?.half_close().await?)
}

#[then(regex = r"^the status is (\d+)$")]
fn status(world: &mut ZoneWorld, expected: u16) -> Result<(), Failure> {
    let response = &current(world)?.response;
    let seen = response.status();
    match seen == expected {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "the status is {seen}, not {expected}; the body is {}",
            shown(&response.text())
        ))),
    }
}

#[then(regex = r#"^the status line is "(.*)"$"#)]
fn status_line(world: &mut ZoneWorld, expected: String) -> Result<(), Failure> {
    let seen = current(world)?.response.head.first_line.clone();
    expect_text("the status line", &expected, &seen, &world.saved)
}

#[then("the head is:")]
fn head(world: &mut ZoneWorld, step: &Step) -> Result<(), Failure> {
    let seen = String::from_utf8_lossy(&current(world)?.response.head_bytes).into_owned();
    let expected = document(step)?.replace('\n', "\r\n");
    expect_text("the head", &expected, &seen, &world.saved)
}

#[then(regex = r#"^the header "([^"]+)" is "(.*)"$"#)]
fn header(world: &mut ZoneWorld, name: String, expected: String) -> Result<(), Failure> {
    let seen = current(world)?
        .response
        .head
        .header(&name)
        .map(str::to_owned);
    let seen = seen.ok_or_else(|| Failure::Differs(format!("there is no header {name}")))?;
    let what = format!("the header {name}");
    expect_text(
        &what,
        &pattern::unescape_text(&expected)?,
        &seen,
        &world.saved,
    )
}

#[then(regex = r#"^the header "([^"]+)" holds the JSON:$"#)]
fn header_shows(world: &mut ZoneWorld, step: &Step, name: String) -> Result<(), Failure> {
    let head = &current(world)?.response.head;
    let seen = head.header(&name).unwrap_or_default();
    let seen = STANDARD.decode(seen).unwrap_or_default();
    let seen = serde_json::from_slice(&seen)
        .map_err(|error| Failure::Differs(format!("the header {name} holds no JSON: {error}")))?;
    expect::members(&seen, &pairs(step)?, &world.saved)
}

#[then(regex = r#"^there is no header "([^"]+)"$"#)]
fn no_header(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    match current(world)?.response.head.header(&name) {
        None => Ok(()),
        Some(value) => Err(Failure::Differs(format!(
            "there is a header {name}: {value}"
        ))),
    }
}

#[then("the body is empty")]
async fn body_is_empty(world: &mut ZoneWorld) -> Result<(), Failure> {
    body_is(world, String::new()).await
}

#[then(regex = r#"^the body is "(.*)"$"#)]
async fn body_is(world: &mut ZoneWorld, expected: String) -> Result<(), Failure> {
    let expected = pattern::unescape_text(&expected)?;
    let seen = body(world)?;
    expect_text("the body", &expected, &seen, &world.saved)
}

#[then(regex = r#"^the body contains "(.*)"$"#)]
fn body_contains(world: &mut ZoneWorld, expected: String) -> Result<(), Failure> {
    let text = pattern::unescape_text(&expected)?;
    let expression = pattern::expression(&text, &world.saved)?;
    let seen = body(world)?;
    match pattern::compile(&expression, false)?.is_match(&seen) {
        true => Ok(()),
        false => Err(Failure::Differs(format!("the body is {}", shown(&seen)))),
    }
}

/// The body is one JSON value a line.
#[then(regex = r#"^the lines of the body have at "([^"]+)" the texts "(.*)"$"#)]
fn body_lines(world: &mut ZoneWorld, pointer: String, expected: String) -> Result<(), Failure> {
    let lines = json_lines(world)?;
    let texts = lines.iter().map(|line| {
        let text = line.pointer(&pointer).and_then(serde_json::Value::as_str);
        text.unwrap_or("nothing")
    });
    let seen = texts.collect::<Vec<_>>().join(", ");
    expect_text("what the lines have", &expected, &seen, &world.saved)
}

#[then(regex = r"^line (\d+) of the body shows:$")]
fn body_line_shows(world: &mut ZoneWorld, step: &Step, place: usize) -> Result<(), Failure> {
    let lines = json_lines(world)?;
    let line = place.checked_sub(1).and_then(|place| lines.get(place));
    let line =
        line.ok_or_else(|| Failure::Differs(format!("the body has only {} lines", lines.len())))?;
    expect::members(line, &pairs(step)?, &world.saved)
}

fn json_lines(world: &mut ZoneWorld) -> Result<Vec<serde_json::Value>, Failure> {
    let text = current(world)?.response.text().into_owned();
    let lines = text.lines().map(|line| {
        serde_json::from_str(line)
            .map_err(|error| Failure::Differs(format!("{}: {error}", shown(line))))
    });
    lines.collect()
}

#[then(regex = r"^the body matches `(.*)`$")]
fn body_matches(world: &mut ZoneWorld, expression: String) -> Result<(), Failure> {
    let seen = body(world)?;
    match pattern::compile(&expression, false)?.is_match(&seen) {
        true => Ok(()),
        false => Err(Failure::Differs(format!("the body is {}", shown(&seen)))),
    }
}

#[then("every chunk is a JSON object and a line break")]
fn chunks_are_messages(world: &mut ZoneWorld) -> Result<(), Failure> {
    let chunks = &current(world)?.response.chunks;
    let is_message = |chunk: &Vec<u8>| {
        let object = chunk.strip_suffix(b"\r\n").map(serde_json::from_slice);
        matches!(object, Some(Ok(serde_json::Value::Object(_))))
    };
    match chunks.iter().find(|chunk| !is_message(chunk)) {
        None if chunks.len() > 1 => Ok(()),
        other => Err(Failure::Differs(format!(
            "of {} chunks one is {:?}",
            chunks.len(),
            other.map(|chunk| String::from_utf8_lossy(chunk))
        ))),
    }
}

#[then("the body shows:")]
fn body_shows(world: &mut ZoneWorld, step: &Step) -> Result<(), Failure> {
    let seen = current(world)?.response.json();
    let seen = seen.map_err(|error| Failure::Differs(format!("the body is no JSON: {error}")))?;
    expect::members(&seen, &pairs(step)?, &world.saved)
}

#[when(regex = r#"^I save the JSON at "([^"]+)" as "([a-z0-9-]+)"$"#)]
fn save_member(world: &mut ZoneWorld, pointer: String, name: String) -> Result<(), Failure> {
    let seen = current(world)?.response.json().unwrap_or_default();
    let value = seen.pointer(&pointer).and_then(|value| value.as_str());
    let value = value.ok_or_else(|| Failure::Differs(format!("no text at {pointer}: {seen}")))?;
    world.saved.insert(name, value.to_owned());
    Ok(())
}

#[when(regex = r#"^I save the body as "([a-z0-9-]+)"$"#)]
fn save_body(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    let value = body(world)?;
    world.saved.insert(name, value);
    Ok(())
}

/// What the expression's first group has found last.
#[when(regex = r#"^I save what `(.+)` finds in the body as "([a-z0-9-]+)"$"#)]
fn save_found(world: &mut ZoneWorld, expression: String, name: String) -> Result<(), Failure> {
    let seen = body(world)?;
    let expression = pattern::compile(&expression, false)?;
    let found = expression.captures_iter(&seen).last();
    let found = found.and_then(|groups| Some(groups.get(1)?.as_str().to_owned()));
    let found = found.ok_or_else(|| Failure::Differs(format!("the body is {}", shown(&seen))))?;
    world.saved.insert(name, found);
    Ok(())
}

#[then("the stream is:")]
async fn stream_is(world: &mut ZoneWorld, step: &Step) -> Result<(), Failure> {
    let expected: Result<Vec<(String, Vec<u8>)>, Failure> = pairs(step)?
        .into_iter()
        .map(|(stream, text)| Ok((stream, text.into_bytes())))
        .collect();
    let expected = expected?;
    let bytes = stream(world).await?;
    let seen = Exchange::frames(&bytes)?;
    // The two outputs of a process are apart: their order says nothing.
    let of = |wanted: &str| -> Vec<u8> {
        let frames = seen.iter().filter(|(stream, _)| *stream == wanted);
        frames.flat_map(|(_, bytes)| bytes.clone()).collect()
    };
    let told = |wanted: &str| -> Vec<u8> {
        let rows = expected.iter().filter(|(stream, _)| stream == wanted);
        rows.flat_map(|(_, bytes)| bytes.clone()).collect()
    };
    let same = ["stdin", "stdout", "stderr"]
        .into_iter()
        .all(|stream| of(stream) == told(stream));
    match same {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "the stream is {}",
            shown(&String::from_utf8_lossy(&bytes))
        ))),
    }
}

#[then(regex = r#"^the rest of the connection is "(.*)"$"#)]
async fn rest_is(world: &mut ZoneWorld, expected: String) -> Result<(), Failure> {
    let expected = pattern::unescape(&expected)?;
    let bytes = stream(world).await?;
    match bytes == expected {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "the rest of the connection is {}",
            shown(&String::from_utf8_lossy(&bytes))
        ))),
    }
}

#[then(regex = r#"^the rest of the connection contains "(.*)"$"#)]
async fn rest_contains(world: &mut ZoneWorld, expected: String) -> Result<(), Failure> {
    let expected = pattern::unescape(&expected)?;
    let bytes = stream(world).await?;
    match bytes.windows(expected.len()).any(|at| at == expected) {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "the rest of the connection is {}",
            shown(&String::from_utf8_lossy(&bytes))
        ))),
    }
}

#[then("the connection ends")]
async fn connection_ends(world: &mut ZoneWorld) -> Result<(), Failure> {
    match current(world)?.ended_in_order().await? {
        true => Ok(()),
        false => Err(Failure::Differs("it ended by a reset".to_owned())),
    }
}

#[then("the connection stays open")]
fn connection_stays(world: &mut ZoneWorld) -> Result<(), Failure> {
    match current(world)?.is_reusable() {
        true => Ok(()),
        false => Err(Failure::Differs("it ended".to_owned())),
    }
}

/// The exchange of the scenario is left with its stream unread.
#[when(regex = r#"^somebody attaches to "([^"]+)" and reads nothing$"#)]
async fn attach_unread(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    let line = format!("POST /v1.24/containers/{name}/attach?stream=1&stdout=1");
    exchange(world, &line, &[], None).await
}

/// What is left in the buffers of the connection is less than there was.
#[then("who reads nothing was cut")]
async fn was_cut(world: &mut ZoneWorld) -> Result<(), Failure> {
    let whole = world.last()?.stdout_len;
    let (bytes, ended) = current(world)?.rest().await?.clone();
    let came = bytes.len() as u64;
    match came < whole && ended.transport != TransportEnd::Open {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "{came} bytes came, and the connection ended with {ended:?}"
        ))),
    }
}

#[then("the head came in a read of its own")]
async fn head_alone(world: &mut ZoneWorld) -> Result<(), Failure> {
    let exchange = current(world)?;
    exchange.rest().await?;
    let head = exchange.response.head_bytes.len();
    match exchange.read_lengths().first() == Some(&head) {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "the reads are {:?} for a head of {head} bytes",
            exchange.read_lengths()
        ))),
    }
}

async fn exchange(
    world: &mut ZoneWorld,
    line: &str,
    headers: &[(String, String)],
    body: Option<&str>,
) -> Result<(), Failure> {
    let line = pattern::fill(line, &world.saved)?;
    let filled =
        |(name, value): &(String, String)| (name.clone(), pattern::fill_known(value, &world.saved));
    let headers: Vec<(String, String)> = headers.iter().map(filled).collect();
    let body = body.map(|body| pattern::fill_known(body, &world.saved));
    let mut request = exchange::request(&line, &headers, body.as_deref())?;
    if world.ground.is_engine() && !request.path.starts_with("/v") {
        request.path.insert_str(0, VERSION);
    }
    let bytes = request.to_bytes();
    send_on(world, &request.method, &line, &bytes).await
}

async fn exchange_bytes(world: &mut ZoneWorld, text: &str) -> Result<(), Failure> {
    let method = text.split(' ').next().unwrap_or_default().to_owned();
    send_on(world, &method, "bytes", text.as_bytes()).await
}

async fn send_on(
    world: &mut ZoneWorld,
    method: &str,
    about: &str,
    bytes: &[u8],
) -> Result<(), Failure> {
    if world.exchange.as_ref().is_some_and(|at| !at.is_reusable()) {
        world.leave_exchange();
    }
    let earlier = world.exchange.take();
    let client = world.raw_client().await?;
    let made = Exchange::send(&client, &world.raw, earlier, method, bytes).await?;
    let answer = [&made.response.head_bytes[..], &made.response.body].concat();
    world.note(EvidenceKind::Wire, about, &String::from_utf8_lossy(&answer));
    world.exchange = Some(made);
    Ok(())
}

/// What came behind the head. A zone's streams go to the end of the connection; an
/// engine's may have a length.
async fn stream(world: &mut ZoneWorld) -> Result<Vec<u8>, Failure> {
    Ok(match world.ground.is_engine() {
        true => current(world)?.stream().await?,
        false => current(world)?.rest().await?.0.clone(),
    })
}

pub(super) fn current(world: &mut ZoneWorld) -> Result<&mut Exchange, Failure> {
    let exchange = world.exchange.as_mut();
    exchange.ok_or_else(|| Failure::Feature("nothing was requested yet".to_owned()))
}

fn body(world: &mut ZoneWorld) -> Result<String, Failure> {
    Ok(current(world)?.response.text().into_owned())
}
