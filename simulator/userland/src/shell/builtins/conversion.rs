//! One `%…` of `printf`: its flags and how values are laid out.

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

/// The letters a conversion may end with.
const LETTERS: &[u8] = b"diouxXfeEgGcs";

/// More digits than any number has; those behind them are zeros.
const MAX_DIGITS: usize = 1100;

/// The widest field and the highest precision that C knows.
pub(super) const MAX_COUNT: usize = i32::MAX.unsigned_abs() as usize;

/// Takes apart what is behind a `%`. What is no conversion comes back without its size modifiers, for the message.
pub(super) fn parse(text: &[u8]) -> Result<Parsed, Vec<u8>> {
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
    let modifiers = text[at..].iter().take_while(|byte| b"lLhz".contains(byte));
    let letter_at = at + modifiers.count();
    match text.get(letter_at) {
        Some(letter) if LETTERS.contains(letter) => conversion.letter = *letter,
        _ => return Err([&text[..at], &text[letter_at..]].concat()),
    }
    Ok(Parsed {
        conversion,
        width,
        precision,
        length: letter_at + 1,
    })
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
pub(super) struct Layout {
    pub(super) blanks: usize,
    pub(super) prefix: &'static str,
    pub(super) zeros: usize,
    pub(super) body: Vec<u8>,
    /// Digits behind those a number has.
    pub(super) more_zeros: usize,
    pub(super) tail: String,
    pub(super) blanks_behind: usize,
}

impl Conversion {
    /// A width from an argument: negative ones pad on the right.
    pub(super) fn set_width(&mut self, width: i32) {
        self.left |= width < 0;
        self.width = width.unsigned_abs() as usize;
    }

    /// A precision from an argument: negative ones count as none.
    pub(super) fn set_precision(&mut self, precision: i32) {
        self.precision = usize::try_from(precision).ok();
    }

    /// Whether C can print it.
    pub(super) fn is_possible(&self) -> bool {
        self.width <= MAX_COUNT && self.precision.unwrap_or(0) <= MAX_COUNT
    }

    pub(super) fn bytes(&self, value: &[u8]) -> Layout {
        let shown = value.len().min(self.precision.unwrap_or(usize::MAX));
        let layout = Layout {
            body: value[..shown].to_vec(),
            ..Layout::default()
        };
        self.pad(layout, false)
    }

    pub(super) fn byte(&self, value: u8) -> Layout {
        let layout = Layout {
            body: vec![value],
            ..Layout::default()
        };
        self.pad(layout, false)
    }

    pub(super) fn signed(&self, value: i64) -> Layout {
        let sign = self.sign(value < 0);
        self.integer(sign, value.unsigned_abs().to_string())
    }

    pub(super) fn unsigned(&self, value: u64) -> Layout {
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

    pub(super) fn float(&self, value: f64) -> Layout {
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

    #[test]
    fn long_fields_are_counted_and_not_made() {
        let layout = |format: &str| {
            let Ok(parsed) = parse(format.as_bytes()) else {
                panic!("{format} is a conversion");
            };
            let mut conversion = parsed.conversion;
            if let Some(Count::Given(width)) = parsed.width {
                conversion.width = width;
            }
            if let Some(Count::Given(precision)) = parsed.precision {
                conversion.precision = Some(precision);
            }
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
    fn what_is_no_conversion_comes_back_without_modifiers() {
        assert_eq!(parse(b"ldx").map(|parsed| parsed.length).ok(), Some(2));
        for (text, expected) in [("5lhz %d", "5 %d"), ("", ""), ("l", ""), ("q", "q")] {
            let found = parse(text.as_bytes()).map(|parsed| parsed.length);
            assert_eq!(found, Err(expected.as_bytes().to_vec()), "{text}");
        }
    }
}
