//! The command `s` on one text.

use crate::kernel::{Buffer, Sys};
use crate::regex::{Context, Match, Regex, RegexError};

/// Part of a replacement.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(Vec<u8>),
    /// What a group matched; 0 is the whole match.
    Group(usize),
}

impl Piece {
    /// Takes a replacement apart.
    pub(super) fn parse(source: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut text = Vec::new();
        let mut bytes = source.iter();
        while let Some(&byte) = bytes.next() {
            let group = match byte {
                b'&' => 0,
                b'\\' => match bytes.next() {
                    Some(&digit @ b'0'..=b'9') => usize::from(digit - b'0'),
                    Some(&other) => {
                        text.push(other);
                        continue;
                    }
                    None => break,
                },
                _ => {
                    text.push(byte);
                    continue;
                }
            };
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(Piece::Group(group));
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        pieces
    }
}

fn put(pieces: &[Piece], line: &[u8], found: &Match, out: &mut Buffer) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.extend_from_slice(text),
            Piece::Group(number) => {
                if let Some(range) = found.group(*number) {
                    out.extend_from_slice(&line[range]);
                }
            }
        }
    }
}

/// Room that a text has for what is put into it.
const SPARE_BYTES: usize = 32;

/// The text with match number `which` replaced (0: all of them); `None` when nothing was.
pub(super) async fn substitute(
    sys: &Sys,
    regex: &mut Regex,
    pieces: &[Piece],
    which: u64,
    text: &[u8],
) -> Result<Option<Buffer>, RegexError> {
    let mut context = Context {
        not_line_start: false,
        groups: true,
    };
    let mut line = text;
    let first = match regex.search_now(line, 0, context) {
        Some(result) => result,
        None => regex.search(sys, line, 0, context).await,
    };
    let Some(mut found) = first? else {
        return Ok(None);
    };
    // After the first match the rest is a text of its own, without what was before it, as for regexec(3).
    context.not_line_start = true;
    let mut out = Buffer::new();
    out.reserve(text.len() + SPARE_BYTES);
    let (mut count, mut replaced) = (0, false);
    let (mut last_was_empty, mut tried_at_end) = (true, false);
    loop {
        let (start, mut end) = (found.start(), found.end());
        let is_empty = start == end;
        count += 1;
        if which != 0 && which != count {
            end += usize::from(is_empty && end < line.len());
            out.extend_from_slice(&line[..end]);
            line = &line[end..];
        } else {
            out.extend_from_slice(&line[..start]);
            // An empty match right behind another match is none.
            if last_was_empty || start != 0 || !is_empty {
                put(pieces, line, &found, &mut out);
                replaced = true;
            }
            last_was_empty = is_empty;
            if is_empty {
                match line.get(end) {
                    Some(byte) => {
                        out.push(*byte);
                        end += 1;
                    }
                    None => tried_at_end = true,
                }
            }
            line = &line[end..];
            if which != 0 {
                break;
            }
        }
        if line.is_empty() && std::mem::replace(&mut tried_at_end, true) {
            break;
        }
        let next = match regex.search_now(line, 0, context) {
            Some(result) => result,
            None => regex.search(sys, line, 0, context).await,
        };
        match next? {
            Some(next) => found = next,
            None => break,
        }
    }
    out.extend_from_slice(line);
    Ok(replaced.then_some(out))
}
