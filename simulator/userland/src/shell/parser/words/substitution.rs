//! The list inside `$(…)`, `<(…)` or backquotes.

use super::super::frames::{Flow, Frame};
use super::super::here_document::PendingHereDocument;
use super::super::list::{ListFrame, Scope};
use super::super::parser::{Parser, Want};
use super::super::syntax_error::Stop;
use super::super::token::Token;

/// The list inside `$(…)` or backquotes.
#[derive(Debug)]
pub(in crate::shell::parser) struct SubstitutionFrame {
    backquoted: bool,
    opened: bool,
    body: Option<crate::shell::program::NodeId>,
    /// Here-documents of the command around it, whose bodies are not inside.
    outer: Vec<PendingHereDocument>,
}

impl SubstitutionFrame {
    pub(super) fn new(backquoted: bool) -> Self {
        Self {
            backquoted,
            opened: false,
            body: None,
            outer: Vec::new(),
        }
    }

    pub(in crate::shell::parser) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        if !self.opened {
            self.opened = true;
            self.outer = std::mem::take(&mut parser.pending);
            return Ok(Flow::Push(Frame::List(ListFrame::new(Scope::Substitution))));
        }
        if let Some(body) = parser.value.take() {
            self.body = Some(body);
        }
        let token = parser.token(Want::KEYWORD)?;
        match (self.backquoted, token) {
            (false, Token::ParenClose) => parser.take(),
            // What a list may end before is all the same here, and nobody looks at what follows.
            (true, _) => {
                parser.take();
                parser.input.pop_nested();
            }
            (false, other) => return Err(parser.unexpected(&other, Some(")"))),
        }
        // Bodies that have not come by now are empty.
        parser.pending = std::mem::take(&mut self.outer);
        Ok(Flow::Finish(self.body))
    }
}
