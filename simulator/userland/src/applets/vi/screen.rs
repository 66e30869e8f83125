//! What is on the terminal: a window on the text, and a line below it.

use super::text::{Position, Text};

const TAB: usize = 8;

/// The window on a text.
#[derive(Debug, Default)]
pub(super) struct Screen {
    rows: usize,
    columns: usize,
    /// The line at the top, and the column at the left.
    pub(super) top: usize,
    left: usize,
    /// What each row shows.
    shown: Vec<Vec<u8>>,
}

/// The column in which a place is shown.
fn display_column(line: &[u8], column: usize) -> usize {
    let before = &line[..column.min(line.len())];
    before.iter().fold(0, |at, byte| at + width(*byte, at))
}

fn width(byte: u8, at: usize) -> usize {
    match byte {
        b'\t' => TAB - at % TAB,
        0x80..=0xbf => 0,
        0..b' ' | 0x7f => 2,
        _ => 1,
    }
}

/// The part of a line that a window shows.
fn visible(line: &[u8], left: usize, columns: usize) -> Vec<u8> {
    let mut row = Vec::new();
    let mut at = 0;
    for byte in line.iter().copied() {
        let after = at + width(byte, at);
        if after > left + columns {
            break;
        }
        match byte {
            b'\t' => row.extend(std::iter::repeat_n(b' ', after - at.max(left).min(after))),
            _ if at < left => {}
            0..b' ' | 0x7f => row.extend([b'^', (byte ^ 0x40) & 0x7f]),
            _ => row.push(byte),
        }
        at = after;
    }
    row
}

impl Screen {
    /// Forgets what is shown when the terminal's size is another one.
    pub(super) fn resize(&mut self, rows: usize, columns: usize) {
        if (rows, columns) != (self.rows, self.columns) {
            (self.rows, self.columns) = (rows, columns);
            self.forget();
        }
    }

    /// Draws everything the next time.
    pub(super) fn forget(&mut self) {
        self.shown.clear();
    }

    /// Rows for text.
    pub(super) fn height(&self) -> usize {
        self.rows.saturating_sub(1).max(1)
    }

    /// Columns.
    pub(super) fn width(&self) -> usize {
        self.columns
    }

    /// Moves the window so that a place is in it.
    fn follow(&mut self, text: &Text, cursor: Position) {
        let height = self.height();
        if cursor.line < self.top {
            let far = self.top - cursor.line > height / 2;
            let back = if far { height / 2 } else { 0 };
            self.top = cursor.line.saturating_sub(back);
        } else if cursor.line >= self.top + height {
            let far = cursor.line - (self.top + height) >= height / 2;
            let back = if far { height / 2 } else { height - 1 };
            self.top = cursor.line.saturating_sub(back);
        }
        let column = display_column(text.line(cursor.line), cursor.column);
        if column < self.left {
            self.left = column;
        } else if column >= self.left + self.columns {
            self.left = column + 1 - self.columns;
        }
    }

    /// What brings the terminal up to date.
    pub(super) fn draw(&mut self, text: &Text, cursor: Position, below: &[u8]) -> Vec<u8> {
        self.follow(text, cursor);
        let mut out = Vec::new();
        if self.shown.is_empty() {
            out.extend_from_slice(b"\x1b[H\x1b[J");
            self.shown = vec![Vec::new(); self.rows];
        }
        for row in 0..self.rows {
            let at = self.top + row;
            let wanted = if row == self.height() {
                below.to_vec()
            } else if at < text.len() {
                visible(text.line(at), self.left, self.columns)
            } else {
                b"~".to_vec()
            };
            if self.shown[row] != wanted {
                out.extend_from_slice(format!("\x1b[{};1H\x1b[K", row + 1).as_bytes());
                out.extend_from_slice(&wanted);
                self.shown[row] = wanted;
            }
        }
        let column = display_column(text.line(cursor.line), cursor.column);
        let (row, column) = (cursor.line - self.top + 1, column - self.left + 1);
        out.extend_from_slice(format!("\x1b[{row};{column}H").as_bytes());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_shows_a_part_of_each_line() {
        for (line, left, expected) in [
            (&b"abcdefgh"[..], 0, "abcde"),
            (b"abcdefgh", 3, "defgh"),
            (b"\tab", 6, "  ab"),
            (b"a\x01b", 0, "a^Ab"),
            ("ééééééé".as_bytes(), 0, "ééééé"),
            (b"", 2, ""),
        ] {
            let row = visible(line, left, 5);
            assert_eq!(String::from_utf8_lossy(&row), expected);
        }
    }
}
