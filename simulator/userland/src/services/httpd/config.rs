//! What a configuration means.

use super::format::Format;
use super::rules::Rules;
use crate::applets::glob;
use crate::kernel::Charge;
use crate::services::daemon::Identity;
use crate::services::log_file::LogFile;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

/// What the version says of itself in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tokens {
    Full,
    Minimal,
    ProductOnly,
}

/// A section and where it holds.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) scope: Scope,
    pub(super) rules: Rules,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// A directory and what is below.
    Directory(Vec<u8>),
    /// Files of a name, or a pattern of names.
    Files(Vec<u8>),
    /// Paths that begin so.
    Location(Vec<u8>),
}

/// A host.
#[derive(Clone, Debug)]
pub(super) struct Host {
    /// Addresses of `<VirtualHost>`; none: the main server.
    pub(super) at: Vec<(Option<Ipv4Addr>, Option<u16>)>,
    pub(super) name: Option<Vec<u8>>,
    pub(super) aliases: Vec<Vec<u8>>,
    pub(super) root: Vec<u8>,
    /// A path and the directory it stands for.
    pub(super) mapped: Vec<(Vec<u8>, Vec<u8>)>,
    /// A path, a status, and where to go instead.
    pub(super) redirects: Vec<(Vec<u8>, u16, Vec<u8>)>,
    pub(super) logs: Vec<(Arc<LogFile>, Arc<Format>)>,
    pub(super) rules: Rules,
    pub(super) sections: Vec<Section>,
}

/// A whole configuration.
#[derive(Debug)]
pub(super) struct Config {
    pub(super) server_root: Vec<u8>,
    pub(super) listens: Vec<SocketAddrV4>,
    pub(super) user: Option<Identity>,
    pub(super) pid_file: Vec<u8>,
    pub(super) error_log: Arc<LogFile>,
    pub(super) log_level: u8,
    pub(super) logs: Vec<Arc<LogFile>>,
    pub(super) tokens: Tokens,
    pub(super) signature: bool,
    pub(super) keeps_alive: bool,
    pub(super) keep_alive_timeout: Duration,
    pub(super) keep_alive_requests: u64,
    pub(super) timeout: Duration,
    pub(super) children: usize,
    pub(super) connections: usize,
    pub(super) types: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The main server first.
    pub(super) hosts: Vec<Host>,
    pub(super) _charge: Charge,
}

impl Config {
    /// The host of an address and a name.
    pub(super) fn host(&self, at: SocketAddrV4, name: &[u8]) -> &Host {
        let fits = |host: &&Host| {
            host.at.iter().any(|(address, port)| {
                address.is_none_or(|address| address == *at.ip())
                    && port.is_none_or(|port| port == at.port())
            })
        };
        let is_named = |host: &&Host| {
            host.name.as_deref() == Some(name)
                || host
                    .aliases
                    .iter()
                    .any(|alias| glob::matches(alias, name, true))
        };
        let virtual_hosts = || self.hosts[1..].iter().filter(fits);
        virtual_hosts()
            .find(is_named)
            .or_else(|| virtual_hosts().next())
            .unwrap_or(&self.hosts[0])
    }
}
