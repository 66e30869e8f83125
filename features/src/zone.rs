//! The zone of a scenario: started in this process, asked for everything over its control API.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use clients::Endpoint;
use serde_json::{Value, json};
use tempfile::TempDir;
use zonesim::{ClockMode, Config, Journal, Zone};

use crate::control::Control;
use crate::failure::Failure;
use crate::identity::{self, Credentials};

/// What a scenario wants besides the Docker endpoint and the control API as they always are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Entrances {
    /// The public addresses of containers.
    pub(crate) gateway: bool,
    /// SOCKS5.
    pub(crate) socks: bool,
    /// The zone's extensions.
    pub(crate) extensions: bool,
}

/// A zone of a scenario's own, with its clock stepped.
#[derive(Debug)]
pub(crate) struct RunningZone {
    zone: Zone,
    pub(crate) docker: Endpoint,
    pub(crate) plain: Endpoint,
    pub(crate) socket: PathBuf,
    pub(crate) control: Endpoint,
    pub(crate) ca_pem: Vec<u8>,
    /// Where the socket and the authority's key are; gone with the scenario.
    folder: TempDir,
}

impl RunningZone {
    /// Starts a zone without accounts on threads of its own. Only one that shows its authority's
    /// key writes it to a file, and can give [`RunningZone::server_certificate`].
    pub(crate) async fn start(
        seed: u64,
        entrances: Entrances,
        shows_key: bool,
    ) -> Result<RunningZone, Failure> {
        let folder = tempfile::tempdir().map_err(failed("make a folder"))?;
        let socket = folder.path().join("docker.sock");
        let config = Config {
            clock: ClockMode::Stepped,
            plain: Some((Ipv4Addr::LOCALHOST, 0).into()),
            data_dir: shows_key.then(|| folder.path().join("data")),
            accounts: Vec::new(),
            gateway: entrances.gateway,
            socks: entrances.socks.then_some((Ipv4Addr::LOCALHOST, 0).into()),
            worker_threads: 1,
            journal: true,
            ..Config::default()
        };
        Self::start_as(config, seed, folder, socket).await
    }

    /// Starts a zone with the account `demo`, in which time passes as it does here.
    pub(crate) async fn start_in_real_time(seed: u64) -> Result<RunningZone, Failure> {
        let folder = tempfile::tempdir().map_err(failed("make a folder"))?;
        let socket = folder.path().join("docker.sock");
        let config = Config {
            clock: ClockMode::Real,
            plain: Some((Ipv4Addr::LOCALHOST, 0).into()),
            ..Config::default()
        };
        Self::start_as(config, seed, folder, socket).await
    }

    async fn start_as(
        config: Config,
        seed: u64,
        folder: TempDir,
        socket: PathBuf,
    ) -> Result<RunningZone, Failure> {
        let config = Config {
            seed,
            socket: Some(socket.clone()),
            ..config
        };
        let zone = zonesim::Builder::from_config(config).start().await;
        let zone = zone.map_err(failed("start"))?;
        let port = |address: Option<std::net::SocketAddr>, what: &str| {
            let address = address.map(|address| Endpoint::loopback(address.port()));
            address.ok_or_else(|| Failure::Zone(format!("the zone has no {what}")))
        };
        Ok(RunningZone {
            docker: port(zone.docker(), "Docker endpoint")?,
            plain: port(zone.plain(), "plain port")?,
            control: port(zone.control(), "control API")?,
            ca_pem: zone.ca_pem().as_bytes().to_vec(),
            socket,
            zone,
            folder,
        })
    }

    /// What it is told, if that is kept.
    pub(crate) fn journal(&self) -> Option<Journal> {
        self.zone.journal()
    }

    /// A certificate for loopback, issued by the zone's own authority.
    pub(crate) fn server_certificate(&self) -> Result<Credentials, Failure> {
        let path = self.folder.path().join("data").join("ca-key.pem");
        let key = std::fs::read_to_string(path).map_err(failed("show its authority's key"))?;
        identity::server_certificate(&self.ca_pem, &key)
    }

    /// Stops it; a panic inside and whatever did not go with its containers is a failure, and so is
    /// what others have left.
    pub(crate) async fn stop(self, others: Vec<String>) -> Result<(), Failure> {
        let report = self.zone.shutdown().await;
        let left = [report.panics, report.leaks, others].concat();
        match left.is_empty() {
            true => Ok(()),
            false => Err(Failure::Zone(format!(
                "what is left behind:\n{}",
                left.join("\n")
            ))),
        }
    }
}

fn failed<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> Failure {
    move |error| Failure::Zone(format!("the zone failed to {what}: {error}"))
}

/// Makes an account without a key.
pub(crate) async fn add_account_without_key(
    control: &mut Control,
    login: &str,
) -> Result<(), Failure> {
    let body = json!({"login": login, "generate_key": false});
    control.send("POST", "/accounts", &body).await.map(drop)
}

/// Makes an account whose key the zone makes and keeps.
pub(crate) async fn make_account(control: &mut Control, login: &str) -> Result<(), Failure> {
    let body = json!({"login": login});
    control.send("POST", "/accounts", &body).await.map(drop)
}

/// A certificate that the zone makes with the key it keeps of an account.
pub(crate) async fn certify(control: &mut Control, login: &str) -> Result<Credentials, Failure> {
    let path = format!("/accounts/{login}/certificates");
    let made = control.send("POST", &path, &json!({})).await?;
    let pem = |name: &str| {
        let text = made[name].as_str().map(|text| text.as_bytes().to_vec());
        text.ok_or_else(|| Failure::Zone(format!("no {name}: {made}")))
    };
    Ok(Credentials {
        cert: pem("cert")?,
        key: pem("key")?,
    })
}

/// Makes a user of an account, with a key.
pub(crate) async fn add_user(
    control: &mut Control,
    account: &str,
    login: &str,
    openssh: &str,
) -> Result<(), Failure> {
    let path = format!("/accounts/{account}/users");
    let body = json!({"login": login, "keys": [openssh]});
    control.send("POST", &path, &body).await.map(drop)
}

/// Takes a user from an account.
pub(crate) async fn remove_user(
    control: &mut Control,
    account: &str,
    login: &str,
) -> Result<(), Failure> {
    let path = format!("/accounts/{account}/users/{login}");
    control.send("DELETE", &path, &json!({})).await.map(drop)
}

/// Adds a member (`type`, `login`, `default`) to a role of an account, which is made when it is not there.
pub(crate) async fn add_member(
    control: &mut Control,
    account: &str,
    role: &str,
    member: Value,
) -> Result<(), Failure> {
    let roles = control.get(&format!("/accounts/{account}/roles")).await?;
    let roles = roles.as_array().into_iter().flatten();
    let known = roles.filter(|known| known["name"] == role);
    let known = known.flat_map(|known| known["members"].as_array().into_iter().flatten());
    let mut members: Vec<Value> = known
        .map(|known| json!({"type": known["type"], "login": known["login"], "default": known["default"]}))
        .collect();
    members.push(member);
    let path = format!("/accounts/{account}/roles/{role}");
    let body = json!({"members": members});
    control.send("PUT", &path, &body).await.map(drop)
}

/// Takes a role from an account.
pub(crate) async fn remove_role(
    control: &mut Control,
    account: &str,
    role: &str,
) -> Result<(), Failure> {
    let path = format!("/accounts/{account}/roles/{role}");
    control.send("DELETE", &path, &json!({})).await.map(drop)
}

/// Makes an account that has a key.
pub(crate) async fn add_account(
    control: &mut Control,
    login: &str,
    openssh: &str,
) -> Result<(), Failure> {
    let body = json!({"login": login, "keys": [openssh]});
    control.send("POST", "/accounts", &body).await.map(drop)
}

/// The id of an account.
pub(crate) async fn account_id(control: &mut Control, login: &str) -> Result<String, Failure> {
    let account = control.get(&format!("/accounts/{login}")).await?;
    let id = account["id"].as_str().map(str::to_owned);
    id.ok_or_else(|| Failure::Zone(format!("an account without an id: {account}")))
}

/// Changes attributes of an account.
pub(crate) async fn change_account(
    control: &mut Control,
    login: &str,
    change: Value,
) -> Result<(), Failure> {
    let path = format!("/accounts/{login}");
    control.send("PATCH", &path, &change).await.map(drop)
}

/// Gives an account one more key.
pub(crate) async fn add_key(
    control: &mut Control,
    login: &str,
    name: &str,
    openssh: &str,
) -> Result<(), Failure> {
    let path = format!("/accounts/{login}/keys");
    let key = json!({"name": name, "openssh": openssh});
    control.send("POST", &path, &key).await.map(drop)
}

/// Takes a key, by its name or fingerprint, from an account.
pub(crate) async fn remove_key(
    control: &mut Control,
    login: &str,
    key: &str,
) -> Result<(), Failure> {
    let path = format!("/accounts/{login}/keys/{key}");
    control.send("DELETE", &path, &json!({})).await.map(drop)
}

/// Mints a token of an account.
pub(crate) async fn token(
    control: &mut Control,
    login: &str,
    expires: Option<&str>,
) -> Result<String, Failure> {
    let path = format!("/accounts/{login}/tokens");
    let made = control
        .send("POST", &path, &json!({"expires": expires}))
        .await?;
    let token = made["token"].as_str().map(str::to_owned);
    token.ok_or_else(|| Failure::Zone(format!("no token: {made}")))
}

/// Changes settings of the zone.
pub(crate) async fn set(control: &mut Control, change: Value) -> Result<(), Failure> {
    control.send("PATCH", "/settings", &change).await.map(drop)
}

/// Something is to go wrong.
pub(crate) async fn add_fault(control: &mut Control, fault: Value) -> Result<(), Failure> {
    control.send("POST", "/faults", &fault).await.map(drop)
}

/// The process that sends a container's output elsewhere ends.
pub(crate) async fn kill_helper(
    control: &mut Control,
    login: &str,
    container: &str,
) -> Result<(), Failure> {
    let path = format!("/accounts/{login}/containers/{container}/helper");
    control.send("DELETE", &path, &json!({})).await.map(drop)
}

/// Every server goes down and comes up again.
pub(crate) async fn reboot(control: &mut Control, crash: bool) -> Result<(), Failure> {
    let path = "/servers/all/reboot";
    let body = json!({"crash": crash});
    control.send("POST", path, &body).await.map(drop)
}

/// Offers a package to users, or does so no more.
pub(crate) async fn offer_package(
    control: &mut Control,
    name: &str,
    active: bool,
) -> Result<(), Failure> {
    let path = format!("/packages/{name}");
    let body = json!({"active": active});
    control.send("PATCH", &path, &body).await.map(drop)
}

/// How many requests the zone has not answered to their end.
pub(crate) async fn requests_in_flight(control: &mut Control) -> Result<u64, Failure> {
    let state = control.get("/state").await?;
    let count = state["requests_in_flight"].as_u64();
    count.ok_or_else(|| Failure::Zone(format!("no count of requests: {state}")))
}

/// Moves the clock by so much, through every timer on the way.
pub(crate) async fn advance(control: &mut Control, ms: u64) -> Result<(), Failure> {
    let by = json!({"ms": ms});
    control.send("POST", "/clock/advance", &by).await.map(drop)
}

/// The zone's time in milliseconds since 1970.
pub(crate) async fn now_ms(control: &mut Control) -> Result<i64, Failure> {
    let clock = control.get("/clock").await?;
    let now = clock["now_ms"].as_i64();
    now.ok_or_else(|| Failure::Zone(format!("a clock without a time: {clock}")))
}

/// Lets the clock jump to what requests in flight wait for, or ends that.
pub(crate) async fn let_clock_run(control: &mut Control, running: bool) -> Result<(), Failure> {
    let method = if running { "POST" } else { "DELETE" };
    let path = "/clock/running";
    control.send(method, path, &json!({})).await.map(drop)
}
