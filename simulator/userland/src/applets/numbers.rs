//! Numbers in arguments.

use super::context::{Fail, text};
use std::ops::RangeInclusive;

/// Letters after a number and what they multiply it with.
pub(super) type Suffixes = &'static [(&'static str, u64)];

/// `b`, `k`, `m`: of head, tail, split and others.
pub(super) const BKM: Suffixes = &[("b", 512), ("k", 1024), ("m", 1024 * 1024)];

/// `invalid number 'TEXT'`.
pub(super) fn invalid(text: &[u8]) -> Fail {
    Fail::new(text!("invalid number '", text, "'"))
}

/// A decimal number without sign.
pub(super) fn unsigned(text: &[u8]) -> Result<u64, Fail> {
    decimal(text).ok_or_else(|| invalid(text))
}

/// A decimal number that may have a suffix.
pub(super) fn with_suffix(text: &[u8], suffixes: Suffixes) -> Result<u64, Fail> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, suffix) = text.split_at(digits);
    let number = decimal(number).ok_or_else(|| invalid(text))?;
    if suffix.is_empty() {
        return Ok(number);
    }
    suffixes
        .iter()
        .find(|row| row.0.as_bytes() == suffix)
        .and_then(|row| number.checked_mul(row.1))
        .ok_or_else(|| invalid(text))
}

/// A decimal number with an optional sign.
pub(super) fn signed(text: &[u8]) -> Result<i64, Fail> {
    let text_without_sign = text.strip_prefix(b"-").or(text.strip_prefix(b"+"));
    let number = decimal(text_without_sign.unwrap_or(text)).ok_or_else(|| invalid(text))?;
    let number = i64::try_from(number).map_err(|_| invalid(text))?;
    Ok(if text.first() == Some(&b'-') {
        -number
    } else {
        number
    })
}

/// Digits only, without overflow.
pub(crate) fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// Octal digits, at most `0o7777`.
pub(super) fn octal_mode(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 12 {
        return None;
    }
    let mode = text.iter().try_fold(0_u64, |number, byte| {
        let digit = (b'0'..=b'7')
            .contains(byte)
            .then(|| u64::from(byte - b'0'))?;
        Some(number * 8 + digit)
    })?;
    u32::try_from(mode).ok().filter(|mode| *mode <= 0o7777)
}

/// Seconds as sleep and timeout read them: a decimal fraction with `s`, `m`, `h` or `d`.
pub(super) fn duration(text: &[u8]) -> Option<std::time::Duration> {
    let (number, unit) = match text.split_last()? {
        (b's', rest) => (rest, 1.0),
        (b'm', rest) => (rest, 60.0),
        (b'h', rest) => (rest, 3600.0),
        (b'd', rest) => (rest, 86400.0),
        _ => (text, 1.0),
    };
    let plain = !number.is_empty()
        && number
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let number = std::str::from_utf8(number).ok().filter(|_| plain)?;
    let seconds: f64 = number.parse().ok()?;
    Some(std::time::Duration::from_secs_f64(
        (seconds * unit).min(4e9),
    ))
}

/// The number, if it is in the range.
pub(super) fn in_range(number: u64, range: RangeInclusive<u64>) -> Result<u64, Fail> {
    if range.contains(&number) {
        return Ok(number);
    }
    let (least, most) = range.into_inner();
    Err(Fail::new(format!(
        "number {number} is not in {least}..{most} range"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_checked_and_suffixes_multiply() {
        for (text, expected) in [
            ("5", Some(5)),
            ("2k", Some(2048)),
            ("3b", Some(1536)),
            ("x", None),
            ("", None),
            ("5x", None),
            ("99999999999999999999", None),
            ("18446744073709551615k", None),
        ] {
            assert_eq!(with_suffix(text.as_bytes(), BKM).ok(), expected, "{text}");
        }
        assert_eq!(signed(b"-12").ok(), Some(-12));
        assert_eq!(octal_mode(b"755"), Some(0o755));
        assert_eq!(octal_mode(b"8"), None);
        assert_eq!(octal_mode(b"17777"), None);
    }

    #[test]
    fn durations_take_fractions_and_units() {
        for (text, expected) in [
            ("1", Some(1000)),
            ("0.5", Some(500)),
            ("2m", Some(120_000)),
            ("1d", Some(86_400_000)),
            ("x", None),
            ("", None),
            ("1e5", None),
            ("-1", None),
            (".", None),
        ] {
            let expected = expected.map(std::time::Duration::from_millis);
            assert_eq!(duration(text.as_bytes()), expected, "{text}");
        }
    }
}
