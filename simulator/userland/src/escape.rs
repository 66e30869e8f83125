//! Backslash escapes as `echo -e`, `printf` and other programs read them.

/// What the escape behind a backslash stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    Byte(u8),
    /// `\c`: nothing more is printed.
    Stop,
    /// No escape: the backslash stands for itself.
    None,
}

/// Reads the escape at the start of `rest`, which is behind the backslash, and its length. `zero_octal`: octal
/// digits need a leading 0, as in `echo` and `%b`.
pub(crate) fn escape(rest: &[u8], zero_octal: bool) -> (Escape, usize) {
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

/// The byte that the escape at the start of `rest` stands for and how many bytes it took; `None` when it is none.
pub(crate) fn byte(rest: &[u8]) -> Option<(u8, usize)> {
    match escape(rest, false) {
        (Escape::Byte(byte), length) => Some((byte, length)),
        _ => None,
    }
}

/// Gives the bytes of `text` with its escapes done to `put`; false when `\c` stopped it.
pub(crate) fn unescape(text: &[u8], mut put: impl FnMut(u8)) -> bool {
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'\\' {
            put(*first);
            continue;
        }
        let (escape, length) = escape(rest, true);
        match escape {
            Escape::Byte(byte) => put(byte),
            Escape::Stop => return false,
            Escape::None => put(b'\\'),
        }
        rest = &rest[length..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_bytes_or_stand_for_themselves() {
        for (text, expected) in [
            ("n", (Escape::Byte(b'\n'), 1)),
            ("101z", (Escape::Byte(b'A'), 3)),
            ("0", (Escape::Byte(0), 1)),
            ("777", (Escape::Byte(0o77), 2)),
            ("x42", (Escape::Byte(b'B'), 3)),
            ("xz", (Escape::None, 0)),
            ("q", (Escape::None, 0)),
            ("c", (Escape::None, 0)),
            ("", (Escape::None, 0)),
        ] {
            assert_eq!(escape(text.as_bytes(), false), expected, "{text}");
        }
    }

    #[test]
    fn escapes_are_done_and_c_ends_the_text() {
        for (text, whole, expected) in [
            ("a\\tb", true, "a\tb"),
            ("\\0101\\101", true, "AA"),
            ("a\\cb", false, "a"),
            ("\\q\\", true, "\\q\\"),
            ("\\x41", true, "A"),
        ] {
            let mut out = Vec::new();
            assert_eq!(
                unescape(text.as_bytes(), |byte| out.push(byte)),
                whole,
                "{text}"
            );
            assert_eq!(out, expected.as_bytes(), "{text}");
        }
    }
}
