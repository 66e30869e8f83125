//! What containers reach outside the zone, and what has come there.

use std::time::Duration;

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Map, Value, json};

use crate::expect;
use crate::failure::Failure;
use crate::pattern;
use crate::receiver::Receiver;
use crate::steps::command::pairs;
use crate::world::ZoneWorld;
use crate::zone;

/// How often it is looked at what is still to come.
const LOOKS: usize = 2000;
/// How long it is left alone between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// The zone's host has it; containers know it by that name and port, or address and port.
#[given(
    regex = r#"^an? (rsyslog with TCP|rsyslog with UDP|GELF receiver|fluentd|echo|deaf receiver) is "([^"]+)"$"#
)]
async fn receiver(world: &mut ZoneWorld, kind: String, name: String) -> Result<(), Failure> {
    let receiver = Receiver::start(&kind).await?;
    world.receivers.insert(name, receiver);
    let mut outside = Map::new();
    for (name, receiver) in &world.receivers {
        outside.insert(name.clone(), receiver.socket()?.to_string().into());
    }
    zone::set(world.ground.control()?, json!({"outside": outside})).await
}

/// Its connections end with it.
#[when(regex = r#"^the receiver "([^"]+)" ends$"#)]
fn ends(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    let receiver = world.receivers.remove(&name);
    receiver.map(drop).ok_or_else(|| unknown(&name))
}

#[when(regex = r#"^the receiver "([^"]+)" comes to have (\d+) records?$"#)]
#[then(regex = r#"^the receiver "([^"]+)" comes to have (\d+) records?$"#)]
async fn comes_to_have(
    world: &mut ZoneWorld,
    name: String,
    expected: usize,
) -> Result<(), Failure> {
    let mut seen = Vec::new();
    for _ in 0..LOOKS {
        seen = records(world, &name)?;
        if seen.len() >= expected {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    match seen.len() == expected {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "{name} has {} records: {}",
            seen.len(),
            Value::Array(seen)
        ))),
    }
}

#[then(regex = r#"^record (\d+) of "([^"]+)" shows:$"#)]
fn shows(world: &mut ZoneWorld, step: &Step, place: usize, name: String) -> Result<(), Failure> {
    let records = records(world, &name)?;
    let record = place.checked_sub(1).and_then(|place| records.get(place));
    let record = record
        .ok_or_else(|| Failure::Differs(format!("{name} has only {} records", records.len())))?;
    expect::members(record, &pairs(step)?, &world.saved)
}

#[then(regex = r#"^the numbers in "([^"]+)" of the records of "([^"]+)" are 1 to (\d+)$"#)]
fn numbers(
    world: &mut ZoneWorld,
    pointer: String,
    name: String,
    last: usize,
) -> Result<(), Failure> {
    let records = records(world, &name)?;
    let seen = records.iter().map(|record| {
        let text = record.pointer(&pointer).and_then(Value::as_str);
        text.and_then(|text| text.trim().parse().ok())
    });
    let seen: Vec<Option<usize>> = seen.collect();
    match seen.iter().copied().eq((1..=last).map(Some)) {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "{} records: {seen:?}",
            seen.len()
        ))),
    }
}

#[then(regex = r#"^more than one datagram of "([^"]+)" was part of a record$"#)]
fn in_chunks(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    let receiver = world.receivers.get(&name).ok_or_else(|| unknown(&name))?;
    match receiver.chunks() {
        0 | 1 => Err(Failure::Differs(format!(
            "no record of {name} came in parts"
        ))),
        _ => Ok(()),
    }
}

fn records(world: &ZoneWorld, name: &str) -> Result<Vec<Value>, Failure> {
    let receiver = world.receivers.get(name).ok_or_else(|| unknown(name))?;
    receiver.records()
}

fn unknown(name: &str) -> Failure {
    Failure::Feature(format!("no receiver is {}", pattern::shown(name)))
}
