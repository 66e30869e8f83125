//! printf.

use super::context::{Context, Fail, Outcome, text};
use super::numbers;
use crate::conversion::{self, Conversion, Count};
use crate::escape::{Escape, escape, unescape};
use crate::kernel::Charge;
use bytes::Bytes;

/// Lays its arguments out by a format.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let mut args = cx.args.clone();
    if args.first().is_some_and(|arg| arg == "--") {
        args.remove(0);
    }
    let Some((format, args)) = args.split_first() else {
        return Err(Fail::usage());
    };
    let mut rest = args;
    let mut status = 0;
    loop {
        let before = rest.len();
        let mut printer = Printer {
            rest,
            out: cx.out.buffer(),
            charge: Charge::new(),
            complaints: Vec::new(),
        };
        let ended = printer.format(format);
        rest = printer.rest;
        for complaint in printer.complaints {
            status = 1;
            cx.complain(complaint).await;
        }
        cx.out.spill().await?;
        cx.sys.burn(200 + format.len() as u64 * 5).await;
        match ended {
            Err(fail) => return Err(fail),
            Ok(true) => break,
            Ok(false) if rest.is_empty() || rest.len() == before => break,
            Ok(false) => {}
        }
    }
    Ok(status)
}

struct Printer<'a, 'o> {
    rest: &'a [Bytes],
    out: &'o mut Vec<u8>,
    /// For what one pass over the format prints.
    charge: Charge,
    complaints: Vec<Vec<u8>>,
}

impl Printer<'_, '_> {
    fn next(&mut self) -> Bytes {
        let Some((first, rest)) = self.rest.split_first() else {
            return Bytes::new();
        };
        self.rest = rest;
        first.clone()
    }

    /// Goes once through the format; true when `\c` ends everything.
    fn format(&mut self, format: &[u8]) -> Result<bool, Fail> {
        let mut at = 0;
        while at < format.len() {
            let byte = format[at];
            at += 1;
            match byte {
                b'%' if format.get(at) == Some(&b'%') => {
                    self.out.push(b'%');
                    at += 1;
                }
                b'%' => {
                    let parsed = conversion::parse(&format[at..], conversion::MODIFIERS);
                    let conversion = self.sized(parsed.conversion, parsed.width, parsed.precision);
                    // A conversion is small beside what a pass may come to.
                    self.charge.cover_steps(self.out.capacity());
                    if self.convert(&conversion)? {
                        return Ok(true);
                    }
                    at += parsed.length;
                }
                b'\\' if format.get(at) == Some(&b'c') => return Ok(true),
                b'\\' => {
                    let (escape, length) = escape(&format[at..], false);
                    self.out.push(match escape {
                        Escape::Byte(value) => value,
                        Escape::Stop | Escape::None => b'\\',
                    });
                    at += length;
                }
                _ => self.out.push(byte),
            }
        }
        Ok(false)
    }

    fn sized(
        &mut self,
        mut conversion: Conversion,
        width: Option<Count>,
        precision: Option<Count>,
    ) -> Conversion {
        let mut number = |count| match count {
            Count::Given(number) => i32::try_from(number).unwrap_or(i32::MAX),
            Count::Argument => i32::try_from(self.integer()).unwrap_or(i32::MAX),
        };
        if let Some(width) = width {
            conversion.set_width(number(width));
        }
        if let Some(precision) = precision {
            conversion.set_precision(number(precision));
        }
        Conversion {
            width: conversion.width.min(conversion::MADE_MAX),
            precision: conversion
                .precision
                .map(|most| most.min(conversion::MADE_MAX)),
            ..conversion
        }
    }

    fn convert(&mut self, conversion: &Conversion) -> Result<bool, Fail> {
        let layout = match conversion.letter {
            b's' => conversion.bytes(&self.next()),
            b'c' => {
                let value = self.next();
                conversion.bytes(&value[..value.len().min(1)])
            }
            b'b' => {
                let value = self.next();
                let mut unescaped = Vec::new();
                let goes_on = unescape(&value, |byte| unescaped.push(byte));
                conversion.bytes(&unescaped).put(self.out);
                return Ok(!goes_on);
            }
            b'd' | b'i' => conversion.signed(self.integer()),
            b'u' | b'o' | b'x' | b'X' => conversion.unsigned(self.integer() as u64),
            b'e' | b'f' | b'g' | b'E' | b'F' | b'G' => conversion.float(self.float()),
            _ => return Err(bad_format()),
        };
        layout.put(self.out);
        Ok(false)
    }

    fn integer(&mut self) -> i64 {
        let text = self.next();
        parse_integer(&text).unwrap_or_else(|| {
            self.complaints.push(text!("invalid number '", text, "'"));
            0
        })
    }

    fn float(&mut self) -> f64 {
        let text = self.next();
        if let [b'"' | b'\'', byte, ..] = text.as_ref() {
            return f64::from(*byte);
        }
        let parsed = std::str::from_utf8(&text)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        parsed
            .or_else(|| parse_integer(&text).map(|value| value as f64))
            .unwrap_or_else(|| {
                self.complaints.push(text!("invalid number '", text, "'"));
                0.0
            })
    }
}

fn bad_format() -> Fail {
    Fail::new("%: invalid format")
}

/// Decimal, `0x`, `0`, or `'c` for a character's code.
fn parse_integer(text: &[u8]) -> Option<i64> {
    if let [b'"' | b'\'', byte, ..] = text {
        return Some(i64::from(*byte));
    }
    let trimmed = text.trim_ascii_start();
    let (negative, digits) = match trimmed {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        _ => (false, trimmed),
    };
    let magnitude = match digits {
        [b'0', b'x' | b'X', hex @ ..] if !hex.is_empty() => radix(hex, 16)?,
        [b'0', octal @ ..] if !octal.is_empty() => radix(octal, 8)?,
        _ => numbers::decimal(digits)?,
    };
    Some(if negative {
        (magnitude as i64).wrapping_neg()
    } else {
        magnitude as i64
    })
}

fn radix(digits: &[u8], base: u32) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok()?;
    if text.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(text, base).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(args: &[&str], expected: &str, complaints: usize) {
        let args: Vec<Bytes> = args
            .iter()
            .map(|arg| Bytes::copy_from_slice(arg.as_bytes()))
            .collect();
        let mut out = Vec::new();
        let mut printer = Printer {
            rest: &args[1..],
            out: &mut out,
            charge: Charge::new(),
            complaints: Vec::new(),
        };
        assert!(printer.format(&args[0]).is_ok(), "{args:?}");
        assert_eq!(printer.complaints.len(), complaints, "{args:?}");
        assert_eq!(String::from_utf8_lossy(&out), expected, "{args:?}");
    }

    #[test]
    fn formats_take_arguments() {
        check(
            &["%5d|%-5s|%x|%o|%c|%%|", "42", "ab", "255", "8", "xyz"],
            "   42|ab   |ff|10|x|%|",
            0,
        );
        check(&["\\101\\x42\\n"], "AB\n", 0);
        check(&["%b", "a\\tb"], "a\tb", 0);
        check(&["%d %d %d", "0x10", "010", "'A"], "16 8 65", 0);
        check(&["%d", "abc"], "0", 1);
        check(&["%s-%s", "a"], "a-", 0);
        check(
            &["%*d|%-*d|%.*f", "4", "1", "4", "2", "1", "1.25"],
            "   1|2   |1.2",
            0,
        );
        check(&["%u", "-1"], "18446744073709551615", 0);
        check(&["a\\cb"], "a", 0);
    }
}
