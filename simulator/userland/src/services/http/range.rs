//! Parts of a file that a request asks for.

/// Parts of one request at most; who asks for more gets the whole.
const PARTS: usize = 200;

/// A part: its first byte and the one behind its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::services) struct Span {
    pub(in crate::services) start: u64,
    pub(in crate::services) end: u64,
}

impl Span {
    pub(in crate::services) fn len(self) -> u64 {
        self.end - self.start
    }
}

/// What a `Range` header asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::services) enum Ranges {
    /// All of it: there is no header, or one of another unit, or more than the whole is asked for.
    Whole,
    /// These parts.
    Parts(Vec<Span>),
    /// Nothing that is there.
    Unsatisfiable,
    /// The header means nothing.
    Malformed,
}

/// Reads a `Range` header for a file of so many bytes.
pub(in crate::services) fn ranges(header: Option<&[u8]>, size: u64) -> Ranges {
    let Some(text) = header.and_then(|header| header.strip_prefix(b"bytes=")) else {
        return Ranges::Whole;
    };
    let mut parts = Vec::new();
    for one in text.split(|byte| *byte == b',') {
        match part(one.trim_ascii(), size) {
            None => return Ranges::Malformed,
            Some(span) if span.start < span.end => parts.push(span),
            Some(_) => {}
        }
        if parts.len() > PARTS {
            return Ranges::Whole;
        }
    }
    if parts.is_empty() {
        return Ranges::Unsatisfiable;
    }
    let total = parts
        .iter()
        .fold(0_u64, |total, span| total.saturating_add(span.len()));
    match total > size {
        true => Ranges::Whole,
        false => Ranges::Parts(parts),
    }
}

/// One `FIRST-LAST`, `FIRST-` or `-COUNT`; an empty span: there is nothing of it.
fn part(text: &[u8], size: u64) -> Option<Span> {
    let at = text.iter().position(|byte| *byte == b'-')?;
    let number = |digits: &[u8]| crate::applets::numbers::decimal(digits);
    let (first, last) = (text[..at].trim_ascii(), text[at + 1..].trim_ascii());
    let span = match (first.is_empty(), last.is_empty()) {
        (true, true) => return None,
        (true, false) => Span {
            start: size.saturating_sub(number(last)?),
            end: size,
        },
        (false, true) => Span {
            start: number(first)?,
            end: size,
        },
        (false, false) => Span {
            start: number(first)?,
            end: number(last)?.saturating_add(1).min(size),
        },
    };
    if !first.is_empty() && !last.is_empty() && number(first)? > number(last)? {
        return None;
    }
    Some(Span {
        end: span.end.max(span.start.min(span.end)),
        start: span.start.min(size),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stay_inside_the_file() {
        let parts = |spans: &[(u64, u64)]| {
            let span = |&(start, end)| Span { start, end };
            Ranges::Parts(spans.iter().map(span).collect())
        };
        for (header, expected) in [
            ("bytes=0-4", parts(&[(0, 5)])),
            ("bytes=5-", parts(&[(5, 10)])),
            ("bytes=-3", parts(&[(7, 10)])),
            ("bytes=-99", parts(&[(0, 10)])),
            ("bytes=8-99", parts(&[(8, 10)])),
            ("bytes=0-0, 9-9", parts(&[(0, 1), (9, 10)])),
            ("bytes=0-0,50-60", parts(&[(0, 1)])),
            ("bytes=10-", Ranges::Unsatisfiable),
            ("bytes=-0", Ranges::Unsatisfiable),
            ("bytes=5-4", Ranges::Malformed),
            ("bytes=-", Ranges::Malformed),
            ("bytes=a-b", Ranges::Malformed),
            ("bytes=99999999999999999999-", Ranges::Malformed),
            ("bytes=0-9,0-9", Ranges::Whole),
            ("lines=1-2", Ranges::Whole),
        ] {
            assert_eq!(ranges(Some(header.as_bytes()), 10), expected, "{header}");
        }
        assert_eq!(ranges(None, 10), Ranges::Whole);
        assert_eq!(ranges(Some(b"bytes=0-"), 0), Ranges::Unsatisfiable);
        assert_eq!(
            ranges(Some(b"bytes=18446744073709551615-"), 10),
            Ranges::Unsatisfiable
        );
    }
}
