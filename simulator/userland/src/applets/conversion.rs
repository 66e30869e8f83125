//! One conversion of printf(3): flags, width, precision, and the value laid out.

/// `%-08.3lf` taken apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Conversion {
    pub(super) left: bool,
    pub(super) plus: bool,
    pub(super) space: bool,
    pub(super) alternate: bool,
    pub(super) zero: bool,
    pub(super) width: usize,
    pub(super) precision: Option<usize>,
    pub(super) letter: u8,
}

/// A number in a conversion: written out, or taken from the arguments (`*`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Count {
    None,
    Given(usize),
    Argument,
}

/// Widest field and highest precision: `format!` panics beyond 65,535, and `%g` adds up to three places.
pub(super) const COUNT_MAX: usize = 65_530;

/// Reads what follows a `%`: the conversion, its width and precision, and the bytes it took; `None` when it is
/// cut off.
pub(super) fn parse(rest: &[u8]) -> Option<(Conversion, Count, Count, usize)> {
    let mut conversion = Conversion::default();
    let mut at = 0;
    loop {
        match rest.get(at)? {
            b'-' => conversion.left = true,
            b'+' => conversion.plus = true,
            b' ' => conversion.space = true,
            b'#' => conversion.alternate = true,
            b'0' => conversion.zero = true,
            _ => break,
        }
        at += 1;
    }
    let width = count(rest, &mut at);
    let mut precision = Count::None;
    if rest.get(at) == Some(&b'.') {
        at += 1;
        precision = match count(rest, &mut at) {
            Count::None => Count::Given(0),
            count => count,
        };
    }
    while matches!(
        rest.get(at)?,
        b'l' | b'h' | b'L' | b'q' | b'j' | b'z' | b't'
    ) {
        at += 1;
    }
    conversion.letter = *rest.get(at)?;
    Some((conversion, width, precision, at + 1))
}

fn count(rest: &[u8], at: &mut usize) -> Count {
    if rest.get(*at) == Some(&b'*') {
        *at += 1;
        return Count::Argument;
    }
    let start = *at;
    let mut value = 0_usize;
    while let Some(digit) = rest.get(*at).filter(|byte| byte.is_ascii_digit()) {
        value = (value * 10 + usize::from(digit - b'0')).min(COUNT_MAX);
        *at += 1;
    }
    if *at == start {
        Count::None
    } else {
        Count::Given(value)
    }
}

impl Conversion {
    /// `%s` and `%c`.
    pub(super) fn bytes(&self, value: &[u8], out: &mut Vec<u8>) {
        let shown = match self.precision {
            Some(precision) if precision < value.len() => &value[..precision],
            _ => value,
        };
        self.pad(b"", shown, false, out);
    }

    /// `%d` and `%i`.
    pub(super) fn signed(&self, value: i64, out: &mut Vec<u8>) {
        let digits = value.unsigned_abs().to_string();
        self.integer(self.sign(value < 0), digits.as_bytes(), out);
    }

    /// `%u`, `%o`, `%x` and `%X`.
    pub(super) fn unsigned(&self, value: u64, out: &mut Vec<u8>) {
        let (prefix, digits) = match self.letter {
            b'o' => (
                "",
                format!(
                    "{}{value:o}",
                    if self.alternate && value != 0 {
                        "0"
                    } else {
                        ""
                    }
                ),
            ),
            b'x' => (
                if self.alternate && value != 0 {
                    "0x"
                } else {
                    ""
                },
                format!("{value:x}"),
            ),
            b'X' => (
                if self.alternate && value != 0 {
                    "0X"
                } else {
                    ""
                },
                format!("{value:X}"),
            ),
            _ => ("", value.to_string()),
        };
        self.integer(prefix, digits.as_bytes(), out);
    }

    fn integer(&self, prefix: &str, digits: &[u8], out: &mut Vec<u8>) {
        let digits = if self.precision == Some(0) && digits == b"0" {
            b""
        } else {
            digits
        };
        let missing = self.precision.unwrap_or(0).saturating_sub(digits.len());
        let mut body = vec![b'0'; missing];
        body.extend_from_slice(digits);
        self.pad(prefix.as_bytes(), &body, self.precision.is_none(), out);
    }

    /// `%e`, `%f`, `%g` and their capitals.
    pub(super) fn float(&self, value: f64, out: &mut Vec<u8>) {
        let magnitude = value.abs();
        let sign = self.sign(value.is_sign_negative() && !value.is_nan());
        let sign = if value.is_nan() && value.is_sign_negative() {
            "-"
        } else {
            sign
        };
        let upper = self.letter.is_ascii_uppercase();
        if !value.is_finite() {
            let text: &[u8] = match (value.is_nan(), upper) {
                (true, false) => b"nan",
                (true, true) => b"NAN",
                (false, false) => b"inf",
                (false, true) => b"INF",
            };
            return self.pad(sign.as_bytes(), text, false, out);
        }
        let precision = self.precision.unwrap_or(6);
        let mut text = match self.letter.to_ascii_lowercase() {
            b'f' => format!("{magnitude:.precision$}"),
            b'e' => exponent(magnitude, precision),
            _ => general(magnitude, precision.max(1), self.alternate),
        };
        if upper {
            text.make_ascii_uppercase();
        }
        self.pad(sign.as_bytes(), text.as_bytes(), true, out);
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (.., true) => " ",
            _ => "",
        }
    }

    fn pad(&self, prefix: &[u8], body: &[u8], zeros: bool, out: &mut Vec<u8>) {
        let missing = self.width.saturating_sub(prefix.len() + body.len());
        let fill = |out: &mut Vec<u8>, byte| out.resize(out.len() + missing, byte);
        let zeros = zeros && self.zero && !self.left;
        if !self.left && !zeros {
            fill(out, b' ');
        }
        out.extend_from_slice(prefix);
        if zeros {
            fill(out, b'0');
        }
        out.extend_from_slice(body);
        if self.left {
            fill(out, b' ');
        }
    }
}

/// `d.ddde±dd`.
fn exponent(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// The shorter of both notations, without trailing zeros.
fn general(value: f64, precision: usize, keep_zeros: bool) -> String {
    let scientific = exponent(value, precision - 1);
    let power: i32 = scientific
        .split_once('e')
        .and_then(|(_, power)| power.parse().ok())
        .unwrap_or(0);
    let fixed = power >= -4 && power < precision as i32;
    let text = if fixed {
        let decimals = (precision as i32 - 1 - power).max(0) as usize;
        format!("{value:.decimals$}")
    } else {
        scientific
    };
    if keep_zeros || !text.contains('.') {
        return text;
    }
    let (mantissa, power) = match text.split_once('e') {
        Some((mantissa, power)) => (mantissa, format!("e{power}")),
        None => (text.as_str(), String::new()),
    };
    let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
    format!("{mantissa}{power}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: &str, expected: &str, lay_out: impl Fn(&Conversion, &mut Vec<u8>)) {
        let (mut conversion, width, precision, len) =
            parse(&format.as_bytes()[1..]).expect("is whole");
        assert_eq!(len, format.len() - 1);
        if let Count::Given(width) = width {
            conversion.width = width;
        }
        if let Count::Given(precision) = precision {
            conversion.precision = Some(precision);
        }
        let mut out = Vec::new();
        lay_out(&conversion, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), expected, "{format}");
    }

    #[test]
    fn values_are_laid_out_as_by_printf() {
        let int = |value: i64| move |c: &Conversion, out: &mut Vec<u8>| c.signed(value, out);
        let uns = |value: u64| move |c: &Conversion, out: &mut Vec<u8>| c.unsigned(value, out);
        let flt = |value: f64| move |c: &Conversion, out: &mut Vec<u8>| c.float(value, out);
        let txt = |value: &'static str| {
            move |c: &Conversion, out: &mut Vec<u8>| c.bytes(value.as_bytes(), out)
        };
        check("%5d", "   42", int(42));
        check("%-5d", "42   ", int(42));
        check("%05d", "-0042", int(-42));
        check("%+.3d", "+007", int(7));
        check("%08.3d", "     007", int(7));
        check("%.0d", "", int(0));
        check("%#x", "0xff", uns(255));
        check("%#o", "010", uns(8));
        check("%X", "FF", uns(255));
        check("%05.1f", "004.1", flt(4.14));
        check("%.0f", "2", flt(2.5));
        check("%e", "1.234500e+03", flt(1234.5));
        check("%g", "1e-05", flt(0.00001));
        check("%g", "0.0001", flt(0.0001));
        check("%g", "1e+06", flt(1_000_000.0));
        check("%g", "100000", flt(100_000.0));
        check("%#g", "1.00000", flt(1.0));
        check("%G", "1E+20", flt(1e20));
        check("%f", "inf", flt(f64::INFINITY));
        check("%5.2s|"[..5].trim_end_matches('|'), "   ab", txt("abc"));
        check("%ld", "-1", int(-1));
    }

    #[test]
    fn no_width_and_no_precision_is_too_large() {
        for letter in "diouxXeEfFgG".chars() {
            let text = format!("99999999999999999999.99999999999999999999{letter}");
            let (mut conversion, width, precision, _) = parse(text.as_bytes()).expect("whole");
            assert_eq!(
                (width, precision),
                (Count::Given(COUNT_MAX), Count::Given(COUNT_MAX))
            );
            conversion.width = COUNT_MAX;
            conversion.precision = Some(COUNT_MAX);
            let mut out = Vec::new();
            match letter {
                'd' | 'i' => conversion.signed(-1, &mut out),
                'o' | 'u' | 'x' | 'X' => conversion.unsigned(1, &mut out),
                _ => conversion.float(0.000_123, &mut out),
            }
            assert!(out.len() >= COUNT_MAX, "{letter}: {}", out.len());
        }
    }
}
