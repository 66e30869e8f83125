//! What a request's target asks for.

/// Why a target is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::services) enum BadPath {
    /// A code that is none, or a zero byte.
    Encoding,
    /// It leads above the root.
    AboveRoot,
}

/// The path that an encoded one means, without `.`, `..` and double slashes.
pub(in crate::services) fn decode(text: &[u8]) -> Result<Vec<u8>, BadPath> {
    let plain = unescaped(text).ok_or(BadPath::Encoding)?;
    if plain.contains(&0) {
        return Err(BadPath::Encoding);
    }
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut is_directory = false;
    for part in plain.split(|byte| *byte == b'/') {
        is_directory = matches!(part, b"" | b"." | b"..");
        match part {
            b"" | b"." => {}
            b".." => {
                kept.pop().ok_or(BadPath::AboveRoot)?;
            }
            _ => kept.push(part),
        }
    }
    let mut path = vec![b'/'];
    path.extend_from_slice(&kept.join(&b'/'));
    if is_directory && path.len() > 1 {
        path.push(b'/');
    }
    Ok(path)
}

/// A text with its codes replaced; `None` when one is none.
pub(in crate::services) fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                plain.push(digit(*high)? << 4 | digit(*low)?);
                rest = after;
            }
            (b'%', _) => return None,
            (byte, after) => {
                plain.push(*byte);
                rest = after;
            }
        }
    }
    Some(plain)
}

/// Text with its controls, what is no ASCII, and `special` bytes as `%xx`; `digits` are those of base 16.
pub(in crate::services) fn escaped(text: &[u8], special: &[u8], digits: &[u8; 16]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(text.len());
    for byte in text {
        if matches!(byte, 0..=32 | 127..) || special.contains(byte) {
            let (high, low) = (byte >> 4, byte & 15);
            escaped.extend([b'%', digits[usize::from(high)], digits[usize::from(low)]]);
        } else {
            escaped.push(*byte);
        }
    }
    escaped
}

/// A text as it stands in a page.
pub(in crate::services) fn escape_html(text: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b'&' => escaped.extend_from_slice(b"&amp;"),
            b'<' => escaped.extend_from_slice(b"&lt;"),
            b'>' => escaped.extend_from_slice(b"&gt;"),
            b'"' => escaped.extend_from_slice(b"&quot;"),
            byte => escaped.push(*byte),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_and_never_lead_above_the_root() {
        for (text, path) in [
            ("/", "/"),
            ("/a/b", "/a/b"),
            ("/a/b/", "/a/b/"),
            ("//a///b", "/a/b"),
            ("/a/./b/../c", "/a/c"),
            ("/a/..", "/"),
            ("/a/b/..", "/a/"),
            ("/%61%2fb", "/a/b"),
            ("/a%20b", "/a b"),
        ] {
            assert_eq!(
                decode(text.as_bytes()).as_deref(),
                Ok(path.as_bytes()),
                "{text}"
            );
        }
        for (text, error) in [
            ("/..", BadPath::AboveRoot),
            ("/a/../../b", BadPath::AboveRoot),
            ("/%2e%2e/etc", BadPath::AboveRoot),
            ("/%zz", BadPath::Encoding),
            ("/%4", BadPath::Encoding),
            ("/a%00", BadPath::Encoding),
        ] {
            assert_eq!(decode(text.as_bytes()), Err(error), "{text}");
        }
    }
}
