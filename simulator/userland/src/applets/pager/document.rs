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
}

impl<'a> Document<'a> {
    /// Lines are broken at `width` columns, if at all.
    pub(super) fn new(reader: Reader<'a>, width: Option<usize>) -> Self {
        Self {
            reader,
            rows: List::new(),
            numbers: List::new(),
            lines: 0,
            is_whole: false,
            width,
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
                self.add(line.strip_suffix(b"\n").unwrap_or(&line));
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
