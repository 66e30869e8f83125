//! The line discipline: from typed characters to what programs read.

use super::super::{Termios, ring};
use runtime::Signal;
use std::collections::VecDeque;

/// Longest line that is edited; further characters ring the bell.
const LINE_BYTES: usize = 4095;
/// Unread input from which no more is taken from the console.
const BUFFER_BYTES: usize = 16 << 10;

/// What a read found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::kernel) enum TtyRead {
    /// This many bytes; 0 is the end of the file.
    Data(usize),
    /// Nothing yet; in raw mode with a timeout, so many tenths of a second at most.
    Wait { tenths: Option<u8> },
}

/// What a character does besides joining the input.
#[derive(Debug, Default)]
pub(super) struct Effect {
    pub(super) signal: Option<Signal>,
    /// ^S and ^Q.
    pub(super) stop_output: Option<bool>,
}

/// Typed characters on their way.
#[derive(Debug, Default)]
pub(super) struct Discipline {
    /// The line that is being edited.
    line: Vec<u8>,
    /// Column the line began in.
    line_column: usize,
    /// What may be read.
    ready: VecDeque<u8>,
    /// Lengths of the lines that it consists of; an empty one is an end of file. Characters have none.
    lines: VecDeque<u32>,
    /// The next character has no special meaning (^V).
    literal: bool,
    /// The other end has closed its input.
    ended: bool,
}

fn is(termios: &Termios, index: usize, byte: u8) -> bool {
    termios.characters[index] == byte && byte != 0
}

impl Discipline {
    pub(super) fn is_readable(&self, termios: &Termios) -> bool {
        if termios.local & Termios::ICANON != 0 {
            !self.lines.is_empty() || self.ended
        } else {
            !self.ready.is_empty() || self.ended || termios.characters[Termios::VMIN] == 0
        }
    }

    pub(super) fn wants_more(&self) -> bool {
        self.room() > 0
    }

    /// How many characters more are taken.
    pub(super) fn room(&self) -> usize {
        let used = self.line.len() + self.ready.len() + self.lines.len() * size_of::<u32>();
        BUFFER_BYTES.saturating_sub(used)
    }

    /// The line is finished.
    fn finish_line(&mut self) {
        self.lines.push_back(self.line.len() as u32);
        self.ready.extend(self.line.drain(..));
    }

    /// No more input will come.
    pub(super) fn end(&mut self) {
        if !self.line.is_empty() {
            self.finish_line();
        }
        self.ended = true;
    }

    pub(super) fn read(&mut self, termios: &Termios, buffer: &mut [u8]) -> TtyRead {
        if buffer.is_empty() {
            return TtyRead::Data(0);
        }
        if termios.local & Termios::ICANON != 0 {
            return self.read_line(buffer);
        }
        if !self.ready.is_empty() {
            return TtyRead::Data(ring::take(&mut self.ready, buffer));
        }
        let (min, time) = (
            termios.characters[Termios::VMIN],
            termios.characters[Termios::VTIME],
        );
        match (self.ended, min, time) {
            (true, ..) | (_, 0, 0) => TtyRead::Data(0),
            (_, 0, tenths) => TtyRead::Wait {
                tenths: Some(tenths),
            },
            _ => TtyRead::Wait { tenths: None },
        }
    }

    fn read_line(&mut self, buffer: &mut [u8]) -> TtyRead {
        let Some(line) = self.lines.front_mut() else {
            return if self.ended {
                TtyRead::Data(0)
            } else {
                TtyRead::Wait { tenths: None }
            };
        };
        let count = buffer.len().min(*line as usize);
        *line -= count as u32;
        if *line == 0 {
            self.lines.pop_front();
        }
        TtyRead::Data(ring::take(&mut self.ready, &mut buffer[..count]))
    }

    /// Keeps unread input when a program switches between lines and characters.
    pub(super) fn change_mode(&mut self, from: &Termios, to: &Termios) {
        let (lines_before, lines_now) = (
            from.local & Termios::ICANON != 0,
            to.local & Termios::ICANON != 0,
        );
        if lines_before && !lines_now {
            self.lines.clear();
            self.ready.extend(self.line.drain(..));
        } else if !lines_before && lines_now && !self.ready.is_empty() {
            self.lines.push_back(self.ready.len() as u32);
        }
    }

    fn flush(&mut self) {
        self.line.clear();
        self.lines.clear();
        self.ready.clear();
    }

    /// Takes one character; what it shows is added to `echo`. `column` is the cursor's.
    pub(super) fn receive(
        &mut self,
        termios: &Termios,
        byte: u8,
        column: usize,
        echo: &mut Vec<u8>,
    ) -> Effect {
        let local = |flag| termios.local & flag != 0;
        let input = |flag| termios.input & flag != 0;
        if std::mem::take(&mut self.literal) {
            self.add(termios, byte, column, echo);
            return Effect::default();
        }
        let byte = match byte {
            _ if input(Termios::ISTRIP) => byte & 0x7f,
            _ => byte,
        };
        let byte = match byte {
            b'\r' if input(Termios::IGNCR) => return Effect::default(),
            b'\r' if input(Termios::ICRNL) => b'\n',
            b'\n' if input(Termios::INLCR) => b'\r',
            _ => byte,
        };
        if input(Termios::IXON) {
            for (index, stop) in [(Termios::VSTART, false), (Termios::VSTOP, true)] {
                if is(termios, index, byte) {
                    return Effect {
                        stop_output: Some(stop),
                        ..Effect::default()
                    };
                }
            }
        }
        if local(Termios::ISIG)
            && let Some(signal) = signal_of(termios, byte)
        {
            if !local(Termios::NOFLSH) {
                self.flush();
            }
            echo_character(termios, byte, echo);
            return Effect {
                signal: Some(signal),
                stop_output: Some(false),
            };
        }
        if local(Termios::ICANON) {
            self.edit(termios, byte, column, echo);
        } else {
            self.add(termios, byte, column, echo);
        }
        Effect::default()
    }

    fn add(&mut self, termios: &Termios, byte: u8, column: usize, echo: &mut Vec<u8>) {
        if termios.local & Termios::ICANON == 0 {
            self.ready.push_back(byte);
        } else if self.line.len() >= LINE_BYTES {
            echo.push(0x07);
            return;
        } else {
            if self.line.is_empty() {
                self.line_column = column;
            }
            self.line.push(byte);
        }
        echo_character(termios, byte, echo);
    }

    /// Line editing.
    fn edit(&mut self, termios: &Termios, byte: u8, column: usize, echo: &mut Vec<u8>) {
        let extended = termios.local & Termios::IEXTEN != 0;
        // ^H erases too, whichever of the two the terminal's key sends.
        if is(termios, Termios::VERASE, byte) || byte == 0x08 {
            self.erase_last(termios, echo);
        } else if extended && is(termios, Termios::VWERASE, byte) {
            self.erase_word(termios, echo);
        } else if is(termios, Termios::VKILL, byte) {
            self.kill_line(termios, echo);
        } else if is(termios, Termios::VEOF, byte) {
            self.finish_line();
        } else if extended && is(termios, Termios::VREPRINT, byte) {
            echo_character(termios, byte, echo);
            echo.push(b'\n');
            for byte in &self.line {
                echo_character(termios, *byte, echo);
            }
        } else if extended && is(termios, Termios::VLNEXT, byte) {
            self.literal = true;
            if termios.local & Termios::ECHO != 0 {
                echo.extend_from_slice(b"^\x08");
            }
        } else if byte == b'\n'
            || is(termios, Termios::VEOL, byte)
            || is(termios, Termios::VEOL2, byte)
        {
            if byte == b'\n' && termios.local & (Termios::ECHO | Termios::ECHONL) != 0 {
                echo.push(b'\n');
            } else {
                echo_character(termios, byte, echo);
            }
            self.line.push(byte);
            self.finish_line();
        } else {
            self.add(termios, byte, column, echo);
        }
    }

    fn erase_last(&mut self, termios: &Termios, echo: &mut Vec<u8>) {
        let before = self.width(termios);
        let Some(mut erased) = self.line.pop() else {
            return;
        };
        if termios.input & Termios::IUTF8 != 0 {
            while erased & 0xc0 == 0x80 {
                match self.line.pop() {
                    Some(byte) => erased = byte,
                    None => break,
                }
            }
        }
        let gone = before.saturating_sub(self.width(termios));
        self.rub_out(termios, gone, echo);
    }

    fn erase_word(&mut self, termios: &Termios, echo: &mut Vec<u8>) {
        let before = self.width(termios);
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        while self.line.pop_if(|byte| !is_word(byte)).is_some() {}
        while self.line.pop_if(|byte| is_word(byte)).is_some() {}
        let gone = before.saturating_sub(self.width(termios));
        self.rub_out(termios, gone, echo);
    }

    fn kill_line(&mut self, termios: &Termios, echo: &mut Vec<u8>) {
        let width = self.width(termios);
        self.line.clear();
        let erases = Termios::ECHOK | Termios::ECHOKE | Termios::ECHOE;
        if termios.local & erases == erases {
            self.rub_out(termios, width, echo);
        } else if termios.local & Termios::ECHOK != 0 {
            echo_character(termios, termios.characters[Termios::VKILL], echo);
            echo.push(b'\n');
        }
    }

    fn rub_out(&self, termios: &Termios, columns: usize, echo: &mut Vec<u8>) {
        if termios.local & Termios::ECHO == 0 {
            return;
        }
        for _ in 0..columns {
            echo.extend_from_slice(b"\x08 \x08");
        }
    }

    /// Columns that the edited line takes.
    fn width(&self, termios: &Termios) -> usize {
        let mut column = self.line_column;
        for byte in &self.line {
            column += match byte {
                b'\t' => 8 - column % 8,
                0..0x20 | 0x7f if termios.local & Termios::ECHOCTL != 0 => 2,
                0..0x20 | 0x7f => 0,
                0x80..0xc0 if termios.input & Termios::IUTF8 != 0 => 0,
                _ => 1,
            };
        }
        column - self.line_column
    }
}

fn signal_of(termios: &Termios, byte: u8) -> Option<Signal> {
    [
        (Termios::VINTR, Signal::Int),
        (Termios::VQUIT, Signal::Quit),
        (Termios::VSUSP, Signal::Tstp),
    ]
    .into_iter()
    .find(|(index, _)| is(termios, *index, byte))
    .map(|(_, signal)| signal)
}

fn echo_character(termios: &Termios, byte: u8, echo: &mut Vec<u8>) {
    if termios.local & Termios::ECHO == 0 {
        return;
    }
    let is_control = byte < 0x20 && byte != b'\t' && byte != b'\n' || byte == 0x7f;
    if is_control && termios.local & Termios::ECHOCTL != 0 {
        echo.extend_from_slice(&[b'^', byte ^ 0x40]);
    } else {
        echo.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(termios: &Termios, keys: &[u8]) -> (Discipline, String, Vec<Signal>) {
        let mut discipline = Discipline::default();
        let (mut echo, mut signals) = (Vec::new(), Vec::new());
        for key in keys {
            let effect = discipline.receive(termios, *key, 0, &mut echo);
            signals.extend(effect.signal);
        }
        (discipline, echo.escape_ascii().to_string(), signals)
    }

    fn read(discipline: &mut Discipline, termios: &Termios) -> Option<String> {
        let mut buffer = [0; 64];
        match discipline.read(termios, &mut buffer) {
            TtyRead::Data(count) => Some(buffer[..count].escape_ascii().to_string()),
            TtyRead::Wait { .. } => None,
        }
    }

    fn check(keys: &[u8], line: Option<&str>, echo: &str) {
        let termios = Termios::default();
        let (mut discipline, shown, _) = typed(&termios, keys);
        assert_eq!(read(&mut discipline, &termios).as_deref(), line, "{keys:?}");
        assert_eq!(shown, echo, "{keys:?}");
    }

    #[test]
    fn lines_are_edited_before_they_are_read() {
        check(b"ab\r", Some("ab\\n"), "ab\\n");
        check(b"ab", None, "ab");
        check(b"abc\x7f\r", Some("ab\\n"), "abc\\x08 \\x08\\n");
        check(b"a\x08\x08b\r", Some("b\\n"), "a\\x08 \\x08b\\n");
        check(b"ab\x15c\r", Some("c\\n"), "ab\\x08 \\x08\\x08 \\x08c\\n");
        check(
            b"a bc \x17d\r",
            Some("a d\\n"),
            "a bc \\x08 \\x08\\x08 \\x08\\x08 \\x08d\\n",
        );
        check(b"\x04", Some(""), "");
        check(b"ab\x04", Some("ab"), "ab");
        check(b"\x16\x03\r", Some("\\x03\\n"), "^\\x08^C\\n");
        check(b"\x01\x7f\r", Some("\\n"), "^A\\x08 \\x08\\x08 \\x08\\n");
    }

    #[test]
    fn signals_flush_what_was_typed() {
        let termios = Termios::default();
        let (mut discipline, echo, signals) = typed(&termios, b"ab\x03\x1a\x1ccd\r");
        assert_eq!(signals, [Signal::Int, Signal::Tstp, Signal::Quit]);
        assert_eq!(echo, "ab^C^Z^\\\\cd\\n");
        assert_eq!(read(&mut discipline, &termios).as_deref(), Some("cd\\n"));
    }

    #[test]
    fn raw_mode_passes_everything_and_a_switch_keeps_what_is_unread() {
        let raw = Termios::default().raw();
        let (mut discipline, echo, signals) = typed(&raw, b"a\r\x03");
        assert_eq!((echo.as_str(), signals.len()), ("", 0));
        assert_eq!(read(&mut discipline, &raw).as_deref(), Some("a\\r\\x03"));
        let cooked = Termios::default();
        let (mut discipline, ..) = typed(&cooked, b"one\rtw");
        discipline.change_mode(&cooked, &raw);
        assert_eq!(read(&mut discipline, &raw).as_deref(), Some("one\\ntw"));
    }

    #[test]
    fn a_closed_input_ends_after_the_last_line() {
        let termios = Termios::default();
        let (mut discipline, ..) = typed(&termios, b"rest");
        discipline.end();
        assert_eq!(read(&mut discipline, &termios).as_deref(), Some("rest"));
        assert_eq!(read(&mut discipline, &termios).as_deref(), Some(""));
    }
}
