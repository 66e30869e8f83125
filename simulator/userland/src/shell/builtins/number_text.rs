//! Numbers as C reads them.

/// Digits of a base up to 16 and nothing else.
fn digits(text: &str, radix: u32) -> Option<u64> {
    text.starts_with(|first: char| first.is_digit(radix))
        .then(|| u64::from_str_radix(text, radix).ok())?
}

/// Decimal, octal behind `0`, hexadecimal behind `0x`.
fn magnitude(text: &str) -> Option<u64> {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    if let Some(hexadecimal) = hexadecimal {
        digits(hexadecimal, 16)
    } else if text.len() > 1 && text.starts_with('0') {
        digits(text, 8)
    } else {
        digits(text, 10)
    }
}

fn with_sign(text: &str, magnitude: fn(&str) -> Option<u64>) -> Option<i64> {
    match text.strip_prefix('-') {
        Some(text) => 0_i64.checked_sub_unsigned(magnitude(text)?),
        None => i64::try_from(magnitude(text)?).ok(),
    }
}

/// A decimal number, perhaps behind a minus.
pub(super) fn signed(text: &[u8]) -> Option<i64> {
    with_sign(std::str::from_utf8(text).ok()?, |text| digits(text, 10))
}

/// A number in the base that its beginning tells, perhaps behind a sign.
pub(super) fn signed_any_base(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    with_sign(text.strip_prefix('+').unwrap_or(text), magnitude)
}

/// As [`signed_any_base`]; a negative number wraps around.
pub(super) fn unsigned_any_base(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let text = text.strip_prefix('+').unwrap_or(text);
    magnitude(text).or_else(|| with_sign(text, magnitude).map(i64::cast_unsigned))
}

/// A floating-point number, perhaps behind blanks; nothing at all is 0.
pub(super) fn float(text: &[u8]) -> Option<f64> {
    if text.is_empty() {
        return Some(0.0);
    }
    let text = std::str::from_utf8(text).ok()?.trim_ascii_start();
    let (negative, rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    let lower = rest.to_ascii_lowercase();
    let value = match lower.strip_prefix("0x") {
        Some(hexadecimal) => hexadecimal_float(hexadecimal)?,
        None if lower
            .starts_with(|first: char| first.is_ascii_digit() || ".in".contains(first)) =>
        {
            lower.parse().ok()?
        }
        None => return None,
    };
    Some(if negative { -value } else { value })
}

/// Hexadecimal digits with a point and a binary exponent.
fn hexadecimal_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.split_once('p') {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let shift = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    Some(value * f64::from(exponent.saturating_sub(shift)).exp2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_c_reads_them() {
        for (text, expected) in [
            ("12", Some(12)),
            ("-0x1f", Some(-31)),
            ("+017", Some(15)),
            ("0", Some(0)),
            ("08", None),
            ("0x", None),
            ("", None),
            ("+", None),
            ("1 ", None),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
        ] {
            assert_eq!(signed_any_base(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(unsigned_any_base(b"-1"), Some(u64::MAX));
        assert_eq!(unsigned_any_base(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(signed(b"010"), Some(10));
        assert_eq!(signed(b"+1"), None);
        for (text, expected) in [
            ("1.5", Some(1.5)),
            (" -2e1", Some(-20.0)),
            ("0x1.8p1", Some(3.0)),
            (".5", Some(0.5)),
            ("", Some(0.0)),
            ("1x", None),
            ("x", None),
            ("inf", Some(f64::INFINITY)),
        ] {
            assert_eq!(float(text.as_bytes()), expected, "{text}");
        }
    }
}
