//! Servers and their places.

use super::config::find;
use super::emerg::Emerg;
use super::settings::{Settings, Shared};
use super::syntax::Directive;
use crate::applets::text;
use crate::regex::{Regex, Syntax};

/// `server`.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) names: Vec<Vec<u8>>,
    pub(super) settings: Settings,
    pub(super) locations: Vec<Location>,
}

/// How a place is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `=`
    Exact,
    /// Nothing, or `^~`: then no pattern is tried.
    Prefix { last: bool },
    /// `~` or `~*`
    Pattern { ignore_case: bool },
    /// `@name`
    Named,
}

/// `location`.
#[derive(Debug)]
pub(super) struct Location {
    pub(super) kind: Kind,
    pub(super) text: Vec<u8>,
    pub(super) settings: Settings,
}

/// Whether `*.example.com` or `.example.com` (or with `suffix`, `www.example.*`) means a host.
pub(super) fn is_wildcard_of(name: &[u8], host: &[u8], suffix: bool) -> bool {
    match suffix {
        true => name
            .strip_suffix(b"*")
            .is_some_and(|start| start.ends_with(b".") && host.starts_with(start)),
        false => match name.strip_prefix(b"*") {
            Some(end) => end.starts_with(b".") && host.ends_with(end) && host.len() > end.len(),
            None => name.starts_with(b".") && (host == &name[1..] || host.ends_with(name)),
        },
    }
}

impl Server {
    pub(super) fn read(
        block: &Directive,
        http: &Settings,
        shared: &mut Shared,
    ) -> Result<Self, Emerg> {
        let settings = http.within(&block.block, shared)?;
        let mut names = Vec::new();
        for directive in find(&[&block.block], "server_name") {
            for name in directive.args() {
                if name.first() == Some(&b'~') {
                    return Err(
                        directive.emerg("patterns of server names are not supported by this nginx")
                    );
                }
                names.push(name.to_ascii_lowercase());
            }
        }
        if names.is_empty() {
            names.push(Vec::new());
        }
        let mut locations: Vec<Location> = Vec::new();
        for directive in find(&[&block.block], "location") {
            let location = Location::read(directive, &settings, shared)?;
            let is_pattern = matches!(location.kind, Kind::Pattern { .. });
            let same = |other: &Location| {
                (other.kind == Kind::Exact) == (location.kind == Kind::Exact)
                    && !matches!(other.kind, Kind::Pattern { .. })
                    && other.text == location.text
            };
            if !is_pattern && locations.iter().any(same) {
                let what = text!("duplicate location \"", location.text, "\"");
                return Err(directive.emerg(what));
            }
            locations.push(location);
        }
        Ok(Self {
            names,
            settings,
            locations,
        })
    }
}

impl Location {
    fn read(directive: &Directive, server: &Settings, shared: &mut Shared) -> Result<Self, Emerg> {
        let (kind, text) = match directive.args() {
            [text] => {
                let kind = match text.first() {
                    Some(b'@') => Kind::Named,
                    _ => Kind::Prefix { last: false },
                };
                // A modifier may stand right before its text.
                let rest = |len: usize| text[len..].to_vec();
                match &text[..] {
                    [b'=', ..] => (Kind::Exact, rest(1)),
                    [b'^', b'~', ..] => (Kind::Prefix { last: true }, rest(2)),
                    [b'~', b'*', ..] => (Kind::Pattern { ignore_case: true }, rest(2)),
                    [b'~', ..] => (Kind::Pattern { ignore_case: false }, rest(1)),
                    _ => (kind, text.clone()),
                }
            }
            [modifier, text] => {
                let kind = match &modifier[..] {
                    b"=" => Kind::Exact,
                    b"^~" => Kind::Prefix { last: true },
                    b"~" => Kind::Pattern { ignore_case: false },
                    b"~*" => Kind::Pattern { ignore_case: true },
                    other => {
                        let what = text!("invalid location modifier \"", other, "\"");
                        return Err(directive.emerg(what));
                    }
                };
                (kind, text.clone())
            }
            _ => {
                return Err(
                    directive.emerg("invalid number of arguments in \"location\" directive")
                );
            }
        };
        if let Kind::Pattern { ignore_case } = kind
            && let Err(error) = Regex::new(&text, Syntax::Extended, ignore_case)
        {
            let what = text!("pattern \"", text, "\" cannot be used: ", error.to_string());
            return Err(directive.emerg(what));
        }
        Ok(Self {
            kind,
            text,
            settings: server.within(&directive.block, shared)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_mean_hosts() {
        for (name, host, suffix, means) in [
            ("*.example.com", "www.example.com", false, true),
            ("*.example.com", "example.com", false, false),
            (".example.com", "example.com", false, true),
            (".example.com", "a.example.com", false, true),
            (".example.com", "badexample.com", false, false),
            ("www.*", "www.example.com", true, true),
            ("www.*", "www", true, false),
        ] {
            let found = is_wildcard_of(name.as_bytes(), host.as_bytes(), suffix);
            assert_eq!(found, means, "{name} {host}");
        }
    }
}
