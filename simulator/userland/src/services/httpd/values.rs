//! Arguments of directives: addresses, numbers, times, names.

use super::syntax::Directive;
use crate::applets::{numbers, text};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

pub(super) fn listen_address(text: &[u8]) -> Option<SocketAddrV4> {
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

pub(super) fn virtual_address(text: &[u8]) -> Option<(Option<Ipv4Addr>, Option<u16>)> {
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

pub(super) fn number(directive: &Directive) -> Result<u64, Vec<u8>> {
    let number = directive
        .args
        .first()
        .and_then(|text| numbers::decimal(text));
    number.ok_or_else(|| directive.wrong(text!(directive.written, " must be a number")))
}

pub(super) fn time(directive: &Directive) -> Result<Duration, Vec<u8>> {
    let text = directive.args.first().cloned().unwrap_or_default();
    let found = match text.strip_suffix(b"ms") {
        Some(ms) => numbers::decimal(ms).map(Duration::from_millis),
        None => numbers::decimal(text.strip_suffix(b"s").unwrap_or(&text)).map(Duration::from_secs),
    };
    found.ok_or_else(|| directive.wrong(text!(directive.written, " has wrong format")))
}

pub(super) fn switch(directive: &Directive) -> Result<bool, Vec<u8>> {
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

pub(super) fn log_level(directive: &Directive) -> Result<u8, Vec<u8>> {
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

pub(super) fn redirect_status(directive: &Directive) -> Result<u16, Vec<u8>> {
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
