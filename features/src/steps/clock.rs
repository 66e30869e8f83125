//! How much time has passed.

use cucumber::then;

use crate::failure::Failure;
use crate::world::ZoneWorld;

/// How much later than a timer something may be: what ran in between takes time, too.
const LITTLE_MORE_MS: i64 = 2000;

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

/// Since the last command began.
async fn passed_ms(world: &mut ZoneWorld) -> Result<i64, Failure> {
    let before = world.clock_before_ms;
    let before = before.ok_or_else(|| Failure::Feature("no command has run yet".to_owned()))?;
    Ok(world.ground.now_ms().await? - before)
}
