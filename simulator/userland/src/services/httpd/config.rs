//! What a configuration means.

use super::format::Format;
use super::syntax::{Directive, Tree};
use crate::applets::{numbers, text};
use crate::kernel::{Charge, Sys};
use crate::services::daemon::{Identity, Unknown};
use crate::services::log_file::LogFile;
use crate::services::text_file;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

/// Child processes at most.
const CHILDREN: u64 = 32;
/// Connections of a child at most.
const CONNECTIONS: u64 = 4096;
/// What a configuration costs for each byte of its text.
const COST: usize = 4;

/// What the version says of itself in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tokens {
    Full,
    Minimal,
    ProductOnly,
}

/// Who is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Require {
    All(bool),
    /// An address, and how many of its bits count.
    Network(Ipv4Addr, u32),
}

/// What an `ErrorDocument` answers with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Document {
    Text(Vec<u8>),
    Path(Vec<u8>),
    Url(Vec<u8>),
}

/// What can be said of a directory or a place.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    /// Any of them lets in.
    pub(super) require: Option<Vec<Require>>,
    pub(super) indexes: Option<bool>,
    pub(super) directory_index: Option<Vec<Vec<u8>>>,
    pub(super) documents: Vec<(u16, Document)>,
    pub(super) types: Vec<(Vec<u8>, Vec<u8>)>,
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
    _charge: Charge,
}

/// Directives that are followed elsewhere, or about how the work is done, which is done otherwise here.
const ACCEPTED: &[&str] = &[
    "acceptfilter",
    "acceptmutex",
    "addcharset",
    "adddefaultcharset",
    "addencoding",
    "addhandler",
    "addicon",
    "addiconbyencoding",
    "addiconbytype",
    "addlanguage",
    "allowoverride",
    "coredumpdirectory",
    "defaulticon",
    "enablemmap",
    "enablesendfile",
    "extendedstatus",
    "fileetag",
    "gracefulshutdowntimeout",
    "hostnamelookups",
    "indexignore",
    "indexoptions",
    "listenbacklog",
    "loadmodule",
    "maxclients",
    "maxconnectionsperchild",
    "maxmemfree",
    "maxrequestsperchild",
    "maxsparethreads",
    "minsparethreads",
    "maxspareservers",
    "minspareservers",
    "mimemagicfile",
    "mutex",
    "requestreadtimeout",
    "serveradmin",
    "serverlimit",
    "setenvif",
    "browsermatch",
    "threadlimit",
    "threadsperchild",
    "traceenable",
    "typesconfig",
    "usecanonicalname",
];

/// What the real one knows and this one does not.
const MISSING: &[&str] = &[
    "action",
    "addoutputfilter",
    "addoutputfilterbytype",
    "allow",
    "authname",
    "authtype",
    "authuserfile",
    "deny",
    "fallbackresource",
    "header",
    "order",
    "proxypass",
    "proxypassreverse",
    "proxyrequests",
    "requestheader",
    "rewritebase",
    "rewritecond",
    "rewriteengine",
    "rewriterule",
    "satisfy",
    "scriptalias",
    "setenv",
    "sethandler",
    "sslcertificatefile",
    "sslcertificatekeyfile",
    "sslengine",
    "sslprotocol",
    "userdir",
];

/// What is read from directives, in the order they stand.
struct Builder<'a> {
    sys: &'a Sys,
    config: Config,
    user: Option<(Vec<u8>, Directive)>,
    group: Option<(Vec<u8>, Directive)>,
    formats: BTreeMap<Vec<u8>, Arc<Format>>,
    types_file: Option<(Vec<u8>, Directive)>,
}

impl Config {
    /// Reads what the files say. The error is what to say.
    pub(super) async fn read(sys: &Sys, tree: &Tree, root: &[u8]) -> Result<Self, Vec<u8>> {
        let error_log = Arc::new(LogFile::new(&text!(root, "/logs/error_log")));
        let config = Self {
            server_root: root.to_vec(),
            listens: Vec::new(),
            user: None,
            pid_file: b"logs/httpd.pid".to_vec(),
            error_log: error_log.clone(),
            log_level: 4,
            logs: vec![error_log],
            tokens: Tokens::Full,
            signature: false,
            keeps_alive: true,
            keep_alive_timeout: Duration::from_secs(5),
            keep_alive_requests: 100,
            timeout: Duration::from_secs(60),
            children: 3,
            connections: 400,
            types: BTreeMap::new(),
            hosts: vec![Host {
                at: Vec::new(),
                name: None,
                aliases: Vec::new(),
                root: text!(root, "/htdocs"),
                mapped: Vec::new(),
                redirects: Vec::new(),
                logs: Vec::new(),
                rules: Rules::default(),
                sections: Vec::new(),
            }],
            _charge: Charge::of(tree.charge.bytes() * COST),
        };
        let combined: Result<BTreeMap<_, _>, Vec<u8>> = FORMATS
            .iter()
            .map(|(name, format)| {
                Ok((
                    name.as_bytes().to_vec(),
                    Arc::new(Format::read(format.as_bytes())?),
                ))
            })
            .collect();
        let mut builder = Builder {
            sys,
            config,
            user: None,
            group: None,
            formats: combined?,
            types_file: None,
        };
        for directive in &tree.directives {
            match directive.name.as_str() {
                "<virtualhost" => {}
                _ => builder.follow(directive, 0)?,
            }
        }
        for directive in tree
            .directives
            .iter()
            .filter(|directive| directive.name == "<virtualhost")
        {
            builder.virtual_host(directive)?;
        }
        builder.finish().await
    }

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
                    .any(|alias| crate::applets::glob::matches(alias, name, true))
        };
        let virtual_hosts = || self.hosts[1..].iter().filter(fits);
        virtual_hosts()
            .find(is_named)
            .or_else(|| virtual_hosts().next())
            .unwrap_or(&self.hosts[0])
    }
}

const FORMATS: &[(&str, &str)] = &[("", "%h %l %u %t \"%r\" %>s %b")];

impl Builder<'_> {
    fn path(&self, path: &[u8]) -> Vec<u8> {
        match path.first() {
            Some(b'/') => path.to_vec(),
            _ => text!(self.config.server_root, "/", path),
        }
    }

    fn log(&mut self, path: &[u8]) -> Arc<LogFile> {
        let path = self.path(path);
        if let Some(known) = self.config.logs.iter().find(|log| log.path == path) {
            return known.clone();
        }
        let log = Arc::new(LogFile::new(&path));
        self.config.logs.push(log.clone());
        log
    }

    fn follow(&mut self, directive: &Directive, host: usize) -> Result<(), Vec<u8>> {
        let args = &directive.args;
        let one = || -> Result<&Vec<u8>, Vec<u8>> {
            args.first()
                .ok_or_else(|| directive.wrong(text!(directive.written, " takes one argument")))
        };
        let config = &mut self.config;
        match directive.name.as_str() {
            "serverroot" => config.server_root = one()?.clone(),
            "listen" => {
                let at = listen_address(one()?)
                    .ok_or_else(|| directive.wrong("Port must be specified"))?;
                if !config.listens.contains(&at) {
                    config.listens.push(at);
                }
            }
            "user" => self.user = Some((one()?.clone(), directive.clone())),
            "group" => self.group = Some((one()?.clone(), directive.clone())),
            "pidfile" => config.pid_file = one()?.clone(),
            "errorlog" => {
                let path = one()?.clone();
                if path.first() == Some(&b'|') || path.starts_with(b"syslog") {
                    return Err(directive.wrong("logs to programs are not supported by this httpd"));
                }
                let log = self.log(&path);
                if host == 0 {
                    self.config.error_log = log;
                }
            }
            "loglevel" => config.log_level = log_level(directive)?,
            "servertokens" => {
                config.tokens = match &one()?.to_ascii_lowercase()[..] {
                    b"full" | b"os" => Tokens::Full,
                    b"min" | b"minimal" => Tokens::Minimal,
                    b"prod" | b"productonly" => Tokens::ProductOnly,
                    _ => {
                        return Err(directive.wrong(
                            "ServerTokens takes 1 argument, 'Prod', 'Min', 'OS', or 'Full'",
                        ));
                    }
                };
            }
            "serversignature" => config.signature = one()?.eq_ignore_ascii_case(b"on"),
            "keepalive" => config.keeps_alive = switch(directive)?,
            "keepalivetimeout" => config.keep_alive_timeout = time(directive)?,
            "maxkeepaliverequests" => {
                let number = number(directive)?;
                config.keep_alive_requests = if number == 0 { u64::MAX } else { number };
            }
            "timeout" => config.timeout = time(directive)?,
            "startservers" => {
                config.children =
                    usize::try_from(number(directive)?.clamp(1, CHILDREN)).unwrap_or(1);
            }
            "maxrequestworkers" => {
                let number = number(directive)?.clamp(1, CONNECTIONS);
                config.connections = usize::try_from(number).unwrap_or(1);
            }
            "logformat" => {
                let format = Format::read(one()?).map_err(|what| directive.wrong(what))?;
                let name = args.get(1).cloned().unwrap_or_default();
                self.formats.insert(name, Arc::new(format));
            }
            "typesconfig" => self.types_file = Some((one()?.clone(), directive.clone())),
            name if name.starts_with("<virtualhost") => {
                return Err(directive.wrong("<VirtualHost> not allowed here"));
            }
            _ => return self.follow_of_host(directive, host),
        }
        Ok(())
    }

    fn follow_of_host(&mut self, directive: &Directive, host: usize) -> Result<(), Vec<u8>> {
        let args = &directive.args;
        let argument = |at: usize| {
            args.get(at)
                .ok_or_else(|| directive.wrong(text!(directive.written, " takes more arguments")))
        };
        match directive.name.as_str() {
            "servername" => {
                let name = argument(0)?.to_ascii_lowercase();
                let end = name.iter().position(|byte| *byte == b':');
                self.config.hosts[host].name = Some(name[..end.unwrap_or(name.len())].to_vec());
            }
            "serveralias" => {
                let names = args.iter().map(|name| name.to_ascii_lowercase());
                self.config.hosts[host].aliases.extend(names);
            }
            "documentroot" => {
                let root = self.path(argument(0)?);
                let is_directory = self.sys.stat(&root).is_ok_and(|stat| stat.is_directory());
                if !is_directory {
                    let what = text!(
                        "DocumentRoot '",
                        root,
                        "' is not a directory, or is not readable"
                    );
                    return Err(directive.wrong(what));
                }
                let root = root.strip_suffix(b"/").unwrap_or(&root).to_vec();
                self.config.hosts[host].root = root;
            }
            "alias" => {
                let directory = self.path(argument(1)?);
                self.config.hosts[host]
                    .mapped
                    .push((argument(0)?.clone(), directory));
            }
            "redirect" => {
                let (status, from) = match args.len() {
                    2 => (302, 0),
                    3 => (redirect_status(directive)?, 1),
                    _ => return Err(directive.wrong("Redirect takes two or three arguments")),
                };
                let row = (args[from].clone(), status, args[from + 1].clone());
                self.config.hosts[host].redirects.push(row);
            }
            "customlog" => {
                let path = argument(0)?.clone();
                if path.first() == Some(&b'|') {
                    return Err(directive.wrong("logs to programs are not supported by this httpd"));
                }
                let format = match args.get(1) {
                    None => self.formats.get(&b""[..]).cloned(),
                    Some(name) if name.contains(&b'%') => Some(Arc::new(
                        Format::read(name).map_err(|what| directive.wrong(what))?,
                    )),
                    Some(name) => self.formats.get(name).cloned(),
                };
                let format = format.ok_or_else(|| directive.wrong("no such LogFormat"))?;
                let log = self.log(&path);
                self.config.hosts[host].logs.push((log, format));
            }
            "<directory" | "<files" | "<location" => {
                let section = self.section(directive)?;
                self.config.hosts[host].sections.push(section);
            }
            _ => {
                let mut rules = std::mem::take(&mut self.config.hosts[host].rules);
                let followed = rules.follow(directive);
                self.config.hosts[host].rules = rules;
                return followed;
            }
        }
        Ok(())
    }

    fn section(&self, directive: &Directive) -> Result<Section, Vec<u8>> {
        let wanted = || directive.wrong(text!(directive.written, " needs one argument"));
        let [argument] = directive.args.as_slice() else {
            return Err(wanted());
        };
        let scope = match directive.name.as_str() {
            "<directory" => {
                let path = argument.strip_suffix(b"/").unwrap_or(argument);
                Scope::Directory(path.to_vec())
            }
            "<files" => Scope::Files(argument.clone()),
            _ => Scope::Location(argument.clone()),
        };
        let mut rules = Rules::default();
        for inner in &directive.section {
            rules.follow(inner)?;
        }
        Ok(Section { scope, rules })
    }

    fn virtual_host(&mut self, directive: &Directive) -> Result<(), Vec<u8>> {
        let main = &self.config.hosts[0];
        let mut host = Host {
            at: Vec::new(),
            name: None,
            aliases: Vec::new(),
            logs: Vec::new(),
            ..main.clone()
        };
        for argument in &directive.args {
            let place = virtual_address(argument);
            let what = || directive.wrong(text!("Invalid address ", argument));
            host.at.push(place.ok_or_else(what)?);
        }
        self.config.hosts.push(host);
        let number = self.config.hosts.len() - 1;
        for inner in &directive.section {
            self.follow(inner, number)?;
        }
        if self.config.hosts[number].logs.is_empty() {
            self.config.hosts[number].logs = self.config.hosts[0].logs.clone();
        }
        Ok(())
    }

    async fn finish(mut self) -> Result<Config, Vec<u8>> {
        self.config.pid_file = self.path(&self.config.pid_file.clone());
        if let Some((path, directive)) = self.types_file.take() {
            let path = self.path(&path);
            let content = text_file::read(self.sys, &path).await;
            let content = content.map_err(|error| {
                directive.wrong(text!(
                    "could not open mime types config file ",
                    path,
                    ": ",
                    error.message()
                ))
            })?;
            for line in content.split(|byte| *byte == b'\n') {
                let mut words = line
                    .split(u8::is_ascii_whitespace)
                    .filter(|word| !word.is_empty());
                let Some(kind) = words.next().filter(|kind| kind[0] != b'#') else {
                    continue;
                };
                for suffix in words {
                    self.config
                        .types
                        .insert(suffix.to_ascii_lowercase(), kind.to_vec());
                }
            }
        }
        if let Some((user, directive)) = self.user.take()
            && self.sys.euid() == 0
        {
            let (group, of_group) = match self.group.take() {
                Some((group, directive)) => (Some(group), Some(directive)),
                None => (None, None),
            };
            let found = Identity::find(self.sys, &user, group.as_deref()).await;
            self.config.user = Some(found.map_err(|unknown| match unknown {
                Unknown::User => text!("AH00543: httpd: bad user name ", user),
                Unknown::Group => {
                    let name = group.clone().unwrap_or_default();
                    of_group
                        .as_ref()
                        .unwrap_or(&directive)
                        .wrong(text!("httpd: bad group name ", name))
                }
            })?);
        }
        if self.config.listens.is_empty() {
            return Err(b"no listening sockets available, shutting down".to_vec());
        }
        Ok(self.config)
    }
}

impl Rules {
    fn follow(&mut self, directive: &Directive) -> Result<(), Vec<u8>> {
        let args = &directive.args;
        match directive.name.as_str() {
            "require" => {
                let rule = require(directive)?;
                self.require.get_or_insert_default().extend(rule);
            }
            "options" => {
                for word in args {
                    let word = word.to_ascii_lowercase();
                    match &word[..] {
                        b"indexes" | b"+indexes" | b"all" => self.indexes = Some(true),
                        b"-indexes" | b"none" => self.indexes = Some(false),
                        word if word[0] == b'+' || word[0] == b'-' => {}
                        _ => {
                            self.indexes.get_or_insert(false);
                        }
                    }
                }
            }
            "directoryindex" => self.directory_index = Some(args.clone()),
            "addtype" => {
                let (kind, suffixes) = args
                    .split_first()
                    .ok_or_else(|| directive.wrong("AddType requires at least two arguments"))?;
                for suffix in suffixes {
                    let suffix = suffix.strip_prefix(b".").unwrap_or(suffix);
                    self.types.push((suffix.to_ascii_lowercase(), kind.clone()));
                }
            }
            "errordocument" => {
                let [status, target] = args.as_slice() else {
                    return Err(directive.wrong("ErrorDocument takes two arguments"));
                };
                let status = numbers::decimal(status).and_then(|status| u16::try_from(status).ok());
                let status = status
                    .filter(|status| (400..=599).contains(status))
                    .ok_or_else(|| directive.wrong("Unsupported HTTP response code"))?;
                let document = match &target[..] {
                    target if target.first() == Some(&b'/') => Document::Path(target.to_vec()),
                    target if target.starts_with(b"http://") || target.starts_with(b"https://") => {
                        Document::Url(target.to_vec())
                    }
                    target => Document::Text(target.to_vec()),
                };
                self.documents.push((status, document));
            }
            name if ACCEPTED.contains(&name) => {}
            name if MISSING.contains(&name) || name.starts_with('<') => {
                let what = text!("'", directive.written, "' is not supported by this httpd");
                return Err(directive.wrong(what));
            }
            _ => {
                let what = text!(
                    "Invalid command '",
                    directive.written,
                    "', perhaps misspelled or defined by a module not included in the server configuration"
                );
                return Err(directive.wrong(what));
            }
        }
        Ok(())
    }

    /// What a narrower section says goes before.
    pub(super) fn narrow(&mut self, other: &Rules) {
        if other.require.is_some() {
            self.require.clone_from(&other.require);
        }
        if other.indexes.is_some() {
            self.indexes = other.indexes;
        }
        if other.directory_index.is_some() {
            self.directory_index.clone_from(&other.directory_index);
        }
        self.documents.extend(other.documents.iter().cloned());
        self.types.extend(other.types.iter().cloned());
    }
}

fn require(directive: &Directive) -> Result<Vec<Require>, Vec<u8>> {
    let unknown = || {
        directive.wrong(text!(
            "Unknown Authz provider: ",
            directive.args.first().cloned().unwrap_or_default()
        ))
    };
    let (kind, rest) = directive.args.split_first().ok_or_else(unknown)?;
    match (&kind.to_ascii_lowercase()[..], rest) {
        (b"all", [word]) if word.eq_ignore_ascii_case(b"granted") => Ok(vec![Require::All(true)]),
        (b"all", [word]) if word.eq_ignore_ascii_case(b"denied") => Ok(vec![Require::All(false)]),
        (b"local", []) => Ok(vec![Require::Network(Ipv4Addr::LOCALHOST, 8)]),
        (b"ip", [_, ..]) => rest
            .iter()
            .map(|text| {
                network(text).ok_or_else(|| {
                    directive.wrong(text!("ip address '", text, "' appears to be invalid"))
                })
            })
            .collect(),
        _ => Err(unknown()),
    }
}

/// `10`, `10.1`, `10.1.2.3` or `10.0.0.0/8`.
fn network(text: &[u8]) -> Option<Require> {
    let text = std::str::from_utf8(text).ok()?;
    let (address, bits) = match text.split_once('/') {
        None => (text, None),
        Some((address, bits)) => (
            address,
            Some(bits.parse::<u32>().ok().filter(|bits| *bits <= 32)?),
        ),
    };
    let parts: Vec<&str> = address.trim_end_matches('.').split('.').collect();
    let mut octets = [0; 4];
    if parts.len() > 4 {
        return None;
    }
    for (octet, part) in octets.iter_mut().zip(&parts) {
        *octet = part.parse().ok()?;
    }
    let bits = bits.unwrap_or(8 * u32::try_from(parts.len()).ok()?);
    Some(Require::Network(octets.into(), bits))
}

impl Require {
    pub(super) fn admits(&self, client: Ipv4Addr) -> bool {
        match self {
            Require::All(granted) => *granted,
            Require::Network(address, bits) => {
                let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
                u32::from(*address) & mask == u32::from(client) & mask
            }
        }
    }
}

fn listen_address(text: &[u8]) -> Option<SocketAddrV4> {
    let port = |text: &[u8]| {
        let number = numbers::decimal(text).and_then(|number| u16::try_from(number).ok());
        number.filter(|port| *port > 0)
    };
    match text.iter().rposition(|byte| *byte == b':') {
        None => Some(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, port(text)?)),
        Some(at) => {
            let host = match &text[..at] {
                b"*" | b"[::]" => Ipv4Addr::UNSPECIFIED,
                host => std::str::from_utf8(host).ok()?.parse().ok()?,
            };
            Some(SocketAddrV4::new(host, port(&text[at + 1..])?))
        }
    }
}

fn virtual_address(text: &[u8]) -> Option<(Option<Ipv4Addr>, Option<u16>)> {
    let text = std::str::from_utf8(text).ok()?;
    let (host, port) = match text.rsplit_once(':') {
        None => (text, None),
        Some((host, "*")) => (host, None),
        Some((host, port)) => (host, Some(port.parse().ok()?)),
    };
    match host {
        "*" | "_default_" => Some((None, port)),
        host => Some((Some(host.parse().ok()?), port)),
    }
}

fn number(directive: &Directive) -> Result<u64, Vec<u8>> {
    let number = directive
        .args
        .first()
        .and_then(|text| numbers::decimal(text));
    number.ok_or_else(|| directive.wrong(text!(directive.written, " must be a number")))
}

fn time(directive: &Directive) -> Result<Duration, Vec<u8>> {
    let text = directive.args.first().cloned().unwrap_or_default();
    let found = match text.strip_suffix(b"ms") {
        Some(ms) => numbers::decimal(ms).map(Duration::from_millis),
        None => numbers::decimal(text.strip_suffix(b"s").unwrap_or(&text)).map(Duration::from_secs),
    };
    found.ok_or_else(|| directive.wrong(text!(directive.written, " has wrong format")))
}

fn switch(directive: &Directive) -> Result<bool, Vec<u8>> {
    match directive
        .args
        .first()
        .map(|word| word.to_ascii_lowercase())
        .as_deref()
    {
        Some(b"on") => Ok(true),
        Some(b"off") => Ok(false),
        _ => Err(directive.wrong(text!(directive.written, " must be On or Off"))),
    }
}

fn log_level(directive: &Directive) -> Result<u8, Vec<u8>> {
    const NAMES: [&str; 8] = [
        "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug",
    ];
    let name = directive.args.first().cloned().unwrap_or_default();
    let name = String::from_utf8_lossy(&name).to_ascii_lowercase();
    let found = NAMES
        .iter()
        .position(|known| *known == name || name.starts_with("trace"));
    let level = found.and_then(|at| u8::try_from(at).ok());
    level.ok_or_else(|| directive.wrong("LogLevel requires level keyword: one of emerg/alert/crit/error/warn/notice/info/debug/trace1/.../trace8"))
}

fn redirect_status(directive: &Directive) -> Result<u16, Vec<u8>> {
    let word = directive.args[0].to_ascii_lowercase();
    let status = match &word[..] {
        b"permanent" => Some(301),
        b"temp" => Some(302),
        b"seeother" => Some(303),
        word => numbers::decimal(word).and_then(|status| u16::try_from(status).ok()),
    };
    status
        .filter(|status| (300..=399).contains(status))
        .ok_or_else(|| directive.wrong("Redirect: invalid first argument (of three)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_and_addresses_are_read() {
        assert_eq!(
            network(b"10.1"),
            Some(Require::Network([10, 1, 0, 0].into(), 16))
        );
        assert_eq!(
            network(b"10.0.0.0/8"),
            Some(Require::Network([10, 0, 0, 0].into(), 8))
        );
        assert_eq!(network(b"10.0.0.0/33"), None);
        assert_eq!(network(b"x"), None);
        assert!(Require::Network([10, 0, 0, 0].into(), 8).admits([10, 9, 8, 7].into()));
        assert!(!Require::Network([10, 0, 0, 0].into(), 8).admits([11, 0, 0, 1].into()));
        assert!(Require::Network([10, 0, 0, 0].into(), 0).admits([11, 0, 0, 1].into()));
        assert_eq!(listen_address(b"8080").map(|at| at.port()), Some(8080));
        assert_eq!(listen_address(b"0"), None);
        assert_eq!(listen_address(b"1.2.3.4:x"), None);
        assert_eq!(virtual_address(b"*:80"), Some((None, Some(80))));
    }
}
