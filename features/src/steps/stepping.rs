//! The zone's clock, moved and read.

use cucumber::when;

use crate::failure::Failure;
use crate::world::ZoneWorld;
use crate::zone;

#[when(regex = r"^the clock advances by (\d+) s$")]
async fn advance(world: &mut ZoneWorld, seconds: u64) -> Result<(), Failure> {
    zone::advance(world.ground.control()?, seconds * 1000).await
}

#[when(regex = r#"^I save the zone's time less (\d+) s as "([a-z0-9-]+)"$"#)]
async fn save_time(world: &mut ZoneWorld, seconds: i64, name: String) -> Result<(), Failure> {
    let now = world.ground.now_ms().await? / 1000 - seconds;
    world.saved.insert(name, now.to_string());
    Ok(())
}
