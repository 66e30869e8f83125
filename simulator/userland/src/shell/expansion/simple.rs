//! Words of one part, as most are: expanded without a walk.

use bytes::Bytes;

use super::Kind;
use super::parameter::{Position, decimal};
use super::word::expanded;
use crate::shell::machine::{Machine, Unwind};
use crate::shell::program::{Operator, Part, Program, Word};

impl Machine {
    /// Expands a word of one part; what it is, as one run. `None`: it takes a walk.
    ///
    /// # Errors
    /// As [`Machine::expand`].
    pub(super) fn expand_simple(
        &mut self,
        program: &Program,
        word: Word,
    ) -> Result<Option<(Bytes, Kind)>, Unwind> {
        let parts = &program.parts[word.range()];
        // The empty text says that a quotation is there.
        let (parts, is_there) = match parts {
            [Part::Text { text, quoted: true }, rest @ ..]
                if text.is_empty()
                    && matches!(
                        rest.first(),
                        Some(
                            Part::Parameter { quoted: true, .. }
                                | Part::Arithmetic { quoted: true }
                        )
                    ) =>
            {
                (rest, true)
            }
            parts => (parts, false),
        };
        match *parts {
            [Part::Text { text, quoted }] => {
                let kind = if quoted { Kind::Quoted } else { Kind::Literal };
                let is_simple = quoted || !program.bytes(text).contains(&b'~');
                Ok(is_simple.then(|| (program.text.share(text), kind)))
            }
            [
                Part::Parameter {
                    name,
                    operator: Operator::Value,
                    quoted,
                    ..
                },
            ] => {
                let name = program.bytes(name);
                if matches!(name, b"@" | b"*") {
                    return Ok(None);
                }
                let position = Position {
                    quoted,
                    fields: false,
                };
                let value = self.parameter(name, position);
                self.require(name, value.as_ref())?;
                let kind = expanded(is_there || quoted && value.is_some());
                Ok(Some((value.unwrap_or_default(), kind)))
            }
            [
                Part::Arithmetic { quoted },
                Part::Text { text, .. },
                Part::ArithmeticEnd,
            ] => {
                let value = self.arithmetic(program.bytes(text))?;
                Ok(Some((decimal(value), expanded(quoted))))
            }
            _ => Ok(None),
        }
    }
}
