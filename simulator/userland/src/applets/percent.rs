//! `%XX` in URLs (RFC 3986, 2.1).

/// The byte that the two digits behind a `%` stand for.
pub(super) fn octet(behind: &[u8]) -> Option<u8> {
    let digits = behind.get(..2)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let digits = std::str::from_utf8(digits).ok()?;
    u8::from_str_radix(digits, 16).ok()
}

/// Takes `%XX` apart; what is none stays.
pub(super) fn decoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, behind)) = rest.split_first() {
        let value = octet(behind).filter(|_| *byte == b'%');
        out.push(value.unwrap_or(*byte));
        rest = if value.is_some() {
            &behind[2..]
        } else {
            behind
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn only_two_hexadecimal_digits_are_a_code() {
        for (text, expected) in [
            ("a%41b", &b"aAb"[..]),
            ("%2f%2F", b"//"),
            ("%ff", b"\xff"),
            ("%4", b"%4"),
            ("%+f%zz%", b"%+f%zz%"),
            ("%2541", b"%41"),
        ] {
            assert_eq!(decoded(text.as_bytes()), expected, "{text}");
        }
    }
}
