//! Bytes outside and inside of quotes.

use super::super::frames::Flow;
use super::super::parameter;
use super::super::parser::Parser;
use super::super::syntax_error::Stop;
use super::frame::{Mode, WordFrame};
use crate::shell::program::Part;

impl WordFrame {
    /// A byte outside quotes.
    pub(super) fn bare(&mut self, parser: &mut Parser, byte: u8) -> Result<Option<Flow>, Stop> {
        match byte {
            b'\\' => match parser.input.byte(1)? {
                Some(b'\n') => parser.input.advance(2),
                Some(escaped) => {
                    self.quoted = true;
                    self.push_escaped(parser, escaped);
                    parser.input.advance(2);
                }
                None => {
                    self.quoted = true;
                    self.push(parser, b'\\', true);
                    parser.input.advance(1);
                }
            },
            b'\'' => {
                parser.input.advance(1);
                self.open(parser, |start| Mode::Single { start });
            }
            b'"' => {
                parser.input.advance(1);
                self.open(parser, |start| Mode::Double { start });
            }
            b'$' => return self.dollar(parser, false),
            b'`' if self.delimiter => {
                self.quoted = true;
                self.push(parser, byte, false);
                parser.input.advance(1);
            }
            b'`' => return self.backquote(parser, false),
            _ => {
                self.push(parser, byte, false);
                parser.input.advance(1);
            }
        }
        Ok(None)
    }

    /// A byte under the rules of double quotes.
    pub(super) fn in_double(
        &mut self,
        parser: &mut Parser,
        byte: u8,
        mode: Mode,
    ) -> Result<Option<Flow>, Stop> {
        match byte {
            b'\\' => self.escape_in_double(parser, mode)?,
            b'"' => {
                match mode {
                    Mode::Double { start } => self.close_quotation(parser, start),
                    Mode::HereDocument => self.push(parser, byte, true),
                    Mode::Arithmetic { .. } => self.push(parser, byte, true),
                    _ => self.open(parser, |start| Mode::Double { start }),
                }
                parser.input.advance(1);
            }
            b'$' => return self.dollar(parser, true),
            b'`' => return self.backquote(parser, true),
            b'(' | b')' if matches!(mode, Mode::Arithmetic { .. }) => {
                self.arithmetic_paren(parser, byte)?;
            }
            _ => {
                self.push(parser, byte, true);
                parser.input.advance(1);
            }
        }
        Ok(None)
    }

    /// What a backslash escapes loses its meaning; only before some characters the backslash goes.
    pub(super) fn escape_in_double(&mut self, parser: &mut Parser, mode: Mode) -> Result<(), Stop> {
        let Some(next) = parser.input.byte(1)? else {
            self.push(parser, b'\\', true);
            parser.input.advance(1);
            return Ok(());
        };
        if next == b'\n' {
            parser.input.advance(2);
            return Ok(());
        }
        let in_operand = matches!(mode, Mode::Operand { .. }) || self.is_quotation_in_operand();
        let special = match next {
            b'$' | b'`' | b'\\' => true,
            b'"' => !matches!(mode, Mode::HereDocument),
            b'}' => in_operand,
            _ => false,
        };
        if !special {
            self.push(parser, b'\\', true);
        }
        self.push_escaped(parser, next);
        parser.input.advance(2);
        Ok(())
    }

    fn push_escaped(&mut self, parser: &mut Parser, byte: u8) {
        if byte == b'/' && self.divides {
            self.flush(parser);
            self.parts.push(Part::EscapedSlash);
        } else {
            self.push(parser, byte, true);
        }
    }

    /// Whether the innermost mode is a quotation in an operand.
    fn is_quotation_in_operand(&self) -> bool {
        matches!(self.modes.iter().rev().nth(1), Some(Mode::Operand { .. }))
    }

    pub(super) fn in_single(&mut self, parser: &mut Parser, byte: u8, start: usize) {
        parser.input.advance(1);
        if byte == b'\'' {
            self.close_quotation(parser, start);
        } else {
            self.push(parser, byte, true);
        }
    }

    pub(super) fn in_escaped(
        &mut self,
        parser: &mut Parser,
        byte: u8,
        start: usize,
    ) -> Result<(), Stop> {
        if byte == b'\\' {
            let (value, length) = parameter::escape(&mut parser.input)?;
            if let Some(value) = value {
                self.push(parser, value, true);
            }
            parser.input.advance(length);
        } else {
            self.in_single(parser, byte, start);
        }
        Ok(())
    }
}
