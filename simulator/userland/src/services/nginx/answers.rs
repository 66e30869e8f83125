//! What is answered beside or instead of a file: pages of errors, redirects, other paths, further headers.

use super::emerg::Emerg;
use super::syntax::Directive;
use super::template::Template;
use super::values;
use crate::applets::text;
use std::time::Duration;

/// What `error_page` says of some statuses.
#[derive(Clone, Debug)]
pub(super) struct ErrorPage {
    statuses: Vec<u16>,
    /// `=200`: the status that is told instead.
    pub(super) told: Option<u16>,
    pub(super) target: Template,
}

/// `return`.
#[derive(Clone, Debug)]
pub(super) struct Return {
    pub(super) status: u16,
    pub(super) text: Option<Template>,
}

/// `expires`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expires {
    Epoch,
    Max,
    After(Duration),
}

/// `add_header`.
#[derive(Clone, Debug)]
pub(super) struct AddHeader {
    pub(super) name: Vec<u8>,
    pub(super) value: Template,
    pub(super) always: bool,
}

/// `try_files`.
#[derive(Clone, Debug)]
pub(super) struct TryFiles {
    pub(super) paths: Vec<Template>,
    pub(super) last: LastTry,
}

/// What the last argument of `try_files` says.
#[derive(Clone, Debug)]
pub(super) enum LastTry {
    Status(u16),
    Target(Template),
}

impl ErrorPage {
    pub(super) fn is_for(&self, status: u16) -> bool {
        self.statuses.contains(&status)
    }
}

pub(super) fn template(directive: &Directive, text: &[u8]) -> Result<Template, Emerg> {
    Template::read(text).map_err(|what| directive.emerg(what))
}

pub(super) fn expires(directive: &Directive) -> Result<Option<Expires>, Emerg> {
    let args = directive.args();
    let time = |text: &[u8]| {
        let found = values::duration(text);
        found.ok_or_else(|| directive.emerg("invalid value"))
    };
    match &args[0][..] {
        b"off" => Ok(None),
        b"epoch" => Ok(Some(Expires::Epoch)),
        b"max" => Ok(Some(Expires::Max)),
        text if text.first() == Some(&b'-') => Ok(Some(Expires::Epoch)),
        text if args.len() == 1 => Ok(Some(Expires::After(time(text)?))),
        _ => Err(directive.emerg("invalid value")),
    }
}

pub(super) fn error_page(directive: &Directive) -> Result<ErrorPage, Emerg> {
    let (target, rest) = directive.args().split_last().expect("there are two");
    let (told, statuses) = match rest.split_last() {
        Some((last, before)) if last.first() == Some(&b'=') => match last.len() {
            1 => (Some(200), before),
            _ => (Some(directive.status(&last[1..], 100, 599)?), before),
        },
        _ => (None, rest),
    };
    let statuses: Result<Vec<u16>, Emerg> = statuses
        .iter()
        .map(|text| directive.status(text, 300, 599))
        .collect();
    Ok(ErrorPage {
        statuses: statuses?,
        told,
        target: template(directive, target)?,
    })
}

pub(super) fn add_header(directive: &Directive) -> Result<AddHeader, Emerg> {
    let args = directive.args();
    let is_name = |byte: &u8| byte.is_ascii_graphic() && *byte != b':';
    if args[0].is_empty() || !args[0].iter().all(is_name) || args[1].iter().any(|byte| *byte < b' ')
    {
        return Err(directive.emerg("invalid header"));
    }
    let always = match args.get(2) {
        None => false,
        Some(word) if word == b"always" => true,
        Some(word) => return Err(directive.emerg(text!("invalid parameter \"", word, "\""))),
    };
    Ok(AddHeader {
        name: args[0].clone(),
        value: template(directive, &args[1])?,
        always,
    })
}

pub(super) fn try_files(directive: &Directive) -> Result<TryFiles, Emerg> {
    let (last, paths) = directive.args().split_last().expect("there are two");
    let paths: Result<Vec<Template>, Emerg> =
        paths.iter().map(|path| template(directive, path)).collect();
    let last = match last.strip_prefix(b"=") {
        Some(status) => LastTry::Status(directive.status(status, 100, 999)?),
        None => LastTry::Target(template(directive, last)?),
    };
    Ok(TryFiles {
        paths: paths?,
        last,
    })
}

pub(super) fn returns(directive: &Directive) -> Result<Return, Emerg> {
    let args = directive.args();
    let is_status = args[0].iter().all(u8::is_ascii_digit);
    if !is_status {
        let is_url = [&b"http://"[..], b"https://", b"$scheme"]
            .iter()
            .any(|start| args[0].starts_with(start));
        if args.len() > 1 || !is_url {
            let what = text!("invalid return code \"", args[0], "\"");
            return Err(directive.emerg(what));
        }
        return Ok(Return {
            status: 302,
            text: Some(template(directive, &args[0])?),
        });
    }
    let status = crate::applets::numbers::decimal(&args[0])
        .and_then(|number| u16::try_from(number).ok())
        .filter(|status| *status <= 999);
    let what = || directive.emerg(text!("invalid return code \"", args[0], "\""));
    Ok(Return {
        status: status.ok_or_else(what)?,
        text: match args.get(1) {
            None => None,
            Some(text) => Some(template(directive, text)?),
        },
    })
}
