//! The host's ways to containers: listeners on their public addresses, SOCKS5 for the private ones; and the way of
//! containers to the host's sockets.

mod container_stream;
mod desired;
mod dial;
mod egress;
mod lease;
mod ports;
mod relay;
mod socks;
mod socks_wire;
mod tap;
mod tokens;

use crate::driver::Driver;
use crate::http::drain::Draining;
use crate::panics::Panics;
pub(crate) use container_stream::ContainerStream;
use dial::Dialer;
pub(crate) use dial::{Caller, Destination};
pub(crate) use lease::Lease;
pub use lease::LeaseError;
use ports::Ports;
pub(crate) use relay::join;
use socks::Socks;
use std::net::SocketAddr;
use tokens::SocksTokens;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use userland::kernel::Internet;

/// The ways; clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Gateway {
    /// Connects the host to containers.
    pub(crate) dialer: Dialer,
    /// Which ports of containers the host serves.
    pub(crate) ports: Ports,
    /// Passwords for SOCKS5.
    pub(crate) tokens: SocksTokens,
    /// Where SOCKS5 is served.
    pub(crate) socks: Option<SocketAddr>,
}

/// What a gateway listens with, before the zone is there.
#[derive(Debug, Default)]
pub(crate) struct Entrances {
    /// SOCKS5.
    pub(crate) socks: Option<TcpListener>,
    /// The addresses of public networks.
    pub(crate) lease: Option<Lease>,
}

impl Gateway {
    /// Opens the entrances until the zone stops.
    pub(crate) fn open(
        entrances: Entrances,
        internet: Internet,
        driver: &Driver,
        panics: &Panics,
        draining: &Draining,
    ) -> (Self, Vec<JoinHandle<()>>) {
        let leading_out =
            egress::serve(&internet, driver.clone(), panics.clone(), draining.clone());
        let socks = entrances.socks.as_ref();
        let gateway = Self {
            dialer: Dialer::new(internet, driver.clone()),
            ports: Ports::default(),
            tokens: SocksTokens::default(),
            socks: socks.and_then(|listener| listener.local_addr().ok()),
        };
        let mut tasks = vec![tokio::spawn(leading_out)];
        if let Some(lease) = entrances.lease {
            let serving = ports::serve(
                gateway.dialer.clone(),
                gateway.ports.clone(),
                panics.clone(),
                draining.clone(),
            );
            tasks.push(tokio::spawn(async move {
                serving.await;
                drop(lease);
            }));
        }
        if let Some(listener) = entrances.socks {
            let socks = Socks {
                dialer: gateway.dialer.clone(),
                tokens: gateway.tokens.clone(),
            };
            let serving = socks::serve(listener, socks, panics.clone(), draining.clone());
            tasks.push(tokio::spawn(serving));
        }
        (gateway, tasks)
    }
}
