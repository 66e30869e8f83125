//! The lines that are edited, and the way back to what they were.

use crate::kernel::Charge;
use std::ops::Range;

/// What a line costs beside its bytes.
pub(super) const LINE_BYTES: usize = 48;
/// Changes that can be undone.
const UNDO_MAX: usize = 1000;

/// A place in a text: between characters, in bytes from the line's start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Pieces of lines: what stands between two places, cut at the newlines.
pub(super) type Pieces = Vec<Vec<u8>>;

/// Lines that were replaced, and how many stand there now.
#[derive(Debug)]
struct Edit {
    at: usize,
    old: Pieces,
    new_len: usize,
}

/// A text; it always has a line.
#[derive(Debug)]
pub(super) struct Text {
    lines: Pieces,
    charge: Charge,
    done: Vec<Vec<Edit>>,
    /// The change that is being made.
    current: Vec<Edit>,
    pub(super) is_modified: bool,
}

/// What was undone.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Undone {
    pub(super) line: usize,
    pub(super) before: usize,
    pub(super) after: usize,
}

fn cost(lines: &[Vec<u8>]) -> usize {
    lines.iter().map(|line| line.len() + LINE_BYTES).sum()
}

/// Characters, newlines included.
pub(super) fn characters(lines: &[Vec<u8>]) -> usize {
    lines.iter().map(|line| line.len() + 1).sum()
}

fn is_continuation(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| (0x80..0xc0).contains(byte))
}

impl Text {
    /// The lines of a file.
    pub(super) fn new(content: &[u8]) -> Self {
        let content = content.strip_suffix(b"\n").unwrap_or(content);
        let mut charge = Charge::new();
        let newlines = content.iter().filter(|byte| **byte == b'\n').count();
        charge.add(content.len() + (newlines + 1) * LINE_BYTES);
        let lines = content.split(|byte| *byte == b'\n').map(<[u8]>::to_vec);
        Self {
            lines: lines.collect(),
            charge,
            done: Vec::new(),
            current: Vec::new(),
            is_modified: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn lines(&self) -> &[Vec<u8>] {
        &self.lines
    }

    /// A line; an empty one where there is none.
    pub(super) fn line(&self, at: usize) -> &[u8] {
        self.lines.get(at).map_or(b"", Vec::as_slice)
    }

    /// The byte at a place: a newline at the end of a line.
    pub(super) fn byte(&self, at: Position) -> u8 {
        self.line(at.line).get(at.column).copied().unwrap_or(b'\n')
    }

    /// The place behind a character of the line; its end stays.
    pub(super) fn right(&self, at: Position) -> Position {
        let line = self.line(at.line);
        let mut column = (at.column + 1).min(line.len());
        while is_continuation(line.get(column)) {
            column += 1;
        }
        Position { column, ..at }
    }

    /// The place before a character of the line; its start stays.
    pub(super) fn left(&self, at: Position) -> Position {
        let line = self.line(at.line);
        let mut column = at.column.min(line.len()).saturating_sub(1);
        while column > 0 && is_continuation(line.get(column)) {
            column -= 1;
        }
        Position { column, ..at }
    }

    /// The next place, on the next line behind the end of this one.
    pub(super) fn next(&self, at: Position) -> Option<Position> {
        if at.column < self.line(at.line).len() {
            return Some(self.right(at));
        }
        let line = at.line + 1;
        (line < self.len()).then_some(Position { line, column: 0 })
    }

    /// The place before, at the end of the line above from the start of this one.
    pub(super) fn previous(&self, at: Position) -> Option<Position> {
        if at.column > 0 {
            return Some(self.left(at));
        }
        let line = at.line.checked_sub(1)?;
        let column = self.line(line).len();
        Some(Position { line, column })
    }

    /// Replaces whole lines.
    pub(super) fn replace(&mut self, range: Range<usize>, new: Pieces) {
        let end = range.end.min(self.len());
        let range = range.start.min(end)..end;
        let bytes = cost(&new);
        let new_len = new.len();
        let old: Pieces = self.lines.splice(range.clone(), new).collect();
        self.is_modified = true;
        let same_line = new_len == 1 && old.len() == 1;
        let again = self
            .current
            .last()
            .is_some_and(|edit| same_line && edit.at == range.start && edit.new_len == 1);
        if again {
            // Typing in one line keeps only what the line was at first.
            self.charge.add(bytes.saturating_sub(cost(&old)));
        } else {
            self.charge.add(bytes + size_of::<Edit>());
            self.current.push(Edit {
                at: range.start,
                old,
                new_len,
            });
        }
        if self.lines.is_empty() {
            self.lines.push(Vec::new());
            if let Some(edit) = self.current.last_mut() {
                edit.new_len += 1;
            }
        }
    }

    /// What stands between two places of which the first is not behind the second.
    pub(super) fn between(&self, from: Position, to: Position) -> Pieces {
        if from.line == to.line {
            return vec![self.line(from.line)[from.column..to.column].to_vec()];
        }
        let first = &self.line(from.line)[from.column..];
        let middle = &self.lines[from.line + 1..to.line];
        let last = &self.line(to.line)[..to.column];
        let first = std::iter::once(first.to_vec());
        first
            .chain(middle.iter().cloned())
            .chain([last.to_vec()])
            .collect()
    }

    /// Takes out what stands between two places.
    pub(super) fn delete(&mut self, from: Position, to: Position) -> Pieces {
        let removed = self.between(from, to);
        let mut line = self.line(from.line)[..from.column].to_vec();
        line.extend_from_slice(&self.line(to.line)[to.column..]);
        self.replace(from.line..to.line + 1, vec![line]);
        removed
    }

    /// Puts pieces in; gives the place behind them.
    pub(super) fn insert(&mut self, at: Position, pieces: &[Vec<u8>]) -> Position {
        let line = self.line(at.line);
        let (head, tail) = line.split_at(at.column.min(line.len()));
        let mut new: Pieces = pieces.to_vec();
        if new.is_empty() {
            return at;
        }
        let mut first = head.to_vec();
        first.extend_from_slice(&new[0]);
        new[0] = first;
        let last = new.len() - 1;
        let end = Position {
            line: at.line + last,
            column: new[last].len(),
        };
        new[last].extend_from_slice(tail);
        self.replace(at.line..at.line + 1, new);
        end
    }

    /// What has been changed since the last call is one change.
    pub(super) fn finish_change(&mut self) {
        if self.current.is_empty() {
            return;
        }
        self.done.push(std::mem::take(&mut self.current));
        if self.done.len() > UNDO_MAX {
            self.done.remove(0);
        }
    }

    /// Undoes the last change.
    pub(super) fn undo(&mut self) -> Option<Undone> {
        self.finish_change();
        let edits = self.done.pop()?;
        let before = characters(&self.lines);
        let mut line = 0;
        for edit in edits.into_iter().rev() {
            line = edit.at;
            self.charge.add(cost(&edit.old));
            self.lines.splice(edit.at..edit.at + edit.new_len, edit.old);
        }
        if self.lines.is_empty() {
            self.lines.push(Vec::new());
        }
        self.is_modified = !self.done.is_empty();
        Some(Undone {
            line,
            before,
            after: characters(&self.lines),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, column: usize) -> Position {
        Position { line, column }
    }

    fn shown(text: &Text) -> String {
        String::from_utf8_lossy(&text.lines().join(&b'|')).into_owned()
    }

    #[test]
    fn changes_are_undone_in_order() {
        let mut text = Text::new(b"one\ntwo\nthree\n");
        let removed = text.delete(at(0, 1), at(2, 2));
        assert_eq!(removed, [&b"ne"[..], b"two", b"th"]);
        assert_eq!(shown(&text), "oree");
        text.finish_change();
        assert_eq!(text.insert(at(0, 1), &removed), at(2, 2));
        assert_eq!(shown(&text), "one|two|three");
        text.replace(1..2, Vec::new());
        text.replace(0..2, Vec::new());
        assert_eq!(shown(&text), "");
        for expected in ["oree", "one|two|three"] {
            assert!(text.undo().is_some());
            assert_eq!(shown(&text), expected);
        }
        assert_eq!(text.undo(), None);
    }

    #[test]
    fn places_keep_characters_whole() {
        let text = Text::new("aé\n\nb".as_bytes());
        assert_eq!(text.right(at(0, 1)), at(0, 3));
        assert_eq!(text.left(at(0, 3)), at(0, 1));
        assert_eq!(text.next(at(0, 3)), Some(at(1, 0)));
        assert_eq!(text.previous(at(1, 0)), Some(at(0, 3)));
        assert_eq!(text.next(at(2, 1)), None);
    }
}
