//! Shell patterns: `*`, `?`, bracket expressions and backslash escapes, on bytes, without recursion.

use crate::kernel::Sys;

/// One element of a pattern, with what is left behind it.
#[derive(Debug)]
pub(super) enum Element<'a> {
    Any,
    Many,
    Byte(u8),
    Set(&'a [u8]),
}

pub(super) fn element(pattern: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (first, rest) = pattern.split_first()?;
    Some(match first {
        b'*' => (Element::Many, rest),
        b'?' => (Element::Any, rest),
        b'\\' => match rest.split_first() {
            Some((escaped, rest)) => (Element::Byte(*escaped), rest),
            None => (Element::Byte(b'\\'), rest),
        },
        b'[' => match set_end(rest) {
            Some(end) => (Element::Set(&rest[..end]), &rest[end + 1..]),
            None => (Element::Byte(b'['), rest),
        },
        other => (Element::Byte(*other), rest),
    })
}

/// Position of the `]` that closes the set which starts behind its `[`.
fn set_end(set: &[u8]) -> Option<usize> {
    let mut at = usize::from(matches!(set.first(), Some(b'!' | b'^')));
    let first = at;
    loop {
        match set.get(at)? {
            b']' if at > first => return Some(at),
            b'[' if set.get(at + 1) == Some(&b':') => {
                match set[at + 2..].windows(2).position(|pair| pair == b":]") {
                    Some(length) => at += length + 4,
                    None => at += 1,
                }
            }
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

pub(super) fn set_contains(set: &[u8], byte: u8) -> bool {
    let negated = matches!(set.first(), Some(b'!' | b'^'));
    let mut rest = if negated { &set[1..] } else { set };
    let mut found = false;
    while let Some(first) = rest.first() {
        if rest.starts_with(b"[:")
            && let Some(length) = rest[2..].windows(2).position(|pair| pair == b":]")
        {
            found |= class_contains(&rest[2..2 + length], byte);
            rest = &rest[length + 4..];
            continue;
        }
        let (low, used) = set_byte(*first, rest);
        rest = &rest[used..];
        if rest.len() >= 2 && rest[0] == b'-' {
            let (high, used) = set_byte(rest[1], &rest[1..]);
            rest = &rest[1 + used..];
            found |= (low..=high).contains(&byte);
        } else {
            found |= low == byte;
        }
    }
    found != negated
}

fn set_byte(first: u8, rest: &[u8]) -> (u8, usize) {
    match (first, rest.get(1)) {
        (b'\\', Some(escaped)) => (*escaped, 2),
        _ => (first, 1),
    }
}

fn class_contains(name: &[u8], byte: u8) -> bool {
    match name {
        b"alnum" => byte.is_ascii_alphanumeric(),
        b"alpha" => byte.is_ascii_alphabetic(),
        b"blank" => matches!(byte, b' ' | b'\t'),
        b"cntrl" => byte.is_ascii_control(),
        b"digit" => byte.is_ascii_digit(),
        b"graph" => byte.is_ascii_graphic(),
        b"lower" => byte.is_ascii_lowercase(),
        b"print" => byte == b' ' || byte.is_ascii_graphic(),
        b"punct" => byte.is_ascii_punctuation(),
        b"space" => matches!(byte, b' ' | b'\t'..=b'\r'),
        b"upper" => byte.is_ascii_uppercase(),
        b"xdigit" => byte.is_ascii_hexdigit(),
        _ => false,
    }
}

fn matches_one(element: &Element<'_>, byte: u8) -> bool {
    match element {
        Element::Any | Element::Many => true,
        Element::Byte(wanted) => *wanted == byte,
        Element::Set(set) => set_contains(set, byte),
    }
}

/// A text being matched with a pattern.
struct Match<'a> {
    text: &'a [u8],
    /// What of the pattern is left.
    rest: &'a [u8],
    at: usize,
    /// Where the last `*` left off: the pattern behind it and how much text it has taken.
    retry: Option<(&'a [u8], usize)>,
}

impl<'a> Match<'a> {
    fn new(pattern: &'a [u8], text: &'a [u8]) -> Self {
        Self {
            text,
            rest: pattern,
            at: 0,
            retry: None,
        }
    }

    /// Goes on for so many steps; the answer, once it is known.
    fn advance(&mut self, steps: usize) -> Option<bool> {
        for _ in 0..steps {
            match element(self.rest) {
                Some((Element::Many, behind)) => {
                    self.retry = Some((behind, self.at));
                    self.rest = behind;
                    continue;
                }
                Some((one, behind))
                    if self.at < self.text.len() && matches_one(&one, self.text[self.at]) =>
                {
                    self.rest = behind;
                    self.at += 1;
                    continue;
                }
                None if self.at == self.text.len() => return Some(true),
                _ => {}
            }
            let Some((behind, from)) = self.retry else {
                return Some(false);
            };
            if from >= self.text.len() {
                return Some(false);
            }
            self.retry = Some((behind, from + 1));
            self.rest = behind;
            self.at = from + 1;
        }
        None
    }
}

/// Whether `pattern` matches all of `text`.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let mut run = Match::new(pattern, text);
    loop {
        if let Some(found) = run.advance(usize::MAX) {
            return found;
        }
    }
}

/// As [`matches`], letting others run.
pub(crate) async fn matches_in_steps(sys: &Sys, pattern: &[u8], text: &[u8]) -> bool {
    /// Steps between two checkpoints, and what they cost.
    const STEPS: usize = 1024;
    const STEPS_FUEL: u64 = 8 * 1024;
    let mut run = Match::new(pattern, text);
    loop {
        if let Some(found) = run.advance(STEPS) {
            return found;
        }
        sys.burn(STEPS_FUEL).await;
    }
}

/// Whether the pattern has an unescaped special character.
pub(crate) fn is_special(pattern: &[u8]) -> bool {
    let mut bytes = pattern.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'*' | b'?' => return true,
            b'[' if bytes.as_slice().contains(&b']') => return true,
            _ => {}
        }
    }
    false
}

/// The pattern with its escapes undone.
pub(crate) fn unescape(pattern: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(pattern.len());
    let mut bytes = pattern.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => text.extend(bytes.next()),
            _ => text.push(*byte),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        let rows: &[(&str, &str, bool)] = &[
            ("", "", true),
            ("*", "", true),
            ("a*", "abc", true),
            ("a*c", "abcbc", true),
            ("a*d", "abcbc", false),
            ("?", "", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[^a]", "b", true),
            ("[]a]", "]", true),
            ("[a", "[a", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("[[:digit:]]*", "1x", true),
            ("[[:digit:]]", "x", false),
            ("[\\]]", "]", true),
            ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", false),
        ];
        for (pattern, text, expected) in rows {
            assert_eq!(
                matches(pattern.as_bytes(), text.as_bytes()),
                *expected,
                "{pattern} against {text}"
            );
        }
    }
}
