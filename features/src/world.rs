//! What the steps of one scenario share: a zone of its own, who the client is, what was seen last.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clients::library;
use clients::proxy::{Asked, Front, Mutation, Proxy};
use clients::{
    Client, ClientName, Endpoint, Exit, Invocation, Outcome, RawClient, Running, Target, TlsFiles,
};
use reports::{Evidence, EvidenceKind};

use crate::account_key::{AccountKey, KeyKind};
use crate::control::Control;
use crate::evidence;
use crate::exchange::Exchange;
use crate::failure::Failure;
use crate::foreign::Foreign;
use crate::ground::Ground;
use crate::identity::{Credentials, Flaw};
use crate::pattern::Saved;
use crate::receiver::Receiver;
use crate::registry::{Authority, Registry, TokenServer};
use crate::roster::Roster;
use crate::visit::Visit;
use crate::words;
use crate::zone::{Entrances, RunningZone};

/// The account that a scenario speaks as unless it says otherwise.
pub const LOGIN: &str = "demo";

/// What the command lines from 1.10 on read their API version from.
const API_VERSION: &str = "DOCKER_API_VERSION";

/// Under what conditions a scenario runs.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// What is wrong between the client and the zone.
    mutation: Option<Mutation>,
    /// Whether what the client asks is remembered.
    records: bool,
    /// How long a command or a read of a connection may take, of real time.
    command_deadline: Duration,
}

impl Default for Conditions {
    /// Nothing is wrong, and there is time.
    fn default() -> Conditions {
        Conditions {
            mutation: None,
            records: false,
            command_deadline: Duration::from_secs(20),
        }
    }
}

impl Conditions {
    /// At a target that others use, too.
    fn shared() -> Conditions {
        Conditions {
            mutation: None,
            records: false,
            command_deadline: Duration::from_secs(60),
        }
    }

    /// With a mutation, under which much never ends: it is not waited for long.
    pub fn mutated(mutation: Mutation) -> Conditions {
        Conditions {
            mutation: Some(mutation),
            records: false,
            command_deadline: Duration::from_secs(4),
        }
    }

    /// The same, and what the client asks is remembered.
    pub(crate) fn recorded(mutation: Mutation) -> Conditions {
        Conditions {
            records: true,
            ..Conditions::mutated(mutation)
        }
    }
}

/// What stood between a client and its zone has seen.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    /// How often a mutation was applied.
    pub(crate) applied: u64,
    /// What the client has asked, where that is remembered.
    pub(crate) asked: Vec<Asked>,
    /// Where it listened.
    pub(crate) ports: Vec<u16>,
}

/// The state of a scenario.
#[derive(cucumber::World)]
#[world(init = Self::of_no_case)]
pub struct ZoneWorld {
    /// Which client drives it.
    pub client: ClientName,
    roster: Arc<Roster>,
    pub(crate) ground: Ground,
    pub(crate) keys: BTreeMap<String, AccountKey>,
    pub(crate) login: String,
    /// The certificate that was made last.
    pub(crate) shown: Option<Credentials>,
    pub(crate) target: Target,
    made: BTreeMap<ClientName, Box<dyn Client>>,
    /// Clients of who the scenario was before.
    retired: Vec<Box<dyn Client>>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) running: BTreeMap<String, Running>,
    pub(crate) exchange: Option<Exchange>,
    pub(crate) saved: Saved,
    /// What a program of the host has got last, or why it has not.
    pub(crate) fetched: Option<String>,
    /// Receivers of logs, by what containers know them as.
    pub(crate) receivers: BTreeMap<String, Receiver>,
    /// Registries and what belongs to them.
    pub(crate) beside: Beside,
    evidence: Vec<Evidence>,
    /// The zone's time when the last command began, in milliseconds.
    pub(crate) clock_before_ms: Option<i64>,
    /// The images that the account has pulled already.
    pub(crate) images: BTreeSet<String>,
    conditions: Conditions,
    /// What stands between the client and the zone when a mutation is tried; the last one is used.
    proxies: Vec<Proxy>,
    /// Where the last of them listens, as who the client is now.
    mutated: Option<Target>,
    pub(crate) raw: crate::exchange::Manner,
}

/// What a scenario has made beside its target: registries and what belongs to them, and a folder to build from.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// The last one is meant when none is named.
    pub(crate) registries: Vec<Registry>,
    /// Signs tokens for one of them.
    pub(crate) tokens: Option<TokenServer>,
    /// Has certified one of them.
    pub(crate) authority: Option<Authority>,
    /// What images are built from.
    pub(crate) context: Option<tempfile::TempDir>,
}

impl Beside {
    /// The registry that was started last.
    pub(crate) fn registry(&self) -> Option<&Registry> {
        self.registries.last()
    }
}

impl fmt::Debug for ZoneWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZoneWorld")
            .field("client", &self.client)
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}

impl ZoneWorld {
    /// cucumber's own constructor knows no case; [`ZoneWorld::start`] is used instead.
    fn of_no_case() -> Result<ZoneWorld, Failure> {
        Err(Failure::Feature("a scenario without a client".to_owned()))
    }

    /// Starts a zone with the account [`LOGIN`] and points the client at it.
    pub(crate) async fn start(
        client: ClientName,
        roster: &Arc<Roster>,
        seed: u64,
        entrances: Entrances,
        conditions: Conditions,
    ) -> Result<ZoneWorld, Failure> {
        let shows_key = conditions.mutation.is_some();
        let zone = RunningZone::start(seed, entrances, shows_key).await?;
        let control = Control::new(zone.control.clone());
        let files = TlsFiles::without_certificate(zone.ca_pem.clone());
        let target = Target::tls(zone.docker.clone(), files);
        let ground = Ground::Own {
            zone: Box::new(zone),
            control: Box::new(control),
        };
        let mut world = ZoneWorld::on(ground, target, client, roster, conditions);
        if entrances.extensions {
            let on = serde_json::json!({"extensions": true});
            crate::zone::set(world.ground.control()?, on).await?;
        }
        world.add_account(LOGIN).await?;
        world.become_account(LOGIN)?;
        Ok(world)
    }

    /// Comes to a target that was there before.
    pub(crate) async fn visit(
        client: ClientName,
        roster: &Arc<Roster>,
        foreign: &Foreign,
        prefix: &str,
    ) -> Result<ZoneWorld, Failure> {
        let visit = Visit::begin(foreign, prefix).await?;
        let target = Target::plain(visit.endpoint());
        let ground = Ground::Foreign(Box::new(visit));
        let conditions = Conditions::shared();
        Ok(ZoneWorld::on(ground, target, client, roster, conditions))
    }

    fn on(
        ground: Ground,
        target: Target,
        client: ClientName,
        roster: &Arc<Roster>,
        conditions: Conditions,
    ) -> ZoneWorld {
        ZoneWorld {
            client,
            roster: Arc::clone(roster),
            ground,
            keys: BTreeMap::new(),
            login: LOGIN.to_owned(),
            shown: None,
            target,
            made: BTreeMap::new(),
            retired: Vec::new(),
            outcome: None,
            running: BTreeMap::new(),
            exchange: None,
            saved: Saved::new(),
            fetched: None,
            receivers: BTreeMap::new(),
            beside: Beside::default(),
            evidence: Vec::new(),
            clock_before_ms: None,
            images: BTreeSet::new(),
            conditions,
            proxies: Vec::new(),
            mutated: None,
            raw: crate::exchange::Manner::default(),
        }
    }

    /// Makes an account with a key.
    pub(crate) async fn add_account(&mut self, login: &str) -> Result<(), Failure> {
        self.add_account_with(login, KeyKind::P256).await
    }

    /// Makes an account with a key of a kind.
    pub(crate) async fn add_account_with(
        &mut self,
        login: &str,
        kind: KeyKind,
    ) -> Result<(), Failure> {
        let key = AccountKey::of(kind)?;
        crate::zone::add_account(self.ground.control()?, login, &key.openssh()).await?;
        self.keys.insert(login.to_owned(), key);
        Ok(())
    }

    /// Speaks as an account from now on, with a good certificate.
    pub(crate) fn become_account(&mut self, login: &str) -> Result<(), Failure> {
        self.login = login.to_owned();
        self.use_certificate(login, login, Flaw::None)
    }

    /// Uses a certificate for a subject, signed by the key of an account.
    pub(crate) fn use_certificate(
        &mut self,
        subject: &str,
        signer: &str,
        flaw: Flaw,
    ) -> Result<(), Failure> {
        let made = self.key(signer)?.certify(subject, flaw)?;
        self.use_credentials(&made)
    }

    /// A key that the scenario has, by whose it is.
    pub(crate) fn key(&self, holder: &str) -> Result<&AccountKey, Failure> {
        let key = self.keys.get(holder);
        key.ok_or_else(|| Failure::Feature(format!("no key of `{holder}`")))
    }

    /// Uses a certificate and a key.
    pub(crate) fn use_credentials(&mut self, with: &Credentials) -> Result<(), Failure> {
        let zone = self.ground.zone()?;
        let files = TlsFiles::new(zone.ca_pem.clone(), with.cert.clone(), with.key.clone());
        let target = Target::tls(zone.docker.clone(), files);
        self.shown = Some(with.clone());
        self.retarget(target);
        Ok(())
    }

    /// Speaks on the port without TLS.
    pub(crate) fn use_plain_port(&mut self) -> Result<(), Failure> {
        let plain = self.ground.zone()?.plain.clone();
        self.retarget(Target::plain(plain));
        Ok(())
    }

    /// Shows no certificate.
    pub(crate) fn use_no_certificate(&mut self) -> Result<(), Failure> {
        let zone = self.ground.zone()?;
        let files = TlsFiles::without_certificate(zone.ca_pem.clone());
        let target = Target::tls(zone.docker.clone(), files);
        self.retarget(target);
        Ok(())
    }

    /// Speaks on the unix socket.
    pub(crate) fn use_socket(&mut self) -> Result<(), Failure> {
        let socket = self.ground.zone()?.socket.clone();
        self.retarget(Target::plain(Endpoint::Unix(socket)));
        Ok(())
    }

    /// Goes elsewhere, or as somebody else.
    pub(crate) fn retarget(&mut self, target: Target) {
        self.target = target;
        self.retire_clients();
        self.leave_exchange();
        self.mutated = None;
    }

    /// Where the client goes: to the zone, or to the proxy that makes something wrong.
    async fn reachable(&mut self) -> Result<Target, Failure> {
        let Some(mutation) = &self.conditions.mutation else {
            return Ok(self.target.clone());
        };
        if let Some(target) = &self.mutated {
            return Ok(target.clone());
        }
        let front = match self.target.tls {
            None => Front::Plain,
            Some(_) => {
                let leaf = self.ground.zone()?.server_certificate()?;
                Front::Tls {
                    cert: leaf.cert,
                    key: leaf.key,
                }
            }
        };
        let (onward, mutation) = (self.target.clone(), mutation.clone());
        let proxy = match self.conditions.records {
            true => Proxy::recording(front, onward, mutation).await?,
            false => Proxy::start(front, onward, mutation).await?,
        };
        let mut target = self.target.clone();
        target.docker = proxy.endpoint();
        self.proxies.push(proxy);
        self.mutated = Some(target.clone());
        Ok(target)
    }

    /// What has gone through the proxies.
    pub(crate) fn wire(&self) -> Wire {
        Wire {
            applied: self.proxies.iter().map(Proxy::applied).sum(),
            asked: self.proxies.iter().flat_map(Proxy::asked).collect(),
            ports: self
                .proxies
                .iter()
                .filter_map(|proxy| proxy.endpoint().port())
                .collect(),
        }
    }

    /// Starts a command with the scenario's client.
    pub(crate) async fn start_command(
        &mut self,
        mut invocation: Invocation,
    ) -> Result<Running, Failure> {
        invocation.deadline = invocation.deadline.min(self.conditions.command_deadline);
        let mut target = self.reachable().await?;
        let version = invocation.env.iter().find(|(name, _)| name == API_VERSION);
        if let (ClientName::Bollard, Some((_, version))) = (self.client, version) {
            // bollard reads no such variable: its requests are given the version.
            target = target.with_api_version(version);
            let client = self.roster.client(self.client, target)?;
            return Ok(client.start(invocation)?);
        }
        Ok(self.made_for(target)?.start(invocation)?)
    }

    /// The scenario's client, made when there is none yet.
    fn made_for(&mut self, target: Target) -> Result<&dyn Client, Failure> {
        let name = self.client;
        if !self.made.contains_key(&name) {
            let made = self.roster.client(name, target)?;
            self.made.insert(name, made);
        }
        let made = self.made.get(&name);
        Ok(made.expect("it was made just now").as_ref())
    }

    /// The folder that commands of the scenario's client work in.
    pub(crate) async fn folder(&mut self) -> Result<PathBuf, Failure> {
        let target = self.reachable().await?;
        let folder = self.made_for(target)?.folder();
        let folder = folder.ok_or_else(|| Failure::Feature("the client has no folder".to_owned()));
        Ok(folder?.to_owned())
    }

    /// Raw bytes to where the scenario's client goes, as who it is.
    pub(crate) async fn raw_client(&mut self) -> Result<RawClient, Failure> {
        let deadline = self.conditions.command_deadline;
        let target = self.reachable().await?;
        Ok(RawClient::new(target).with_deadline(deadline))
    }

    /// Raw bytes straight to the zone, for what a scenario needs before it begins.
    pub(crate) fn direct_client(&self) -> RawClient {
        RawClient::new(self.target.clone())
    }

    /// The invocation a command of a feature means.
    pub(crate) fn invocation(&self, command: &str) -> Result<Invocation, Failure> {
        let command = words::command(&crate::pattern::fill(command, &self.saved)?)?;
        let program = match self.client {
            ClientName::Library(library) => library.program(),
            _ => library::Program::Python,
        };
        let is_compose = program == library::Program::Compose;
        if is_compose != (command.program == words::Program::Compose) {
            let client = self.client;
            return Err(Failure::Feature(format!("{client} is another program")));
        }
        let mut invocation = Invocation::new(command.argv);
        invocation.env = command.variables;
        Ok(invocation)
    }

    /// Runs a command to its end and keeps the outcome.
    pub(crate) async fn run(&mut self, about: &str, invocation: Invocation) -> Result<(), Failure> {
        let running = self.start_command(invocation).await?;
        self.see_to_the_end(about, running).await
    }

    /// Waits for the end of a command and keeps the outcome, also when it does not end in time.
    pub(crate) async fn see_to_the_end(
        &mut self,
        about: &str,
        running: Running,
    ) -> Result<(), Failure> {
        match running.wait().await {
            Ok(outcome) => {
                self.keep(about, outcome);
                Ok(())
            }
            Err(clients::ClientError::Deadline { outcome, .. }) => {
                let text = format!("`{about}` was not over in time");
                self.keep(about, *outcome);
                Err(Failure::Client(text))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps an outcome as the last one, and as evidence.
    fn keep(&mut self, about: &str, outcome: Outcome) {
        self.evidence.extend(evidence::of_outcome(about, &outcome));
        self.outcome = Some(outcome);
    }

    /// Keeps a text as evidence.
    pub(crate) fn note(&mut self, kind: EvidenceKind, about: &str, text: &str) {
        self.evidence.push(evidence::of_text(kind, about, text));
    }

    /// Leaves the connection of the last raw request; what happened on it is evidence.
    pub(crate) fn leave_exchange(&mut self) {
        if let Some(exchange) = self.exchange.take() {
            let kept = evidence::of_transcript("a connection", exchange.transcript());
            self.evidence.push(kept);
        }
    }

    /// The outcome of the last command.
    pub(crate) fn last(&self) -> Result<&Outcome, Failure> {
        self.outcome
            .as_ref()
            .ok_or_else(|| Failure::Feature("no command has ended yet".to_owned()))
    }

    /// The exit status of the last command; a signal counts as none.
    pub(crate) fn status(&self) -> Result<Option<i32>, Failure> {
        Ok(match self.last()?.status {
            Exit::Code(code) => Some(code),
            Exit::Signal(_) => None,
        })
    }

    /// A command that runs.
    pub(crate) fn running(&self, name: &str) -> Result<&Running, Failure> {
        let running = self.running.get(name);
        running.ok_or_else(|| Failure::Feature(format!("nothing runs as \"{name}\"")))
    }

    /// The evidence so far, with what commands that still run have done.
    pub(crate) fn take_evidence(&mut self) -> Vec<Evidence> {
        self.leave_exchange();
        for (name, running) in &self.running {
            let about = format!("\"{name}\", not waited for");
            let kept = evidence::of_transcript(&about, &running.transcript());
            self.evidence.push(kept);
        }
        std::mem::take(&mut self.evidence)
    }

    /// What its own zone is told.
    pub(crate) fn journal(&self) -> Option<zonesim::Journal> {
        match &self.ground {
            Ground::Own { zone, .. } => zone.journal(),
            Ground::Foreign(_) => None,
        }
    }

    /// Ends what still runs, stops the zone, and says what was left over.
    pub(crate) async fn finish(mut self) -> Result<(), Failure> {
        self.running.clear();
        self.retire_clients();
        let groups: Vec<String> = self
            .retired
            .iter()
            .flat_map(|client| client.leftover_groups())
            .map(|group| format!("the process group {group} of a client is still there"))
            .collect();
        self.retired.clear();
        self.proxies.clear();
        self.ground.leave(groups).await
    }

    /// Its clients make no new commands; those they began are looked after.
    fn retire_clients(&mut self) {
        self.retired
            .extend(std::mem::take(&mut self.made).into_values());
    }
}
