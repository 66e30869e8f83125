//! Operators on a parameter's value: cutting, replacing, substrings.
//!
//! A value of `$@` holds its parameters with NULs between them. Busybox takes texts as ending at a NUL, so that an
//! operator often sees one parameter only; the same comes out here.

use crate::kernel::{Buffer, Sys};
use crate::shell::pattern_run::{Compiled, Run};

/// Bytes that are matched between two checkpoints.
const SLICE_BYTES: usize = 4096;

/// End of the parameter that goes on at `from`.
fn parameter_end(value: &[u8], from: usize) -> usize {
    let rest = &value[from..];
    let length = rest.iter().position(|byte| *byte == 0);
    from + length.unwrap_or(rest.len())
}

/// Length of the shortest or longest beginning of the bytes that matches.
async fn matching_length(
    sys: &Sys,
    pattern: &Compiled,
    bytes: impl Iterator<Item = u8>,
    longest: bool,
) -> Option<usize> {
    let mut run = pattern.start();
    let mut found = run.matches().then_some(0);
    for (index, byte) in bytes.enumerate() {
        if found.is_some() && !longest || !run.step(byte) {
            break;
        }
        if run.matches() {
            found = Some(index + 1);
        }
        if index % SLICE_BYTES == SLICE_BYTES - 1 {
            sys.burn(SLICE_BYTES as u64).await;
        }
    }
    found
}

/// What is left of `value` without a prefix that `pattern` matches.
pub(super) async fn without_prefix<'a>(
    sys: &Sys,
    value: &'a [u8],
    pattern: &[u8],
    longest: bool,
) -> &'a [u8] {
    let first = &value[..parameter_end(value, 0)];
    let pattern = Compiled::new(pattern);
    let length = matching_length(sys, &pattern, first.iter().copied(), longest).await;
    match length {
        Some(length) if longest && length == first.len() => b"",
        length => &value[length.unwrap_or(0)..],
    }
}

/// What is left of `value` without a suffix that `pattern` matches.
pub(super) async fn without_suffix<'a>(
    sys: &Sys,
    value: &'a [u8],
    pattern: &[u8],
    longest: bool,
) -> &'a [u8] {
    let pattern = Compiled::new(pattern).reversed();
    if longest {
        let first = &value[..parameter_end(value, 0)];
        let backwards = first.iter().rev().copied();
        return match matching_length(sys, &pattern, backwards, true).await {
            Some(length) => &first[..first.len() - length],
            None => value,
        };
    }
    let mut end = value.len();
    loop {
        let start = value[..end].iter().rposition(|byte| *byte == 0);
        let start = start.map_or(0, |separator| separator + 1);
        let backwards = value[start..end].iter().rev().copied();
        if let Some(length) = matching_length(sys, &pattern, backwards, false).await {
            return &value[..end - length];
        }
        if start == 0 {
            return value;
        }
        end = start - 1;
    }
}

/// Replaces the first or every longest match of `pattern`.
pub(super) async fn replace(
    sys: &Sys,
    value: &[u8],
    pattern: &[u8],
    replacement: &[u8],
    all: bool,
) -> Buffer {
    if literal(pattern).is_none() && Compiled::new(pattern).stretches() {
        return replace_stretch(sys, value, pattern, replacement, all).await;
    }
    let mut replacer = Replacer::new(value, pattern, replacement, all);
    let compiled = Compiled::new(pattern);
    while !replacer.advance(&compiled, SLICE_BYTES) {
        sys.burn(SLICE_BYTES as u64).await;
    }
    replacer.text
}

/// [`replace`] with a `*` in the pattern: the longest match reaches as far as any, so that a parameter has only one.
async fn replace_stretch(
    sys: &Sys,
    value: &[u8],
    pattern: &[u8],
    replacement: &[u8],
    all: bool,
) -> Buffer {
    let compiled = Compiled::new(pattern);
    let backwards = compiled.clone().reversed();
    // What may begin anywhere and matches nowhere here is not looked for further on.
    let starts_anywhere = pattern.first() == Some(&b'*');
    let mut text = Buffer::new();
    let mut at = 0;
    loop {
        let end = parameter_end(value, at);
        let Some(start) = first_start(sys, &backwards, &value[at..end]).await else {
            if starts_anywhere || end == value.len() {
                text.extend_from_slice(&value[at..]);
                return text;
            }
            text.extend_from_slice(&value[at..=end]);
            at = end + 1;
            continue;
        };
        let start = at + start;
        let bytes = value[start..end].iter().copied();
        let length = matching_length(sys, &compiled, bytes, true)
            .await
            .unwrap_or(0);
        if length == 0 && start > 0 {
            return text;
        }
        text.extend_from_slice(&value[at..start]);
        text.extend_from_slice(replacement);
        // A match of a whole parameter takes all that follow with it.
        at = match start + length {
            whole if whole == end => value.len(),
            part => part,
        };
        if !all {
            text.extend_from_slice(&value[at..parameter_end(value, at)]);
        }
        if !all || length == 0 {
            return text;
        }
    }
}

/// The first place at which a match begins; `backwards` is the pattern reversed.
async fn first_start(sys: &Sys, backwards: &Compiled, bytes: &[u8]) -> Option<usize> {
    let mut run = backwards.start();
    let mut first = run.matches().then_some(bytes.len());
    for (index, byte) in bytes.iter().enumerate().rev() {
        run.step(*byte);
        run.restart();
        if run.matches() {
            first = Some(index);
        }
        if index % SLICE_BYTES == 0 {
            sys.burn(SLICE_BYTES as u64).await;
        }
    }
    first
}

/// A replacement of matches of one length under way.
struct Replacer<'a> {
    value: &'a [u8],
    /// The text the pattern stands for when it is one.
    literal: Option<&'a [u8]>,
    replacement: &'a [u8],
    all: bool,
    at: usize,
    text: Buffer,
}

impl<'a> Replacer<'a> {
    fn new(value: &'a [u8], pattern: &'a [u8], replacement: &'a [u8], all: bool) -> Self {
        Self {
            value,
            literal: literal(pattern),
            replacement,
            all,
            at: 0,
            text: Buffer::new(),
        }
    }

    /// Goes on for about so many bytes; true when it is done.
    fn advance(&mut self, compiled: &Compiled, bytes: usize) -> bool {
        let mut budget = bytes;
        while budget > 0 {
            let (end, cost) = match self.literal {
                // An empty pattern replaces nothing.
                Some(b"") => (None, self.value.len()),
                Some(literal) => {
                    let found = self.value[self.at..].starts_with(literal);
                    (found.then_some(self.at + literal.len()), 1)
                }
                None => self.longest_match(compiled.start()),
            };
            budget = budget.saturating_sub(cost + 1);
            if self.step(end) {
                return true;
            }
        }
        false
    }

    /// Acts on a match or on there being none; true when nothing is left to do.
    fn step(&mut self, end: Option<usize>) -> bool {
        let (value, at) = (self.value, self.at);
        match end {
            Some(end) if end == at && at > 0 => true,
            Some(end) => {
                self.text.extend_from_slice(self.replacement);
                self.at = end;
                if !self.all {
                    self.text
                        .extend_from_slice(&value[end..parameter_end(value, end)]);
                }
                !self.all || end == at
            }
            None => {
                let rest = self.literal == Some(b"") || at == value.len();
                let end = if rest { value.len() } else { at + 1 };
                self.text.extend_from_slice(&value[at..end]);
                self.at = end;
                rest
            }
        }
    }

    /// End of the longest match that begins here, and the bytes looked at. A match of a whole parameter takes all that
    /// follow with it.
    fn longest_match(&self, mut run: Run<'_>) -> (Option<usize>, usize) {
        let mut found = run.matches().then_some(self.at);
        let mut looked = 0;
        for byte in self.value[self.at..].iter().take_while(|byte| **byte != 0) {
            looked += 1;
            if !run.step(*byte) {
                break;
            }
            if run.matches() {
                found = Some(self.at + looked);
            }
        }
        let ends_parameter = |end: usize| self.value.get(end).is_none_or(|byte| *byte == 0);
        if found.is_some_and(ends_parameter) {
            found = Some(self.value.len());
        }
        (found, looked)
    }
}

/// The text that `pattern` stands for when nothing in it is special but an escape at its start.
fn literal(pattern: &[u8]) -> Option<&[u8]> {
    let escaped = pattern.len() > 1 && pattern[0] == b'\\';
    let text = if escaped { &pattern[1..] } else { pattern };
    let special = |byte: &u8| matches!(byte, b'*' | b'?' | b'[' | b'\\');
    let rest = if escaped { &text[1..] } else { text };
    (!rest.iter().any(special)).then_some(text)
}

/// `length` bytes of `value` from `offset`. A negative offset counts from the end, a negative length says how much is
/// left out there, or nothing when that is too much.
pub(super) fn substring(value: &[u8], offset: i64, length: Option<i64>) -> &[u8] {
    let size = i64::try_from(value.len()).unwrap_or(i64::MAX);
    let start = if offset < 0 { offset + size } else { offset };
    if !(0..size).contains(&start) {
        return b"";
    }
    let left = size - start;
    let taken = match length {
        None => left,
        Some(length @ 0..) => length.min(left),
        Some(length) => Some(left + length)
            .filter(|taken| *taken >= 0)
            .unwrap_or(left),
    };
    let start = usize::try_from(start).unwrap_or(0);
    let taken = usize::try_from(taken).unwrap_or(0);
    &value[start..start + taken]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_are_replaced() {
        let rows: &[(&str, &str, &str, bool, &str)] = &[
            ("one two one", "one", "1", false, "1 two one"),
            ("one two one", "one", "1", true, "1 two 1"),
            ("abc", "b?", "X", true, "aX"),
            ("abcab", "[a]?", "X", true, "XcX"),
            ("", "?", "Y", true, ""),
            ("a*b", "\\*", "-", false, "a-b"),
            ("abc", "", "x", false, "abc"),
            ("aa\0bb", "a", "x", false, "xa"),
            ("aa\0bb", "a", "x", true, "xx\0bb"),
            ("aa\0bb", "[a]?", "x", true, "x"),
        ];
        for (value, pattern, by, all, expected) in rows {
            let mut replacer =
                Replacer::new(value.as_bytes(), pattern.as_bytes(), by.as_bytes(), *all);
            let compiled = Compiled::new(pattern.as_bytes());
            while !replacer.advance(&compiled, 1) {}
            assert_eq!(
                String::from_utf8_lossy(&replacer.text),
                *expected,
                "{value} {pattern}"
            );
        }
    }

    #[test]
    fn substrings_count_from_either_end() {
        for (offset, length, expected) in [
            (1, None, "bcd"),
            (-2, None, "cd"),
            (1, Some(2), "bc"),
            (1, Some(-1), "bc"),
            (3, Some(-2), "d"),
            (4, None, ""),
            (-9, None, ""),
            (i64::MIN, Some(i64::MIN), ""),
            (0, Some(i64::MAX), "abcd"),
        ] {
            let found = substring(b"abcd", offset, length);
            assert_eq!(
                String::from_utf8_lossy(found),
                expected,
                "{offset} {length:?}"
            );
        }
    }
}
