//! What the zone has in hand.

use std::time::Duration;

use cucumber::when;

use crate::failure::Failure;
use crate::world::ZoneWorld;
use crate::zone;

/// A request counts from its head to the end of its answer; a stream until it ends.
#[when(regex = r"^the zone is busy with (\d+) requests?$")]
async fn busy(world: &mut ZoneWorld, count: u64) -> Result<(), Failure> {
    const LOOKS: usize = 500;
    const PAUSE: Duration = Duration::from_millis(5);
    let mut seen = 0;
    for _ in 0..LOOKS {
        seen = zone::requests_in_flight(world.ground.control()?).await?;
        if seen >= count {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Failure::Differs(format!("{seen} requests are in flight")))
}
