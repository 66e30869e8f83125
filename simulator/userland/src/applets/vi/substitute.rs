//! `:s`: replacing what matches a pattern.

use super::text::Pieces;
use crate::kernel::Sys;
use crate::regex::{Regex, Syntax};

/// `/PATTERN/REPLACEMENT/FLAGS`.
pub(super) struct Substitution {
    regex: Regex,
    replacement: Vec<u8>,
    is_global: bool,
}

impl Substitution {
    /// Reads one; any sign may stand for `/`.
    pub(super) fn parse(text: &[u8]) -> Result<Self, String> {
        let Some((delimiter, rest)) = text.split_first() else {
            return Err("No previous substitution".to_owned());
        };
        if delimiter.is_ascii_alphanumeric() || *delimiter == b'\\' {
            return Err("bad substitution".to_owned());
        }
        let (pattern, rest) = part(rest, *delimiter);
        let (replacement, flags) = part(rest, *delimiter);
        let ignores_case = flags.contains(&b'i');
        if flags.iter().any(|flag| !b"gi ".contains(flag)) {
            return Err("bad substitution".to_owned());
        }
        let regex = Regex::new(&pattern, Syntax::Basic, ignores_case);
        Ok(Self {
            regex: regex.map_err(|error| error.to_string())?,
            replacement,
            is_global: flags.contains(&b'g'),
        })
    }

    /// How often something was replaced in a line, and the lines that come of it.
    pub(super) async fn apply(&mut self, sys: &Sys, line: &[u8]) -> (usize, Pieces) {
        let mut new: Pieces = vec![Vec::new()];
        let (mut count, mut from, mut kept) = (0, 0, 0);
        sys.burn(50 + line.len() as u64).await;
        while let Some((start, end)) = self.regex.find_groups(sys, line, from).await {
            // Nothing behind a match is no match of its own.
            let is_echo = start == end && count > 0 && start == kept;
            if !is_echo {
                push(&mut new, &line[kept..start]);
                self.replace(line, (start, end), &mut new);
                kept = end;
                count += 1;
            }
            from = end.max(start) + usize::from(start == end);
            if !self.is_global || from > line.len() {
                break;
            }
        }
        push(&mut new, &line[kept..]);
        (count, new)
    }

    fn replace(&self, line: &[u8], span: (usize, usize), new: &mut Pieces) {
        let mut bytes = self.replacement.iter().copied();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\r' => new.push(Vec::new()),
                b'\\' => match bytes.next() {
                    Some(digit @ b'0'..=b'9') => {
                        if let Some((start, end)) = self.group(digit - b'0', span) {
                            push(new, &line[start..end]);
                        }
                    }
                    Some(b'n' | b'r') => new.push(Vec::new()),
                    Some(b't') => push(new, b"\t"),
                    Some(other) => push(new, &[other]),
                    None => {}
                },
                _ => push(new, &[byte]),
            }
        }
    }

    fn group(&self, digit: u8, span: (usize, usize)) -> Option<(usize, usize)> {
        match usize::from(digit) {
            0 => Some(span),
            number if number <= self.regex.groups() => self.regex.group(number),
            _ => None,
        }
    }
}

/// Appends to the last line.
fn push(lines: &mut Pieces, bytes: &[u8]) {
    if let Some(line) = lines.last_mut() {
        line.extend_from_slice(bytes);
    }
}

/// What stands before a delimiter that has no backslash, and what follows.
fn part(text: &[u8], delimiter: u8) -> (Vec<u8>, &[u8]) {
    let mut part = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match (text[at], text.get(at + 1)) {
            (b'\\', Some(next)) if *next == delimiter => {
                part.push(delimiter);
                at += 2;
            }
            (b'\\', Some(next)) => {
                part.extend([b'\\', *next]);
                at += 2;
            }
            (byte, _) if byte == delimiter => return (part, &text[at + 1..]),
            (byte, _) => {
                part.push(byte);
                at += 1;
            }
        }
    }
    (part, b"")
}
