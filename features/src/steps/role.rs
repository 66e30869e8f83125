//! Users and roles of accounts.

use cucumber::{given, when};
use serde_json::json;

use crate::account_key::AccountKey;
use crate::failure::Failure;
use crate::world::ZoneWorld;
use crate::zone;

/// The role whose default members stand in for the account.
const ADMINISTRATOR: &str = "administrator";

/// The key is kept under the login, to sign with.
#[given(regex = r#"^the user "([^"]+)" of (?:my account|the account "([^"]+)")$"#)]
async fn user(world: &mut ZoneWorld, login: String, account: String) -> Result<(), Failure> {
    let account = match account.is_empty() {
        true => world.login.clone(),
        false => account,
    };
    let key = AccountKey::generate()?;
    zone::add_user(world.ground.control()?, &account, &login, &key.openssh()).await?;
    world.keys.insert(login, key);
    Ok(())
}

#[given(regex = r#"^the (user|account) "([^"]+)" is a (default )?member of my role "([^"]+)"$"#)]
async fn member(
    world: &mut ZoneWorld,
    kind: String,
    login: String,
    default: String,
    role: String,
) -> Result<(), Failure> {
    let account = world.login.clone();
    let kind = match kind.as_str() {
        "user" => "subuser",
        _ => "account",
    };
    let member = json!({"type": kind, "login": login, "default": !default.is_empty()});
    zone::add_member(world.ground.control()?, &account, &role, member).await
}

#[given(regex = r#"^the user "([^"]+)" of my account is removed$"#)]
async fn user_removed(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    let account = world.login.clone();
    zone::remove_user(world.ground.control()?, &account, &login).await
}

#[when("my account has no administrators any more")]
async fn no_administrators(world: &mut ZoneWorld) -> Result<(), Failure> {
    let account = world.login.clone();
    zone::remove_role(world.ground.control()?, &account, ADMINISTRATOR).await
}
