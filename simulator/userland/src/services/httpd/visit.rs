//! One request and what is known of it.

use super::config::{Config, Host, Scope, Tokens};
use super::rules::Rules;
use crate::applets::{glob, text};
use crate::kernel::Sys;
use crate::services::http::{Request, Version};
use runtime::Timestamp;
use std::net::SocketAddrV4;

/// What is known of a request.
pub(super) struct Visit<'v> {
    pub(super) sys: &'v Sys,
    pub(super) config: &'v Config,
    pub(super) version: &'v str,
    pub(super) host: &'v Host,
    /// `None`: what came was none.
    pub(super) request: Option<&'v Request>,
    /// The first line as it came.
    pub(super) line: Vec<u8>,
    pub(super) peer: SocketAddrV4,
    pub(super) local: SocketAddrV4,
    pub(super) nth: u64,
    pub(super) began: Timestamp,
    /// The file that the path means.
    pub(super) file: Vec<u8>,
    /// Of the answer.
    pub(super) status: u16,
    pub(super) head_bytes: u64,
    pub(super) body_bytes: u64,
    pub(super) stays: bool,
}

impl Visit<'_> {
    pub(super) fn protocol(&self) -> &'static str {
        match self.request.map(|request| request.version) {
            Some(Version::Http11) => "HTTP/1.1",
            Some(Version::Http10) => "HTTP/1.0",
            Some(Version::Simple) | None => "HTTP/0.9",
        }
    }

    /// The name that the server has for this request.
    pub(super) fn host_name(&self) -> Vec<u8> {
        match (&self.host.name, self.request) {
            (Some(name), _) => name.clone(),
            (None, Some(request)) if !request.host.is_empty() => request.host.clone(),
            _ => self.local.ip().to_string().into_bytes(),
        }
    }

    /// `Apache/2.4.25 (Unix)`, or less.
    pub(super) fn server(&self) -> String {
        match self.config.tokens {
            Tokens::Full => format!("Apache/{} (Unix)", self.version),
            Tokens::Minimal => format!("Apache/{}", self.version),
            Tokens::ProductOnly => "Apache".to_owned(),
        }
    }

    /// The file that a path means.
    pub(super) fn file_of(&self, path: &[u8]) -> Vec<u8> {
        let within = |from: &[u8]| {
            let rest = path.strip_prefix(from)?;
            (rest.is_empty() || from.ends_with(b"/") || rest[0] == b'/').then(|| rest.to_vec())
        };
        let mut mapped = self.host.mapped.iter();
        let alias = mapped.find_map(|(from, to)| Some(text!(to, within(from)?)));
        alias.unwrap_or_else(|| text!(self.host.root, path))
    }

    /// What holds for a file: directories from the root down, then names of files, then places.
    pub(super) fn rules(&self, file: &[u8], path: &[u8]) -> Rules {
        let mut rules = Rules::default();
        let main = &self.config.hosts[0];
        rules.narrow(&main.rules);
        rules.narrow(&self.host.rules);
        let mut directories: Vec<(&[u8], &Rules)> = Vec::new();
        for section in &self.host.sections {
            if let Scope::Directory(directory) = &section.scope
                && below(directory, file)
            {
                directories.push((directory, &section.rules));
            }
        }
        directories.sort_by_key(|(directory, _)| directory.len());
        for (_, narrower) in directories {
            rules.narrow(narrower);
        }
        let base = file.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        for section in &self.host.sections {
            match &section.scope {
                Scope::Files(name) if glob::matches(name, base, false) => {
                    rules.narrow(&section.rules);
                }
                _ => {}
            }
        }
        for section in &self.host.sections {
            match &section.scope {
                Scope::Location(start)
                    if below(start.strip_suffix(b"/").unwrap_or(start), path) =>
                {
                    rules.narrow(&section.rules);
                }
                _ => {}
            }
        }
        rules
    }
}

/// Whether a path is a directory or below it; the root's is empty.
fn below(directory: &[u8], path: &[u8]) -> bool {
    path.strip_prefix(directory)
        .is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
}
