//! The zone's clock.

use cucumber::{then, when};

use crate::failure::Failure;
use crate::world::ZoneWorld;
use crate::zone;

/// How much later than a timer something may be: what ran in between takes time, too.
const LITTLE_MORE_MS: i64 = 2000;

#[when(regex = r"^the clock advances by (\d+) s$")]
async fn advance(world: &mut ZoneWorld, seconds: u64) -> Result<(), Failure> {
    zone::advance(&mut world.control, seconds * 1000).await
}

#[then(regex = r"^the clock has advanced by (\d+) s or a little more$")]
async fn advanced_by(world: &mut ZoneWorld, seconds: i64) -> Result<(), Failure> {
    let passed = passed_ms(world).await?;
    let range = seconds * 1000..=seconds * 1000 + LITTLE_MORE_MS;
    match range.contains(&passed) {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "the clock has advanced by {passed} ms, not by {seconds} s or a little more"
        ))),
    }
}

#[then(regex = r"^the clock has advanced by less than (\d+) s$")]
async fn advanced_by_less(world: &mut ZoneWorld, seconds: i64) -> Result<(), Failure> {
    let passed = passed_ms(world).await?;
    match passed < seconds * 1000 {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "the clock has advanced by {passed} ms"
        ))),
    }
}

#[when(regex = r#"^I save the zone's time less (\d+) s as "([a-z0-9-]+)"$"#)]
async fn save_time(world: &mut ZoneWorld, seconds: i64, name: String) -> Result<(), Failure> {
    let now = zone::now_ms(&mut world.control).await? / 1000 - seconds;
    world.saved.insert(name, now.to_string());
    Ok(())
}

/// Since the last command began.
async fn passed_ms(world: &mut ZoneWorld) -> Result<i64, Failure> {
    let before = world.clock_before_ms;
    let before = before.ok_or_else(|| Failure::Feature("no command has run yet".to_owned()))?;
    Ok(zone::now_ms(&mut world.control).await? - before)
}
