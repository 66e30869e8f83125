//! `printf`.

use bytes::Bytes;

use super::conversion::{self, Conversion, Count};
use super::escapes::{Escape, escape, unescape_into};
use crate::kernel::Buffer;
use crate::shell::machine::Machine;

/// What one pass over the format came to.
enum Pass {
    Done,
    /// `\c` or a format that is none: nothing more is printed.
    Stop(Option<Vec<u8>>),
}

struct Printer<'a> {
    rest: &'a [Bytes],
    out: Buffer,
    complaints: Vec<Vec<u8>>,
}

pub(super) async fn printf(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    let arguments = match arguments.get(1) {
        Some(first) if first == "--" => &arguments[2..],
        _ => &arguments[1..],
    };
    let Some((format, rest)) = arguments.split_first() else {
        machine.complain_as_applet(b"usage: printf FORMAT [ARGUMENT...]");
        return 1;
    };
    let mut printer = Printer {
        rest,
        out: Buffer::new(),
        complaints: Vec::new(),
    };
    let mut status = 0;
    loop {
        let before = printer.rest.len();
        let pass = printer.pass(format);
        machine.sys.burn(format.len() as u64 * 4 + 100).await;
        for complaint in printer.complaints.drain(..) {
            status = 1;
            machine.complain_as_applet(&complaint);
        }
        if let Pass::Stop(error) = pass {
            if let Some(error) = error {
                status = 1;
                machine.complain_as_applet(&error);
            }
            break;
        }
        if printer.rest.is_empty() || printer.rest.len() == before {
            break;
        }
        if printer.out.len() > 1 << 16 {
            machine
                .out
                .extend_from_slice(&std::mem::take(&mut printer.out));
            if !machine.print().await {
                return 1;
            }
        }
    }
    machine.out.extend_from_slice(&printer.out);
    status
}

impl Printer<'_> {
    fn argument(&mut self) -> Option<Bytes> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first.clone())
    }

    fn pass(&mut self, format: &[u8]) -> Pass {
        let mut rest = format;
        while let Some((first, behind)) = rest.split_first() {
            let start = rest;
            rest = behind;
            match first {
                b'%' if behind.first() == Some(&b'%') => {
                    self.out.push(b'%');
                    rest = &behind[1..];
                }
                b'%' => {
                    let Some(parsed) = conversion::parse(behind) else {
                        return invalid(start);
                    };
                    let length = parsed.length;
                    let mut conversion = parsed.conversion;
                    match parsed.width {
                        Some(Count::Given(width)) => conversion.width = width,
                        Some(Count::Argument) => {
                            let width = self.integer();
                            conversion.set_width(width);
                        }
                        None => {}
                    }
                    match parsed.precision {
                        Some(Count::Given(precision)) => conversion.precision = Some(precision),
                        Some(Count::Argument) => {
                            let precision = self.integer();
                            conversion.set_precision(precision);
                        }
                        None => {}
                    }
                    match self.convert(&conversion) {
                        Some(true) => {}
                        Some(false) => return Pass::Stop(None),
                        None => return invalid(start),
                    }
                    rest = &behind[length..];
                }
                b'\\' if behind.first() == Some(&b'c') => return Pass::Stop(None),
                b'\\' => {
                    let (escape, length) = escape(behind, false);
                    match escape {
                        Escape::Byte(byte) => self.out.push(byte),
                        Escape::Stop | Escape::None => self.out.push(b'\\'),
                    }
                    rest = &behind[length..];
                }
                other => self.out.push(*other),
            }
        }
        Pass::Done
    }

    /// Lays out the next argument; `None` when there is no such conversion, false after `\c`.
    fn convert(&mut self, conversion: &Conversion) -> Option<bool> {
        match conversion.letter {
            b's' => {
                let value = self.argument().unwrap_or_default();
                conversion.bytes(&value, &mut self.out);
            }
            b'c' => {
                let value = self.argument().unwrap_or_default();
                // An empty argument is a NUL, as in C.
                let first = value.first().copied().unwrap_or(0);
                conversion.bytes(&[first], &mut self.out);
            }
            b'b' => {
                let value = self.argument().unwrap_or_default();
                let mut text = Buffer::new();
                let goes_on = unescape_into(&mut text, &value);
                conversion.bytes(&text, &mut self.out);
                return Some(goes_on);
            }
            b'd' | b'i' => {
                let value = self.integer();
                conversion.signed(value, &mut self.out);
            }
            b'u' | b'o' | b'x' | b'X' => {
                let value = self.integer();
                conversion.unsigned(value.cast_unsigned(), &mut self.out);
            }
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
                let value = self.float();
                conversion.float(value, &mut self.out);
            }
            _ => return None,
        }
        Some(true)
    }

    fn integer(&mut self) -> i64 {
        let Some(text) = self.argument() else {
            return 0;
        };
        integer(&text).unwrap_or_else(|| {
            self.complain_number(&text);
            0
        })
    }

    fn float(&mut self) -> f64 {
        let Some(text) = self.argument() else {
            return 0.0;
        };
        if let [b'"' | b'\'', byte, ..] = text.as_ref() {
            return f64::from(*byte);
        }
        let parsed = std::str::from_utf8(&text)
            .ok()
            .and_then(|text| text.trim_start().parse().ok());
        parsed.unwrap_or_else(|| {
            self.complain_number(&text);
            0.0
        })
    }

    fn complain_number(&mut self, text: &[u8]) {
        self.complaints
            .push([b"invalid number '", text, b"'"].concat());
    }
}

fn invalid(conversion: &[u8]) -> Pass {
    Pass::Stop(Some([conversion, b": invalid format"].concat()))
}

/// A decimal, octal (`0`) or hexadecimal (`0x`) number, or `'c` for a character's code.
fn integer(text: &[u8]) -> Option<i64> {
    if let [b'"' | b'\'', byte, ..] = text {
        return Some(i64::from(*byte));
    }
    let text = std::str::from_utf8(text).ok()?.trim_start();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let lower = digits.to_ascii_lowercase();
    let value = if let Some(hex) = lower.strip_prefix("0x") {
        u64::from_str_radix(hex, 16)
    } else if lower.len() > 1 && lower.starts_with('0') {
        u64::from_str_radix(&lower, 8)
    } else {
        lower.parse()
    };
    let value = value.ok()?.cast_signed();
    Some(if negative {
        value.wrapping_neg()
    } else {
        value
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_lay_out_their_arguments() {
        let rows: &[(&[&str], &str, usize)] = &[
            (
                &[
                    "%5d|%-5s|%05.1f|%x|%o|%c|",
                    "42",
                    "ab",
                    "3.14159",
                    "255",
                    "8",
                    "xyz",
                ],
                "   42|ab   |003.1|ff|10|x|",
                0,
            ),
            (
                &["%e|%g|%g|%g", "1.5", "0.0001", "1000000", "0.5"],
                "1.500000e+00|0.0001|1e+06|0.5",
                0,
            ),
            (
                &["%+d|% d|%#x|%i|%u", "4", "5", "255", "-3", "-3"],
                "+4| 5|0xff|-3|18446744073709551613",
                0,
            ),
            (
                &[
                    "%*d|%-*d|%.2f|%.3s",
                    "5",
                    "3",
                    "3",
                    "1",
                    "3.14159",
                    "abcdef",
                ],
                "    3|1  |3.14|abc",
                0,
            ),
            (&["\\101\\x42\\n\\\\\\q"], "AB\n\\\\q", 0),
            (&["%b", "a\\tb\\0101"], "a\tbA", 0),
            (&["%d %d %d", "0x10", "010", "'A"], "16 8 65", 0),
            (&["%d|%d", "abc", "12x"], "0|0", 2),
            (&["%s|%d|", ""], "|0|", 0),
            (&["%05d|%.0d|%.3d", "-42", "0", "7"], "-0042||007", 0),
        ];
        for (arguments, expected, complaints) in rows {
            let arguments: Vec<Bytes> = arguments
                .iter()
                .map(|text| Bytes::copy_from_slice(text.as_bytes()))
                .collect();
            let mut printer = Printer {
                rest: &arguments[1..],
                out: Buffer::new(),
                complaints: Vec::new(),
            };
            printer.pass(&arguments[0]);
            assert_eq!(String::from_utf8_lossy(&printer.out), *expected);
            assert_eq!(printer.complaints.len(), *complaints, "{arguments:?}");
        }
    }
}
