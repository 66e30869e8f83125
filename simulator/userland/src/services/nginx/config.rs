//! What a configuration means.

use super::emerg::Emerg;
use super::settings::{ErrorLog, Level, Settings, Shared};
use super::site::{Server, is_wildcard_of};
use super::syntax::{Directive, Tree};
use super::template::Template;
use crate::applets::text;
use crate::kernel::{Charge, Sys};
use crate::services::daemon::{Identity, Unknown};
use crate::services::log_file::LogFile;
use crate::services::text_file;
use std::net::SocketAddrV4;
use std::sync::Arc;

/// Worker processes at most.
const WORKERS: u64 = 64;

/// Connections of a worker at most, whatever is set.
const CONNECTIONS: u64 = 4096;

/// What a configuration costs for each byte of its text.
const COST: usize = 4;

/// A whole configuration.
#[derive(Debug)]
pub(super) struct Config {
    pub(super) daemon: bool,
    pub(super) pid: Vec<u8>,
    pub(super) user: Option<Identity>,
    pub(super) workers: usize,
    pub(super) connections: usize,
    pub(super) error_log: ErrorLog,
    /// Every log once.
    pub(super) logs: Vec<Arc<LogFile>>,
    pub(super) listens: Vec<Listen>,
    pub(super) servers: Vec<Server>,
    /// Things that are odd but not wrong, for the log.
    pub(super) warnings: Vec<Vec<u8>>,
    _charge: Charge,
}

/// An address, and the servers that answer there; the first one when no name fits.
#[derive(Clone, Debug)]
pub(super) struct Listen {
    pub(super) at: SocketAddrV4,
    pub(super) servers: Vec<usize>,
    has_default: bool,
    pub(super) backlog: i32,
}

/// What was asked for beside the file.
#[derive(Debug)]
pub(super) struct Paths {
    pub(super) prefix: Vec<u8>,
    pub(super) error_log: Vec<u8>,
    pub(super) pid: Vec<u8>,
}

/// The directives of a name, of all blocks that may have it.
pub(super) fn find<'t>(
    trees: &'t [&'t [Directive]],
    name: &str,
) -> impl Iterator<Item = &'t Directive> {
    trees
        .iter()
        .flat_map(|block| block.iter())
        .filter(move |directive| directive.name() == name.as_bytes())
}

fn only<'t>(trees: &'t [&'t [Directive]], name: &str) -> Result<Option<&'t Directive>, Emerg> {
    let mut all = find(trees, name);
    let first = all.next();
    match all.next() {
        Some(second) => Err(second.emerg(text!("\"", name, "\" directive is duplicate"))),
        None => Ok(first),
    }
}

impl Config {
    /// Reads what the file says, with what the command line adds.
    pub(super) async fn read(
        sys: &Sys,
        tree: &Tree,
        added: &Tree,
        paths: &Paths,
        file: &[u8],
    ) -> Result<Self, Emerg> {
        let main: [&[Directive]; 2] = [&added.directives, &tree.directives];
        let mut shared = Shared::new(&paths.prefix);
        let error_log = match find(&main, "error_log").next() {
            Some(directive) => shared.error_log(directive)?,
            None => ErrorLog {
                file: shared.log(&paths.error_log),
                level: Level::Error,
            },
        };
        let events = only(&main, "events")?;
        let events =
            events.ok_or_else(|| Emerg(text!("no \"events\" section in configuration")))?;
        let connections = match only(&[&events.block], "worker_connections")? {
            Some(directive) => directive.number()?.clamp(1, CONNECTIONS),
            None => 512,
        };
        let workers = match only(&main, "worker_processes")? {
            Some(directive) if directive.args()[0] == b"auto" => processors(sys).await.min(WORKERS),
            Some(directive) => directive.number()?.clamp(1, WORKERS),
            None => 1,
        };
        let mut config = Self {
            daemon: match only(&main, "daemon")? {
                Some(directive) => directive.switch()?,
                None => true,
            },
            pid: match only(&main, "pid")? {
                Some(directive) => shared.path(&directive.args()[0]),
                None => paths.pid.clone(),
            },
            user: user(sys, only(&main, "user")?).await?,
            workers: usize::try_from(workers).unwrap_or(1),
            connections: usize::try_from(connections).unwrap_or(1),
            error_log: error_log.clone(),
            logs: Vec::new(),
            listens: Vec::new(),
            servers: Vec::new(),
            warnings: Vec::new(),
            _charge: Charge::of((tree.bytes() + added.bytes()) * COST),
        };
        if sys.euid() != 0 && config.user.is_some() {
            config.warnings.push(text!(
                "the \"user\" directive makes sense only if the master process runs with super-user privileges, ignored in ",
                file
            ));
            config.user = None;
        }
        if let Some(http) = only(&main, "http")? {
            config.read_http(http, error_log, &mut shared, sys.euid() == 0)?;
        }
        config.logs = shared.logs;
        Ok(config)
    }

    fn read_http(
        &mut self,
        http: &Directive,
        error_log: ErrorLog,
        shared: &mut Shared,
        is_root: bool,
    ) -> Result<(), Emerg> {
        for directive in find(&[&http.block], "log_format") {
            let (name, pieces) = directive.args().split_first().expect("there are two");
            let format = Template::read(&pieces.concat());
            let format = format.map_err(|what| directive.emerg(what))?;
            if shared
                .formats
                .insert(name.clone(), Arc::new(format))
                .is_some()
            {
                let what = text!("duplicate \"log_format\" name \"", name, "\"");
                return Err(directive.emerg(what));
            }
        }
        let first = Settings::first(error_log, &shared.prefix);
        let settings = first.within(&http.block, shared)?;
        for block in find(&[&http.block], "server") {
            let server = Server::read(block, &settings, shared)?;
            self.servers.push(server);
            self.add_listens(block, is_root)?;
        }
        Ok(())
    }

    /// The addresses of the server that was read last.
    fn add_listens(&mut self, block: &Directive, is_root: bool) -> Result<(), Emerg> {
        let number = self.servers.len() - 1;
        let mut some = false;
        for directive in find(&[&block.block], "listen") {
            some = true;
            let Some(at) = directive.address()? else {
                continue;
            };
            let mut is_default = false;
            let mut backlog = 511;
            for word in &directive.args()[1..] {
                match &word[..] {
                    b"default_server" | b"default" => is_default = true,
                    b"reuseport" | b"deferred" | b"bind" => {}
                    b"ssl" | b"http2" | b"spdy" | b"proxy_protocol" => {
                        let what = text!(
                            "the \"",
                            word,
                            "\" parameter of the \"listen\" directive is not supported by this nginx"
                        );
                        return Err(directive.emerg(what));
                    }
                    word if word.starts_with(b"backlog=") => {
                        let number = crate::applets::numbers::decimal(&word[8..]);
                        backlog = number
                            .and_then(|number| i32::try_from(number).ok())
                            .ok_or_else(|| {
                                directive.emerg(text!("invalid backlog \"", word, "\""))
                            })?;
                    }
                    word if word.contains(&b'=') => {}
                    word => {
                        let what = text!("invalid parameter \"", word, "\"");
                        return Err(directive.emerg(what));
                    }
                }
            }
            self.add_listen(directive, at, number, is_default, backlog)?;
        }
        if !some {
            let at = SocketAddrV4::new(
                std::net::Ipv4Addr::UNSPECIFIED,
                if is_root { 80 } else { 8000 },
            );
            self.add_listen(block, at, number, false, 511)?;
        }
        Ok(())
    }

    fn add_listen(
        &mut self,
        directive: &Directive,
        at: SocketAddrV4,
        server: usize,
        is_default: bool,
        backlog: i32,
    ) -> Result<(), Emerg> {
        let servers = &self.servers;
        let Some(listen) = self.listens.iter_mut().find(|listen| listen.at == at) else {
            self.listens.push(Listen {
                at,
                servers: vec![server],
                has_default: is_default,
                backlog,
            });
            return Ok(());
        };
        if listen.servers.contains(&server) {
            return Err(directive.emerg(text!("a duplicate listen ", at.to_string())));
        }
        if is_default && std::mem::replace(&mut listen.has_default, true) {
            let what = text!("a duplicate default server for ", at.to_string());
            return Err(directive.emerg(what));
        }
        for name in &servers[server].names {
            let known = listen
                .servers
                .iter()
                .any(|other| servers[*other].names.contains(name));
            if known {
                self.warnings.push(text!(
                    "conflicting server name \"",
                    name,
                    "\" on ",
                    at.to_string(),
                    ", ignored"
                ));
            }
        }
        match is_default {
            true => listen.servers.insert(0, server),
            false => listen.servers.push(server),
        }
        Ok(())
    }

    /// The server that answers for a host at an address.
    pub(super) fn server(&self, at: SocketAddrV4, host: &[u8]) -> Option<&Server> {
        let exact = self.listens.iter().find(|listen| listen.at == at);
        let any = || {
            let mut listens = self.listens.iter();
            listens.find(|listen| listen.at.ip().is_unspecified() && listen.at.port() == at.port())
        };
        let listen = exact.or_else(any)?;
        let servers = || {
            listen
                .servers
                .iter()
                .filter_map(|number| self.servers.get(*number))
        };
        let named = servers().find(|server| server.names.iter().any(|name| name == host));
        let longest = |suffix: bool| {
            servers()
                .flat_map(|server| server.names.iter().map(move |name| (server, name)))
                .filter(|(_, name)| is_wildcard_of(name, host, suffix))
                .max_by_key(|(_, name)| name.len())
                .map(|(server, _)| server)
        };
        named
            .or_else(|| longest(false))
            .or_else(|| longest(true))
            .or_else(|| servers().next())
    }
}

/// How many processors there are, for a worker on each.
async fn processors(sys: &Sys) -> u64 {
    let cpuinfo = text_file::read(sys, b"/proc/cpuinfo").await;
    let lines = cpuinfo.as_ref().map_or(&b""[..], |content| content);
    let lines = lines.split(|byte| *byte == b'\n');
    let count = lines.filter(|line| line.starts_with(b"processor")).count();
    count.max(1) as u64
}

async fn user(sys: &Sys, directive: Option<&Directive>) -> Result<Option<Identity>, Emerg> {
    let Some(directive) = directive else {
        return Ok(Identity::find(sys, b"nobody", None).await.ok());
    };
    let args = directive.args();
    let group = args.get(1).map(|name| &name[..]);
    let found = Identity::find(sys, &args[0], group).await;
    found.map(Some).map_err(|unknown| match unknown {
        Unknown::User => directive.emerg(text!("getpwnam(\"", args[0], "\") failed")),
        Unknown::Group => {
            let group = group.unwrap_or(&args[0]);
            directive.emerg(text!("getgrnam(\"", group, "\") failed"))
        }
    })
}
