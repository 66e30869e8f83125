//! Bodies of here-documents, read when the line that names them ends.

use super::frames::{Flow, Frame};
use super::parser::Parser;
use super::syntax_error::Stop;
use super::token::Token;
use super::words::WordFrame;
use crate::kernel::Buffer;
use crate::shell::program::{Part, Span, index};

/// A here-document whose body has not been read yet.
#[derive(Debug)]
pub(super) struct PendingHereDocument {
    /// Index in the program's here-documents.
    pub(super) index: usize,
    pub(super) delimiter: Vec<u8>,
    pub(super) strip_tabs: bool,
    /// The delimiter was not quoted.
    pub(super) expands: bool,
}

/// Reads the bodies of all pending here-documents.
#[derive(Debug)]
pub(super) struct HereDocumentFrame {
    /// The token that ended the line.
    token: Token,
    body: Buffer,
    /// The last line ended in a backslash: the next one continues it and is no delimiter.
    continued: bool,
    first_line: Option<u32>,
}

impl HereDocumentFrame {
    pub(super) fn new(token: Token) -> Self {
        Self {
            token,
            body: Buffer::new(),
            continued: false,
            first_line: None,
        }
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        let Some(pending) = parser.pending.first() else {
            parser.token = Some(self.token);
            return Ok(Flow::Finish(None));
        };
        let (strip_tabs, expands) = (pending.strip_tabs, pending.expands);
        self.first_line.get_or_insert(parser.input.line());
        let (line, length, last) = next_line(parser)?;
        let strips = strip_tabs && !self.continued;
        let tabs = line
            .iter()
            .take_while(|byte| strips && **byte == b'\t')
            .count();
        let text = &line[tabs..];
        let is_delimiter = !self.continued && text == parser.pending[0].delimiter;
        parser.input.advance(length);
        // A continuation at the start of a line is nothing: the next line still may be the delimiter.
        if expands && !self.continued && !last && line[..] == *b"\\" {
            return Ok(Flow::Stay);
        }
        // Behind tabs that are taken away a backslash and the newline are kept, and the line goes on all the same.
        if expands && tabs > 0 && !last && text == b"\\" {
            self.body.push(b'\\');
        }
        if !is_delimiter {
            self.body.extend_from_slice(text);
            if !last {
                self.body.push(b'\n');
            }
            let backslashes = text.iter().rev().take_while(|byte| **byte == b'\\').count();
            self.continued = expands && backslashes % 2 == 1;
        }
        if !is_delimiter && !last {
            return Ok(Flow::Stay);
        }
        let pending = parser.pending.remove(0);
        let body = std::mem::take(&mut self.body);
        let line = self.first_line.take().unwrap_or_default();
        self.continued = false;
        if !pending.expands {
            let text = parser.program.add_text(&body);
            let start = index(parser.program.parts.len());
            parser.program.parts.push(Part::Text { text, quoted: true });
            parser.program.here_documents[pending.index] = Span {
                start,
                end: start + 1,
            };
            return Ok(Flow::Stay);
        }
        parser.input.push_nested(body, line);
        Ok(Flow::Push(Frame::Word(WordFrame::here_document(
            pending.index,
        ))))
    }
}

/// The next line without its newline, its length with it, and whether the text ends with it.
fn next_line(parser: &mut Parser) -> Result<(Buffer, usize, bool), Stop> {
    let mut line = Buffer::new();
    loop {
        match parser.input.byte(line.len())? {
            None => {
                let length = line.len();
                return Ok((line, length, true));
            }
            Some(b'\n') => {
                let length = line.len() + 1;
                return Ok((line, length, false));
            }
            Some(byte) => line.push(byte),
        }
    }
}
