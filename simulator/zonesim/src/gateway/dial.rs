//! Connecting the host to containers.

use super::ContainerStream;
use super::tap::Tap;
use crate::driver::Driver;
use journal::Ends;
use runtime::net::Source;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use userland::kernel::{Internet, Listening, OutsideError};
use zone::AccountId;

/// The address that containers see connections of the host come from; it is in none of the zone's networks.
const HOST: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 1);
/// The first port that connections of the host come from.
const FIRST_PORT: u16 = 32_768;

/// Connects the host to containers; clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Dialer {
    internet: Internet,
    driver: Driver,
    next_port: Arc<AtomicU16>,
}

/// What a user of the host wants to be connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    /// An address, or a name as [`Dialer::resolve`] knows them.
    pub(crate) host: String,
    /// A TCP port.
    pub(crate) port: u16,
}

/// As whom the host connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Anybody on the Internet.
    Anybody,
    /// A machine of this account's on its own networks.
    Account(AccountId),
}

impl Dialer {
    pub(crate) fn new(internet: Internet, driver: Driver) -> Self {
        Self {
            internet,
            driver,
            next_port: Arc::new(AtomicU16::new(FIRST_PORT)),
        }
    }

    /// Connects to a container; given up after 127 s of zone time.
    pub(crate) async fn connect(
        &self,
        caller: Caller,
        to: SocketAddrV4,
    ) -> Result<ContainerStream, OutsideError> {
        let source = match caller {
            Caller::Anybody => Source::Internet,
            Caller::Account(account) => Source::Tenant(account.0),
        };
        let port = self
            .next_port
            .fetch_add(1, Ordering::Relaxed)
            .max(FIRST_PORT);
        let from = SocketAddrV4::new(HOST, port);
        let account = match caller {
            Caller::Anybody => None,
            Caller::Account(account) => Some(account),
        };
        let ends = Ends::In { account, from, to };
        let connecting = self.internet.connect(source, from, to);
        let (stream, tap) = Tap::of_success(&self.driver, ends, connecting).await?;
        Ok(ContainerStream::new(stream, tap))
    }

    /// What a name means to an account: an address, a configured name, else one of its containers, whose private
    /// address it is if it has one.
    pub(crate) fn resolve(
        &self,
        account: AccountId,
        destination: &Destination,
    ) -> Option<SocketAddrV4> {
        let address = self.address_of(account, &destination.host)?;
        Some(SocketAddrV4::new(address, destination.port))
    }

    fn address_of(&self, account: AccountId, host: &str) -> Option<Ipv4Addr> {
        if let Ok(address) = host.parse() {
            return Some(address);
        }
        let view = self.driver.view();
        let configured = view.settings().names.get(&host.to_ascii_lowercase());
        if let Some(address) = configured.and_then(|addresses| addresses.first()) {
            return Some(*address);
        }
        let container = view.container(account, host).ok()?;
        let private = container.nics.iter().find(|nic| nic.is_fabric());
        private.or(container.nics.first()).map(|nic| nic.ip)
    }

    pub(super) fn driver(&self) -> &Driver {
        &self.driver
    }

    pub(super) fn listening(&self) -> Vec<Listening> {
        self.internet.listening()
    }

    pub(super) fn on_listeners_change(&self, listener: impl Fn() + Send + Sync + 'static) {
        self.internet.on_listeners_change(listener);
    }

    /// Whether anybody on the Internet would get through to a port.
    pub(super) fn is_open(&self, to: SocketAddrV4) -> bool {
        use runtime::net::{Packet, PathEnd, Transport};
        let path = self.driver.view().operator_path(&Packet {
            source: Source::Internet,
            from: HOST,
            to: *to.ip(),
            transport: Transport::Tcp(to.port()),
        });
        matches!(path.end, PathEnd::Instance { .. })
    }
}
