//! What goes wrong in the zone, and how long its nodes take.

use cucumber::{given, when};
use serde_json::json;

use crate::failure::Failure;
use crate::world::ZoneWorld;
use crate::zone;

#[given(
    regex = r#"^the ([a-z]+) of "([^"]+)" (fails|hangs)(?: with (\d+))?( (?:every|\d+) times?)?$"#
)]
#[when(
    regex = r#"^the ([a-z]+) of "([^"]+)" (fails|hangs)(?: with (\d+))?( (?:every|\d+) times?)?$"#
)]
async fn fault(
    world: &mut ZoneWorld,
    point: String,
    container: String,
    kind: String,
    status: String,
    times: String,
) -> Result<(), Failure> {
    let number = |text: &str| text.parse::<u32>().ok();
    let times = times.split_whitespace().next().map_or(Some(1), number);
    let fault = json!({
        "point": point,
        "kind": kind,
        "status": number(&status),
        "login": world.login,
        "container": container,
        "times": times,
    });
    zone::add_fault(world.ground.control()?, fault).await
}

/// Of a container of the account.
#[when(regex = r#"^the helper of "([^"]+)" is killed$"#)]
async fn helper_killed(world: &mut ZoneWorld, container: String) -> Result<(), Failure> {
    let login = world.login.clone();
    zone::kill_helper(world.ground.control()?, &login, &container).await
}

/// The layer on top of it.
#[when(regex = r#"^the layer of "([^"]+)" vanishes$"#)]
async fn layer_vanishes(world: &mut ZoneWorld, image: String) -> Result<(), Failure> {
    let path = format!("/accounts/{}/lost-layers", world.login);
    let control = world.ground.control()?;
    control
        .send("POST", &path, &json!({"image": image}))
        .await?;
    Ok(())
}

#[given("containers cannot be counted")]
async fn no_count(world: &mut ZoneWorld) -> Result<(), Failure> {
    zone::add_fault(world.ground.control()?, json!({"point": "count"})).await
}

#[given(regex = r"^nodes take (\d+) s to (provision|start|stop|delete)$")]
async fn slow(world: &mut ZoneWorld, seconds: u64, job: String) -> Result<(), Failure> {
    let timing = json!({format!("{job}_ms"): seconds * 1000});
    zone::set(world.ground.control()?, json!({"timing": timing})).await
}

#[when(regex = r"^every server (reboots|crashes)$")]
async fn reboot(world: &mut ZoneWorld, how: String) -> Result<(), Failure> {
    zone::reboot(world.ground.control()?, how == "crashes").await
}

#[given(regex = r#"^the package "([^"]+)" is no longer offered$"#)]
#[when(regex = r#"^the package "([^"]+)" is no longer offered$"#)]
async fn not_offered(world: &mut ZoneWorld, package: String) -> Result<(), Failure> {
    zone::offer_package(world.ground.control()?, &package, false).await
}
