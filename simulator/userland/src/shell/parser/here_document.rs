//! Bodies of here-documents, read when the line that names them ends.

use super::frames::{Flow, Frame};
use super::parser::Parser;
use super::syntax_error::Stop;
use super::token::Token;
use super::words::{Document, WordFrame};
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
    /// The lines so far of a body in which nothing expands.
    body: Buffer,
    /// What of the next one has been read.
    line: Buffer,
}

impl HereDocumentFrame {
    pub(super) fn new(token: Token) -> Self {
        Self {
            token,
            body: Buffer::new(),
            line: Buffer::new(),
        }
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        let Some(pending) = parser.pending.first() else {
            parser.token = Some(self.token);
            return Ok(Flow::Finish(None));
        };
        if pending.expands {
            let document = Document::new(parser.pending.remove(0));
            return Ok(Flow::Push(Frame::Word(WordFrame::here_document(document))));
        }
        let strip_tabs = pending.strip_tabs;
        let last = self.read_line(parser)?;
        let line = std::mem::take(&mut self.line);
        let is_tab = |byte: &&u8| strip_tabs && **byte == b'\t';
        let text = &line[line.iter().take_while(is_tab).count()..];
        let is_delimiter = text == parser.pending[0].delimiter;
        if !is_delimiter {
            self.body.extend_from_slice(text);
            if !last {
                self.body.push(b'\n');
                return Ok(Flow::Stay);
            }
        }
        let pending = parser.pending.remove(0);
        let text = parser.program.add_text(&std::mem::take(&mut self.body));
        let start = index(parser.program.parts.len());
        parser.program.parts.push(Part::Text { text, quoted: true });
        parser.program.here_documents[pending.index] = Span {
            start,
            end: start + 1,
        };
        Ok(Flow::Stay)
    }

    /// Reads on to the end of the line; whether the text ends with it.
    fn read_line(&mut self, parser: &mut Parser) -> Result<bool, Stop> {
        loop {
            let Some(byte) = parser.input.byte(0)? else {
                return Ok(true);
            };
            if parser.has_spent_slice() {
                return Err(Stop::Pause);
            }
            parser.input.advance(1);
            if byte == b'\n' {
                return Ok(false);
            }
            self.line.push(byte);
        }
    }
}
