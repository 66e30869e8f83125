//! Backslash escapes of `echo -e` and `printf`.

use crate::kernel::Buffer;

/// What the escape behind a backslash stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    Byte(u8),
    /// `\c`: nothing more is printed.
    Stop,
    /// No escape: the backslash stands for itself.
    None,
}

/// Reads the escape at the start of `rest`, which is behind the backslash, and its length. `zero_octal`: octal
/// digits need a leading 0, as in `echo` and `%b`.
pub(super) fn escape(rest: &[u8], zero_octal: bool) -> (Escape, usize) {
    let Some(first) = rest.first() else {
        return (Escape::None, 0);
    };
    let byte = match first {
        b'a' => 7,
        b'b' => 8,
        b'e' => 27,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        b'c' if zero_octal => return (Escape::Stop, 1),
        b'x' => {
            let (value, length) = digits(&rest[1..], 2, 16);
            return if length == 0 {
                (Escape::None, 0)
            } else {
                (Escape::Byte(value), length + 1)
            };
        }
        b'0' if zero_octal => {
            let (value, length) = digits(&rest[1..], 3, 8);
            return (Escape::Byte(value), length + 1);
        }
        b'0'..=b'7' => {
            let (value, length) = digits(rest, 3, 8);
            return (Escape::Byte(value), length);
        }
        _ => return (Escape::None, 0),
    };
    (Escape::Byte(byte), 1)
}

/// A digit that makes the value too much for a byte is not taken.
fn digits(text: &[u8], most: usize, radix: u32) -> (u8, usize) {
    let mut value = 0_u8;
    let mut length = 0;
    for byte in text.iter().take(most) {
        let digit = char::from(*byte).to_digit(radix);
        let more = digit.and_then(|digit| u8::try_from(u32::from(value) * radix + digit).ok());
        let Some(more) = more else {
            break;
        };
        value = more;
        length += 1;
    }
    (value, length)
}

/// Appends `text` with its escapes done; false when `\c` stopped it.
pub(super) fn unescape_into(out: &mut Buffer, text: &[u8]) -> bool {
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let (escape, length) = escape(rest, true);
        match escape {
            Escape::Byte(byte) => out.push(byte),
            Escape::Stop => return false,
            Escape::None => out.push(b'\\'),
        }
        rest = &rest[length..];
    }
    true
}
