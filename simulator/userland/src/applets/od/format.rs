//! Output types of od.

use super::super::context::{Fail, text};
use crate::conversion::Conversion;

/// How items of some size are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Signed(usize),
    Unsigned(usize),
    Octal(usize),
    Hex(usize),
    Float(usize),
    Character,
    Named,
}

const NAMES: [&str; 33] = [
    "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "nl", "vt", "ff", "cr",
    "so", "si", "dle", "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em", "sub", "esc",
    "fs", "gs", "rs", "us", "sp",
];

/// The format of an option letter without `-t`.
pub(super) fn short(letter: u8) -> Option<Format> {
    Some(match letter {
        b'a' => Format::Named,
        b'b' => Format::Octal(1),
        b'c' => Format::Character,
        b'd' => Format::Unsigned(2),
        b'f' => Format::Float(4),
        b'h' | b'x' => Format::Hex(2),
        b'i' | b's' => Format::Signed(2),
        b'l' => Format::Signed(4),
        b'o' => Format::Octal(2),
        _ => return None,
    })
}

/// Reads a type string such as `x1` or `d4`.
pub(super) fn parse(source: &[u8], formats: &mut Vec<Format>) -> Result<(), Fail> {
    let mut at = 0;
    while let Some(&letter) = source.get(at) {
        at += 1;
        match letter {
            b'a' => formats.push(Format::Named),
            b'c' => formats.push(Format::Character),
            b'd' | b'u' | b'o' | b'x' => {
                let size = size(source, &mut at, false)?;
                formats.push(match letter {
                    b'd' => Format::Signed(size),
                    b'u' => Format::Unsigned(size),
                    b'o' => Format::Octal(size),
                    _ => Format::Hex(size),
                });
            }
            b'f' => formats.push(Format::Float(size(source, &mut at, true)?)),
            other => {
                return Err(Fail::new(text!(
                    "invalid character '",
                    [other],
                    "' in type string '",
                    source,
                    "'"
                )));
            }
        }
    }
    Ok(())
}

fn size(source: &[u8], at: &mut usize, float: bool) -> Result<usize, Fail> {
    let named = match (source.get(*at), float) {
        (Some(b'C'), false) => Some(1),
        (Some(b'S'), false) => Some(2),
        (Some(b'I'), false) | (Some(b'F'), true) => Some(4),
        (Some(b'L'), false) | (Some(b'D'), true) => Some(8),
        _ => None,
    };
    if let Some(size) = named {
        *at += 1;
        return Ok(size);
    }
    let rest = &source[*at..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return Ok(if float { 8 } else { 4 });
    }
    *at += digits;
    let size = super::super::numbers::decimal(&rest[..digits]).unwrap_or(u64::MAX);
    match (size, float) {
        (1 | 2, false) | (4 | 8, _) => Ok(size as usize),
        _ => Err(Fail::new(text!(
            "invalid type string '",
            source,
            "'; ",
            size.to_string(),
            if float {
                "-byte floating point type is not supported"
            } else {
                "-byte integral type is not supported"
            }
        ))),
    }
}

impl Format {
    /// Bytes of an item.
    pub(super) fn size(&self) -> usize {
        match self {
            Format::Signed(size)
            | Format::Unsigned(size)
            | Format::Octal(size)
            | Format::Hex(size)
            | Format::Float(size) => *size,
            Format::Character | Format::Named => 1,
        }
    }

    /// Appends one item; a short one is filled up with zeros.
    pub(super) fn show(&self, item: &[u8], out: &mut Vec<u8>) {
        let mut bytes = [0; 8];
        for (place, byte) in bytes.iter_mut().zip(item) {
            *place = *byte;
        }
        let value = u64::from_le_bytes(bytes);
        let shown = match self {
            Format::Signed(size) => {
                let unused = 64 - 8 * *size as u32;
                let value = (value << unused) as i64 >> unused;
                let width = [0, 4, 6, 0, 11, 0, 0, 0, 20][*size];
                format!(" {value:width$}")
            }
            Format::Unsigned(size) => {
                let width = [0, 3, 5, 0, 10, 0, 0, 0, 20][*size];
                format!(" {value:width$}")
            }
            Format::Octal(size) => {
                let width = [0, 3, 6, 0, 11, 0, 0, 0, 22][*size];
                format!(" {value:0width$o}")
            }
            Format::Hex(size) => {
                let width = 2 * size;
                format!(" {value:0width$x}")
            }
            Format::Float(size) => float(*size, value),
            Format::Character => format!(" {:>3}", character(bytes[0])),
            Format::Named => match bytes[0] & 0x7f {
                0x7f => " del".to_owned(),
                named @ 0..=32 => format!(" {:>3}", NAMES[usize::from(named)]),
                other => format!(" {:>3}", char::from(other)),
            },
        };
        out.extend_from_slice(shown.as_bytes());
    }
}

fn float(size: usize, value: u64) -> String {
    let (value, width, precision) = if size == 4 {
        (f64::from(f32::from_bits(value as u32)), 15, 7)
    } else {
        (f64::from_bits(value), 23, 15)
    };
    let conversion = Conversion {
        letter: b'e',
        width,
        precision: Some(precision),
        ..Conversion::default()
    };
    let mut out = vec![b' '];
    conversion.float(value).put(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn character(byte: u8) -> String {
    match byte {
        0 => "\\0".to_owned(),
        7 => "\\a".to_owned(),
        8 => "\\b".to_owned(),
        9 => "\\t".to_owned(),
        10 => "\\n".to_owned(),
        11 => "\\v".to_owned(),
        12 => "\\f".to_owned(),
        13 => "\\r".to_owned(),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("{byte:03o}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_have_fixed_widths() {
        for (format, item, expected) in [
            (Format::Octal(2), &b"ab"[..], " 061141"),
            (Format::Hex(1), b"\xff", " ff"),
            (Format::Hex(8), b"abcdefgh", " 6867666564636261"),
            (Format::Signed(1), b"\xff", "   -1"),
            (Format::Signed(4), b"abcd", "  1684234849"),
            (Format::Unsigned(2), b"e", "   101"),
            (Format::Character, b"\n", "  \\n"),
            (Format::Character, b"\xff", " 377"),
            (Format::Named, b"\xff", " del"),
            (Format::Float(4), b"abcd", "   1.6777999e+22"),
            (Format::Float(8), b"abcdefgh", "  8.540883223036124e+194"),
        ] {
            let mut out = Vec::new();
            format.show(item, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{format:?}");
        }
    }

    #[test]
    fn type_strings_name_formats() {
        let mut formats = Vec::new();
        assert!(parse(b"x1c", &mut formats).is_ok());
        assert!(parse(b"dL", &mut formats).is_ok());
        assert_eq!(
            formats,
            [Format::Hex(1), Format::Character, Format::Signed(8)]
        );
        for refused in ["q", "x3", "f2"] {
            assert!(
                parse(refused.as_bytes(), &mut formats).is_err(),
                "{refused}"
            );
        }
    }
}
