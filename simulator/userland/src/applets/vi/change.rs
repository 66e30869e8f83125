//! Commands that change the text.

use super::super::context::Fail;
use super::super::keyboard::Key;
use super::editor::{ESCAPE, Editor, Mode, Register};
use super::motion;
use super::text::{LINE_BYTES, Pieces, Position, characters};
use crate::kernel::Charge;

/// Where a motion leads, and what an operator takes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) to: Position,
    reach: Reach,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Up to the place.
    Before,
    /// With the character there.
    On,
    /// Whole lines.
    Lines,
    /// Nothing: the motion could not be done.
    Nothing,
}

impl Target {
    pub(super) fn before(to: Position) -> Self {
        let reach = Reach::Before;
        Self { to, reach }
    }

    pub(super) fn on(to: Position) -> Self {
        let reach = Reach::On;
        Self { to, reach }
    }

    pub(super) fn lines(to: Position) -> Self {
        let reach = Reach::Lines;
        Self { to, reach }
    }

    pub(super) fn failed(to: Position) -> Self {
        let reach = Reach::Nothing;
        Self { to, reach }
    }
}

/// Blanks that `>` puts in.
const SHIFT: &[u8] = b"\t";

impl Editor<'_, '_> {
    /// `i`, `a`, `o` and their like.
    pub(super) async fn start_insert(&mut self, command: u8) -> Result<(), Fail> {
        let line = self.cursor.line;
        match command {
            b'a' => self.cursor = self.text.right(self.cursor),
            b'I' => {
                let first = motion::first_visible(&self.text, line);
                let is_blank = matches!(self.text.byte(first), b' ' | b'\t');
                let end = self.text.line(line).len();
                let column = if is_blank { end } else { first.column };
                self.cursor.column = column;
            }
            b'A' => self.cursor.column = self.text.line(line).len(),
            b'o' | b'O' => {
                let at = line + usize::from(command == b'o');
                self.text.replace(at..at, vec![Vec::new()]);
                self.cursor = Position {
                    line: at,
                    column: 0,
                };
            }
            _ => {}
        }
        self.insert(Mode::Insert).await
    }

    /// Takes keys as text until an escape.
    pub(super) async fn insert(&mut self, mode: Mode) -> Result<(), Fail> {
        self.mode = mode;
        let start = self.cursor;
        loop {
            let Some(key) = self.key().await? else { break };
            match key {
                Key::Byte(ESCAPE | 3) => break,
                Key::Byte(8 | 0x7f) => self.erase(start),
                Key::Byte(22) => {
                    // The next key is text whatever it is.
                    if let Some(Key::Byte(byte)) = self.key().await? {
                        self.type_byte(byte);
                    }
                }
                Key::Byte(b'\r' | b'\n') => {
                    self.cursor = self.text.insert(self.cursor, &[Vec::new(), Vec::new()]);
                }
                Key::Byte(byte) => self.type_byte(byte),
                Key::Delete => {
                    let to = self.text.right(self.cursor);
                    self.text.delete(self.cursor, to);
                }
                Key::Left => self.cursor = self.text.left(self.cursor),
                Key::Right => self.cursor = self.text.right(self.cursor),
                Key::Up => self.cursor.line = self.cursor.line.saturating_sub(1),
                Key::Down => self.cursor.line += 1,
                Key::Home => self.cursor.column = 0,
                Key::End => self.cursor.column = usize::MAX,
                _ => self.beep(),
            }
            self.settle();
        }
        self.mode = Mode::Command;
        self.cursor = self.text.left(self.cursor);
        self.finish_change();
        Ok(())
    }

    fn type_byte(&mut self, byte: u8) {
        let replaces = self.mode == Mode::Replace && self.text.byte(self.cursor) != b'\n';
        if replaces {
            let to = self.text.right(self.cursor);
            self.text.delete(self.cursor, to);
        }
        self.cursor = self.text.insert(self.cursor, &[vec![byte]]);
    }

    fn erase(&mut self, start: Position) {
        let Some(before) = self.text.previous(self.cursor) else {
            self.beep();
            return;
        };
        if self.mode == Mode::Replace {
            self.cursor = before.max(start);
            return;
        }
        self.text.delete(before, self.cursor);
        self.cursor = before;
    }

    /// Keeps text for `p` and says how much.
    fn keep(&mut self, register: Register, verb: &str, preposition: &str) {
        let chars = match register.is_lines {
            true => characters(&register.pieces),
            false => characters(&register.pieces) - 1,
        };
        let lines = match register.is_lines {
            true => register.pieces.len(),
            false => register.pieces.len() - 1,
        };
        self.register = register;
        self.say(format!(
            "{verb} {lines} lines ({chars} chars) {preposition} [D]"
        ));
    }

    /// `x` and `X`.
    pub(super) fn delete_characters(&mut self, times: usize, forwards: bool) {
        let mut other = self.cursor;
        for _ in 0..times.min(self.text.line(self.cursor.line).len()) {
            other = match forwards {
                true => self.text.right(other),
                false => self.text.left(other),
            };
        }
        let (from, to) = (self.cursor.min(other), self.cursor.max(other));
        if from == to {
            self.beep();
            return;
        }
        let pieces = self.text.delete(from, to);
        let is_lines = false;
        self.register = Register { pieces, is_lines };
        self.cursor = from;
        self.finish_change();
    }

    /// An operator with the motion that follows.
    pub(super) async fn operate(&mut self, operator: u8, count: Option<usize>) -> Result<(), Fail> {
        let Some(first) = self.key().await? else {
            return Ok(());
        };
        let Some((mut key, more)) = self.count(first).await? else {
            return Ok(());
        };
        let count = match (count, more) {
            (Some(count), Some(more)) => Some(count.saturating_mul(more)),
            (count, more) => count.or(more),
        };
        if key == Key::Byte(operator) {
            let last = self.text.len() - 1;
            let to = self.cursor.line.saturating_add(count.unwrap_or(1) - 1);
            if to > last && operator != b'y' && count.is_some() {
                self.beep();
                return Ok(());
            }
            return self
                .operate_lines(operator, self.cursor.line, to.min(last))
                .await;
        }
        // `cw` leaves the blanks behind the word.
        let on_word = !matches!(self.text.byte(self.cursor), b' ' | b'\t' | b'\n');
        let is_word = matches!(key, Key::Byte(b'w' | b'W'));
        if operator == b'c' && on_word {
            key = match key {
                Key::Byte(b'w') => Key::Byte(b'e'),
                Key::Byte(b'W') => Key::Byte(b'E'),
                key => key,
            };
        }
        let Some(target) = self.motion(key, count).await? else {
            self.beep();
            return Ok(());
        };
        let (from, mut to) = (self.cursor.min(target.to), self.cursor.max(target.to));
        match target.reach {
            Reach::Nothing => return Ok(()),
            Reach::Lines => return self.operate_lines(operator, from.line, to.line).await,
            Reach::On => to = self.text.right(to),
            Reach::Before => {}
        }
        if is_word && to.line > from.line && target.reach == Reach::Before {
            // The last word of a line does not take the next line along.
            let end = self.text.line(to.line - 1).len();
            to = Position {
                line: to.line - 1,
                column: end,
            };
        }
        if matches!(operator, b'>' | b'<') {
            return self.operate_lines(operator, from.line, to.line).await;
        }
        self.operate_between(operator, from, to.max(from)).await
    }

    async fn operate_between(
        &mut self,
        operator: u8,
        from: Position,
        to: Position,
    ) -> Result<(), Fail> {
        let is_lines = false;
        self.cursor = from;
        if operator == b'y' {
            let pieces = self.text.between(from, to);
            self.keep(Register { pieces, is_lines }, "Yank", "into");
            return Ok(());
        }
        let pieces = self.text.delete(from, to);
        self.keep(Register { pieces, is_lines }, "Delete", "from");
        if operator == b'c' {
            return self.insert(Mode::Insert).await;
        }
        self.finish_change();
        Ok(())
    }

    async fn operate_lines(&mut self, operator: u8, first: usize, last: usize) -> Result<(), Fail> {
        let range = first..last + 1;
        let lines = self.text.lines()[range.clone()].to_vec();
        self.cx.sys.burn(characters(&lines) as u64).await;
        match operator {
            b'>' | b'<' => {
                let shifted = lines.iter().map(|line| shift(line, operator == b'>'));
                self.text.replace(range, shifted.collect());
                self.cursor = motion::first_visible(&self.text, first);
            }
            b'y' => {
                let register = Register {
                    pieces: lines,
                    is_lines: true,
                };
                self.keep(register, "Yank", "into");
                self.cursor.line = first;
                return Ok(());
            }
            b'c' => {
                self.text.replace(range, vec![Vec::new()]);
                self.keep(
                    Register {
                        pieces: lines,
                        is_lines: true,
                    },
                    "Delete",
                    "from",
                );
                self.cursor = Position {
                    line: first,
                    column: 0,
                };
                return self.insert(Mode::Insert).await;
            }
            _ => {
                self.text.replace(range, Vec::new());
                self.keep(
                    Register {
                        pieces: lines,
                        is_lines: true,
                    },
                    "Delete",
                    "from",
                );
                let line = first.min(self.text.len() - 1);
                self.cursor = motion::first_visible(&self.text, line);
            }
        }
        self.finish_change();
        Ok(())
    }

    /// `D` and `C`.
    pub(super) async fn operate_to_end(&mut self, command: u8) -> Result<(), Fail> {
        let column = self.text.line(self.cursor.line).len();
        let to = Position {
            column,
            ..self.cursor
        };
        let operator = command.to_ascii_lowercase();
        self.operate_between(operator, self.cursor, to).await
    }

    /// `Y`.
    pub(super) fn yank_lines(&mut self, times: usize) {
        let first = self.cursor.line;
        let end = first.saturating_add(times).min(self.text.len());
        let pieces = self.text.lines()[first..end].to_vec();
        self.keep(
            Register {
                pieces,
                is_lines: true,
            },
            "Yank",
            "into",
        );
    }

    /// `S`.
    pub(super) async fn change_lines(&mut self, times: usize) -> Result<(), Fail> {
        let first = self.cursor.line;
        let last = first.saturating_add(times - 1).min(self.text.len() - 1);
        self.operate_lines(b'c', first, last).await
    }

    /// `r`.
    pub(super) async fn replace_characters(&mut self, times: usize) -> Result<(), Fail> {
        let Some(byte) = self.byte().await? else {
            return Ok(());
        };
        let mut to = self.cursor;
        for _ in 0..times {
            let next = self.text.right(to);
            if next == to {
                self.beep();
                return Ok(());
            }
            to = next;
        }
        self.text.delete(self.cursor, to);
        let new = match byte {
            b'\r' | b'\n' => vec![Vec::new(), Vec::new()],
            _ => vec![vec![byte; times]],
        };
        let end = self.text.insert(self.cursor, &new);
        self.cursor = match byte {
            b'\r' | b'\n' => end,
            _ => self.text.left(end),
        };
        self.finish_change();
        Ok(())
    }

    /// `J`.
    pub(super) fn join_lines(&mut self, times: usize) {
        let line = self.cursor.line;
        let last = line.saturating_add(times).min(self.text.len() - 1);
        if last > line {
            let mut joined = self.text.line(line).to_vec();
            for next in line + 1..=last {
                joined.push(b' ');
                self.cursor.column = joined.len();
                joined.extend_from_slice(self.text.line(next).trim_ascii_start());
            }
            self.text.replace(line..last + 1, vec![joined]);
        }
        self.finish_change();
    }

    /// `~`.
    pub(super) fn swap_case(&mut self, times: usize) {
        let line = self.cursor.line;
        let mut bytes = self.text.line(line).to_vec();
        let end = self.cursor.column.saturating_add(times).min(bytes.len());
        for byte in &mut bytes[self.cursor.column.min(end)..end] {
            *byte = match *byte {
                b'a'..=b'z' => byte.to_ascii_uppercase(),
                other => other.to_ascii_lowercase(),
            };
        }
        self.text.replace(line..line + 1, vec![bytes]);
        self.cursor.column = end;
        self.finish_change();
    }

    /// `p` and `P`.
    pub(super) fn put(&mut self, behind: bool, times: usize) {
        let Register { pieces, is_lines } = &self.register;
        if pieces.is_empty() {
            self.warn("Nothing in register D");
            return;
        }
        const MOST: usize = 1 << 26;
        let chars = characters(pieces);
        if chars.saturating_mul(times) > MOST {
            self.warn("Too much text");
            return;
        }
        let mut charge = Charge::new();
        charge.add((chars + pieces.len() * LINE_BYTES) * times);
        if *is_lines {
            let at = self.cursor.line + usize::from(behind);
            let lines = pieces.iter().cycle().take(pieces.len() * times).cloned();
            self.text.replace(at..at, lines.collect());
            self.cursor = motion::first_visible(&self.text, at);
        } else {
            if behind {
                self.cursor = self.text.right(self.cursor);
            }
            let start = self.cursor;
            let end = self.text.insert(start, &repeated(pieces, times));
            self.cursor = match pieces.len() {
                1 => self.text.left(end),
                _ => start,
            };
        }
        let (lines, chars) = match is_lines {
            true => (pieces.len(), chars),
            false => (pieces.len() - 1, chars - 1),
        };
        self.say(format!("Put {lines} lines ({chars} chars) from [D]"));
        self.finish_change();
    }

    /// `u`.
    pub(super) fn undo(&mut self) {
        match self.text.undo() {
            None => self.say("Already at oldest change"),
            Some(undone) => {
                self.cursor = motion::first_visible(&self.text, undone.line);
                let (verb, chars) = match undone.after.checked_sub(undone.before) {
                    Some(more) => ("restored", more),
                    None => ("deleted", undone.before - undone.after),
                };
                self.say(format!("Undo: {verb} {chars} chars"));
            }
        }
    }
}

/// Pieces that stand so many times one after the other.
fn repeated(pieces: &[Vec<u8>], times: usize) -> Pieces {
    let mut all: Pieces = vec![Vec::new()];
    for _ in 0..times {
        for (index, piece) in pieces.iter().enumerate() {
            match all.last_mut() {
                // The first piece goes on in the line where the last one ended.
                Some(last) if index == 0 => last.extend_from_slice(piece),
                _ => all.push(piece.clone()),
            }
        }
    }
    all
}

/// A line moved to the right or to the left.
fn shift(line: &[u8], right: bool) -> Vec<u8> {
    if right {
        return if line.is_empty() {
            Vec::new()
        } else {
            [SHIFT, line].concat()
        };
    }
    if let Some(rest) = line.strip_prefix(SHIFT) {
        return rest.to_vec();
    }
    let blanks = line
        .iter()
        .take(8)
        .take_while(|byte| **byte == b' ')
        .count();
    line[blanks..].to_vec()
}
