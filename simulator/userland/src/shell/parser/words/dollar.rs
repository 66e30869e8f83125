//! What begins with `$`, a backquote or `<(`.

use super::super::frames::{Flow, Frame};
use super::super::input::Ahead;
use super::super::parameter::{self, Header};
use super::super::parser::Parser;
use super::super::syntax_error::Stop;
use super::SubstitutionFrame;
use super::frame::{Mode, Waiting, WordFrame};
use crate::shell::program::{Operator, Part};

impl WordFrame {
    pub(super) fn dollar(
        &mut self,
        parser: &mut Parser,
        quoted: bool,
    ) -> Result<Option<Flow>, Stop> {
        let mut ahead = Ahead::new(&mut parser.input, 1);
        let next = ahead.peek()?;
        let behind = ahead.position() + 1;
        match next {
            Some(b'\'') if !quoted => {
                parser.input.advance(behind);
                self.open(parser, |start| Mode::Escaped { start });
                return Ok(None);
            }
            Some(b'(') if !self.delimiter => return self.parenthesis(parser, behind, quoted),
            Some(b'{') if !self.delimiter => {
                let header = parameter::braced(&mut parser.input)?;
                self.parameter(parser, &header, quoted);
                return Ok(None);
            }
            _ => {}
        }
        let header = match self.delimiter {
            true => None,
            false => parameter::bare(&mut parser.input)?,
        };
        match header {
            Some(header) => self.parameter(parser, &header, quoted),
            None => {
                self.push(parser, b'$', quoted);
                parser.input.advance(1);
            }
        }
        Ok(None)
    }

    pub(super) fn parameter(&mut self, parser: &mut Parser, header: &Header, quoted: bool) {
        self.flush(parser);
        let name = parser.program.add_text(&header.name);
        self.parts.push(Part::Parameter {
            name,
            operator: header.operator,
            quoted,
            braced: !header.closed || header.operator == Operator::Length,
        });
        parser.input.advance(header.length);
        if header.newline {
            parser.input.uncount_line();
        }
        if header.closed {
            if header.operator == Operator::Length {
                self.parts.push(Part::OperandEnd);
            }
            return;
        }
        let replaces = matches!(header.operator, Operator::Replace { .. });
        self.divides |= replaces;
        // Patterns are read as if they stood outside quotes.
        let is_pattern = replaces
            || matches!(
                header.operator,
                Operator::RemovePrefix { .. } | Operator::RemoveSuffix { .. }
            );
        self.modes.push(Mode::Operand {
            quoted: quoted && !is_pattern,
        });
    }

    /// `$((` or `$(`.
    pub(super) fn parenthesis(
        &mut self,
        parser: &mut Parser,
        behind: usize,
        quoted: bool,
    ) -> Result<Option<Flow>, Stop> {
        let mut ahead = Ahead::new(&mut parser.input, behind);
        let arithmetic = ahead.accept(b'(')?;
        let behind_both = ahead.position();
        self.flush(parser);
        if arithmetic {
            parser.input.advance(behind_both);
            self.parts.push(Part::Arithmetic { quoted });
            self.modes.push(Mode::Arithmetic { depth: 0 });
            return Ok(None);
        }
        parser.input.advance(behind);
        self.waiting = Some(Waiting::Command { quoted });
        Ok(Some(Flow::Push(Frame::Substitution(
            SubstitutionFrame::new(false),
        ))))
    }

    /// At `<(` or `>(`.
    pub(super) fn process(&mut self, parser: &mut Parser, byte: u8) -> Flow {
        self.flush(parser);
        parser.input.advance(2);
        self.waiting = Some(Waiting::Process {
            reads: byte == b'<',
        });
        Flow::Push(Frame::Substitution(SubstitutionFrame::new(false)))
    }

    pub(super) fn backquote(
        &mut self,
        parser: &mut Parser,
        quoted: bool,
    ) -> Result<Option<Flow>, Stop> {
        let Some((text, length)) = parameter::backquoted(&mut parser.input, quoted)? else {
            // The error is where the text ends.
            while parser.input.byte(0)?.is_some() {
                parser.input.advance(1);
            }
            return Err(parser.syntax("EOF in backquote substitution"));
        };
        self.flush(parser);
        parser.input.advance(length);
        let line = parser.current_line;
        parser.input.push_nested(text, line);
        self.waiting = Some(Waiting::Command { quoted });
        Ok(Some(Flow::Push(Frame::Substitution(
            SubstitutionFrame::new(true),
        ))))
    }

    pub(super) fn arithmetic_paren(&mut self, parser: &mut Parser, byte: u8) -> Result<(), Stop> {
        let mut ahead = Ahead::new(&mut parser.input, 1);
        let closes_all = byte == b')' && ahead.accept(b')')?;
        let behind_both = ahead.position();
        let Some(Mode::Arithmetic { depth }) = self.modes.last_mut() else {
            return Ok(());
        };
        if byte == b'(' {
            *depth += 1;
        } else if *depth > 0 {
            *depth -= 1;
        } else if closes_all {
            self.close(parser, behind_both, Part::ArithmeticEnd);
            return Ok(());
        }
        self.push(parser, byte, true);
        parser.input.advance(1);
        Ok(())
    }
}
