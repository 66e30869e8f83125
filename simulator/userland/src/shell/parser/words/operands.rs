//! Operands of `${…}`: where they end, and which slash divides a pattern from its replacement.

use super::super::parser::Parser;
use super::frame::{Mode, WordFrame};
use crate::shell::program::{Part, index};

impl WordFrame {
    /// Ends or divides an operand; false when the byte is an ordinary one.
    pub(super) fn operand_byte(&mut self, parser: &mut Parser, byte: u8, part: usize) -> bool {
        if byte == b'}' {
            self.flush(parser);
            let undivided = matches!(
                self.modes.pop(),
                Some(Mode::Operand {
                    divisible: true,
                    ..
                })
            );
            self.end_part(part);
            if undivided && !self.is_within_operand() {
                self.undivided.get_or_insert(part);
            }
            parser.input.advance(1);
            return true;
        }
        let top = self.modes.len() - 1;
        byte == b'/' && (self.divide(parser, top) || self.divide_around(parser))
    }

    /// Takes a slash in the operand of a `${…}` that stands in a pattern for the end of the pattern: what follows up to
    /// the next brace replaces, and the brace behind that one ends the word.
    pub(super) fn divide_around(&mut self, parser: &mut Parser) -> bool {
        let [
            ..,
            Mode::Operand {
                part: outer,
                quoted,
                divisible: true,
            },
            Mode::Operand { part, .. },
        ] = self.modes[..]
        else {
            return false;
        };
        self.flush(parser);
        self.end_part(part);
        self.parts.push(Part::Separator);
        parser.input.advance(1);
        self.modes.pop();
        self.modes.pop();
        self.modes.push(Mode::Unclosed { quoted });
        self.modes.push(Mode::Operand {
            part: outer,
            quoted,
            divisible: false,
        });
        true
    }

    /// The brace behind `${name:}` ends the operand it stands in, whose own brace then ends the next one, and in no
    /// operand the word.
    pub(super) fn close_unclosed(&mut self, parser: &mut Parser) {
        self.flush(parser);
        parser.input.advance(1);
        self.modes.pop();
        match self.modes.last_mut() {
            Some(outer @ Mode::Operand { .. }) => {
                let Mode::Operand { part, quoted, .. } = *outer else {
                    return;
                };
                *outer = Mode::Unclosed { quoted };
                self.end_part(part);
            }
            _ => {
                self.cut.get_or_insert(self.parts.len());
            }
        }
    }

    /// Takes a slash for the end of the pattern when mode `index` is an operand that has one, which quotes do not
    /// change in busybox. A slash at the start of the pattern belongs to it.
    pub(super) fn divide(&mut self, parser: &mut Parser, index: usize) -> bool {
        let Some(Mode::Operand {
            part,
            divisible: true,
            ..
        }) = self.modes.get_mut(index)
        else {
            return false;
        };
        if *part + 1 == self.parts.len() && self.run.is_none() && self.modes.len() == index + 1 {
            return false;
        }
        let Some(Mode::Operand { divisible, .. }) = self.modes.get_mut(index) else {
            return false;
        };
        *divisible = false;
        self.flush(parser);
        self.parts.push(Part::Separator);
        parser.input.advance(1);
        true
    }

    pub(super) fn is_within_operand(&self) -> bool {
        let operand = |mode: &Mode| matches!(mode, Mode::Operand { .. } | Mode::Arithmetic { .. });
        self.modes.iter().any(operand)
    }

    /// Takes a slash behind `${name/pattern}` for the one in it: what follows replaces, and what is in between is lost.
    pub(super) fn divide_late(&mut self, parser: &mut Parser) -> bool {
        if self.is_within_operand() {
            return false;
        }
        let Some(part) = self.undivided.take() else {
            return false;
        };
        self.flush(parser);
        let Some(Part::Parameter { end, .. }) = self.parts.get(part) else {
            return false;
        };
        let end = *end as usize;
        while self.parts.len() > end {
            self.parts.pop();
        }
        // Quotations that had begun in what is lost go on behind it.
        for mode in self.modes.iter_mut() {
            if let Mode::Double { start } | Mode::Single { start } | Mode::Escaped { start } = mode
            {
                *start = (*start).min(end + 1);
            }
        }
        self.parts.push(Part::Separator);
        self.divided_late = Some(part);
        parser.input.advance(1);
        true
    }

    pub(super) fn end_part(&mut self, part: usize) {
        let length = index(self.parts.len());
        if let Some(Part::Parameter { end, .. } | Part::Arithmetic { end, .. }) =
            self.parts.get_mut(part)
        {
            *end = length;
        }
    }

    /// A slash between quotes in an operand.
    pub(super) fn divide_outer(&mut self, parser: &mut Parser) -> bool {
        match self.modes.len().checked_sub(2) {
            Some(outer) => self.divide(parser, outer),
            None => false,
        }
    }

    /// Whether the innermost mode is a quotation in an operand.
    pub(super) fn is_in_operand(&self) -> bool {
        let outer = self.modes.iter().rev().nth(1);
        matches!(outer, Some(Mode::Operand { .. } | Mode::Unclosed { .. }))
    }
}
