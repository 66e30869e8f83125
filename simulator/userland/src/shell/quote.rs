//! Quoting of values that the shell prints for reading back.

use crate::kernel::Buffer;

/// In single quotes, single quotes themselves in double quotes.
pub(crate) fn single_quoted(out: &mut Buffer, text: &[u8]) {
    let mut rest = text;
    loop {
        let plain = rest.iter().take_while(|byte| **byte != b'\'').count();
        out.push(b'\'');
        out.extend_from_slice(&rest[..plain]);
        out.push(b'\'');
        rest = &rest[plain..];
        let quotes = rest.iter().take_while(|byte| **byte == b'\'').count();
        if quotes == 0 {
            return;
        }
        out.push(b'"');
        out.extend_from_slice(&rest[..quotes]);
        out.push(b'"');
        rest = &rest[quotes..];
        if rest.is_empty() {
            return;
        }
    }
}

/// As [`single_quoted`] when the text has characters that need it.
pub(crate) fn trace_quoted(out: &mut Buffer, text: &[u8]) {
    let needs = text.iter().any(|byte| {
        *byte < b'+'
            || (b';'..=b'?').contains(byte)
            || matches!(byte, b'`' | b'[' | b'\\')
            || *byte > b'z'
    });
    if needs {
        single_quoted(out, text);
    } else {
        out.extend_from_slice(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_survive_quoting() {
        for (text, expected) in [
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", "'it'\"'\"'s'"),
            ("'", "''\"'\""),
        ] {
            let mut out = Buffer::new();
            single_quoted(&mut out, text.as_bytes());
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }
}
