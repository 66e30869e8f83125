//! What a client shows to say who it is, and whom it trusts.

use clients::Target;
use clients::raw::Identity;
use cucumber::{given, then, when};

use crate::account_key::AccountKey;
use crate::failure::Failure;
use crate::identity::{self, Credentials, Flaw};
use crate::world::ZoneWorld;
use crate::zone;

#[given("I use no certificate")]
fn no_certificate(world: &mut ZoneWorld) -> Result<(), Failure> {
    world.use_no_certificate()
}

#[given("I use the unix socket")]
fn unix_socket(world: &mut ZoneWorld) -> Result<(), Failure> {
    world.use_socket()
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

#[given(regex = r#"^I use a certificate of my account signed by the key(?: of)? "([^"]+)"$"#)]
#[when(regex = r#"^I use a certificate of my account signed by the key(?: of)? "([^"]+)"$"#)]
fn another_signer(world: &mut ZoneWorld, signer: String) -> Result<(), Failure> {
    let login = world.login.clone();
    world.use_certificate(&login, &signer, Flaw::None)
}

/// What the client shows differs from what it showed before, but not in its key.
#[given(
    regex = r"^I use another certificate of the same key (with a forged signature|that has expired)$"
)]
fn same_key(world: &mut ZoneWorld, flaw: String) -> Result<(), Failure> {
    let flaw = match flaw.as_str() {
        "that has expired" => Flaw::Expired,
        _ => Flaw::Forged,
    };
    let before = world.shown.clone();
    let before = before.ok_or_else(|| Failure::Feature("there is none yet".to_owned()))?;
    let signer = world.key(&world.login)?;
    let made = signer.certify_again(&world.login, flaw, &before)?;
    world.use_credentials(&made)
}

#[given(regex = r#"^I use the certificate that the zone makes for "([^"]+)"$"#)]
async fn made_by_zone(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    let made = zone::certify(world.ground.control()?, &login).await?;
    world.login = login;
    world.use_credentials(&made)
}

/// ACC-24: whether the certificate is a server's, too, and has a name as such.
#[then(regex = r"^my certificate is (not )?shaped as that of a host$")]
fn host_shape(world: &mut ZoneWorld, not: String) -> Result<(), Failure> {
    let shown = world.shown.as_ref();
    let shown = shown.ok_or_else(|| Failure::Feature("there is none yet".to_owned()))?;
    let seen = identity::names_host(shown, &world.login)?;
    match seen == Some(not.is_empty()) {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "server's purpose and name: {seen:?}"
        ))),
    }
}

#[given(
    regex = r#"^I use (an empty certificate|garbage for a certificate|half a certificate|a certificate with more behind it)$"#
)]
fn unreadable(world: &mut ZoneWorld, what: String) -> Result<(), Failure> {
    let shown = world.shown.clone();
    let shown = shown.ok_or_else(|| Failure::Feature("there is none yet".to_owned()))?;
    let der = identity::der(&shown)?;
    let der = match what.as_str() {
        "an empty certificate" => Vec::new(),
        "garbage for a certificate" => b"\x30\x84\xff\xff\xff\xff garbage \0".repeat(40),
        "half a certificate" => der[..der.len() / 2].to_vec(),
        _ => [der, vec![0]].concat(),
    };
    world.use_credentials(&identity::with_der(&shown, &der))
}

/// It has an RSA key of 1,024 bits, which belongs to the account.
#[given("I use a certificate whose key is too short")]
async fn short_key(world: &mut ZoneWorld) -> Result<(), Failure> {
    let key = include_str!("../../fixtures/rsa-1024/key.pub");
    let login = world.login.clone();
    zone::add_key(world.ground.control()?, &login, "short", key.trim()).await?;
    world.use_credentials(&Credentials {
        cert: include_bytes!("../../fixtures/rsa-1024/cert.pem").to_vec(),
        key: include_bytes!("../../fixtures/rsa-1024/key.pem").to_vec(),
    })
}

#[given("I trust another authority than the zone's")]
fn other_authority(world: &mut ZoneWorld) -> Result<(), Failure> {
    let files = world.target.tls.clone();
    let mut files = files.ok_or_else(|| Failure::Feature("there is no TLS".to_owned()))?;
    files.ca = identity::unknown_authority()?;
    let docker = world.ground.zone()?.docker.clone();
    world.retarget(Target::tls(docker, files));
    Ok(())
}

#[given("I speak without TLS to the port with TLS")]
fn no_tls(world: &mut ZoneWorld) -> Result<(), Failure> {
    let docker = world.ground.zone()?.docker.clone();
    world.retarget(Target::plain(docker));
    Ok(())
}

#[given(regex = r#"^I use a certificate of "([^"]+)" signed by my key$"#)]
#[when(regex = r#"^I use a certificate of "([^"]+)" signed by my key$"#)]
fn foreign_login(world: &mut ZoneWorld, login: String) -> Result<(), Failure> {
    let signer = world.login.clone();
    world.use_certificate(&login, &signer, Flaw::None)
}

#[given("I use a certificate that names my account by its id")]
async fn account_id(world: &mut ZoneWorld) -> Result<(), Failure> {
    let login = world.login.clone();
    let id = zone::account_id(world.ground.control()?, &login).await?;
    world.use_certificate(&id, &login, Flaw::None)
}

#[given("I use the certificate of my account with another key")]
fn wrong_key(world: &mut ZoneWorld) {
    world.raw.handshake.identity = Identity::WrongKey;
    world.leave_exchange();
}

/// A key and certificates of version 1 are committed: what makes keys here makes no such ones.
#[given(regex = r"^I use an old-style certificate( whose time is over)?$")]
async fn old_style(world: &mut ZoneWorld, over: String) -> Result<(), Failure> {
    let key = include_str!("../../fixtures/old-style/key.pub");
    let login = world.login.clone();
    zone::add_key(world.ground.control()?, &login, "another", key.trim()).await?;
    let cert: &[u8] = match over.is_empty() {
        true => include_bytes!("../../fixtures/old-style/cert.pem"),
        false => include_bytes!("../../fixtures/old-style/expired-cert.pem"),
    };
    world.use_credentials(&Credentials {
        cert: cert.to_vec(),
        key: include_bytes!("../../fixtures/old-style/key.pem").to_vec(),
    })
}

#[given("I use the plain port")]
fn plain_port(world: &mut ZoneWorld) -> Result<(), Failure> {
    world.use_plain_port()
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
