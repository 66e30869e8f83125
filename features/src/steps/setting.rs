//! Settings of the zone.

use cucumber::{given, when};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::world::ZoneWorld;
use crate::zone;

#[given(regex = r#"^the setting "([a-z_]+)" is (\d+|true|false)$"#)]
async fn setting(world: &mut ZoneWorld, name: String, value: String) -> Result<(), Failure> {
    let value = serde_json::from_str(&value)
        .map_err(|error| Failure::Feature(format!("`{value}`: {error}")))?;
    zone::set(world.ground.control()?, json!({name: Value::clone(&value)})).await
}

#[given(regex = r#"^the zone admits only accounts that name it, and says "([^"]+)"$"#)]
async fn admits_by_name(world: &mut ZoneWorld, text: String) -> Result<(), Failure> {
    let change = json!({"account_allowed_dcs": true, "account_allowed_dcs_message": text});
    zone::set(world.ground.control()?, change).await
}

#[given(regex = r#"^the service "([^"]+)" of the zone is down$"#)]
async fn service_down(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    zone::set(
        world.ground.control()?,
        json!({"dependencies_down": [name]}),
    )
    .await
}

#[when("every service of the zone is up")]
async fn services_up(world: &mut ZoneWorld) -> Result<(), Failure> {
    zone::set(world.ground.control()?, json!({"dependencies_down": []})).await
}

#[given(regex = r#"^the log drivers "([^"]+)" and "([^"]+)" are enabled$"#)]
async fn log_drivers(world: &mut ZoneWorld, one: String, other: String) -> Result<(), Failure> {
    zone::set(
        world.ground.control()?,
        json!({"log_drivers": [one, other]}),
    )
    .await
}

#[given(regex = r#"^the log driver "([^"]+)" is enabled$"#)]
async fn log_driver(world: &mut ZoneWorld, driver: String) -> Result<(), Failure> {
    zone::set(
        world.ground.control()?,
        json!({"log_drivers": ["json-file", driver]}),
    )
    .await
}
