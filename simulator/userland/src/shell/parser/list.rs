//! Lists: pipelines joined by `&&`, `||`, `;`, `&` and newlines.

use super::frames::{Flow, Frame};
use super::grammar::command_frames;
use super::parser::{Parser, Want};
use super::simple::SimpleFrame;
use super::syntax_error::Stop;
use super::token::{Keyword, Token};
use crate::shell::program::{Node, NodeId};

/// What ends a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The top level: one line.
    Line,
    /// A reserved word, which the construct around it checks.
    Compound,
    /// As [`Scope::Compound`], and it may be empty.
    Substitution,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before an item.
    Item,
    /// Before a command of a pipeline.
    Command,
    /// Behind a command.
    Behind,
}

#[derive(Debug, Clone, Copy)]
enum Join {
    And(NodeId),
    Or(NodeId),
}

#[derive(Debug)]
pub(super) struct ListFrame {
    scope: Scope,
    state: State,
    items: Vec<NodeId>,
    join: Option<Join>,
    pipeline: Vec<NodeId>,
    negated: bool,
    /// Newlines may stand before the next command, because an operator precedes it.
    continued: bool,
}

impl ListFrame {
    pub(super) fn new(scope: Scope) -> Self {
        Self {
            scope,
            state: State::Item,
            items: Vec::new(),
            join: None,
            pipeline: Vec::new(),
            negated: false,
            continued: false,
        }
    }

    /// Nothing of the list has been read.
    pub(super) fn is_fresh(&self) -> bool {
        self.state == State::Item && self.items.is_empty()
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        match self.state {
            State::Item => self.item(parser),
            State::Command => self.command(parser),
            State::Behind => self.behind(parser),
        }
    }

    fn item(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        let want = if self.scope == Scope::Line {
            Want::COMMAND
        } else {
            Want::LATER_COMMAND
        };
        let token = parser.token(want)?;
        if self.scope == Scope::Line && matches!(token, Token::Newline | Token::End) {
            parser.take();
            parser.ended_at_end = matches!(token, Token::End);
            return Ok(self.finish(parser));
        }
        let may_end = !self.items.is_empty() || self.scope == Scope::Substitution;
        let ends = self.scope != Scope::Line
            && (matches!(token, Token::End) || may_end && is_terminator(&token));
        if ends {
            return Ok(self.finish(parser));
        }
        self.state = State::Command;
        Ok(Flow::Stay)
    }

    fn command(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        let want = if self.continued {
            Want::LATER_COMMAND
        } else {
            Want::COMMAND
        };
        let token = parser.token(want)?;
        if matches!(token, Token::Keyword(Keyword::Bang))
            && self.pipeline.is_empty()
            && !self.negated
        {
            parser.take();
            self.negated = true;
            self.continued = false;
            return Ok(Flow::Stay);
        }
        self.state = State::Behind;
        parser.value = None;
        if matches!(token, Token::Word(_) | Token::Redirection { .. }) {
            return Ok(Flow::Push(Frame::Simple(SimpleFrame::new(parser))));
        }
        command_frames(parser, &token)
    }

    fn behind(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        if let Some(node) = parser.value.take() {
            self.pipeline.push(node);
        }
        let token = parser.token(Want {
            keywords: true,
            ..Want::WORD
        })?;
        match token {
            Token::Bar => {
                parser.take();
                self.state = State::Command;
                self.continued = true;
            }
            Token::AndIf | Token::OrIf => {
                parser.take();
                let left = self.close_and_or(parser);
                self.join = Some(if matches!(token, Token::AndIf) {
                    Join::And(left)
                } else {
                    Join::Or(left)
                });
                self.state = State::Command;
                self.continued = true;
            }
            Token::Semicolon | Token::Ampersand => {
                parser.take();
                let mut item = self.close_and_or(parser);
                if matches!(token, Token::Ampersand) {
                    item = parser.program.add_node(Node::Background { body: item });
                }
                self.items.push(item);
                self.state = State::Item;
            }
            Token::Newline | Token::End => {
                let item = self.close_and_or(parser);
                self.items.push(item);
                self.state = State::Item;
            }
            other if self.scope == Scope::Line => return Err(parser.unexpected(&other, None)),
            _ => {
                let item = self.close_and_or(parser);
                self.items.push(item);
                return Ok(self.finish(parser));
            }
        }
        Ok(Flow::Stay)
    }

    /// Ends the pipeline and joins it with what precedes it.
    fn close_and_or(&mut self, parser: &mut Parser) -> NodeId {
        let program = &mut parser.program;
        let commands = std::mem::take(&mut self.pipeline);
        let mut node = match commands.as_slice() {
            [only] => *only,
            _ => {
                let commands = program.add_children(commands);
                program.add_node(Node::Pipeline { commands })
            }
        };
        if std::mem::take(&mut self.negated) {
            node = program.add_node(Node::Not { body: node });
        }
        self.continued = false;
        match self.join.take() {
            Some(Join::And(left)) => program.add_node(Node::And { left, right: node }),
            Some(Join::Or(left)) => program.add_node(Node::Or { left, right: node }),
            None => node,
        }
    }

    fn finish(&mut self, parser: &mut Parser) -> Flow {
        let items = std::mem::take(&mut self.items);
        Flow::Finish(match items.as_slice() {
            [] => None,
            [only] => Some(*only),
            _ => {
                let items = parser.program.add_children(items);
                Some(parser.program.add_node(Node::Sequence { items }))
            }
        })
    }
}

/// Whether a list may end before `token`.
fn is_terminator(token: &Token) -> bool {
    match token {
        Token::End | Token::DoubleSemicolon | Token::ParenClose => true,
        Token::Keyword(keyword) => matches!(
            keyword,
            Keyword::Do
                | Keyword::Done
                | Keyword::Elif
                | Keyword::Else
                | Keyword::Esac
                | Keyword::Fi
                | Keyword::Then
                | Keyword::BraceClose
        ),
        _ => false,
    }
}
