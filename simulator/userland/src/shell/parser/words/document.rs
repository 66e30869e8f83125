//! Where lines begin in the body of a here-document: one of them may be the delimiter.

use super::super::here_document::PendingHereDocument;
use super::super::input::Input;
use super::super::parser::Parser;
use super::super::syntax_error::Stop;
use super::frame::{Mode, WordFrame};
use crate::shell::program::Word;

/// The here-document whose body is being read.
#[derive(Debug)]
pub(in crate::shell::parser) struct Document {
    /// Index in the program's here-documents.
    index: usize,
    /// What ends it; `None`: the end of a text of its own.
    delimiter: Option<Vec<u8>>,
    strip_tabs: bool,
    /// Nothing of the line has been read.
    at_line_start: bool,
    /// A continuation at the start of the line is kept: behind tabs that go busybox looks for none.
    keeps_continuation: bool,
}

/// What stands at a place in a here-document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineStart {
    /// Text of the body.
    Inside,
    /// The delimiter, which is used up.
    End,
    /// A backslash and a newline that belong to the body.
    Continuation,
}

impl Document {
    pub(in crate::shell::parser) fn new(pending: PendingHereDocument) -> Self {
        Self {
            index: pending.index,
            delimiter: Some(pending.delimiter),
            strip_tabs: pending.strip_tabs,
            at_line_start: true,
            keeps_continuation: false,
        }
    }

    /// The topmost text of the input, to its end.
    pub(in crate::shell::parser) fn whole_text(index: usize) -> Self {
        Self {
            index,
            delimiter: None,
            strip_tabs: false,
            at_line_start: false,
            keeps_continuation: false,
        }
    }

    /// A newline of the body has been read.
    pub(super) fn end_line(&mut self) {
        self.at_line_start = self.delimiter.is_some();
    }

    /// Looks for the delimiter where a line begins.
    pub(super) fn begin_line(&mut self, input: &mut Input) -> Result<LineStart, Stop> {
        let Some(delimiter) = self.delimiter.as_ref().filter(|_| self.at_line_start) else {
            return Ok(LineStart::Inside);
        };
        if !self.keeps_continuation {
            input.skip_continuations()?;
        }
        while self.strip_tabs && input.byte(0)? == Some(b'\t') {
            input.advance(1);
            self.keeps_continuation = true;
        }
        let is_delimiter = is_line(input, delimiter)?;
        let continues = self.keeps_continuation
            && input.byte(0)? == Some(b'\\')
            && input.byte(1)? == Some(b'\n');
        self.at_line_start = false;
        self.keeps_continuation = false;
        if is_delimiter {
            input.advance(delimiter.len() + 1);
            return Ok(LineStart::End);
        }
        Ok(if continues {
            LineStart::Continuation
        } else {
            LineStart::Inside
        })
    }

    pub(super) fn finish(&self, parser: &mut Parser, word: Word) {
        if self.delimiter.is_none() {
            parser.input.pop_nested();
        }
        parser.program.here_documents[self.index] = word;
    }
}

/// Whether the next line is this one.
fn is_line(input: &mut Input, line: &[u8]) -> Result<bool, Stop> {
    for (at, byte) in line.iter().enumerate() {
        if input.byte(at)? != Some(*byte) {
            return Ok(false);
        }
    }
    Ok(matches!(input.byte(line.len())?, None | Some(b'\n')))
}

impl WordFrame {
    /// Keeps a backslash and a newline, which is no line of the input then. In a pattern the newline only.
    pub(super) fn keep_continuation(&mut self, parser: &mut Parser, mode: Mode) {
        if !matches!(mode, Mode::Operand { quoted: false }) {
            self.push(parser, b'\\', true);
        }
        self.push(parser, b'\n', true);
        parser.input.advance(2);
        parser.input.uncount_line();
    }
}
