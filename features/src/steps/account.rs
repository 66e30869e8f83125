//! Accounts, their keys and what they may do.

use cucumber::{given, then, when};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::account_key::{AccountKey, KeyKind};
use crate::failure::Failure;
use crate::pattern;
use crate::world::ZoneWorld;
use crate::zone;

#[given(regex = r#"^the account "([^"]+)"$"#)]
async fn account(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    world.add_account(&login).await
}

#[given(regex = r#"^the account "([^"]+)" with a key of type ([A-Za-z0-9-]+)$"#)]
async fn account_with(world: &mut ZoneWorld, login: String, kind: String) -> Result<(), Failure> {
    world.add_account_with(&login, key_kind(&kind)?).await
}

#[given(regex = r#"^the account "([^"]+)" without a key$"#)]
async fn account_without_key(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    zone::add_account_without_key(world.ground.control()?, &login).await
}

#[given(regex = r#"^the account "([^"]+)" with the key of "([^"]+)"$"#)]
async fn account_with_key_of(
    world: &mut ZoneWorld,
    login: String,
    holder: String,
) -> Result<(), Failure> {
    let line = world.key(&holder)?.openssh();
    zone::add_account(world.ground.control()?, &login, &line).await
}

/// The zone makes a key for it and keeps it.
#[given(regex = r#"^the account "([^"]+)" whose key the zone keeps$"#)]
async fn kept_account(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    zone::make_account(world.ground.control()?, &login).await
}

#[then(regex = r#"^no account can be called "([^"]*)"$"#)]
async fn no_account(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    let body = json!({"login": login});
    let said = world
        .ground
        .control()?
        .refusal("POST", "/accounts", &body)
        .await?;
    let expected = format!("login {login} is invalid");
    pattern::expect_text("the refusal", &expected, &said, &world.saved)
}

#[given(regex = r#"^I am "([^"]+)"$"#)]
#[when(regex = r#"^I am "([^"]+)"$"#)]
fn become_account(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    world.images.clear();
    world.become_account(&login)
}

fn key_kind(name: &str) -> Result<KeyKind, Failure> {
    KeyKind::named(name).ok_or_else(|| Failure::Feature(format!("no kind of key `{name}`")))
}

/// It is kept under its name, to sign with.
#[given(regex = r#"^my account has a key "([^"]+)" of type ([A-Za-z0-9-]+), too$"#)]
async fn another_key(world: &mut ZoneWorld, name: String, kind: String) -> Result<(), Failure> {
    let key = AccountKey::of(key_kind(&kind)?)?;
    let login = world.login.clone();
    zone::add_key(world.ground.control()?, &login, &name, &key.openssh()).await?;
    world.keys.insert(name, key);
    Ok(())
}

#[then(regex = r#"^my account takes no other key called "([^"]+)"$"#)]
async fn name_taken(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    let line = AccountKey::generate()?.openssh();
    let expected = format!("a key of name {name} exists already");
    refuses_key(world, &name, &line, &expected).await
}

#[then(regex = r#"^my account does not take the key "([^"]+)" again as "([^"]+)"$"#)]
async fn key_taken(world: &mut ZoneWorld, key: String, name: String) -> Result<(), Failure> {
    let key = world.key(&key)?;
    let expected = format!("a key of fingerprint {} exists already", key.fingerprint());
    let line = key.openssh();
    refuses_key(world, &name, &line, &expected).await
}

async fn refuses_key(
    world: &mut ZoneWorld,
    name: &str,
    line: &str,
    expected: &str,
) -> Result<(), Failure> {
    let path = format!("/accounts/{}/keys", world.login);
    let body = json!({"name": name, "openssh": line});
    let said = world
        .ground
        .control()?
        .refusal("POST", &path, &body)
        .await?;
    pattern::expect_text("the refusal", expected, &said, &world.saved)
}

#[then(regex = r#"^my account has (\d+) keys?$"#)]
async fn has_keys(world: &mut ZoneWorld, count: usize) -> Result<(), Failure> {
    let path = format!("/accounts/{}", world.login);
    let account = world.ground.control()?.get(&path).await?;
    let seen = account["keys"].as_array().map_or(0, Vec::len);
    match seen == count {
        true => Ok(()),
        false => Err(Failure::Differs(format!("it has {seen}: {account}"))),
    }
}

#[given(regex = r#"^the key "([^"]+)" of my account is removed$"#)]
async fn named_key_removed(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    let login = world.login.clone();
    zone::remove_key(world.ground.control()?, &login, &name).await
}

#[given(regex = r#"^the account "([^"]+)" is disabled$"#)]
async fn other_disabled(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    zone::change_account(world.ground.control()?, &login, json!({"disabled": true})).await
}

#[given(regex = r#"^the account "([^"]+)" may use the zone "([^"]+)"$"#)]
async fn other_admitted(world: &mut ZoneWorld, login: String, name: String) -> Result<(), Failure> {
    let change = json!({"allowed_dcs": [name]});
    zone::change_account(world.ground.control()?, &login, change).await
}

#[given("my account is disabled")]
async fn disabled(world: &mut ZoneWorld) -> Result<(), Failure> {
    let login = world.login.clone();
    zone::change_account(world.ground.control()?, &login, json!({"disabled": true})).await
}

#[given("my account is not approved for provisioning")]
async fn not_approved(world: &mut ZoneWorld) -> Result<(), Failure> {
    let login = world.login.clone();
    let change = json!({"approved_for_provisioning": false});
    zone::change_account(world.ground.control()?, &login, change).await
}

#[given("the key of my account is removed")]
async fn key_removed(world: &mut ZoneWorld) -> Result<(), Failure> {
    let login = world.login.clone();
    let fingerprint = world.key(&login)?.fingerprint();
    zone::remove_key(world.ground.control()?, &login, &fingerprint).await
}

#[given(regex = r#"^my account may use the zones "([^"]+)" and "([^"]+)"$"#)]
async fn admitted(world: &mut ZoneWorld, first: String, second: String) -> Result<(), Failure> {
    let login = world.login.clone();
    let change = json!({"allowed_dcs": [first, second]});
    zone::change_account(world.ground.control()?, &login, change).await
}

#[given(regex = r#"^a token of my account( that expired| for (\d+) s)? as "([a-z0-9-]+)"$"#)]
async fn token(
    world: &mut ZoneWorld,
    expires: String,
    seconds: String,
    name: String,
) -> Result<(), Failure> {
    let login = world.login.clone();
    let expires = match (expires.is_empty(), seconds.parse::<i64>()) {
        (true, _) => None,
        (false, Err(_)) => Some("2001-01-01T00:00:00.000Z".to_owned()),
        (false, Ok(seconds)) => Some(in_seconds(world, seconds).await?),
    };
    let token = zone::token(world.ground.control()?, &login, expires.as_deref()).await?;
    world.saved.insert(name, token);
    Ok(())
}

/// The date of so many seconds from now, by the zone's clock.
async fn in_seconds(world: &mut ZoneWorld, seconds: i64) -> Result<String, Failure> {
    let then_ms = world.ground.now_ms().await? + seconds * 1000;
    let then = OffsetDateTime::from_unix_timestamp_nanos(i128::from(then_ms) * 1_000_000);
    then.ok()
        .and_then(|then| then.format(&Rfc3339).ok())
        .ok_or_else(|| Failure::Feature(format!("no date in {seconds} s")))
}

/// An image of the embedded hub in the form that zones had before ids were digests.
#[given(regex = r#"^the account has the old image "([^"]+)" of "([^"]+)"$"#)]
async fn old_image(world: &mut ZoneWorld, name: String, image: String) -> Result<(), Failure> {
    let path = format!("/accounts/{}/legacy-images", world.login);
    let body = json!({"image": image, "name": name});
    let control = world.ground.control()?;
    control.send("POST", &path, &body).await?;
    Ok(())
}
