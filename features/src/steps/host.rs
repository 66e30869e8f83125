//! The host's ways to containers.

use std::net::SocketAddr;
use std::time::Duration;

use cucumber::{then, when};
use serde_json::Value;

use crate::failure::Failure;
use crate::host::{self, Trouble, Way};
use crate::pattern;
use crate::steps::container::inspect_raw;
use crate::world::ZoneWorld;
use crate::zone;

/// How often it is looked at what is still to come.
const LOOKS: usize = 5000;
/// How long it is left alone between two looks.
const PAUSE: Duration = Duration::from_millis(1);
/// Steps of the clock while somebody waits for an answer that does not come.
const STEP_MS: u64 = 1000;

#[when(regex = r#"^the host fetches "([^"]+)" from port (\d+) of "([^"]+)"$"#)]
async fn fetch(
    world: &mut ZoneWorld,
    path: String,
    port: u16,
    name: String,
) -> Result<(), Failure> {
    let way = straight(world, &name).await?;
    remember(world, host::fetch(&way, port, &path).await);
    Ok(())
}

/// The host learns of a new listener, or of one that has gone, a moment later.
#[when(regex = r#"^the host fetches "([^"]+)" from port (\d+) of "([^"]+)" until it is "(.*)"$"#)]
async fn fetch_until(
    world: &mut ZoneWorld,
    path: String,
    port: u16,
    name: String,
    expected: String,
) -> Result<(), Failure> {
    let expected = pattern::unescape_text(&expected)?;
    let way = straight(world, &name).await?;
    for _ in 0..LOOKS {
        remember(world, host::fetch(&way, port, &path).await);
        if world.fetched.as_deref() == Some(&*expected) {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    is(world, &expected)
}

#[when(
    regex = r#"^"([^"]+)" fetches "([^"]+)" from port (\d+) of "([^"]+)" over SOCKS5( with another token)?$"#
)]
async fn fetch_over_socks(
    world: &mut ZoneWorld,
    login: String,
    path: String,
    port: u16,
    host: String,
    wrong: String,
) -> Result<(), Failure> {
    let way = over_socks(world, &login, &host, !wrong.is_empty()).await?;
    remember(world, host::fetch(&way, port, &path).await);
    Ok(())
}

/// Until it has an answer or has given up; the clock runs as long as that takes.
#[when(
    regex = r#"^"([^"]+)" fetches "([^"]+)" from port (\d+) of "([^"]+)" over SOCKS5 while the clock runs$"#
)]
async fn fetch_over_socks_in_time(
    world: &mut ZoneWorld,
    login: String,
    path: String,
    port: u16,
    host: String,
) -> Result<(), Failure> {
    let way = over_socks(world, &login, &host, false).await?;
    world.clock_before_ms = Some(world.ground.now_ms().await?);
    let fetching = async move { host::fetch(&way, port, &path).await };
    let mut fetching = Box::pin(fetching);
    let fetched = loop {
        tokio::select! {
            biased;
            fetched = &mut fetching => break fetched,
            () = tokio::time::sleep(PAUSE) => zone::advance(world.ground.control()?, STEP_MS).await?,
        }
    };
    remember(world, fetched);
    Ok(())
}

#[then(regex = r#"^what came is "(.*)"$"#)]
fn came(world: &mut ZoneWorld, expected: String) -> Result<(), Failure> {
    is(world, &pattern::unescape_text(&expected)?)
}

#[then(regex = r#"^the host serves port (\d+) of "([^"]+)"$"#)]
async fn serves(world: &mut ZoneWorld, port: u16, name: String) -> Result<(), Failure> {
    let address = address_of(world, &name).await?;
    let ports = world.ground.control()?.get("/ports").await?;
    let wanted = format!("{address}:{port}");
    let mut rows = ports.as_array().into_iter().flatten();
    match rows.any(|row| row["address"] == *wanted && row["served"] == *wanted) {
        true => Ok(()),
        false => Err(Failure::Differs(format!("served is {ports}"))),
    }
}

fn is(world: &ZoneWorld, expected: &str) -> Result<(), Failure> {
    match world.fetched.as_deref() {
        Some(seen) if seen == expected => Ok(()),
        Some(seen) => Err(Failure::Differs(format!(
            "what came is {}",
            pattern::shown(seen)
        ))),
        None => Err(Failure::Feature("nothing was fetched".to_owned())),
    }
}

fn remember(world: &mut ZoneWorld, fetched: Result<String, Trouble>) {
    let text = fetched.unwrap_or_else(|trouble| trouble.to_string());
    world.fetched = Some(text);
}

pub(super) async fn address_of(world: &mut ZoneWorld, name: &str) -> Result<String, Failure> {
    let shown = inspect_raw(world, name).await?;
    let address = shown["NetworkSettings"]["IPAddress"].as_str();
    address
        .map(str::to_owned)
        .ok_or_else(|| Failure::Zone(format!("{name} has no address: {shown}")))
}

async fn straight(world: &mut ZoneWorld, name: &str) -> Result<Way, Failure> {
    let address = address_of(world, name).await?;
    let parsed = address.parse();
    parsed
        .map(Way::Straight)
        .map_err(|_| Failure::Zone(format!("{address} is no address")))
}

/// To an address or a name, as an account, with its token or a wrong one.
async fn over_socks(
    world: &mut ZoneWorld,
    login: &str,
    host: &str,
    wrong: bool,
) -> Result<Way, Failure> {
    let host = pattern::fill(host, &world.saved)?;
    let path = format!("/accounts/{login}/socks");
    let socks: Value = world.ground.control()?.get(&path).await?;
    let text = |key: &str| socks[key].as_str().unwrap_or_default().to_owned();
    let proxy: SocketAddr = text("address")
        .parse()
        .map_err(|_| Failure::Feature(format!("without @socks there is none: {socks}")))?;
    let mut password = text("token");
    if wrong {
        password.push('0');
    }
    Ok(Way::Socks {
        proxy,
        user: login.to_owned(),
        password,
        host,
    })
}
