//! Who a client is.

use cucumber::given;
use cucumber::when;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::identity::{AccountKey, Credentials, Flaw};
use crate::world::ZoneWorld;
use crate::zone;

#[given(regex = r#"^the account "([^"]+)"$"#)]
async fn account(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    world.add_account(&login).await
}

#[given(regex = r#"^I am "([^"]+)"$"#)]
#[when(regex = r#"^I am "([^"]+)"$"#)]
fn become_account(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    world.images = false;
    world.become_account(&login)
}

#[given("I use no certificate")]
fn no_certificate(world: &mut ZoneWorld) {
    world.use_no_certificate();
}

#[given("I use the unix socket")]
fn unix_socket(world: &mut ZoneWorld) {
    world.use_socket();
}

#[given(
    regex = r"^I use a certificate (that is not valid yet|with an unreadable issuer|with a forged signature|without the Docker purpose)$"
)]
fn flawed(world: &mut ZoneWorld, flaw: String) -> Result<(), Failure> {
    let flaw = match flaw.as_str() {
        "that is not valid yet" => Flaw::Early,
        "with an unreadable issuer" => Flaw::Issuer,
        "with a forged signature" => Flaw::Forged,
        _ => Flaw::Purpose,
    };
    let login = world.login.clone();
    world.use_certificate(&login, &login, flaw)
}

#[given("I use an expired certificate")]
fn expired(world: &mut ZoneWorld) -> Result<(), Failure> {
    let login = world.login.clone();
    world.use_certificate(&login, &login, Flaw::Expired)
}

#[given(regex = r#"^I use a certificate of the unknown login "([^"]+)"$"#)]
fn unknown_login(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    let signer = world.login.clone();
    world.use_certificate(&login, &signer, Flaw::None)
}

#[given("I use a certificate signed by an unknown key")]
fn unknown_key(world: &mut ZoneWorld) -> Result<(), Failure> {
    const NOBODY: &str = "nobody's key";
    world
        .keys
        .insert(NOBODY.to_owned(), AccountKey::generate()?);
    let login = world.login.clone();
    world.use_certificate(&login, NOBODY, Flaw::None)
}

#[given(regex = r#"^I use a certificate of "([^"]+)" signed by my key$"#)]
fn foreign_login(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    let signer = world.login.clone();
    world.use_certificate(&login, &signer, Flaw::None)
}

#[given("I use a certificate that names my account by its id")]
async fn account_id(world: &mut ZoneWorld) -> Result<(), Failure> {
    let login = world.login.clone();
    let id = zone::account_id(&mut world.control, &login).await?;
    world.use_certificate(&id, &login, Flaw::None)
}

#[given("I use the certificate of my account with another key")]
fn wrong_key(world: &mut ZoneWorld) {
    world.raw.handshake.identity = clients::raw::Identity::WrongKey;
    world.leave_exchange();
}

/// A key and certificates of version 1 are committed: what makes keys here makes no such ones.
#[given(regex = r"^I use an old-style certificate( whose time is over)?$")]
async fn old_style(world: &mut ZoneWorld, over: String) -> Result<(), Failure> {
    let key = include_str!("../../fixtures/old-style/key.pub");
    let login = world.login.clone();
    zone::add_key(&mut world.control, &login, key.trim()).await?;
    let cert: &[u8] = match over.is_empty() {
        true => include_bytes!("../../fixtures/old-style/cert.pem"),
        false => include_bytes!("../../fixtures/old-style/expired-cert.pem"),
    };
    world.use_credentials(&Credentials {
        cert: cert.to_vec(),
        key: include_bytes!("../../fixtures/old-style/key.pem").to_vec(),
    });
    Ok(())
}

#[given("I use the plain port")]
fn plain_port(world: &mut ZoneWorld) {
    world.use_plain_port();
}

#[given(regex = r#"^I offer the cipher suite "([A-Z0-9_]+)" only$"#)]
fn only_suite(world: &mut ZoneWorld, suite: String) {
    world.leave_exchange();
    world.raw.handshake.cipher_suites = vec![suite];
}

#[given(regex = r#"^I offer the protocols "([^"]+)" and "([^"]+)"$"#)]
fn protocols(world: &mut ZoneWorld, first: String, second: String) {
    world.leave_exchange();
    world.raw.handshake.alpn = vec![first, second];
}

#[given(regex = r"^I speak TLS (\d\.\d) only$")]
fn only_tls(world: &mut ZoneWorld, version: String) -> Result<(), Failure> {
    world.leave_exchange();
    world.raw.only_tls(&version)
}

#[given("my account is disabled")]
async fn disabled(world: &mut ZoneWorld) -> Result<(), Failure> {
    let login = world.login.clone();
    zone::change_account(&mut world.control, &login, json!({"disabled": true})).await
}

#[given("my account is not approved for provisioning")]
async fn not_approved(world: &mut ZoneWorld) -> Result<(), Failure> {
    let login = world.login.clone();
    let change = json!({"approved_for_provisioning": false});
    zone::change_account(&mut world.control, &login, change).await
}

#[given("the key of my account is removed")]
async fn key_removed(world: &mut ZoneWorld) -> Result<(), Failure> {
    let login = world.login.clone();
    let key = world.keys.get(&login);
    let fingerprint = key.map(AccountKey::fingerprint).unwrap_or_default();
    zone::remove_key(&mut world.control, &login, &fingerprint).await
}

#[given(regex = r#"^my account may use the zones "([^"]+)" and "([^"]+)"$"#)]
async fn admitted(world: &mut ZoneWorld, first: String, second: String) -> Result<(), Failure> {
    let login = world.login.clone();
    let change = json!({"allowed_dcs": [first, second]});
    zone::change_account(&mut world.control, &login, change).await
}

#[given(regex = r#"^a token of my account( that expired)? as "([a-z0-9-]+)"$"#)]
async fn token(world: &mut ZoneWorld, expired: String, name: String) -> Result<(), Failure> {
    let login = world.login.clone();
    let expires = (!expired.is_empty()).then_some("2001-01-01T00:00:00.000Z");
    let token = zone::token(&mut world.control, &login, expires).await?;
    world.saved.insert(name, token);
    Ok(())
}

#[given(regex = r#"^the setting "([a-z_]+)" is (\d+|true|false)$"#)]
async fn setting(world: &mut ZoneWorld, name: String, value: String) -> Result<(), Failure> {
    let value = serde_json::from_str(&value)
        .map_err(|error| Failure::Feature(format!("`{value}`: {error}")))?;
    zone::set(&mut world.control, json!({name: Value::clone(&value)})).await
}

#[given(regex = r#"^the zone admits only accounts that name it, and says "([^"]+)"$"#)]
async fn admits_by_name(world: &mut ZoneWorld, text: String) -> Result<(), Failure> {
    let change = json!({"account_allowed_dcs": true, "account_allowed_dcs_message": text});
    zone::set(&mut world.control, change).await
}

#[given(regex = r#"^the service "([^"]+)" of the zone is down$"#)]
async fn service_down(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    zone::set(&mut world.control, json!({"dependencies_down": [name]})).await
}

#[given(regex = r#"^the log drivers "([^"]+)" and "([^"]+)" are enabled$"#)]
async fn log_drivers(world: &mut ZoneWorld, one: String, other: String) -> Result<(), Failure> {
    zone::set(&mut world.control, json!({"log_drivers": [one, other]})).await
}
