//! What containers reach on the host, outside of the zone: receivers of logs, real ones and what speaks their protocols.

mod echo;
mod fluentd;
mod gelf;
mod rsyslog;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use serde_json::Value;

use crate::failure::Failure;
use echo::Echo;
use fluentd::Fluentd;
use gelf::Gelf;
use rsyslog::Rsyslog;

/// Loopback and a free port.
const ANY_PORT: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// What listens. Dropping it ends it.
#[derive(Debug)]
pub(crate) enum Receiver {
    /// rsyslog.
    Rsyslog(Rsyslog),
    /// GELF in datagrams.
    Gelf(Gelf),
    /// fluentd's forward protocol.
    Fluentd(Fluentd),
    /// Says again what it is told.
    Echo(Echo),
    /// Connections are accepted by the host, and nobody reads from them.
    Deaf(TcpListener),
}

impl Receiver {
    /// Begins to listen. `kind` is `rsyslog with TCP`, `rsyslog with UDP`, `GELF receiver`, `fluentd`, `echo` or
    /// `deaf receiver`.
    pub(crate) async fn start(kind: &str) -> Result<Receiver, Failure> {
        let started = match kind {
            "rsyslog with TCP" => Rsyslog::start(true).await.map(Receiver::Rsyslog),
            "rsyslog with UDP" => Rsyslog::start(false).await.map(Receiver::Rsyslog),
            "GELF receiver" => Gelf::start().map(Receiver::Gelf),
            "fluentd" => Fluentd::start().map(Receiver::Fluentd),
            "echo" => Echo::start().await.map(Receiver::Echo),
            "deaf receiver" => TcpListener::bind(ANY_PORT).map(Receiver::Deaf),
            _ => return Err(Failure::Feature(format!("no receiver is a `{kind}`"))),
        };
        started.map_err(|error| Failure::Client(format!("no {kind}: {error}")))
    }

    /// Where it listens.
    pub(crate) fn socket(&self) -> Result<SocketAddr, Failure> {
        let socket = match self {
            Receiver::Rsyslog(rsyslog) => Ok(rsyslog.socket()),
            Receiver::Gelf(gelf) => gelf.socket(),
            Receiver::Fluentd(fluentd) => fluentd.socket(),
            Receiver::Echo(echo) => echo.socket(),
            Receiver::Deaf(listener) => listener.local_addr(),
        };
        socket.map_err(|error| Failure::Client(format!("a receiver without an address: {error}")))
    }

    /// What has come so far, one JSON object a record.
    pub(crate) fn records(&self) -> Result<Vec<Value>, Failure> {
        match self {
            Receiver::Rsyslog(rsyslog) => rsyslog.records(),
            Receiver::Gelf(gelf) => gelf.records(),
            Receiver::Fluentd(fluentd) => fluentd.records(),
            Receiver::Echo(_) | Receiver::Deaf(_) => Ok(Vec::new()),
        }
    }

    /// How many datagrams have come that were only part of a record.
    pub(crate) fn chunks(&self) -> usize {
        match self {
            Receiver::Gelf(gelf) => gelf.chunks(),
            _ => 0,
        }
    }
}
