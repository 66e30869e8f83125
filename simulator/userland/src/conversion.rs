//! One `%…` of C's `printf`: flags, width and precision, and how values are laid out.

/// A number in a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    Given(usize),
    /// `*`: the next argument.
    Argument,
}

/// `%-08.3f` taken apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Conversion {
    pub(crate) left: bool,
    pub(crate) plus: bool,
    pub(crate) space: bool,
    pub(crate) alternate: bool,
    pub(crate) zero: bool,
    pub(crate) width: usize,
    pub(crate) precision: Option<usize>,
    pub(crate) letter: u8,
}

/// A conversion with its width and precision as written.
pub(crate) struct Parsed {
    /// Its letter is 0 when the text ends before one.
    pub(crate) conversion: Conversion,
    pub(crate) width: Option<Count>,
    pub(crate) precision: Option<Count>,
    /// Where the letters begin that tell the size of a value.
    pub(crate) modifiers_at: usize,
    pub(crate) length: usize,
}

/// What C passes over in front of the letter.
pub(crate) const MODIFIERS: &[u8] = b"lhLqjzt";

/// The widest field and the highest precision of those that make every byte of a value at once.
pub(crate) const MADE_MAX: usize = 65_530;

/// More digits than any number has; those behind them are zeros.
const MAX_DIGITS: usize = 1100;

/// The widest field and the highest precision that C knows.
pub(crate) const MAX_COUNT: usize = i32::MAX.unsigned_abs() as usize;

/// Takes apart what is behind a `%`; `modifiers` are the letters that may come in front of the last.
pub(crate) fn parse(text: &[u8], modifiers: &[u8]) -> Parsed {
    let mut conversion = Conversion::default();
    let mut at = 0;
    while let Some(flag) = text.get(at) {
        match flag {
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
    let modifiers_at = at;
    let is_modifier = |byte: &&u8| modifiers.contains(byte);
    at += text[at..].iter().take_while(is_modifier).count();
    conversion.letter = text.get(at).copied().unwrap_or(0);
    Parsed {
        conversion,
        width,
        precision,
        modifiers_at,
        length: text.len().min(at + 1),
    }
}

impl Parsed {
    /// The conversion with the numbers that are written in it, up to [`MADE_MAX`]; `None` when an argument has one.
    pub(crate) fn as_written(&self) -> Option<Conversion> {
        let number = |count: Option<Count>| match count {
            None => Some(None),
            Some(Count::Given(number)) => Some(Some(number.min(MADE_MAX))),
            Some(Count::Argument) => None,
        };
        Some(Conversion {
            width: number(self.width)?.unwrap_or(0),
            precision: number(self.precision)?,
            ..self.conversion
        })
    }
}

fn count(text: &[u8], at: &mut usize) -> Option<Count> {
    if text.get(*at) == Some(&b'*') {
        *at += 1;
        return Some(Count::Argument);
    }
    let start = *at;
    let mut value = 0_usize;
    while let Some(digit) = text.get(*at).filter(|byte| byte.is_ascii_digit()) {
        value = value
            .saturating_mul(10)
            .saturating_add(usize::from(digit - b'0'));
        *at += 1;
    }
    (*at > start).then_some(Count::Given(value))
}

/// A value laid out; what may be long is counted only.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) blanks: usize,
    pub(crate) prefix: &'static str,
    pub(crate) zeros: usize,
    pub(crate) body: Vec<u8>,
    /// Digits behind those a number has.
    pub(crate) more_zeros: usize,
    pub(crate) tail: String,
    pub(crate) blanks_behind: usize,
}

impl Layout {
    /// Appends every byte of it.
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        let mut fill = |byte, count, text: &[u8]| {
            out.resize(out.len() + count, byte);
            out.extend_from_slice(text);
        };
        fill(b' ', self.blanks, self.prefix.as_bytes());
        fill(b'0', self.zeros, &self.body);
        fill(b'0', self.more_zeros, self.tail.as_bytes());
        fill(b' ', self.blanks_behind, b"");
    }
}

impl Conversion {
    /// A width from an argument: negative ones pad on the right.
    pub(crate) fn set_width(&mut self, width: i32) {
        self.left |= width < 0;
        self.width = width.unsigned_abs() as usize;
    }

    /// A precision from an argument: negative ones count as none.
    pub(crate) fn set_precision(&mut self, precision: i32) {
        self.precision = usize::try_from(precision).ok();
    }

    /// Whether C can print it.
    pub(crate) fn is_possible(&self) -> bool {
        self.width <= MAX_COUNT && self.precision.unwrap_or(0) <= MAX_COUNT
    }

    pub(crate) fn bytes(&self, value: &[u8]) -> Layout {
        let shown = value.len().min(self.precision.unwrap_or(usize::MAX));
        let layout = Layout {
            body: value[..shown].to_vec(),
            ..Layout::default()
        };
        self.pad(layout, false)
    }

    pub(crate) fn byte(&self, value: u8) -> Layout {
        let layout = Layout {
            body: vec![value],
            ..Layout::default()
        };
        self.pad(layout, false)
    }

    pub(crate) fn signed(&self, value: i64) -> Layout {
        let sign = self.sign(value < 0);
        self.integer(sign, value.unsigned_abs().to_string())
    }

    pub(crate) fn unsigned(&self, value: u64) -> Layout {
        let marked = self.alternate && value != 0;
        let (prefix, digits) = match self.letter {
            b'o' if marked => ("", format!("0{value:o}")),
            b'o' if self.alternate && self.precision == Some(0) => ("", "00".to_owned()),
            b'o' => ("", format!("{value:o}")),
            b'x' => (if marked { "0x" } else { "" }, format!("{value:x}")),
            b'X' => (if marked { "0X" } else { "" }, format!("{value:X}")),
            _ => ("", value.to_string()),
        };
        self.integer(prefix, digits)
    }

    fn integer(&self, prefix: &'static str, digits: String) -> Layout {
        let least = self.precision.unwrap_or(1);
        let digits = match (least, digits.as_str()) {
            (0, "0") => String::new(),
            (0, "00") => "0".to_owned(),
            _ => digits,
        };
        let layout = Layout {
            prefix,
            zeros: least.saturating_sub(digits.len()),
            body: digits.into_bytes(),
            ..Layout::default()
        };
        self.pad(layout, self.precision.is_none())
    }

    pub(crate) fn float(&self, value: f64) -> Layout {
        let sign = self.sign(value.is_sign_negative());
        let value = value.abs();
        let mut layout = Layout {
            prefix: sign,
            ..Layout::default()
        };
        let mut body = if value.is_nan() {
            "nan".to_owned()
        } else if value.is_infinite() {
            "inf".to_owned()
        } else {
            self.digits(value, &mut layout)
        };
        if self.letter.is_ascii_uppercase() {
            body.make_ascii_uppercase();
            layout.tail.make_ascii_uppercase();
        }
        layout.body = body.into_bytes();
        self.pad(layout, value.is_finite())
    }

    /// The digits of a finite number; its exponent and zeros that follow go to the layout.
    fn digits(&self, value: f64, layout: &mut Layout) -> String {
        let precision = self.precision.unwrap_or(6);
        match self.letter.to_ascii_lowercase() {
            b'e' => {
                let shown = precision.min(MAX_DIGITS);
                layout.more_zeros = precision - shown;
                let (mantissa, exponent) = exponential(value, shown);
                layout.tail = exponent;
                self.pointed(mantissa, precision)
            }
            b'g' => {
                let precision = precision.max(1);
                let shown = precision.min(MAX_DIGITS);
                if self.alternate {
                    layout.more_zeros = precision - shown;
                }
                self.general(value, shown, precision, layout)
            }
            _ => {
                let shown = precision.min(MAX_DIGITS);
                layout.more_zeros = precision - shown;
                self.pointed(format!("{value:.shown$}"), precision)
            }
        }
    }

    /// With `#` a point stands behind a number without digits behind it.
    fn pointed(&self, digits: String, precision: usize) -> String {
        if self.alternate && precision == 0 {
            digits + "."
        } else {
            digits
        }
    }

    /// C's `%g`; `precision`: what it was before it was cut to `shown`.
    fn general(&self, value: f64, shown: usize, precision: usize, layout: &mut Layout) -> String {
        let (mantissa, tail) = exponential(value, shown - 1);
        let exponent: i64 = tail[1..].parse().unwrap_or(0);
        let trimmed = |text: String| {
            if self.alternate || !text.contains('.') {
                return text;
            }
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        if exponent < -4 || exponent >= i64::try_from(precision).unwrap_or(i64::MAX) {
            layout.tail = tail;
            return self.pointed(trimmed(mantissa), precision - 1);
        }
        let decimals = i64::try_from(shown).unwrap_or(i64::MAX) - 1 - exponent;
        let decimals = usize::try_from(decimals).unwrap_or(0);
        let text = trimmed(format!("{value:.decimals$}"));
        self.pointed(text, decimals + layout.more_zeros)
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

    fn pad(&self, layout: Layout, zeros_allowed: bool) -> Layout {
        let length = layout.prefix.len()
            + layout.zeros
            + layout.body.len()
            + layout.more_zeros
            + layout.tail.len();
        let missing = self.width.saturating_sub(length);
        let mut layout = layout;
        if self.left {
            layout.blanks_behind = missing;
        } else if self.zero && zeros_allowed {
            layout.zeros += missing;
        } else {
            layout.blanks = missing;
        }
        layout
    }
}

/// C's `%e`, apart: the mantissa and an exponent of at least two digits, always signed.
fn exponential(value: f64, precision: usize) -> (String, String) {
    let text = format!("{value:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    (mantissa.to_owned(), format!("e{sign}{digits:0>2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(format: &str) -> Conversion {
        let parsed = parse(format.as_bytes(), MODIFIERS);
        assert_eq!(parsed.length, format.len(), "{format}");
        let number = |count| match count {
            Some(Count::Given(number)) => Some(number),
            _ => None,
        };
        Conversion {
            width: number(parsed.width).unwrap_or(0),
            precision: number(parsed.precision),
            ..parsed.conversion
        }
    }

    #[test]
    fn long_fields_are_counted_and_not_made() {
        let layout = |format: &str| {
            let conversion = parsed(format);
            match conversion.letter {
                b'd' => conversion.signed(-1),
                _ => conversion.float(1.0),
            }
        };
        let wide = layout("2000000000d");
        assert_eq!(
            (wide.blanks, wide.prefix, wide.body.len()),
            (1_999_999_998, "-", 1)
        );
        assert_eq!(layout(".2000000000d").zeros, 1_999_999_999);
        let precise = layout(".2000000000f");
        assert_eq!(precise.body.len() + precise.more_zeros, 2_000_000_002);
        let precise = layout(".2000000000e");
        assert_eq!(precise.body.len() + precise.more_zeros, 2_000_000_002);
        assert_eq!(precise.tail, "e+00");
        let precise = layout("#.2000000000g");
        assert_eq!(precise.body.len() + precise.more_zeros, 2_000_000_001);
        assert_eq!(layout(".2000000000g").body, b"1");
    }

    #[test]
    fn values_are_laid_out_as_by_printf() {
        let check = |format: &str, expected: &str, layout: &dyn Fn(&Conversion) -> Layout| {
            let mut out = Vec::new();
            layout(&parsed(format)).put(&mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{format}");
        };
        for (format, value, expected) in [
            ("5d", 42, "   42"),
            ("-5d", 42, "42   "),
            ("05d", -42, "-0042"),
            ("+.3d", 7, "+007"),
            ("08.3d", 7, "     007"),
            (".0d", 0, ""),
            ("ld", -1, "-1"),
        ] {
            check(format, expected, &|conversion| conversion.signed(value));
        }
        for (format, value, expected) in [("#x", 255, "0xff"), ("#o", 8, "010"), ("X", 255, "FF")] {
            check(format, expected, &|conversion| conversion.unsigned(value));
        }
        for (format, value, expected) in [
            ("05.1f", 4.14, "004.1"),
            (".0f", 2.5, "2"),
            ("e", 1234.5, "1.234500e+03"),
            ("g", 0.00001, "1e-05"),
            ("g", 0.0001, "0.0001"),
            ("g", 1_000_000.0, "1e+06"),
            ("g", 100_000.0, "100000"),
            ("#g", 1.0, "1.00000"),
            ("G", 1e20, "1E+20"),
            ("f", f64::INFINITY, "inf"),
        ] {
            check(format, expected, &|conversion| conversion.float(value));
        }
        check("5.2s", "   ab", &|conversion| conversion.bytes(b"abc"));
    }

    #[test]
    fn no_width_and_no_precision_is_too_large() {
        for letter in "diouxXeEfFgGs".chars() {
            let text = format!("99999999999999999999.99999999999999999999{letter}");
            let parsed = parse(text.as_bytes(), MODIFIERS);
            assert_eq!(
                (parsed.width, parsed.precision),
                (
                    Some(Count::Given(usize::MAX)),
                    Some(Count::Given(usize::MAX))
                )
            );
            let conversion = parsed.as_written().expect("nothing is an argument");
            let mut out = Vec::new();
            match letter {
                'd' | 'i' => conversion.signed(-1),
                'o' | 'u' | 'x' | 'X' => conversion.unsigned(1),
                's' => conversion.bytes(b"x"),
                _ => conversion.float(0.000_123),
            }
            .put(&mut out);
            assert!(out.len() >= MADE_MAX, "{letter}: {}", out.len());
        }
    }

    #[test]
    fn what_has_no_letter_is_known() {
        for (text, letter, modifiers_at, length) in [
            ("ldx", b'd', 0, 2),
            ("5lhz %d", b' ', 1, 5),
            ("", 0, 0, 0),
            ("l", 0, 0, 1),
            ("q", b'q', 0, 1),
        ] {
            let parsed = parse(text.as_bytes(), b"lLhz");
            let found = (parsed.conversion.letter, parsed.modifiers_at, parsed.length);
            assert_eq!(found, (letter, modifiers_at, length), "{text}");
        }
        assert!(parse(b"*d", MODIFIERS).as_written().is_none());
    }
}
