//! One `%…` of `printf`: its flags and how values are laid out.

use crate::kernel::Buffer;

/// Widest field and highest precision: `format!` panics beyond 65,535, and `%g` adds up to three places.
const MAX_COUNT: usize = 65_530;

/// A number in a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Given(usize),
    /// `*`: the next argument.
    Argument,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Conversion {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    pub(super) width: usize,
    pub(super) precision: Option<usize>,
    pub(super) letter: u8,
}

/// A conversion with its width and precision as written, and its length.
pub(super) struct Parsed {
    pub(super) conversion: Conversion,
    pub(super) width: Option<Count>,
    pub(super) precision: Option<Count>,
    pub(super) length: usize,
}

/// Takes apart what is behind a `%`; `None` when it is cut off.
pub(super) fn parse(text: &[u8]) -> Option<Parsed> {
    let mut conversion = Conversion::default();
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'-' => conversion.left = true,
            b'+' => conversion.plus = true,
            b' ' => conversion.space = true,
            b'#' => conversion.alternate = true,
            b'0' => conversion.zero = true,
            _ => break,
        }
        at += 1;
    }
    let width = count(text, &mut at);
    let mut precision = None;
    if text.get(at) == Some(&b'.') {
        at += 1;
        precision = Some(count(text, &mut at).unwrap_or(Count::Given(0)));
    }
    while matches!(
        text.get(at)?,
        b'h' | b'l' | b'L' | b'q' | b'j' | b'z' | b't'
    ) {
        at += 1;
    }
    conversion.letter = *text.get(at)?;
    Some(Parsed {
        conversion,
        width,
        precision,
        length: at + 1,
    })
}

fn count(text: &[u8], at: &mut usize) -> Option<Count> {
    if text.get(*at) == Some(&b'*') {
        *at += 1;
        return Some(Count::Argument);
    }
    let start = *at;
    let mut value = 0;
    while let Some(digit) = text.get(*at).filter(|byte| byte.is_ascii_digit()) {
        value = (value * 10 + usize::from(digit - b'0')).min(MAX_COUNT);
        *at += 1;
    }
    (*at > start).then_some(Count::Given(value))
}

impl Conversion {
    /// A width from an argument: negative ones pad on the right.
    pub(super) fn set_width(&mut self, width: i64) {
        self.left |= width < 0;
        self.width = limited(width);
    }

    /// A precision from an argument: negative ones count as none.
    pub(super) fn set_precision(&mut self, precision: i64) {
        self.precision = (precision >= 0).then(|| limited(precision));
    }

    pub(super) fn bytes(&self, value: &[u8], out: &mut Buffer) {
        let shown = value.len().min(self.precision.unwrap_or(usize::MAX));
        self.pad("", &value[..shown], false, out);
    }

    pub(super) fn signed(&self, value: i64, out: &mut Buffer) {
        let sign = self.sign(value < 0);
        self.integer(sign, &value.unsigned_abs().to_string(), out);
    }

    pub(super) fn unsigned(&self, value: u64, out: &mut Buffer) {
        let marked = self.alternate && value != 0;
        let (prefix, digits) = match self.letter {
            b'o' if marked => ("", format!("0{value:o}")),
            b'o' => ("", format!("{value:o}")),
            b'x' => (if marked { "0x" } else { "" }, format!("{value:x}")),
            b'X' => (if marked { "0X" } else { "" }, format!("{value:X}")),
            _ => ("", value.to_string()),
        };
        self.integer(prefix, &digits, out);
    }

    fn integer(&self, prefix: &str, digits: &str, out: &mut Buffer) {
        let least = self.precision.unwrap_or(1);
        let digits = if least == 0 && digits == "0" {
            String::new()
        } else {
            format!("{digits:0>least$}")
        };
        self.pad(prefix, digits.as_bytes(), self.precision.is_none(), out);
    }

    pub(super) fn float(&self, value: f64, out: &mut Buffer) {
        let sign = self.sign(value.is_sign_negative());
        let value = value.abs();
        let precision = self.precision.unwrap_or(6);
        let mut text = if value.is_nan() {
            "nan".to_owned()
        } else if value.is_infinite() {
            "inf".to_owned()
        } else {
            match self.letter.to_ascii_lowercase() {
                b'e' => exponential(value, precision),
                b'g' => general(value, precision.max(1), self.alternate),
                _ => format!("{value:.precision$}"),
            }
        };
        if self.letter.is_ascii_uppercase() {
            text.make_ascii_uppercase();
        }
        self.pad(sign, text.as_bytes(), value.is_finite(), out);
    }

    fn sign(&self, negative: bool) -> &'static str {
        if negative {
            "-"
        } else if self.plus {
            "+"
        } else if self.space {
            " "
        } else {
            ""
        }
    }

    fn pad(&self, prefix: &str, body: &[u8], zeros_allowed: bool, out: &mut Buffer) {
        let missing = self.width.saturating_sub(prefix.len() + body.len());
        let zeros = self.zero && zeros_allowed && !self.left;
        if !self.left && !zeros {
            out.resize(out.len() + missing, b' ');
        }
        out.extend_from_slice(prefix.as_bytes());
        if zeros {
            out.resize(out.len() + missing, b'0');
        }
        out.extend_from_slice(body);
        if self.left {
            out.resize(out.len() + missing, b' ');
        }
    }
}

fn limited(value: i64) -> usize {
    usize::try_from(value.unsigned_abs())
        .unwrap_or(MAX_COUNT)
        .min(MAX_COUNT)
}

/// C's `%e`: at least two digits of exponent, always signed.
fn exponential(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// C's `%g`.
fn general(value: f64, precision: usize, keep_zeros: bool) -> String {
    let rounded = exponential(value, precision - 1);
    let exponent: i64 = rounded
        .split_once('e')
        .and_then(|(_, exponent)| exponent.parse().ok())
        .unwrap_or(0);
    let digits = i64::try_from(precision).unwrap_or(i64::MAX);
    if exponent < -4 || exponent >= digits {
        let (mantissa, tail) = rounded.split_once('e').unwrap_or((&rounded, "+00"));
        return format!("{}e{tail}", trimmed(mantissa, keep_zeros));
    }
    let decimals = usize::try_from(digits - 1 - exponent).unwrap_or(0);
    trimmed(&format!("{value:.decimals$}"), keep_zeros).to_owned()
}

fn trimmed(text: &str, keep_zeros: bool) -> &str {
    if keep_zeros || !text.contains('.') {
        text
    } else {
        text.trim_end_matches('0').trim_end_matches('.')
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, MAX_COUNT, parse};
    use crate::kernel::Buffer;

    #[test]
    fn no_width_and_no_precision_is_too_large() {
        for letter in "diouxXeEfFgGsc".chars() {
            let text = format!("99999999999999999999.99999999999999999999{letter}");
            let parsed = parse(text.as_bytes()).expect("whole");
            let (Some(Count::Given(width)), Some(Count::Given(precision))) =
                (parsed.width, parsed.precision)
            else {
                panic!("{letter}: no numbers");
            };
            assert_eq!((width, precision), (MAX_COUNT, MAX_COUNT));
            let mut conversion = parsed.conversion;
            conversion.width = width;
            conversion.precision = Some(precision);
            let mut out = Buffer::new();
            match letter {
                'd' | 'i' => conversion.signed(-1, &mut out),
                'o' | 'u' | 'x' | 'X' => conversion.unsigned(1, &mut out),
                's' | 'c' => conversion.bytes(b"x", &mut out),
                _ => conversion.float(0.000_123, &mut out),
            }
            assert!(out.len() >= MAX_COUNT, "{letter}: {}", out.len());
        }
    }
}
