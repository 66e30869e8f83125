//! Format strings of hexdump: units of `REPEAT/BYTES "TEXT"`.

use super::super::context::{Fail, text};
use crate::conversion::{self, Conversion, Layout};

/// Most bytes of one block.
const BLOCK_BYTES_MAX: usize = 65_536;

/// What an option letter stands for: its format strings, and the digits of the last address.
pub(super) fn builtin(letter: u8) -> Option<(&'static [&'static str], usize)> {
    Some(match letter {
        b'b' => (&["\"%07.7_ax \" 16/1 \"%03o \" \"\\n\""], 7),
        b'c' => (&["\"%07.7_ax \" 16/1 \"%3_c \" \"\\n\""], 7),
        b'd' => (&["\"%07.7_ax \" 8/2 \"  %05u \" \"\\n\""], 7),
        b'o' => (&["\"%07.7_ax \" 8/2 \" %06o \" \"\\n\""], 7),
        b'x' => (&["\"%07.7_ax \" 8/2 \"   %04x \" \"\\n\""], 7),
        b'C' => (
            &[
                "\"%08.8_ax  \" 8/1 \"%02x \" \"  \" 8/1 \"%02x \" ",
                "\"  |\" 16/1 \"%_p\" \"|\\n\"",
            ],
            8,
        ),
        _ => return None,
    })
}

/// Without any option.
pub(super) const DEFAULT: (&[&str], usize) = (&["\"%07.7_ax \" 8/2 \"%04x \" \"\\n\""], 7);

/// One format string.
#[derive(Debug, PartialEq)]
pub(super) struct Format {
    units: Vec<Unit>,
}

#[derive(Debug, PartialEq)]
struct Unit {
    repeat: usize,
    /// The repetition was given, and is not stretched to fill the block.
    fixed: bool,
    pieces: Vec<Piece>,
}

#[derive(Debug, PartialEq)]
enum Piece {
    Text(Vec<u8>),
    /// A value of so many bytes.
    Value(Conversion, usize),
    /// `%_c`
    Escaped(Conversion),
    /// `%_p`
    Printable(Conversion),
    /// `%_u`
    Named(Conversion),
    /// `%_ax` and its like, with the letter of the base.
    Address(Conversion),
}

impl Format {
    /// Reads a format string.
    pub(super) fn parse(source: &[u8]) -> Result<Self, Fail> {
        let bad = || Fail::new(text!("bad format {", source, "}"));
        let mut units = Vec::new();
        let mut at = 0;
        let number = |at: &mut usize| {
            let digits = source[*at..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let value = super::super::numbers::decimal(&source[*at..*at + digits]);
            *at += digits;
            value.map(|value| usize::try_from(value).unwrap_or(usize::MAX))
        };
        loop {
            while source.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
            if at >= source.len() {
                break;
            }
            let repeat = number(&mut at);
            while source.get(at) == Some(&b' ') {
                at += 1;
            }
            let mut bytes = None;
            if source.get(at) == Some(&b'/') {
                at += 1;
                while source.get(at) == Some(&b' ') {
                    at += 1;
                }
                bytes = number(&mut at);
            }
            while source.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
            if source.get(at) != Some(&b'"') {
                return Err(bad());
            }
            at += 1;
            let length = source[at..]
                .iter()
                .position(|byte| *byte == b'"')
                .ok_or_else(bad)?;
            let pieces = parse_text(&source[at..at + length], bytes)?;
            at += length + 1;
            units.push(Unit {
                repeat: repeat.unwrap_or(1),
                fixed: repeat.is_some(),
                pieces,
            });
        }
        let format = Self { units };
        if format.bytes() > BLOCK_BYTES_MAX
            || format
                .units
                .iter()
                .any(|unit| unit.repeat > BLOCK_BYTES_MAX)
        {
            return Err(bad());
        }
        Ok(format)
    }

    /// Bytes that one use of it takes.
    pub(super) fn bytes(&self) -> usize {
        self.units
            .iter()
            .map(|unit| unit.bytes().saturating_mul(unit.repeat))
            .fold(0, usize::saturating_add)
    }

    /// Repeats the last unit until it takes a whole block.
    pub(super) fn fill(&mut self, block_bytes: usize) {
        let missing = block_bytes.saturating_sub(self.bytes());
        if let Some(unit) = self.units.last_mut()
            && !unit.fixed
            && unit.bytes() > 0
        {
            unit.repeat += missing / unit.bytes();
        }
    }

    /// Appends a block; values that are not there leave their width blank.
    pub(super) fn show(&self, block: &[u8], address: u64, out: &mut Vec<u8>) {
        let mut at = 0;
        for unit in &self.units {
            for round in 0..unit.repeat {
                let is_last = round + 1 == unit.repeat;
                for (index, piece) in unit.pieces.iter().enumerate() {
                    let trims = is_last && unit.repeat > 1 && index + 1 == unit.pieces.len();
                    piece.show(block, &mut at, address, trims, out);
                }
            }
        }
    }
}

impl Unit {
    fn bytes(&self) -> usize {
        self.pieces.iter().map(Piece::bytes).sum()
    }
}

fn parse_text(source: &[u8], bytes: Option<usize>) -> Result<Vec<Piece>, Fail> {
    let mut pieces = Vec::new();
    let mut literal = Vec::new();
    let mut at = 0;
    while let Some(&byte) = source.get(at) {
        at += 1;
        if byte == b'\\' {
            match crate::escape::byte(&source[at..]) {
                Some((value, length)) => {
                    literal.push(value);
                    at += length;
                }
                None => {
                    literal.extend(source.get(at));
                    at += 1;
                }
            }
            continue;
        }
        if byte != b'%' || source.get(at) == Some(&b'%') {
            at += usize::from(byte == b'%');
            literal.push(byte);
            continue;
        }
        let (piece, length) = conversion_piece(&source[at..], bytes)
            .ok_or_else(|| Fail::new(text!("bad conversion character %", &source[at..])))?;
        at += length;
        if !literal.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut literal)));
        }
        pieces.push(piece);
    }
    if !literal.is_empty() {
        pieces.push(Piece::Text(literal));
    }
    Ok(pieces)
}

fn conversion_piece(rest: &[u8], bytes: Option<usize>) -> Option<(Piece, usize)> {
    let parsed = conversion::parse(rest, conversion::MODIFIERS);
    let mut conversion = parsed.as_written()?;
    let mut length = parsed.length;
    let piece = match conversion.letter {
        b'_' => {
            let kind = *rest.get(length)?;
            length += 1;
            match kind {
                b'a' | b'A' => {
                    conversion.letter = *rest.get(length)?;
                    length += 1;
                    if !matches!(conversion.letter, b'd' | b'o' | b'x') {
                        return None;
                    }
                    Piece::Address(conversion)
                }
                b'c' => Piece::Escaped(conversion),
                b'p' => Piece::Printable(conversion),
                b'u' => Piece::Named(conversion),
                _ => return None,
            }
        }
        b'c' => Piece::Value(conversion, 1),
        b'd' | b'i' | b'o' | b'u' | b'x' | b'X' => {
            let size = bytes.unwrap_or(4);
            if !matches!(size, 1 | 2 | 4 | 8) {
                return None;
            }
            Piece::Value(conversion, size)
        }
        b'e' | b'E' | b'f' | b'g' | b'G' => {
            let size = bytes.unwrap_or(8);
            if !matches!(size, 4 | 8) {
                return None;
            }
            Piece::Value(conversion, size)
        }
        b's' => Piece::Value(conversion, bytes.or(conversion.precision)?),
        _ => return None,
    };
    Some((piece, length))
}

impl Piece {
    fn bytes(&self) -> usize {
        match self {
            Piece::Value(_, size) => *size,
            Piece::Escaped(_) | Piece::Printable(_) | Piece::Named(_) => 1,
            Piece::Text(_) | Piece::Address(_) => 0,
        }
    }

    fn show(&self, block: &[u8], at: &mut usize, address: u64, trims: bool, out: &mut Vec<u8>) {
        let size = self.bytes();
        let rest = block.get(*at..).unwrap_or_default();
        let item = &rest[..size.min(rest.len())];
        let here = address + *at as u64;
        *at += size;
        let (Piece::Value(conversion, _)
        | Piece::Escaped(conversion)
        | Piece::Printable(conversion)
        | Piece::Named(conversion)
        | Piece::Address(conversion)) = self
        else {
            if let Piece::Text(text) = self {
                let shown = if trims { text.trim_ascii_end() } else { text };
                // Only blanks are cut, not what ends the line.
                let shown = if text.ends_with(b"\n") { text } else { shown };
                out.extend_from_slice(shown);
            }
            return;
        };
        let plain = Conversion {
            precision: None,
            ..*conversion
        };
        if size > 0 && item.is_empty() {
            plain.bytes(b"").put(out);
            return;
        }
        let layout = match self {
            Piece::Address(_) => conversion.unsigned(here),
            Piece::Escaped(_) => plain.bytes(escaped(item[0]).as_bytes()),
            Piece::Printable(_) => {
                let shown = if (b' '..=b'~').contains(&item[0]) {
                    item[0]
                } else {
                    b'.'
                };
                plain.byte(shown)
            }
            Piece::Named(_) => plain.bytes(named(item[0]).as_bytes()),
            _ => value(conversion, size, item),
        };
        layout.put(out);
    }
}

fn value(conversion: &Conversion, size: usize, item: &[u8]) -> Layout {
    match conversion.letter {
        b's' => {
            let end = item
                .iter()
                .position(|byte| *byte == 0)
                .unwrap_or(item.len());
            return conversion.bytes(&item[..end]);
        }
        b'c' => return conversion.bytes(&item[..1]),
        _ => {}
    }
    let mut bytes = [0; 8];
    for (place, byte) in bytes.iter_mut().zip(item) {
        *place = *byte;
    }
    let bits = u64::from_le_bytes(bytes);
    match conversion.letter {
        b'd' | b'i' => {
            let unused = 64 - 8 * size.min(8) as u32;
            conversion.signed((bits << unused) as i64 >> unused)
        }
        b'o' | b'u' | b'x' | b'X' => conversion.unsigned(bits),
        _ if size == 4 => conversion.float(f32::from_bits(bits as u32).into()),
        _ => conversion.float(f64::from_bits(bits)),
    }
}

fn escaped(byte: u8) -> String {
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

fn named(byte: u8) -> String {
    const NAMES: [&str; 32] = [
        "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "lf", "vt", "ff", "cr",
        "so", "si", "dle", "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em", "sub",
        "esc", "fs", "gs", "rs", "us",
    ];
    match byte {
        0..=31 => NAMES[usize::from(byte)].to_owned(),
        0x7f => "del".to_owned(),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("{byte:02x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, block: &[u8], expected: &str) {
        let mut format = Format::parse(source.as_bytes()).unwrap_or_else(|_| panic!("{source}"));
        format.fill(format.bytes());
        let mut out = Vec::new();
        format.show(block, 0x20, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), expected, "{source}");
    }

    #[test]
    fn units_repeat_and_blank_what_is_missing() {
        check("4/1 \"%02x \" \"\\n\"", b"abcd", "61 62 63 64\n");
        check("4/1 \"%02x \" \"\\n\"", b"a", "61         \n");
        check("4/1 \"%02x|\"\"\\n\"", b"ab", "61|62|  |  |\n");
        check("/1 \"%02x\"", b"a", "61");
        check("4/1 \"%_c\" \"\\n\"", b"a\n\0\xff", "a\\n\\0377\n");
        check("1/2 \"%d\\n\"", b"\xff\xff", "-1\n");
        check(
            "\"%07.7_ax \" 2/2 \"%04x \" \"\\n\"",
            b"abc",
            "0000020 6261 0063\n",
        );
        check("\"  |\" 4/1 \"%_p\" \"|\\n\"", b"a\n", "  |a.|\n");
    }

    #[test]
    fn nonsense_is_refused() {
        for source in [
            "x",
            "4/1",
            "1/3 \"%d\"",
            "\"%q\"",
            "\"%s\"",
            "99999999/8 \"%d\"",
        ] {
            assert!(Format::parse(source.as_bytes()).is_err(), "{source}");
        }
    }
}
