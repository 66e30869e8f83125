//! Starting a zone.

use crate::auth::issue::{DEFAULT_LIFETIME, Issued};
use crate::auth::key::KeyPair;
use crate::auth::token::TokenKey;
use crate::auth::wallet::{Delegation, IssuerName, Signer, Wallet};
use crate::config::Config;
use crate::control::Control;
use crate::data_dir::{DataDir, DataDirError};
use crate::docker::pipeline::{Router, Service};
use crate::docker::table::ROUTES;
use crate::driver::{Driver, Keeper};
use crate::extent::{Extent, ExtentError};
use crate::facts::Facts;
use crate::gateway::{Entrances, Gateway, Lease, LeaseError};
use crate::http::drain::{Draining, drain};
use crate::http::flight::Register;
use crate::http::listener::{self, Listener, Shared};
use crate::machine;
use crate::panics::Panics;
use crate::running::{Credentials, Running};
use crate::socket_file::SocketFile;
use crate::tls::{self, authority::Authority};
use bytes::Bytes;
use journal::Journal;
use runtime::clock::Clock;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use uuid::Uuid;
use zone::{Command, NewAccount, NewKey, Reply, ZoneConfig, is_login};

/// Why a zone did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no zone as large as that.
    #[error(transparent)]
    Extent(#[from] ExtentError),
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Where.
        address: String,
        /// Why.
        error: io::Error,
    },
    /// A file of the data directory is of no use.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// There are no certificates.
    #[error(transparent)]
    Tls(#[from] tls::Error),
    /// An account of the configuration was refused.
    #[error("account {login}: {error}")]
    Account {
        /// Its login.
        login: String,
        /// Why.
        error: zone::Error,
    },
    /// There are no addresses to serve published ports at.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The process can have no more threads.
    #[error("no threads for the zone: {0}")]
    Threads(io::Error),
}

/// Binds what the configuration wants, before anything is written.
struct Bound {
    docker: Option<TcpListener>,
    plain: Option<TcpListener>,
    control: Option<TcpListener>,
    socket: Option<SocketFile>,
    entrances: Entrances,
}

async fn bind(address: Option<SocketAddr>) -> Result<Option<TcpListener>, StartError> {
    let Some(address) = address else {
        return Ok(None);
    };
    let bound = TcpListener::bind(address).await;
    bound.map(Some).map_err(|error| StartError::Listen {
        address: address.to_string(),
        error,
    })
}

impl Bound {
    async fn new(config: &Config) -> Result<Self, StartError> {
        let socket = match &config.socket {
            None => None,
            Some(path) => {
                let bound = SocketFile::bind(path).await;
                Some(bound.map_err(|error| StartError::Listen {
                    address: path.display().to_string(),
                    error,
                })?)
            }
        };
        Ok(Self {
            docker: bind(config.docker).await?,
            plain: bind(config.plain).await?,
            control: bind(config.control).await?,
            socket,
            entrances: Entrances {
                socks: bind(config.socks).await?,
                lease: config.gateway.then(Lease::take).transpose()?,
            },
        })
    }
}

fn address_of(listener: Option<&TcpListener>) -> Option<SocketAddr> {
    listener.and_then(|listener| listener.local_addr().ok())
}

/// The identity of the service's instance: the same for the same seed.
fn service_id(seed: u64) -> Uuid {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    bytes[8..].copy_from_slice(b"zonesim\0");
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn zone_config(config: &Config, extent: &Extent, lease: Option<&Lease>) -> ZoneConfig {
    let mut zone = ZoneConfig {
        name: config.zone_name.clone(),
        servers: zone::fleet(extent.servers),
        ..ZoneConfig::default()
    };
    zone.settings.outside = config.outside.clone();
    if let Some(fabric) = extent.fabric {
        // The gateway, and what an operator keeps, come first; the last one is the broadcast address.
        const KEPT: u32 = 5;
        let first = u32::from(fabric.network()) + KEPT;
        let last = u32::from(fabric.broadcast()) - KEPT;
        zone.fabric_subnet = fabric;
        zone.fabric_range = first.into()..=last.into();
    }
    if let Some(lease) = lease {
        lease.configure(&mut zone);
    }
    zone
}

/// Starts a zone on the current tokio runtime.
pub(crate) async fn start(config: Config, panics: Panics) -> Result<Running, StartError> {
    let extent = Extent::of(&config)?;
    // Sockets may lie in it.
    let data_dir = config.data_dir.as_deref().map(DataDir::open).transpose()?;
    let mut bound = Bound::new(&config).await?;
    let (authority, tokens) = match &data_dir {
        Some(directory) => (directory.authority()?, directory.token_key()?),
        None => (Authority::generate()?, TokenKey::generate()),
    };
    let leaf = authority.leaf(std::slice::from_ref(&config.docker_name))?;
    let acceptor = TlsAcceptor::from(tls::server_config(leaf)?);

    let clock = Clock::new(config.clock);
    let machine = machine::prepare(&clock, &config);
    let entrances = std::mem::take(&mut bound.entrances);
    let model = zone_config(&config, &extent, entrances.lease.as_ref());
    let kept = config.journal.then(|| model.clone());
    let model = zone::Zone::new(model, config.seed);
    let journal = kept.map(|kept| Journal::new(kept, &model.view()));
    let gauge = machine.gauge.clone();
    panics.watch(machine.gauge.clone());
    let requests = Register::new(move |in_flight| gauge.let_cpu_time_pass(in_flight));
    let driver = Driver::start(
        model,
        journal,
        clock,
        machine.hub,
        requests,
        machine.make_runtime,
    );
    let internet = machine.gauge.internet();
    let internet = internet.expect("the runtime is made with the driver");
    let (drain, draining) = drain();
    let (gateway, mut tasks) = Gateway::open(entrances, internet, &driver, &panics, &draining);
    let keeper = Keeper::start(driver.clone(), machine.gauge.clone());

    let wallet = Arc::new(Wallet::default());
    let credentials = accounts(&config, &driver, &wallet, &authority, data_dir.as_ref()).await?;
    let service = Arc::new(Service {
        driver: driver.clone(),
        router: Router::new(ROUTES),
        facts: Arc::new(Facts {
            ca_pem: Bytes::from(authority.pem().to_owned()),
            service_id: service_id(config.seed),
        }),
        tokens,
        panics: panics.clone(),
    });
    let control = Arc::new(Control {
        service: Arc::clone(&service),
        keeper,
        wallet,
        seed: config.seed,
        gateway: gateway.clone(),
        gauge: machine.gauge,
    });
    let addresses = (
        address_of(bound.docker.as_ref()),
        address_of(bound.plain.as_ref()),
        address_of(bound.control.as_ref()),
    );
    tasks.extend(listen(
        &config, bound, acceptor, &service, &control, draining,
    ));
    Ok(Running {
        docker: addresses.0,
        plain: addresses.1,
        control: addresses.2,
        gateway,
        ca_pem: authority.pem().to_owned(),
        credentials,
        driver,
        panics,
        drain,
        tasks,
        config,
    })
}

/// Spawns a task for each listener.
fn listen(
    config: &Config,
    bound: Bound,
    acceptor: TlsAcceptor,
    service: &Arc<Service>,
    control: &Arc<Control>,
    draining: Draining,
) -> Vec<tokio::task::JoinHandle<()>> {
    let driver = service.driver.clone();
    let shared = Shared {
        service: Arc::clone(service),
        stall_limit: Arc::new(move || {
            Duration::from_millis(driver.view().settings().attach_stall_ms)
        }),
        draining: draining.clone(),
        panics: service.panics.clone(),
    };
    let mut tasks = Vec::new();
    let mut spawn = |listener| tasks.push(tokio::spawn(listener::run(listener, shared.clone())));
    if let Some(listener) = bound.docker {
        spawn(Listener::Tls(listener, acceptor));
    }
    if let Some(listener) = bound.plain {
        let admin = service.driver.view().admin().login.as_str().into();
        spawn(Listener::Tcp(listener, admin));
    }
    if let Some(socket) = bound.socket {
        spawn(Listener::Unix(
            socket,
            config.socket_account.as_str().into(),
        ));
    }
    if let Some(listener) = bound.control {
        let control = Arc::clone(control);
        tasks.push(tokio::spawn(crate::control::serve(
            listener, control, draining,
        )));
    }
    tasks
}

/// Makes the accounts of the configuration, each with a key and a certificate.
async fn accounts(
    config: &Config,
    driver: &Driver,
    wallet: &Wallet,
    authority: &Authority,
    data_dir: Option<&DataDir>,
) -> Result<BTreeMap<String, Credentials>, StartError> {
    let mut credentials = BTreeMap::new();
    for login in &config.accounts {
        let refused = |error| StartError::Account {
            login: login.clone(),
            error,
        };
        // It is going to be the name of a file.
        if !is_login(login) {
            return Err(refused(zone::Error::InvalidLogin(login.clone())));
        }
        let key = match data_dir {
            Some(directory) => directory.account_key(login)?,
            None => KeyPair::generate(),
        };
        make_account(driver, wallet, NewAccount::approved(login), key)
            .await
            .map_err(refused)?;
        let issued = delegate(driver, wallet, login);
        let cert_path: Option<PathBuf> = data_dir
            .map(|directory| directory.write_certificates(login, authority.pem(), &issued))
            .transpose()?;
        credentials.insert(
            login.clone(),
            Credentials {
                certificate_pem: issued.certificate_pem,
                key_pem: issued.key_pem,
                cert_path,
            },
        );
    }
    Ok(credentials)
}

/// Makes an account with this key too, which the wallet keeps.
pub(crate) async fn make_account(
    driver: &Driver,
    wallet: &Wallet,
    mut account: NewAccount,
    key: KeyPair,
) -> Result<zone::AccountId, zone::Error> {
    let login = account.login.clone();
    let openssh = key.public_key().openssh(&format!("{login}@zonesim"));
    account.keys.push(NewKey::line(openssh));
    let Reply::Account(account) = driver
        .run(Command::CreateAccount(Box::new(account)))
        .await?
    else {
        unreachable!("the model answers a new account with its id");
    };
    wallet.put(&login, key);
    Ok(account)
}

/// An ordinary certificate of an account whose key the wallet has.
fn delegate(driver: &Driver, wallet: &Wallet, login: &str) -> Issued {
    let delegation = Delegation {
        common_name: login.to_owned(),
        signer: Signer::Own,
        issuer: IssuerName::Signer,
        made_at_seconds: driver.now().as_secs(),
        lifetime: DEFAULT_LIFETIME,
    };
    wallet
        .delegate(login, &delegation)
        .expect("the key was put into the wallet with the account")
}
