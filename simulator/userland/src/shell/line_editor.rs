//! Editing one line at a terminal: bytes typed go in, what the terminal shows and finished lines come out.

/// What a byte led to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    Goes,
    /// The line is complete; without its newline.
    Line(Vec<u8>),
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-D on an empty line.
    End,
}

/// Where an escape sequence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sequence {
    None,
    Escape,
    /// Behind `ESC [` or `ESC O`, with the number so far.
    Control(u16),
}

/// The most lines kept.
const MAX_HISTORY: usize = 256;
/// The longest line.
const MAX_LINE_BYTES: usize = 64 << 10;

/// Lines typed before, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct History(Vec<Vec<u8>>);

impl History {
    pub(crate) fn add(&mut self, line: &[u8]) {
        if line.is_empty() || self.0.last().is_some_and(|last| last == line) {
            return;
        }
        if self.0.len() >= MAX_HISTORY {
            self.0.remove(0);
        }
        self.0.push(line.to_vec());
    }
}

/// The state of the line being edited.
#[derive(Debug)]
pub(crate) struct LineEditor<'a> {
    prompt: &'a [u8],
    columns: usize,
    history: &'a History,
    /// The history line shown; the length of the history for the new line.
    shown: usize,
    /// The new line while a history line is shown.
    draft: Vec<u8>,
    line: Vec<u8>,
    cursor: usize,
    /// The row of the cursor, counted from the prompt's.
    row: usize,
    killed: Vec<u8>,
    sequence: Sequence,
    /// What the terminal is to show; the caller takes it.
    pub(crate) output: Vec<u8>,
}

impl<'a> LineEditor<'a> {
    pub(crate) fn new(prompt: &'a [u8], columns: usize, history: &'a History) -> Self {
        let mut editor = Self {
            prompt,
            columns: columns.max(1),
            history,
            shown: history.0.len(),
            draft: Vec::new(),
            line: Vec::new(),
            cursor: 0,
            row: 0,
            killed: Vec::new(),
            sequence: Sequence::None,
            output: Vec::new(),
        };
        editor.output.extend_from_slice(prompt);
        editor.row = editor.prompt_width() / editor.columns;
        editor
    }

    /// Takes one typed byte.
    pub(crate) fn type_byte(&mut self, byte: u8) -> Edit {
        match self.sequence {
            Sequence::None => self.plain(byte),
            Sequence::Escape => {
                self.sequence = match byte {
                    b'[' | b'O' => Sequence::Control(0),
                    _ => {
                        self.meta(byte);
                        Sequence::None
                    }
                };
                Edit::Goes
            }
            Sequence::Control(number) => {
                self.sequence = match byte {
                    b'0'..=b'9' => Sequence::Control(
                        number
                            .saturating_mul(10)
                            .saturating_add(u16::from(byte - b'0')),
                    ),
                    b';' => Sequence::Control(0),
                    _ => {
                        self.control(byte, number);
                        Sequence::None
                    }
                };
                Edit::Goes
            }
        }
    }

    fn plain(&mut self, byte: u8) -> Edit {
        match byte {
            b'\r' | b'\n' => {
                self.move_to(self.line.len());
                self.output.push(b'\n');
                return Edit::Line(std::mem::take(&mut self.line));
            }
            0x03 => {
                self.move_to(self.line.len());
                self.output.extend_from_slice(b"^C\n");
                return Edit::Interrupt;
            }
            0x04 if self.line.is_empty() => return Edit::End,
            0x04 => self.remove(self.cursor, self.next(self.cursor)),
            0x01 => self.move_to(0),
            0x05 => self.move_to(self.line.len()),
            0x02 => self.move_to(self.previous(self.cursor)),
            0x06 => self.move_to(self.next(self.cursor)),
            0x08 | 0x7f => self.remove(self.previous(self.cursor), self.cursor),
            0x0b => {
                self.killed = self.line[self.cursor..].to_vec();
                self.remove(self.cursor, self.line.len());
            }
            0x15 => {
                self.killed = self.line[..self.cursor].to_vec();
                self.remove(0, self.cursor);
            }
            0x17 => {
                let start = self.word_start();
                self.killed = self.line[start..self.cursor].to_vec();
                self.remove(start, self.cursor);
            }
            0x19 => {
                let killed = self.killed.clone();
                self.insert(&killed);
            }
            0x0c => {
                self.output.extend_from_slice(b"\x1b[H\x1b[J");
                self.row = 0;
                self.redraw();
            }
            0x10 => self.show_history(self.shown.checked_sub(1)),
            0x0e => self.show_history(Some(self.shown + 1)),
            0x1b => self.sequence = Sequence::Escape,
            b' '..=0xff => self.insert(&[byte]),
            _ => {}
        }
        Edit::Goes
    }

    fn control(&mut self, byte: u8, number: u16) {
        match (byte, number) {
            (b'A', _) => self.show_history(self.shown.checked_sub(1)),
            (b'B', _) => self.show_history(Some(self.shown + 1)),
            (b'C', _) => self.move_to(self.next(self.cursor)),
            (b'D', _) => self.move_to(self.previous(self.cursor)),
            (b'H', _) | (b'~', 1 | 7) => self.move_to(0),
            (b'F', _) | (b'~', 4 | 8) => self.move_to(self.line.len()),
            (b'~', 3) => self.remove(self.cursor, self.next(self.cursor)),
            _ => {}
        }
    }

    fn meta(&mut self, byte: u8) {
        match byte {
            b'b' => self.move_to(self.word_start()),
            b'f' => self.move_to(self.word_end()),
            b'd' => self.remove(self.cursor, self.word_end()),
            _ => {}
        }
    }

    fn insert(&mut self, text: &[u8]) {
        if self.line.len() + text.len() > MAX_LINE_BYTES {
            return;
        }
        let at_end = self.cursor == self.line.len();
        self.line
            .splice(self.cursor..self.cursor, text.iter().copied());
        self.cursor += text.len();
        let end = self.prompt_width() + width(&self.line);
        // The common case: no other character moves and no line is full.
        if at_end && !end.is_multiple_of(self.columns) {
            self.output.extend_from_slice(text);
            self.row = end / self.columns;
        } else {
            self.redraw();
        }
    }

    fn remove(&mut self, start: usize, end: usize) {
        if start < end {
            self.line.drain(start..end);
            self.move_rows();
            self.cursor = start;
            self.redraw_from_here();
        }
    }

    fn move_to(&mut self, position: usize) {
        if position != self.cursor {
            self.move_rows();
            self.cursor = position;
            self.place_cursor();
        }
    }

    fn show_history(&mut self, wanted: Option<usize>) {
        let Some(wanted) = wanted.filter(|wanted| *wanted <= self.history.0.len()) else {
            return;
        };
        if self.shown == self.history.0.len() {
            self.draft = self.line.clone();
        }
        self.shown = wanted;
        self.line = match self.history.0.get(wanted) {
            Some(line) => line.clone(),
            None => std::mem::take(&mut self.draft),
        };
        self.cursor = self.line.len();
        self.redraw();
    }

    fn word_start(&self) -> usize {
        let mut at = self.cursor;
        while at > 0 && self.line[at - 1] == b' ' {
            at -= 1;
        }
        while at > 0 && self.line[at - 1] != b' ' {
            at -= 1;
        }
        at
    }

    fn word_end(&self) -> usize {
        let rest = &self.line[self.cursor..];
        let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
        let word = rest[blanks..]
            .iter()
            .take_while(|byte| **byte != b' ')
            .count();
        self.cursor + blanks + word
    }

    fn next(&self, at: usize) -> usize {
        let mut at = (at + 1).min(self.line.len());
        while self.line.get(at).is_some_and(|byte| continues(*byte)) {
            at += 1;
        }
        at
    }

    fn previous(&self, at: usize) -> usize {
        let mut at = at.saturating_sub(1);
        while at > 0 && continues(self.line[at]) {
            at -= 1;
        }
        at
    }

    /// Width of the prompt's last line, escape sequences left out.
    fn prompt_width(&self) -> usize {
        let start = self
            .prompt
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let mut visible = Vec::new();
        let mut in_sequence = false;
        for byte in &self.prompt[start..] {
            if *byte == 0x1b {
                in_sequence = true;
            } else if in_sequence {
                in_sequence = !byte.is_ascii_alphabetic();
            } else if *byte >= b' ' {
                visible.push(*byte);
            }
        }
        width(&visible)
    }

    /// Back to the prompt's row, before the line changes.
    fn move_rows(&mut self) {
        if self.row > 0 {
            self.output
                .extend_from_slice(format!("\x1b[{}A", self.row).as_bytes());
            self.row = 0;
        }
        self.output.push(b'\r');
    }

    fn redraw(&mut self) {
        self.move_rows();
        self.redraw_from_here();
    }

    /// Writes prompt and line from the start of the prompt's row.
    fn redraw_from_here(&mut self) {
        let start = self
            .prompt
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        self.output.extend_from_slice(&self.prompt[start..]);
        self.output.extend_from_slice(&self.line);
        let end = self.prompt_width() + width(&self.line);
        // A full last row leaves the cursor waiting at its end; make it go on.
        if end > 0 && end.is_multiple_of(self.columns) {
            self.output.extend_from_slice(b"\n");
        }
        self.output.extend_from_slice(b"\x1b[J");
        self.row = end / self.columns;
        if self.cursor < self.line.len() {
            self.move_rows();
            self.place_cursor();
        }
    }

    /// From the start of the prompt's row to the cursor.
    fn place_cursor(&mut self) {
        let at = self.prompt_width() + width(&self.line[..self.cursor]);
        self.row = at / self.columns;
        if self.row > 0 {
            self.output
                .extend_from_slice(format!("\x1b[{}B", self.row).as_bytes());
        }
        let column = at % self.columns;
        if column > 0 {
            self.output
                .extend_from_slice(format!("\x1b[{column}C").as_bytes());
        }
    }
}

/// A byte inside a UTF-8 character.
fn continues(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

fn width(text: &[u8]) -> usize {
    text.iter().filter(|byte| !continues(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types `keys`; the finished line and what a terminal of `columns` shows at the end.
    fn check(columns: usize, history: &[&str], keys: &[u8], expected: Edit) {
        let mut past = History::default();
        for line in history {
            past.add(line.as_bytes());
        }
        let mut editor = LineEditor::new(b"/ # ", columns, &past);
        let mut last = Edit::Goes;
        for key in keys {
            last = editor.type_byte(*key);
        }
        assert_eq!(last, expected, "{:?}", String::from_utf8_lossy(keys));
    }

    #[test]
    fn keys_edit_the_line() {
        let line = |text: &str| Edit::Line(text.as_bytes().to_vec());
        for columns in [80, 7] {
            check(columns, &[], b"abc\r", line("abc"));
            check(columns, &[], b"ac\x1b[Db\r", line("abc"));
            check(columns, &[], b"bc\x01a\x05d\r", line("abcd"));
            check(columns, &[], b"abx\x7fc\r", line("abc"));
            check(columns, &[], b"abxc\x1b[D\x1b[D\x1b[3~\r", line("abc"));
            check(columns, &[], b"a long line\x15abc\r", line("abc"));
            check(columns, &[], b"one two\x17three\r", line("one three"));
            check(columns, &[], b"abcdef\x02\x02\x02\x0b\r", line("abc"));
            check(columns, &[], b"abc\x15\x19\x19\r", line("abcabc"));
            check(columns, &["one", "two"], b"\x1b[A\x1b[A\r", line("one"));
            check(columns, &["one", "two"], b"x\x1b[A\x1b[B\r", line("x"));
            check(columns, &["one"], b"\x10\x10\x1bOA\r", line("one"));
            check(columns, &[], "é\x7f\r".as_bytes(), line(""));
            check(columns, &[], b"\x1b[H\x1b[F\x1b[1~\x1b[4~x\r", line("x"));
            check(columns, &[], b"abc\x03", Edit::Interrupt);
            check(columns, &[], b"\x04", Edit::End);
            check(columns, &[], b"a\x04\r", line("a"));
        }
    }

    #[test]
    fn typing_at_the_end_only_echoes() {
        let history = History::default();
        let mut editor = LineEditor::new(b"/ # ", 80, &history);
        for key in b"ls" {
            editor.type_byte(*key);
        }
        assert_eq!(editor.type_byte(b'\r'), Edit::Line(b"ls".to_vec()));
        assert_eq!(editor.output, b"/ # ls\n");
    }
}
