//! Backslash escapes as echo, printf and tr read them.

/// Reads the escape at the start of `rest` (behind the backslash): the byte and how many bytes it took; `None` when it
/// is none, and the backslash stands for itself.
pub(super) fn escape(rest: &[u8]) -> Option<(u8, usize)> {
    let first = *rest.first()?;
    let simple = match first {
        b'a' => 0x07,
        b'b' => 0x08,
        b'e' => 0x1b,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'\\' => b'\\',
        b'x' => {
            let (value, count) = digits(&rest[1..], 16, 2);
            return (count > 0).then_some((value, count + 1));
        }
        b'0'..=b'7' => return Some(digits(rest, 8, 3)),
        _ => return None,
    };
    Some((simple, 1))
}

/// Up to `most` digits, as long as the value fits into a byte.
pub(super) fn digits(rest: &[u8], base: u32, most: usize) -> (u8, usize) {
    let (mut value, mut count) = (0_u32, 0);
    for byte in rest.iter().take(most) {
        let Some(digit) = (*byte as char).to_digit(base) else {
            break;
        };
        let next = value * base + digit;
        if next > 255 {
            break;
        }
        value = next;
        count += 1;
    }
    (value as u8, count)
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn escapes_are_bytes_or_stand_for_themselves() {
        for (text, expected) in [
            ("n", Some((b'\n', 1))),
            ("101z", Some((b'A', 3))),
            ("0", Some((0, 1))),
            ("777", Some((0o77, 2))),
            ("x42", Some((b'B', 3))),
            ("xz", None),
            ("q", None),
            ("", None),
        ] {
            assert_eq!(escape(text.as_bytes()), expected, "{text}");
        }
    }
}
