//! Shell patterns: `*`, `?`, `[…]`, backslash.

/// Whether all of `text` matches `pattern`. Takes at most pattern × text steps.
pub(crate) fn matches(pattern: &[u8], text: &[u8], ignore_case: bool) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        if at < pattern.len() && pattern[at] == b'*' {
            at += 1;
            star = Some((at, from));
            continue;
        }
        let step = match (pattern.get(at), text.get(from)) {
            (None, None) => return true,
            (Some(_), Some(byte)) => one(&pattern[at..], *byte, ignore_case),
            _ => None,
        };
        match (step, star) {
            (Some(len), _) => {
                at += len;
                from += 1;
            }
            // The last star takes one byte more.
            (None, Some((after, taken))) if taken < text.len() => {
                star = Some((after, taken + 1));
                (at, from) = (after, taken + 1);
            }
            _ => return false,
        }
    }
}

/// Length of the pattern's first element if it matches the byte.
fn one(pattern: &[u8], byte: u8, ignore_case: bool) -> Option<usize> {
    let same = |a: u8, b: u8| a == b || (ignore_case && a.eq_ignore_ascii_case(&b));
    match pattern[0] {
        b'?' => Some(1),
        b'\\' if pattern.len() > 1 => same(pattern[1], byte).then_some(2),
        b'[' => match bracket(pattern, byte, ignore_case) {
            Some((true, len)) => Some(len),
            Some((false, _)) => None,
            None => (byte == b'[').then_some(1),
        },
        literal => same(literal, byte).then_some(1),
    }
}

/// Whether a bracket expression holds the byte, and its length; `None` when it is not closed.
fn bracket(pattern: &[u8], byte: u8, ignore_case: bool) -> Option<(bool, usize)> {
    let mut at = 1;
    let negated = matches!(pattern.get(at), Some(b'!' | b'^'));
    at += usize::from(negated);
    let start = at;
    let mut found = false;
    let folded = |byte: u8| {
        if ignore_case {
            byte.to_ascii_lowercase()
        } else {
            byte
        }
    };
    loop {
        let low = *pattern.get(at)?;
        if low == b']' && at > start {
            return Some((found != negated, at + 1));
        }
        if low == b'[' && pattern.get(at + 1) == Some(&b':') {
            let inner = &pattern[at + 2..];
            let len = inner.windows(2).position(|window| window == b":]")?;
            found |= in_class(&inner[..len], byte);
            at += len + 4;
            continue;
        }
        let value = |at: &mut usize| {
            let byte = *pattern.get(*at)?;
            *at += 1;
            if byte == b'\\' {
                let next = *pattern.get(*at)?;
                *at += 1;
                return Some(next);
            }
            Some(byte)
        };
        let low = value(&mut at)?;
        if pattern.get(at) == Some(&b'-') && pattern.get(at + 1).is_some_and(|next| *next != b']') {
            at += 1;
            let high = value(&mut at)?;
            found |= (folded(low)..=folded(high)).contains(&folded(byte));
        } else {
            found |= folded(low) == folded(byte);
        }
    }
}

fn in_class(name: &[u8], byte: u8) -> bool {
    match name {
        b"alpha" => byte.is_ascii_alphabetic(),
        b"digit" => byte.is_ascii_digit(),
        b"alnum" => byte.is_ascii_alphanumeric(),
        b"upper" => byte.is_ascii_uppercase(),
        b"lower" => byte.is_ascii_lowercase(),
        b"space" => byte.is_ascii_whitespace() || byte == 0x0b,
        b"punct" => byte.is_ascii_punctuation(),
        b"xdigit" => byte.is_ascii_hexdigit(),
        b"blank" => byte == b' ' || byte == b'\t',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, expected) in [
            ("*.txt", "a.txt", true),
            ("*.txt", "a.txt.gz", false),
            ("?", "", false),
            ("*", "", true),
            ("a*b*c", "aXbYbZc", true),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]]", "]", true),
            ("[a", "[a", true),
            ("\\*", "*", true),
            ("\\*", "x", false),
            ("[[:digit:]]*", "7up", true),
            ("a**b", "ab", true),
            ("", "", true),
        ] {
            assert_eq!(
                matches(pattern.as_bytes(), text.as_bytes(), false),
                expected,
                "{pattern} {text}"
            );
        }
        assert!(matches(b"A[B-C]d", b"abD", true));
        let long = vec![b'a'; 20_000];
        assert!(!matches(b"*a*a*a*a*a*a*b", &long, false));
    }
}
