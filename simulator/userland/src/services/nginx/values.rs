//! Arguments of directives: switches, times, sizes, addresses.

use super::emerg::Emerg;
use super::syntax::Directive;
use crate::applets::{numbers, text};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

impl Directive {
    fn invalid(&self, value: &[u8]) -> Emerg {
        self.emerg(text!(
            "invalid value \"",
            value,
            "\" in \"",
            self.name(),
            "\" directive"
        ))
    }

    /// `on` or `off`.
    pub(super) fn switch(&self) -> Result<bool, Emerg> {
        match &self.args()[0][..] {
            b"on" => Ok(true),
            b"off" => Ok(false),
            other => Err(self.emerg(text!(
                "invalid value \"",
                other,
                "\" in \"",
                self.name(),
                "\" directive, it must be \"on\" or \"off\""
            ))),
        }
    }

    pub(super) fn number(&self) -> Result<u64, Emerg> {
        let value = &self.args()[0];
        numbers::decimal(value).ok_or_else(|| self.emerg("invalid number"))
    }

    /// `90`, `90s`, `1m30s`, `500ms`.
    pub(super) fn time(&self) -> Result<Duration, Emerg> {
        let value = &self.args()[0];
        duration(value)
            .ok_or_else(|| self.emerg(text!("\"", self.name(), "\" directive invalid value")))
    }

    /// `1024`, `8k`, `1m`, `1g`.
    pub(super) fn size(&self) -> Result<u64, Emerg> {
        let value = &self.args()[0];
        size(value)
            .ok_or_else(|| self.emerg(text!("\"", self.name(), "\" directive invalid value")))
    }

    /// `ADDRESS:PORT`, `ADDRESS` or `PORT`; `None`: an address of IPv6, which no container has.
    pub(super) fn address(&self) -> Result<Option<SocketAddrV4>, Emerg> {
        let value = &self.args()[0];
        if value.first() == Some(&b'[') {
            return Ok(None);
        }
        let of_directive = |what: &str| {
            self.emerg(text!(
                what,
                " in \"",
                value,
                "\" of the \"listen\" directive"
            ))
        };
        if value.starts_with(b"unix:") {
            return Err(of_directive("unix sockets are not supported"));
        }
        let port = |text: &[u8]| {
            let number = numbers::decimal(text).and_then(|number| u16::try_from(number).ok());
            number
                .filter(|port| *port > 0)
                .ok_or_else(|| of_directive("invalid port"))
        };
        let address = |text: &[u8]| match text {
            b"*" => Ok(Ipv4Addr::UNSPECIFIED),
            b"localhost" => Ok(Ipv4Addr::LOCALHOST),
            text => std::str::from_utf8(text)
                .ok()
                .and_then(|text| text.parse().ok())
                .ok_or_else(|| of_directive("host not found")),
        };
        let (host, number) = match value.iter().rposition(|byte| *byte == b':') {
            Some(at) => (address(&value[..at])?, port(&value[at + 1..])?),
            None if value.iter().all(u8::is_ascii_digit) => (Ipv4Addr::UNSPECIFIED, port(value)?),
            None => (address(value)?, 80),
        };
        Ok(Some(SocketAddrV4::new(host, number)))
    }

    /// A status between two others.
    pub(super) fn status(&self, value: &[u8], least: u16, most: u16) -> Result<u16, Emerg> {
        let number = numbers::decimal(value).and_then(|number| u16::try_from(number).ok());
        let number = number.ok_or_else(|| self.invalid(value))?;
        match (least..=most).contains(&number) {
            true => Ok(number),
            false => {
                let range = format!("value \"{number}\" must be between {least} and {most}");
                Err(self.emerg(range))
            }
        }
    }
}

/// The time that a text means.
pub(super) fn duration(text: &[u8]) -> Option<Duration> {
    const UNITS: [(&[u8], u64); 6] = [
        (b"ms", 1),
        (b"s", 1000),
        (b"m", 60_000),
        (b"h", 3_600_000),
        (b"d", 86_400_000),
        (b"w", 604_800_000),
    ];
    let mut total_ms: u64 = 0;
    let mut rest = text;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = numbers::decimal(&rest[..digits])?;
        rest = &rest[digits..];
        let unit = UNITS.iter().find(|(unit, _)| rest.starts_with(unit));
        let (len, factor) = match (unit, rest.is_empty()) {
            (Some((unit, factor)), _) => (unit.len(), *factor),
            (None, true) => (0, 1000),
            (None, false) => return None,
        };
        rest = &rest[len..];
        total_ms = total_ms.checked_add(number.checked_mul(factor)?)?;
    }
    Some(Duration::from_millis(total_ms))
}

/// The bytes that a text means.
pub(super) fn size(text: &[u8]) -> Option<u64> {
    let (last, rest) = text.split_last()?;
    let (digits, factor) = match last.to_ascii_lowercase() {
        b'k' => (rest, 1 << 10),
        b'm' => (rest, 1 << 20),
        b'g' => (rest, 1 << 30),
        _ => (text, 1),
    };
    numbers::decimal(digits)?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_have_units() {
        for (text, ms) in [
            ("90", 90_000),
            ("1m30s", 90_000),
            ("500ms", 500),
            ("1d", 86_400_000),
            ("0", 0),
        ] {
            assert_eq!(
                duration(text.as_bytes()),
                Some(Duration::from_millis(ms)),
                "{text}"
            );
        }
        for text in ["", "s", "1x", "-1", "99999999999999999999w"] {
            assert_eq!(duration(text.as_bytes()), None, "{text}");
        }
        assert_eq!(size(b"8k"), Some(8192));
        assert_eq!(size(b"1M"), Some(1 << 20));
        assert_eq!(size(b"99999999999999g"), None);
        assert_eq!(size(b"k"), None);
    }
}
