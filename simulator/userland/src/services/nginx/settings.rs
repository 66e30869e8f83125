//! What can be set for a site, a server or a place of it.

use super::answers::{
    AddHeader, ErrorPage, Expires, Return, TryFiles, add_header, error_page, expires, returns,
    template, try_files,
};
use super::emerg::Emerg;
use super::syntax::Directive;
use super::template::Template;
use super::values;
use crate::applets::text;
use crate::services::log_file::LogFile;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// File names by their last dot, and what such files are.
pub(super) type Types = BTreeMap<Vec<u8>, Vec<u8>>;

/// How important a message is, as `error_log` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Emerg,
    Alert,
    Crit,
    Error,
    Warn,
    Notice,
    Info,
    Debug,
}

impl Level {
    const NAMES: [(&'static str, Level); 8] = [
        ("emerg", Level::Emerg),
        ("alert", Level::Alert),
        ("crit", Level::Crit),
        ("error", Level::Error),
        ("warn", Level::Warn),
        ("notice", Level::Notice),
        ("info", Level::Info),
        ("debug", Level::Debug),
    ];

    fn read(name: &[u8]) -> Option<Self> {
        let found = Self::NAMES.iter().find(|row| row.0.as_bytes() == name);
        found.map(|row| row.1)
    }

    pub(super) fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

/// Where errors go.
#[derive(Clone, Debug)]
pub(super) struct ErrorLog {
    pub(super) file: Arc<LogFile>,
    pub(super) level: Level,
}

/// Where requests are noted, and how.
#[derive(Clone, Debug)]
pub(super) struct AccessLog {
    pub(super) file: Arc<LogFile>,
    pub(super) format: Arc<Template>,
}

/// What is inherited from block to block.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) root: Template,
    /// The template of `alias`.
    pub(super) alias: Option<Template>,
    pub(super) index: Vec<Template>,
    pub(super) autoindex: bool,
    pub(super) types: Arc<Types>,
    pub(super) default_type: Vec<u8>,
    pub(super) charset: Option<Vec<u8>>,
    pub(super) etag: bool,
    pub(super) expires: Option<Expires>,
    pub(super) keepalive_timeout: Duration,
    pub(super) keepalive_header: Option<u64>,
    pub(super) keepalive_requests: u64,
    pub(super) send_timeout: Duration,
    pub(super) header_timeout: Duration,
    pub(super) body_timeout: Duration,
    /// 0: any.
    pub(super) body_bytes: u64,
    pub(super) shows_version: bool,
    pub(super) absolute_redirect: bool,
    pub(super) port_in_redirect: bool,
    pub(super) server_name_in_redirect: bool,
    pub(super) log_not_found: bool,
    pub(super) access_logs: Vec<AccessLog>,
    pub(super) error_log: ErrorLog,
    pub(super) error_pages: Vec<ErrorPage>,
    pub(super) headers: Vec<AddHeader>,
    /// Not inherited.
    pub(super) try_files: Option<TryFiles>,
    pub(super) returns: Option<Return>,
}

/// Which lists a block has begun anew instead of inheriting them.
#[derive(Clone, Copy, Debug, Default)]
struct Own {
    index: bool,
    error_pages: bool,
    headers: bool,
    access_logs: bool,
}

/// What directives refer to.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) formats: BTreeMap<Vec<u8>, Arc<Template>>,
    /// Every log once.
    pub(super) logs: Vec<Arc<LogFile>>,
    /// Where relative paths begin.
    pub(super) prefix: Vec<u8>,
}

/// The format of a log that names none.
const COMBINED: &[u8] = b"$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"";

impl Shared {
    pub(super) fn new(prefix: &[u8]) -> Self {
        let combined = Template::read(COMBINED).expect("its variables are known");
        Self {
            formats: BTreeMap::from([(b"combined".to_vec(), Arc::new(combined))]),
            logs: Vec::new(),
            prefix: prefix.to_vec(),
        }
    }

    /// A path as the server means it.
    pub(super) fn path(&self, path: &[u8]) -> Vec<u8> {
        match path.first() {
            Some(b'/') => path.to_vec(),
            _ => text!(self.prefix, path),
        }
    }

    /// The log of a path, the same for all that name it.
    pub(super) fn log(&mut self, path: &[u8]) -> Arc<LogFile> {
        let path = match path {
            b"stderr" => b"/dev/stderr".to_vec(),
            path => self.path(path),
        };
        if let Some(known) = self.logs.iter().find(|log| log.path == path) {
            return known.clone();
        }
        let log = Arc::new(LogFile::new(&path));
        self.logs.push(log.clone());
        log
    }

    /// `error_log PATH [LEVEL]`.
    pub(super) fn error_log(&mut self, directive: &Directive) -> Result<ErrorLog, Emerg> {
        let args = directive.args();
        let level = match args.get(1) {
            None => Level::Error,
            Some(name) => Level::read(name)
                .ok_or_else(|| directive.emerg(text!("invalid log level \"", name, "\"")))?,
        };
        Ok(ErrorLog {
            file: self.log(&args[0]),
            level,
        })
    }
}

fn plain(text: &str) -> Template {
    Template::read(text.as_bytes()).expect("a text without variables")
}

impl Settings {
    /// What holds before anything is set.
    pub(super) fn first(error_log: ErrorLog, prefix: &[u8]) -> Self {
        let types: Types = [
            ("html", "text/html"),
            ("gif", "image/gif"),
            ("jpg", "image/jpeg"),
        ]
        .map(|(suffix, kind)| (suffix.as_bytes().to_vec(), kind.as_bytes().to_vec()))
        .into();
        let root = String::from_utf8_lossy(prefix).replace('$', "") + "html";
        Self {
            root: plain(&root),
            alias: None,
            index: vec![plain("index.html")],
            autoindex: false,
            types: Arc::new(types),
            default_type: b"text/plain".to_vec(),
            charset: None,
            etag: true,
            expires: None,
            keepalive_timeout: Duration::from_secs(75),
            keepalive_header: None,
            keepalive_requests: 100,
            send_timeout: Duration::from_secs(60),
            header_timeout: Duration::from_secs(60),
            body_timeout: Duration::from_secs(60),
            body_bytes: 1 << 20,
            shows_version: true,
            absolute_redirect: true,
            port_in_redirect: true,
            server_name_in_redirect: false,
            log_not_found: true,
            access_logs: Vec::new(),
            error_log,
            error_pages: Vec::new(),
            headers: Vec::new(),
            try_files: None,
            returns: None,
        }
    }

    /// What a block inherits from the one around it, with its own directives followed.
    pub(super) fn within(&self, block: &[Directive], shared: &mut Shared) -> Result<Self, Emerg> {
        let mut settings = self.clone();
        settings.try_files = None;
        settings.returns = None;
        let mut own = Own::default();
        for directive in block {
            settings.follow(directive, shared, &mut own)?;
        }
        Ok(settings)
    }

    fn follow(
        &mut self,
        directive: &Directive,
        shared: &mut Shared,
        own: &mut Own,
    ) -> Result<(), Emerg> {
        let args = directive.args();
        match directive.name() {
            b"root" => {
                self.root = template(directive, &shared.path(&args[0]))?;
                self.alias = None;
            }
            b"alias" => self.alias = Some(template(directive, &shared.path(&args[0]))?),
            b"index" => {
                if !std::mem::replace(&mut own.index, true) {
                    self.index.clear();
                }
                for name in args {
                    self.index.push(template(directive, name)?);
                }
            }
            b"autoindex" => self.autoindex = directive.switch()?,
            b"types" => self.types = Arc::new(types(&directive.block)?),
            b"default_type" => self.default_type = args[0].clone(),
            b"charset" => self.charset = (args[0] != b"off").then(|| args[0].clone()),
            b"etag" => self.etag = directive.switch()?,
            b"expires" => self.expires = expires(directive)?,
            b"keepalive_timeout" => {
                self.keepalive_timeout = directive.time()?;
                let header = args.get(1).and_then(|text| values::duration(text));
                self.keepalive_header = header.map(|time| time.as_secs());
            }
            b"keepalive_requests" => self.keepalive_requests = directive.number()?,
            b"send_timeout" => self.send_timeout = directive.time()?,
            b"client_header_timeout" => self.header_timeout = directive.time()?,
            b"client_body_timeout" => self.body_timeout = directive.time()?,
            b"client_max_body_size" => self.body_bytes = directive.size()?,
            b"server_tokens" => self.shows_version = directive.switch()?,
            b"absolute_redirect" => self.absolute_redirect = directive.switch()?,
            b"port_in_redirect" => self.port_in_redirect = directive.switch()?,
            b"server_name_in_redirect" => self.server_name_in_redirect = directive.switch()?,
            b"log_not_found" => self.log_not_found = directive.switch()?,
            b"access_log" => self.access_log(directive, shared, own)?,
            b"error_log" => self.error_log = shared.error_log(directive)?,
            b"error_page" => {
                if !std::mem::replace(&mut own.error_pages, true) {
                    self.error_pages.clear();
                }
                self.error_pages.push(error_page(directive)?);
            }
            b"add_header" => {
                if !std::mem::replace(&mut own.headers, true) {
                    self.headers.clear();
                }
                self.headers.push(add_header(directive)?);
            }
            b"try_files" => self.try_files = Some(try_files(directive)?),
            b"return" if self.returns.is_none() => self.returns = Some(returns(directive)?),
            _ => {}
        }
        Ok(())
    }

    fn access_log(
        &mut self,
        directive: &Directive,
        shared: &mut Shared,
        own: &mut Own,
    ) -> Result<(), Emerg> {
        let args = directive.args();
        if !std::mem::replace(&mut own.access_logs, true) {
            self.access_logs.clear();
        }
        if args[0] == b"off" {
            self.access_logs.clear();
            return Ok(());
        }
        let name = args.get(1).map_or(&b"combined"[..], |name| &name[..]);
        let format = shared.formats.get(name).cloned();
        let format =
            format.ok_or_else(|| directive.emerg(text!("unknown log format \"", name, "\"")))?;
        self.access_logs.push(AccessLog {
            file: shared.log(&args[0]),
            format,
        });
        Ok(())
    }
}

fn types(block: &[Directive]) -> Result<Types, Emerg> {
    let mut types = Types::new();
    for row in block {
        for suffix in row.args() {
            types.insert(suffix.to_ascii_lowercase(), row.name().to_vec());
        }
    }
    Ok(types)
}
