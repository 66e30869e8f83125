//! Values: numbers, texts, and texts from outside that may count as numbers.

use crate::conversion::Conversion;
use bytes::Bytes;

/// What a variable, field or expression holds.
#[derive(Clone, Debug, Default)]
pub(super) enum Value {
    /// Never set: both zero and empty.
    #[default]
    Unset,
    Number(f64),
    Text(Bytes),
    /// Text that came from outside: compares as a number when it looks like one.
    Input(Bytes),
    /// A regular expression literal, by number, where one is passed on.
    Regex(usize),
    /// An array, by number, where one is passed on.
    Array(usize),
    /// A variable that was never set, passed to a function: becomes an array for both when used as one.
    Unborn(Place),
}

/// A variable from any function's point of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Global(usize),
    /// Index into the stack.
    Stack(usize),
}

impl Value {
    pub(super) fn text(text: impl Into<Bytes>) -> Self {
        Value::Text(text.into())
    }

    pub(super) fn bool(value: bool) -> Self {
        Value::Number(f64::from(u8::from(value)))
    }

    /// The value as a number: what the text begins with.
    pub(super) fn number(&self) -> f64 {
        match self {
            Value::Number(number) => *number,
            Value::Text(text) | Value::Input(text) => leading_number(text).0,
            _ => 0.0,
        }
    }

    /// The value as a text; numbers that are no integers by `format`.
    pub(super) fn to_text(&self, format: &[u8]) -> Bytes {
        match self {
            Value::Number(number) => show_number(*number, format).into(),
            Value::Text(text) | Value::Input(text) => text.clone(),
            _ => Bytes::new(),
        }
    }

    /// Length of the text it holds; 0 when it holds none.
    pub(super) fn text_len(&self) -> usize {
        match self {
            Value::Text(text) | Value::Input(text) => text.len(),
            _ => 0,
        }
    }

    /// Whether it counts as a number in a comparison.
    pub(super) fn is_numeric(&self) -> bool {
        match self {
            Value::Unset | Value::Number(_) | Value::Unborn(_) => true,
            Value::Input(text) => looks_numeric(text),
            _ => false,
        }
    }

    /// Whether it is true as a condition.
    pub(super) fn truth(&self) -> bool {
        match self {
            Value::Number(number) => *number != 0.0,
            Value::Input(text) if looks_numeric(text) => leading_number(text).0 != 0.0,
            Value::Text(text) | Value::Input(text) => !text.is_empty(),
            _ => false,
        }
    }
}

/// As the C compiler of the original converts: what does not fit becomes the smallest.
pub(super) fn to_i32(number: f64) -> i32 {
    let truncated = number.trunc();
    if truncated >= f64::from(i32::MIN) && truncated <= f64::from(i32::MAX) {
        truncated as i32
    } else {
        i32::MIN
    }
}

/// A number as text: integers as they are, others by a conversion such as `%.6g`.
pub(super) fn show_number(number: f64, format: &[u8]) -> Vec<u8> {
    if number.trunc() == number && number.abs() < 9.223_372_036_854_775e18 {
        return (number as i64).to_string().into_bytes();
    }
    let mut out = Vec::new();
    super::format::number(format, number, &mut out);
    out
}

/// The number at the start of a text, as strtod(3) with 0x and octal, and the bytes it takes.
pub(super) fn leading_number(text: &[u8]) -> (f64, usize) {
    let blank = text
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r'))
        .count();
    let rest = &text[blank..];
    let sign = usize::from(matches!(rest.first(), Some(b'+' | b'-')));
    let negative = rest.first() == Some(&b'-');
    let digits = &rest[sign..];
    let (value, length) = match based_number(rest) {
        Some((value, length)) => return (value, blank + length),
        None => decimal_number(digits),
    };
    if length == 0 {
        return (0.0, 0);
    }
    (if negative { -value } else { value }, blank + sign + length)
}

/// `0x1f` and `017`.
fn based_number(text: &[u8]) -> Option<(f64, usize)> {
    let (radix, skip) = match text {
        [b'0', b'x' | b'X', digit, ..] if digit.is_ascii_hexdigit() => (16, 2),
        [b'0', b'0'..=b'9', ..] => (8, 1),
        _ => return None,
    };
    let mut value = 0_u64;
    let mut length = skip;
    while let Some(digit) = text
        .get(length)
        .and_then(|byte| char::from(*byte).to_digit(radix))
    {
        value = value
            .saturating_mul(radix.into())
            .saturating_add(digit.into());
        length += 1;
    }
    // 009 and 00.5 are decimal after all.
    if radix == 8 && matches!(text.get(length), Some(b'0'..=b'9' | b'.')) {
        return None;
    }
    Some((value as f64, length))
}

fn decimal_number(text: &[u8]) -> (f64, usize) {
    for (name, value) in [
        ("infinity", f64::INFINITY),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        if text.len() >= name.len() && text[..name.len()].eq_ignore_ascii_case(name.as_bytes()) {
            return (value, name.len());
        }
    }
    let count = |from: usize| {
        text[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let whole = count(0);
    let mut length = whole;
    if text.get(length) == Some(&b'.') {
        let fraction = count(length + 1);
        if whole + fraction == 0 {
            return (0.0, 0);
        }
        length += 1 + fraction;
    }
    if length == 0 {
        return (0.0, 0);
    }
    if matches!(text.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(length + 1), Some(b'+' | b'-')));
        let start = (length + 1 + sign).min(text.len());
        let exponent = count(start);
        if exponent > 0 {
            length = start + exponent;
        }
    }
    // Longer ones have no more precision; the limit keeps the work small.
    let shown = std::str::from_utf8(&text[..length.min(10_000)]).unwrap_or("0");
    (shown.parse().unwrap_or(0.0), length)
}

fn looks_numeric(text: &[u8]) -> bool {
    let (_, length) = leading_number(text);
    length > 0
        && text[length..]
            .iter()
            .all(|byte| matches!(byte, b' ' | b'\t'..=b'\r'))
}

/// A conversion for numbers without flags.
pub(super) fn plain(letter: u8, precision: Option<usize>) -> Conversion {
    Conversion {
        letter,
        precision,
        ..Conversion::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_the_start_of_texts() {
        for (text, number, length) in [
            ("12abc", 12.0, 2),
            ("  -3.5e2x", -350.0, 8),
            ("1e", 1.0, 1),
            (".5.", 0.5, 2),
            (".", 0.0, 0),
            ("-", 0.0, 0),
            ("0x10", 16.0, 4),
            ("010", 8.0, 3),
            ("009.5", 9.5, 5),
            ("inf", f64::INFINITY, 3),
            ("", 0.0, 0),
        ] {
            assert_eq!(
                leading_number(text.as_bytes()),
                (number, length),
                "{text:?}"
            );
        }
    }

    #[test]
    fn numbers_are_shown_as_integers_or_by_a_format() {
        for (number, expected) in [
            (1e6, "1000000"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (1e20, "1e+20"),
            (9_007_199_254_740_992.0, "9007199254740992"),
            (1_234_567.5, "1.23457e+06"),
        ] {
            assert_eq!(show_number(number, b"%.6g"), expected.as_bytes());
        }
    }

    #[test]
    fn input_is_numeric_when_all_of_it_is() {
        for (text, expected) in [("10", true), (" 10 ", true), ("1x", false), ("", false)] {
            assert_eq!(
                Value::Input(Bytes::from_static(text.as_bytes())).is_numeric(),
                expected
            );
        }
        assert_eq!(to_i32(1e10), i32::MIN);
        assert_eq!(to_i32(-3.9), -3);
    }
}
