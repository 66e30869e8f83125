//! Bytes outside and inside of quotes.

use super::super::frames::Flow;
use super::super::parameter;
use super::super::parser::Parser;
use super::super::syntax_error::Stop;
use super::frame::{Mode, WordFrame};

impl WordFrame {
    /// A byte outside quotes.
    pub(super) fn bare(&mut self, parser: &mut Parser, byte: u8) -> Result<Option<Flow>, Stop> {
        match byte {
            b'\\' => match parser.input.byte(1)? {
                Some(b'\n') => parser.input.advance(2),
                Some(escaped) => {
                    self.quoted = true;
                    self.push(parser, escaped, true);
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
            b'/' if self.divide_late(parser) => {}
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
            b'/' if matches!(mode, Mode::Double { .. }) && self.divide_outer(parser) => {}
            b'/' if self.divide_late(parser) => {}
            _ => {
                self.push(parser, byte, true);
                parser.input.advance(1);
            }
        }
        Ok(None)
    }

    pub(super) fn escape_in_double(&mut self, parser: &mut Parser, mode: Mode) -> Result<(), Stop> {
        let next = parser.input.byte(1)?;
        let escaped = match next {
            Some(b'\n') => {
                parser.input.advance(2);
                return Ok(());
            }
            Some(b'$' | b'`' | b'\\') => next,
            Some(b'"') if !matches!(mode, Mode::HereDocument) => next,
            Some(b'}')
                if matches!(mode, Mode::Operand { .. } | Mode::Unclosed { .. })
                    || self.is_in_operand() =>
            {
                next
            }
            _ => None,
        };
        match escaped {
            Some(byte) => {
                self.push(parser, byte, true);
                parser.input.advance(2);
            }
            None => {
                self.push(parser, b'\\', true);
                parser.input.advance(1);
            }
        }
        Ok(())
    }

    pub(super) fn in_single(&mut self, parser: &mut Parser, byte: u8, start: usize) {
        if byte == b'/' && (self.divide_outer(parser) || self.divide_late(parser)) {
            return;
        }
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
