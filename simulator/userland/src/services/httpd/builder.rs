//! From directives to a configuration.

use super::config::{Config, Host, Scope, Section, Tokens};
use super::format::Format;
use super::rules::Rules;
use super::syntax::{Directive, Tree};
use super::values::{
    listen_address, log_level, number, redirect_status, switch, time, virtual_address,
};
use crate::applets::text;
use crate::kernel::{Charge, Sys};
use crate::services::daemon::{Identity, Unknown};
use crate::services::log_file::LogFile;
use crate::services::text_file;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Child processes at most.
const CHILDREN: u64 = 32;

/// Connections of a child at most.
const CONNECTIONS: u64 = 4096;

/// What a configuration costs for each byte of its text.
const COST: usize = 4;

/// What is read from directives, in the order they stand.
struct Builder<'a> {
    sys: &'a Sys,
    config: Config,
    user: Option<(Vec<u8>, Directive)>,
    group: Option<(Vec<u8>, Directive)>,
    formats: BTreeMap<Vec<u8>, Arc<Format>>,
    types_file: Option<(Vec<u8>, Directive)>,
}

const FORMATS: &[(&str, &str)] = &[("", "%h %l %u %t \"%r\" %>s %b")];

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
}

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
