//! Texts, and reading commands in them.

use super::super::context::Fail;
use bytes::Bytes;

/// A string, which may be run as a macro. Copies and parts share their bytes.
#[derive(Clone, Debug)]
pub(super) struct Text {
    bytes: Bytes,
}

impl Text {
    /// What a share of bytes costs.
    pub(super) const SMALL_BYTES: usize = 32;

    pub(super) fn new(bytes: Bytes) -> Self {
        Self { bytes }
    }

    pub(super) fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }
}

/// A place in a text that is run.
#[derive(Debug)]
pub(super) struct Position {
    text: Bytes,
    at: usize,
    /// This macro, and those that ended in the call of the next.
    levels: usize,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

impl Position {
    pub(super) fn new(text: Bytes) -> Self {
        Self {
            text,
            at: 0,
            levels: 1,
        }
    }

    /// The last thing that was read calls this text.
    pub(super) fn become_macro(&mut self, text: Bytes) {
        self.text = text;
        self.at = 0;
        self.levels += 1;
    }

    pub(super) fn levels(&self) -> usize {
        self.levels
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    /// What is left of the line.
    pub(super) fn rest(&self) -> &[u8] {
        let rest = &self.text[self.at..];
        rest.split(|byte| *byte == b'\n').next().unwrap_or(rest)
    }

    /// The rest of the line is a comment.
    pub(super) fn skip_line(&mut self) {
        self.at += self.rest().len();
    }

    /// A string whose opening bracket has been read.
    pub(super) fn string(&mut self) -> Result<Bytes, Fail> {
        let mut depth = 1;
        for (at, byte) in self.text.iter().enumerate().skip(self.at) {
            match byte {
                b'[' => depth += 1,
                b']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let text = self.text.slice(self.at..at);
                self.at = at + 1;
                return Ok(text);
            }
        }
        Err(Fail::new("unterminated string"))
    }

    /// The digits of a number, of which the first may have been read; `None` when there are none.
    pub(super) fn digits(&mut self, first: Option<u8>) -> Option<Bytes> {
        let start = self.at - usize::from(first.is_some());
        let mut has_point = first == Some(b'.');
        while let Some(byte) = self.peek() {
            match byte {
                b'0'..=b'9' | b'A'..=b'F' => {}
                b'.' if !has_point => has_point = true,
                _ => break,
            }
            self.at += 1;
        }
        let digits = self.text.slice(start..self.at);
        (!digits.is_empty() && digits.as_ref() != b".").then_some(digits)
    }

    /// A register's name: one byte, or behind a blank a longer one when those are allowed.
    pub(super) fn name(&mut self, has_long_names: bool) -> Option<Bytes> {
        if !(has_long_names && self.peek().is_some_and(is_blank)) {
            self.next()?;
            return Some(self.text.slice(self.at - 1..self.at));
        }
        self.skip_blanks();
        let start = self.at;
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        while self.peek().is_some_and(is_part) {
            self.at += 1;
        }
        (self.at > start).then(|| self.text.slice(start..self.at))
    }
}
