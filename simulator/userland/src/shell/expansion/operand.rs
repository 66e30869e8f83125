//! Parameters of a word, and what their operators do once their operands are expanded.

use bytes::Bytes;

use super::cursor::{BEHIND_WRONG, Cursor};
use super::levels::{Level, Operand, Purpose};
use super::parameter::Position;
use super::walk::Walk;
use super::word::expanded;
use super::{Context, Kind, Rich};
use crate::shell::machine::{Machine, Unwind};
use crate::shell::program::{Operator, Part};

impl Machine {
    /// Expands the parameter that the walk is at, or opens its operand.
    pub(super) fn walk_parameter(&mut self, walk: &mut Walk, part: Part) -> Result<(), Unwind> {
        let Part::Parameter {
            name,
            operator,
            quoted,
            braced,
        } = part
        else {
            return Ok(());
        };
        let program = walk.program.clone();
        let name_text = program.bytes(name);
        if walk.at.byte == BEHIND_WRONG {
            if !walk.is_skipping() {
                let kind = if walk.open.is_empty() {
                    Kind::Literal
                } else {
                    Kind::Expanded
                };
                walk.out.push(&[name_text, b"="].concat(), kind);
            }
            walk.advance();
            return Ok(());
        }
        let position = Position {
            quoted,
            fields: walk.context == Context::Fields && walk.is_in_place(),
        };
        if walk.is_skipping() {
            match operator {
                Operator::Value => walk.advance(),
                Operator::Length => walk.at = Cursor::of_part(walk.at.part + 2),
                _ => self.enter_operand(walk, part, position, Bytes::new(), true),
            }
            return Ok(());
        }
        if operator == Operator::Bad {
            self.state.line = self.reading_line();
            return Err(self.fail("syntax error: bad substitution"));
        }
        // Lengths are those of texts.
        let texts = Position {
            fields: position.fields && operator != Operator::Length,
            ..position
        };
        let value = self.parameter(name_text, texts);
        let is_set = |colon: bool| {
            value
                .as_ref()
                .is_some_and(|value| !colon || !value.is_empty())
        };
        match operator {
            Operator::Default { colon } => {
                if is_set(colon) {
                    let kind = self.kind(name_text, position);
                    walk.out.push(&value.unwrap_or_default(), kind);
                    walk.enter(Purpose::InPlace, true);
                } else {
                    walk.enter(Purpose::InPlace, false);
                }
                return Ok(());
            }
            Operator::Alternative { colon } => {
                walk.enter(Purpose::InPlace, !is_set(colon));
                return Ok(());
            }
            Operator::Assign { colon } | Operator::Error { colon } => {
                let set = is_set(colon);
                let value = value.unwrap_or_default();
                if set {
                    walk.out.push(&value, self.kind(name_text, position));
                }
                self.enter_operand(walk, part, position, value, set);
                return Ok(());
            }
            _ => {}
        }
        self.require(name_text, value.as_ref())?;
        match operator {
            Operator::Length => {
                let length = self.length(name_text, value.as_ref()).to_string();
                walk.out
                    .push(length.as_bytes(), self.kind(name_text, position));
                walk.at = Cursor::of_part(walk.at.part + 2);
                walk.tilde_due = false;
            }
            Operator::Value => {
                if let Some(value) = value {
                    walk.out.push(&value, self.kind(name_text, position));
                }
                walk.advance();
            }
            _ => {
                debug_assert!(braced, "the operator has an operand");
                // What is not set has nothing to work on: the operand is only passed over.
                let skipped = value.is_none();
                self.enter_operand(walk, part, position, value.unwrap_or_default(), skipped);
            }
        }
        Ok(())
    }

    fn enter_operand(
        &self,
        walk: &mut Walk,
        part: Part,
        position: Position,
        value: Bytes,
        skipped: bool,
    ) {
        let Part::Parameter { name, operator, .. } = part else {
            return;
        };
        let behind = Cursor::of_part(walk.at.part + 1);
        let empty = matches!(
            walk.program.parts.get(behind.part as usize),
            Some(Part::OperandEnd)
        ) && !walk.cuts.contains(&behind);
        let operand = Operand {
            name,
            operator,
            position,
            value,
            empty,
            slash: None,
            pattern: None,
            divided_at: None,
        };
        walk.enter(Purpose::Operand(operand), skipped);
    }

    pub(super) async fn close_level(
        &mut self,
        walk: &mut Walk,
        level: Level,
    ) -> Result<(), Unwind> {
        let Level {
            purpose,
            skipped,
            before,
        } = level;
        if matches!(purpose, Purpose::InPlace) {
            return Ok(());
        }
        let inner = std::mem::replace(&mut walk.out, before);
        if skipped {
            return Ok(());
        }
        match purpose {
            Purpose::InPlace => Ok(()),
            Purpose::Arithmetic { quoted } => {
                let expression = inner.into_text();
                let value = self.arithmetic(&expression)?;
                walk.out
                    .push(value.to_string().as_bytes(), expanded(quoted));
                Ok(())
            }
            Purpose::Operand(operand) => self.close_operand(walk, operand, inner).await,
        }
    }

    async fn close_operand(
        &mut self,
        walk: &mut Walk,
        operand: Operand,
        inner: Rich,
    ) -> Result<(), Unwind> {
        let Operand {
            name,
            operator,
            position,
            value,
            empty,
            pattern,
            ..
        } = operand;
        let program = walk.program.clone();
        let name = program.bytes(name);
        let out = &mut walk.out;
        if matches!(operator, Operator::Replace { .. }) {
            let (pattern, text) = match &pattern {
                Some(pattern) => (pattern, Some(&inner)),
                None => (&inner, None),
            };
            if pattern.is_empty() {
                if self.kind(name, position) == Kind::Parameters {
                    out.push_parameters_apart(&value, pattern, text);
                } else if position.fields && !position.quoted {
                    out.push_apart(&value, pattern, text);
                } else {
                    out.push(&value, self.kind(name, position));
                    out.push(b"", Kind::Cut);
                }
                return Ok(());
            }
        }
        let text = match operator {
            Operator::Error { colon } => {
                let text = (!empty).then(|| inner.into_text());
                return Err(self.not_set(name, colon, text));
            }
            Operator::Assign { .. } => {
                // What `"$@"` at the start of the operand leaves behind, busybox keeps.
                if walk.out.is_untouched() && inner.begins_with_parameters() {
                    walk.out.push(b"", Kind::Parameters);
                }
                self.assign_default(name, inner.into_text())?;
                self.parameter(name, position).unwrap_or_default()
            }
            _ => {
                let text = self.apply(operator, &value, pattern, inner).await?;
                text.into_bytes()
            }
        };
        walk.out.push(&text, self.kind(name, position));
        Ok(())
    }

    /// Fails when `set -u` is on and the parameter has no value.
    pub(super) fn require(&mut self, name: &[u8], value: Option<&Bytes>) -> Result<(), Unwind> {
        let missing = value.is_none() && self.state.options.has(super::parameter::NO_UNSET);
        if missing {
            let text = [name, b": parameter not set"].concat();
            return Err(self.fail_bytes(&text));
        }
        Ok(())
    }
}
