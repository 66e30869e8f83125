//! Where words, paragraphs and searched characters are.

use super::text::{Position, Text};

/// What a character is to words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    Word,
    Other,
}

/// `big`: everything but blanks makes words.
fn class(byte: u8, big: bool) -> Class {
    match byte {
        b' ' | b'\t' | b'\n' => Class::Blank,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80.. => Class::Word,
        _ if big => Class::Word,
        _ => Class::Other,
    }
}

fn is_empty_line(text: &Text, at: Position) -> bool {
    at.column == 0 && text.line(at.line).is_empty()
}

/// The start of the next word; an empty line is one.
pub(super) fn word_forward(text: &Text, from: Position, big: bool) -> Position {
    let mut at = from;
    let own = class(text.byte(at), big);
    while own != Class::Blank && class(text.byte(at), big) == own {
        match text.next(at) {
            Some(next) => at = next,
            None => return at,
        }
    }
    while class(text.byte(at), big) == Class::Blank {
        if at != from && is_empty_line(text, at) {
            return at;
        }
        match text.next(at) {
            Some(next) => at = next,
            None => return at,
        }
    }
    at
}

/// The start of this word or the one before.
pub(super) fn word_back(text: &Text, from: Position, big: bool) -> Position {
    let Some(mut at) = text.previous(from) else {
        return from;
    };
    while class(text.byte(at), big) == Class::Blank && !is_empty_line(text, at) {
        match text.previous(at) {
            Some(previous) => at = previous,
            None => return at,
        }
    }
    let own = class(text.byte(at), big);
    while let Some(previous) = text.previous(at) {
        if own == Class::Blank || class(text.byte(previous), big) != own {
            break;
        }
        at = previous;
    }
    at
}

/// The last character of this word or the next.
pub(super) fn word_end(text: &Text, from: Position, big: bool) -> Position {
    let Some(mut at) = text.next(from) else {
        return from;
    };
    while class(text.byte(at), big) == Class::Blank {
        match text.next(at) {
            Some(next) => at = next,
            None => return from,
        }
    }
    let own = class(text.byte(at), big);
    while let Some(next) = text.next(at) {
        if class(text.byte(next), big) != own {
            break;
        }
        at = next;
    }
    at
}

/// The first character of a line that is no blank.
pub(super) fn first_visible(text: &Text, line: usize) -> Position {
    let bytes = text.line(line);
    let column = bytes.iter().position(|byte| !matches!(byte, b' ' | b'\t'));
    let column = column.unwrap_or(bytes.len().saturating_sub(1));
    Position { line, column }
}

/// The end of the paragraph, or its start.
pub(super) fn paragraph(text: &Text, from: usize, forwards: bool) -> usize {
    let last = text.len() - 1;
    let mut at = from;
    let step = |at: usize| match forwards {
        true => (at + 1).min(last),
        false => at.saturating_sub(1),
    };
    while text.line(at).is_empty() && step(at) != at {
        at = step(at);
    }
    while !text.line(at).is_empty() && step(at) != at {
        at = step(at);
    }
    at
}

/// The bracket that belongs to the first one on the line from a place on.
pub(super) fn matching_bracket(text: &Text, from: Position) -> Option<Position> {
    const PAIRS: [(u8, u8); 3] = [(b'(', b')'), (b'[', b']'), (b'{', b'}')];
    let line = text.line(from.line);
    let is_bracket = |byte: &u8| b"()[]{}".contains(byte);
    let offset = line.get(from.column..)?.iter().position(is_bracket)?;
    let mut at = Position {
        column: from.column + offset,
        ..from
    };
    let own = text.byte(at);
    let (open, close) = *PAIRS
        .iter()
        .find(|(open, close)| *open == own || *close == own)?;
    let forwards = own == open;
    let mut depth = 0;
    loop {
        match text.byte(at) {
            byte if byte == open => depth += 1,
            byte if byte == close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
        at = match forwards {
            true => text.next(at)?,
            false => text.previous(at)?,
        };
    }
}

/// A character of the line that was looked for with f, F, t or T.
#[derive(Clone, Copy, Debug)]
pub(super) struct CharacterSearch {
    pub(super) byte: u8,
    pub(super) forwards: bool,
    /// Stop beside it.
    pub(super) before: bool,
}

impl CharacterSearch {
    pub(super) fn find(self, text: &Text, from: Position) -> Option<Position> {
        let line = text.line(from.line);
        let beside = usize::from(self.before);
        let column = match self.forwards {
            true => {
                let start = from.column + 1;
                let rest = line.get(start..)?;
                start + rest.iter().position(|byte| *byte == self.byte)? - beside
            }
            false => {
                let rest = line.get(..from.column)?;
                rest.iter().rposition(|byte| *byte == self.byte)? + beside
            }
        };
        Some(Position { column, ..from })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_and_end() {
        let text = Text::new(b"one, two  three\n\n  four\n");
        let at = |line, column| Position { line, column };
        let mut place = at(0, 0);
        let mut seen = Vec::new();
        for _ in 0..6 {
            place = word_forward(&text, place, false);
            seen.push((place.line, place.column));
        }
        assert_eq!(seen, [(0, 3), (0, 5), (0, 10), (1, 0), (2, 2), (2, 6)]);
        assert_eq!(word_forward(&text, at(0, 0), true), at(0, 5));
        assert_eq!(word_back(&text, at(2, 2), false), at(1, 0));
        assert_eq!(word_back(&text, at(0, 5), false), at(0, 3));
        assert_eq!(word_back(&text, at(0, 12), false), at(0, 10));
        assert_eq!(word_end(&text, at(0, 0), false), at(0, 2));
        assert_eq!(word_end(&text, at(0, 14), false), at(2, 5));
    }

    #[test]
    fn brackets_belong_together() {
        let text = Text::new(b"f(a[1],\n (b))\n");
        let found = matching_bracket(&text, Position::default());
        assert_eq!(found, Some(Position { line: 1, column: 4 }));
        let back = matching_bracket(&text, Position { line: 1, column: 4 });
        assert_eq!(back, Some(Position { line: 0, column: 1 }));
    }
}
