//! What can be said of directories, files and places.

use super::syntax::Directive;
use crate::applets::{numbers, text};
use std::net::Ipv4Addr;

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

impl Rules {
    /// Follows a directive.
    pub(super) fn follow(&mut self, directive: &Directive) -> Result<(), Vec<u8>> {
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

#[cfg(test)]
mod tests {
    use super::super::values::{listen_address, virtual_address};
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
