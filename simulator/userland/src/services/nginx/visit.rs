//! One request on its way through the configuration, and the values of variables for it.

use super::settings::Settings;
use super::site::Server;
use crate::applets::{base64, text};
use crate::kernel::Sys;
use crate::services::http::{Request, Version, log_date};
use runtime::Timestamp;
use std::net::SocketAddrV4;

/// What is known of a request.
pub(super) struct Visit<'v> {
    pub(super) sys: &'v Sys,
    pub(super) version: &'v str,
    /// `None`: what came was none.
    pub(super) request: Option<&'v Request>,
    /// The first line as it came.
    pub(super) line: Vec<u8>,
    pub(super) server: &'v Server,
    pub(super) settings: &'v Settings,
    /// The path that is looked for now; it changes when another is answered with.
    pub(super) uri: Vec<u8>,
    pub(super) args: Option<Vec<u8>>,
    pub(super) peer: SocketAddrV4,
    pub(super) local: SocketAddrV4,
    pub(super) connection: u64,
    pub(super) nth: u64,
    pub(super) began: Timestamp,
    /// Of the answer.
    pub(super) status: u16,
    pub(super) body_bytes: u64,
    pub(super) head_bytes: u64,
}

impl Visit<'_> {
    /// The host that was asked for, else the server's first name.
    pub(super) fn host(&self) -> &[u8] {
        match self.request {
            Some(request) if !request.host.is_empty() => &request.host,
            _ => &self.server.names[0],
        }
    }

    /// Where files are.
    pub(super) fn root(&self) -> Vec<u8> {
        match &self.settings.alias {
            Some(alias) => alias.fill_root(self),
            None => self.settings.root.fill_root(self),
        }
    }

    fn header(&self, name: &str) -> Option<Vec<u8>> {
        self.request?.header(name).map(<[u8]>::to_vec)
    }

    fn argument(&self, name: &[u8]) -> Option<Vec<u8>> {
        let args = self.args.as_ref()?;
        let mut pairs = args.split(|byte| *byte == b'&');
        pairs.find_map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=')?;
            (pair[..at].eq_ignore_ascii_case(name)).then(|| pair[at + 1..].to_vec())
        })
    }

    fn cookie(&self, name: &[u8]) -> Option<Vec<u8>> {
        let cookies = self.header("cookie")?;
        let mut pairs = cookies.split(|byte| *byte == b';');
        pairs.find_map(|pair| {
            let pair = pair.trim_ascii();
            let at = pair.iter().position(|byte| *byte == b'=')?;
            (&pair[..at] == name).then(|| pair[at + 1..].to_vec())
        })
    }

    fn user(&self) -> Option<Vec<u8>> {
        let header = self.header("authorization")?;
        let plain = base64::decoded(header.strip_prefix(b"Basic ")?);
        let end = plain.iter().position(|byte| *byte == b':')?;
        Some(plain[..end].to_vec())
    }

    /// The value of a variable, if it has one.
    pub(super) fn variable(&self, name: &[u8]) -> Option<Vec<u8>> {
        let name = std::str::from_utf8(name).ok()?;
        if let Some(header) = name.strip_prefix("http_") {
            return self.header(&header.replace('_', "-"));
        }
        if let Some(argument) = name.strip_prefix("arg_") {
            return self.argument(argument.as_bytes());
        }
        if let Some(cookie) = name.strip_prefix("cookie_") {
            return self.cookie(cookie.as_bytes());
        }
        let number = |number: u64| Some(number.to_string().into_bytes());
        let now = self.sys.now();
        match name {
            "args" | "query_string" => self.args.clone(),
            "body_bytes_sent" => number(self.body_bytes),
            "bytes_sent" => number(self.head_bytes + self.body_bytes),
            "connection" => number(self.connection),
            "connection_requests" => number(self.nth),
            "content_length" => self.header("content-length"),
            "content_type" => self.header("content-type"),
            "document_root" => Some(self.root()),
            "host" => Some(self.host().to_vec()),
            "hostname" => Some(self.sys.hostname().to_vec()),
            "https" => Some(Vec::new()),
            "is_args" => Some(match &self.args {
                Some(args) if !args.is_empty() => b"?".to_vec(),
                _ => Vec::new(),
            }),
            "msec" => Some(seconds(now.0 / 1_000_000)),
            "nginx_version" => Some(self.version.as_bytes().to_vec()),
            "pid" => number(u64::from(self.sys.pid())),
            "pipe" => Some(b".".to_vec()),
            "remote_addr" => Some(self.peer.ip().to_string().into_bytes()),
            "remote_port" => number(u64::from(self.peer.port())),
            "remote_user" => self.user(),
            "request" => Some(self.line.clone()),
            "request_filename" => Some(text!(self.root(), self.uri)),
            "request_length" => number(
                self.request
                    .map_or(self.line.len(), |request| request.head_bytes) as u64,
            ),
            "request_method" => Some(self.request?.method.clone()),
            "request_time" => {
                let spent = now.since(self.began).as_millis();
                Some(seconds(u64::try_from(spent).unwrap_or(0)))
            }
            "request_uri" => Some(self.request?.target.clone()),
            "scheme" => Some(b"http".to_vec()),
            "server_addr" => Some(self.local.ip().to_string().into_bytes()),
            "server_name" => Some(self.server.names[0].clone()),
            "server_port" => number(u64::from(self.local.port())),
            "server_protocol" => Some(match self.request?.version {
                Version::Simple => Vec::new(),
                Version::Http10 => b"HTTP/1.0".to_vec(),
                Version::Http11 => b"HTTP/1.1".to_vec(),
            }),
            "status" => Some(format!("{:03}", self.status).into_bytes()),
            "time_iso8601" => Some(super::log::iso_date(now.as_secs())),
            "time_local" => Some(log_date(now.as_secs())),
            "uri" | "document_uri" => Some(self.uri.clone()),
            _ => None,
        }
    }
}

/// `1.234`.
fn seconds(ms: u64) -> Vec<u8> {
    format!("{}.{:03}", ms / 1000, ms % 1000).into_bytes()
}
