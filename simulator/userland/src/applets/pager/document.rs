//! The lines of a file, read as far as they are wanted.

use super::super::context::Fail;
use super::super::io::Reader;
use crate::kernel::{List, Sys};
use bytes::Bytes;

/// Columns of a tab stop.
const TAB: usize = 8;

/// The rows that a file is shown in.
pub(super) struct Document<'a> {
    reader: Reader<'a>,
    /// Text of each row, and the number of its line if it is the first of it.
    rows: List<Bytes>,
    numbers: List<Option<usize>>,
    lines: usize,
    /// Everything is here.
    pub(super) is_whole: bool,
    width: Option<usize>,
    strips_colors: bool,
}

impl<'a> Document<'a> {
    /// Lines are broken at `width` columns, if at all, after colors were taken out, if they are to be.
    pub(super) fn new(reader: Reader<'a>, width: Option<usize>, strips_colors: bool) -> Self {
        Self {
            reader,
            rows: List::new(),
            numbers: List::new(),
            lines: 0,
            is_whole: false,
            width,
            strips_colors,
        }
    }

    /// Rows that are here.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn row(&self, at: usize) -> Option<&Bytes> {
        self.rows.get(at)
    }

    /// The number of the line that a row begins.
    pub(super) fn number(&self, at: usize) -> Option<usize> {
        self.numbers.get(at).copied().flatten()
    }

    /// Reads until there are so many rows, if there are.
    pub(super) async fn want(&mut self, sys: &Sys, rows: usize) -> Result<(), Fail> {
        let mut line = Vec::new();
        while !self.is_whole && self.rows.len() < rows {
            let read = self.reader.read_until(b'\n', &mut line).await;
            let read = read.map_err(|error| Fail::new(error.message()))?;
            sys.burn(100 + 2 * line.len() as u64).await;
            // What follows the last newline is a row too, even if it is empty.
            self.is_whole = line.last() != Some(&b'\n');
            if read || self.is_whole {
                let line = line.strip_suffix(b"\n").unwrap_or(&line);
                match self.strips_colors {
                    true => self.add(&without_colors(line)),
                    false => self.add(line),
                }
            }
        }
        Ok(())
    }

    /// Adds the rows of a line.
    fn add(&mut self, line: &[u8]) {
        self.lines += 1;
        let mut number = Some(self.lines);
        let mut rest = line;
        loop {
            let end = self
                .width
                .map_or(rest.len(), |width| end_of_row(rest, width));
            let (row, more) = rest.split_at(end);
            self.rows.push_text(Bytes::copy_from_slice(row));
            self.numbers.push(number.take());
            rest = more;
            if rest.is_empty() {
                return;
            }
        }
    }
}

/// The line without the sequences that change colors: an escape, `[`, numbers and `m`.
fn without_colors(line: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut rest = line;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first == 0x1b && behind.first() == Some(&b'[') {
            let is_number = |byte: &&u8| byte.is_ascii_digit() || **byte == b';';
            let numbers = behind[1..].iter().take_while(is_number).count();
            if behind.get(1 + numbers) == Some(&b'm') {
                rest = &behind[numbers + 2..];
                continue;
            }
        }
        plain.push(*first);
    }
    plain
}

/// How many bytes fit into a row.
fn end_of_row(line: &[u8], width: usize) -> usize {
    let mut column = 0;
    for (at, byte) in line.iter().enumerate() {
        let after = match byte {
            b'\t' => (column / TAB + 1) * TAB,
            0x80..=0xbf => column,
            _ => column + 1,
        };
        if after > width && at > 0 {
            return at;
        }
        column = after;
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_taken_out_and_nothing_else() {
        for (line, expected) in [
            (&b"a\x1b[1;31mb\x1b[0mc\x1b[m"[..], &b"abc"[..]),
            (b"\x1b[2J\x1b[1", b"\x1b[2J\x1b[1"),
            (b"\x1b", b"\x1b"),
        ] {
            assert_eq!(without_colors(line), expected);
        }
    }

    #[test]
    fn rows_end_where_the_screen_does() {
        for (line, width, expected) in [
            (&b"abcdef"[..], 4, 4),
            (b"abc", 4, 3),
            (b"\tabc", 10, 3),
            (b"\tabc", 4, 1),
            ("ééé".as_bytes(), 2, 4),
            (b"", 4, 0),
        ] {
            assert_eq!(end_of_row(line, width), expected, "{line:?}");
        }
    }
}
