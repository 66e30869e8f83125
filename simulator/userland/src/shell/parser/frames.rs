//! The parser's stack: one frame per open construct, so nesting costs heap and never native stack.

use super::grammar::{CaseFrame, ForFrame, FunctionFrame, GroupFrame, IfFrame, LoopFrame};
use super::here_document::HereDocumentFrame;
use super::list::ListFrame;
use super::parser::Parser;
use super::simple::{SimpleFrame, TrailingFrame};
use super::syntax_error::Stop;
use super::token::LexedWord;
use super::words::{SubstitutionFrame, WordFrame};
use crate::shell::program::NodeId;

#[derive(Debug)]
pub(super) enum Frame {
    Word(WordFrame),
    Substitution(SubstitutionFrame),
    HereDocuments(HereDocumentFrame),
    List(ListFrame),
    Simple(SimpleFrame),
    Trailing(TrailingFrame),
    Group(GroupFrame),
    If(IfFrame),
    Loop(LoopFrame),
    For(ForFrame),
    Case(CaseFrame),
    Function(FunctionFrame),
}

/// What a frame's step asks for.
#[derive(Debug)]
pub(super) enum Flow {
    /// Step this frame again.
    Stay,
    /// Open a construct inside this one.
    Push(Frame),
    /// Open the second construct inside the first, and both inside this one.
    Nest(Box<(Frame, Frame)>),
    /// This construct is complete; the frame below finds the node in `Parser::value`.
    Finish(Option<NodeId>),
    /// A word is complete and becomes the current token.
    FinishWord(LexedWord),
}

impl Frame {
    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        match self {
            Self::Word(frame) => frame.step(parser),
            Self::Substitution(frame) => frame.step(parser),
            Self::HereDocuments(frame) => frame.step(parser),
            Self::List(frame) => frame.step(parser),
            Self::Simple(frame) => frame.step(parser),
            Self::Trailing(frame) => frame.step(parser),
            Self::Group(frame) => frame.step(parser),
            Self::If(frame) => frame.step(parser),
            Self::Loop(frame) => frame.step(parser),
            Self::For(frame) => frame.step(parser),
            Self::Case(frame) => frame.step(parser),
            Self::Function(frame) => frame.step(parser),
        }
    }
}
