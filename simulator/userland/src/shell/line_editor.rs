//! Editing one line at a terminal: bytes typed go in, what the terminal shows and finished lines come out.

use bytes::Bytes;

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
    /// The word before the cursor is to be completed.
    Complete,
    /// Again: what it can become is to be listed.
    List,
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

/// A search through the history, from the newest line to the oldest (Ctrl-R).
#[derive(Debug)]
struct Search {
    text: Vec<u8>,
    /// Only lines before this one count.
    before: usize,
    /// The line and its cursor when the search began.
    line: Vec<u8>,
    cursor: usize,
}

impl Search {
    /// The newest line before `before` that has the text.
    fn found(&self, history: &History, before: usize) -> Option<usize> {
        if self.text.is_empty() {
            return None;
        }
        let mut older = history.0.iter().take(before);
        let has = |line: &Vec<u8>| line.windows(self.text.len()).any(|at| at == self.text);
        older.rposition(has)
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
    /// The last byte was a tab.
    tabbed: bool,
    search: Option<Search>,
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
            tabbed: false,
            search: None,
            output: Vec::new(),
        };
        editor.output.extend_from_slice(prompt);
        editor.row = editor.prompt_width() / editor.columns;
        editor
    }

    /// Takes one typed byte.
    pub(crate) fn type_byte(&mut self, byte: u8) -> Edit {
        let tabbed = std::mem::replace(&mut self.tabbed, byte == b'\t');
        if self.search.is_some() && self.search_on(byte) {
            return Edit::Goes;
        }
        match self.sequence {
            Sequence::None if byte == b'\t' && tabbed => Edit::List,
            Sequence::None if byte == b'\t' => Edit::Complete,
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
            0x12 => self.begin_search(),
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

    /// The line as far as the cursor.
    pub(crate) fn before_cursor(&self) -> &[u8] {
        &self.line[..self.cursor]
    }

    /// Puts `text` in place of what is between `start` and the cursor.
    pub(crate) fn replace(&mut self, start: usize, text: &[u8]) {
        if self.line.len() + text.len() > MAX_LINE_BYTES {
            return;
        }
        self.line.splice(start..self.cursor, text.iter().copied());
        self.cursor = start + text.len();
        self.redraw();
    }

    pub(crate) fn ring(&mut self) {
        self.output.push(0x07);
    }

    /// Shows names in columns below the line, and the line again below them.
    pub(crate) fn list(&mut self, names: &[Bytes]) {
        let widest = names.iter().map(|name| width(name)).max().unwrap_or(0) + 2;
        let across = (self.columns / widest).max(1);
        let down = names.len().div_ceil(across);
        let cursor = self.cursor;
        self.move_to(self.line.len());
        self.output.push(b'\n');
        for row in 0..down {
            let mut shown = names.iter().skip(row).step_by(down.max(1)).peekable();
            while let Some(name) = shown.next() {
                self.output.extend_from_slice(name);
                if shown.peek().is_some() {
                    let blanks = widest - width(name);
                    self.output.resize(self.output.len() + blanks, b' ');
                }
            }
            self.output.push(b'\n');
        }
        self.cursor = cursor;
        self.row = 0;
        self.redraw();
    }

    fn begin_search(&mut self) {
        self.search = Some(Search {
            text: Vec::new(),
            before: self.history.0.len(),
            line: std::mem::take(&mut self.line),
            cursor: std::mem::take(&mut self.cursor),
        });
        self.show_search();
    }

    /// Takes a byte of the search; `false` when the search has ended and the byte is one for the line.
    fn search_on(&mut self, byte: u8) -> bool {
        let Some(search) = &mut self.search else {
            return false;
        };
        match byte {
            0x12 => {
                let found = search.found(self.history, search.before);
                match found.filter(|found| search.found(self.history, *found).is_some()) {
                    Some(found) => search.before = found,
                    None => self.output.push(0x07),
                }
            }
            0x08 | 0x7f => {
                search.text.pop();
                search.before = self.history.0.len();
            }
            b' '..=0xff => search.text.push(byte),
            _ => {
                self.end_search(byte);
                // Escape and Ctrl-G only end the search; Ctrl-C gives up the line as everywhere.
                return matches!(byte, 0x1b | 0x07);
            }
        }
        self.show_search();
        true
    }

    /// The line found is the one being edited from now on; Ctrl-G brings the old one back.
    fn end_search(&mut self, byte: u8) {
        let Some(search) = self.search.take() else {
            return;
        };
        let found = search.found(self.history, search.before);
        match found.filter(|_| byte != 0x07) {
            Some(found) => {
                self.shown = found;
                self.draft = search.line;
                self.line = self.history.0[found].clone();
                self.cursor = self.line.len();
            }
            None => (self.line, self.cursor) = (search.line, search.cursor),
        }
        self.redraw();
    }

    /// Shows what is looked for and the line that has it.
    fn show_search(&mut self) {
        let Some(search) = &self.search else {
            return;
        };
        let found = search.found(self.history, search.before);
        let line = found.map_or(&[][..], |found| &self.history.0[found]);
        let shown = [b"(reverse-i-search)'", &*search.text, b"': ", line].concat();
        self.move_rows();
        self.output.extend_from_slice(&shown);
        self.output.extend_from_slice(b"\x1b[J");
        self.row = width(&shown).saturating_sub(1) / self.columns;
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
            check(columns, &["one", "two"], b"\x12n\r", line("one"));
            check(columns, &["xa", "xb", "y"], b"\x12x\x12\r", line("xa"));
            check(columns, &["xa", "xb"], b"\x12x\x12\x12\x12\r", line("xa"));
            check(columns, &["one", "two"], b"\x12tx\x7f\x1bs\r", line("twos"));
            check(columns, &["one"], b"ab\x12o\x07c\r", line("abc"));
            check(columns, &["one"], b"ab\x12zz\r", line("ab"));
            check(columns, &["one"], b"\x12o\x03", Edit::Interrupt);
            check(columns, &[], b"ab\t", Edit::Complete);
            check(columns, &[], b"ab\t\t", Edit::List);
            check(columns, &[], b"ab\tc\t", Edit::Complete);
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
