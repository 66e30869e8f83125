//! The walk over a word's flat parts. Nested operands are entries of a stack on the heap.

use std::sync::Arc;

use bytes::Bytes;

use super::parameter::Value;
use super::{Context, Kind, Rich};
use crate::shell::machine::{Machine, Unwind};
use crate::shell::program::{Operator, Part, Program, Span, Word};

/// An operand being expanded.
struct Open {
    /// The part behind the operand.
    end: u32,
    purpose: Purpose,
    /// What was expanded before the operand; it goes on when the operand ends.
    before: Rich,
    /// The operand before the separator.
    first: Option<Rich>,
}

enum Purpose {
    /// The operand stands for the parameter and goes where it stood.
    InPlace,
    Arithmetic {
        quoted: bool,
    },
    Operand {
        name: Span,
        operator: Operator,
        quoted: bool,
        value: Bytes,
    },
}

impl Machine {
    /// Expands a word without splitting it.
    ///
    /// # Errors
    /// An expansion that ends the command, its message already queued.
    pub(crate) async fn expand(
        &mut self,
        program: &Arc<Program>,
        word: Word,
        context: Context,
    ) -> Result<Rich, Unwind> {
        let mut out = Rich::default();
        let mut open: Vec<Open> = Vec::new();
        let mut at = word.start;
        loop {
            while open.last().is_some_and(|top| top.end == at) {
                if let Some(top) = open.pop() {
                    self.close_operand(program, top, &mut out)?;
                }
            }
            if at >= word.end {
                return Ok(out);
            }
            let part = program.parts[at as usize];
            at += 1;
            match part {
                Part::Text { text, quoted: true } => out.push(program.bytes(text), Kind::Quoted),
                Part::Text { text, .. } => {
                    let kind = if open.is_empty() {
                        Kind::Literal
                    } else {
                        Kind::Expanded
                    };
                    let next = program.parts[..word.end as usize].get(at as usize);
                    let place = super::tilde::Place {
                        begins: begins_operand(program, word, at - 1),
                        ends: next.is_none() || open.last().is_some_and(|top| top.end == at),
                        context: if open.is_empty() {
                            context
                        } else {
                            Context::Text
                        },
                    };
                    let text = program.bytes(text);
                    if text.contains(&b'~') {
                        self.load_users().await;
                    }
                    self.push_text(text, kind, &place, &mut out);
                }
                Part::Separator => {
                    let first = std::mem::take(&mut out);
                    if let Some(top) = open.last_mut() {
                        top.first = Some(first);
                    }
                }
                Part::Arithmetic { quoted, end } => open.push(Open {
                    end,
                    purpose: Purpose::Arithmetic { quoted },
                    before: std::mem::take(&mut out),
                    first: None,
                }),
                Part::Command { body, quoted } => {
                    let text = self.substitute(program, body).await?;
                    out.push(&text, expanded(quoted));
                }
                Part::Parameter { .. } => {
                    at = self.open_parameter(program, at, context, &mut out, &mut open)?;
                }
            }
        }
    }

    /// Expands the parameter in front of part `at`; the part to go on with.
    fn open_parameter(
        &mut self,
        program: &Program,
        at: u32,
        context: Context,
        out: &mut Rich,
        open: &mut Vec<Open>,
    ) -> Result<u32, Unwind> {
        let Part::Parameter {
            name,
            operator,
            quoted,
            end,
        } = program.parts[at as usize - 1]
        else {
            return Ok(at);
        };
        let value = self.parameter(program.bytes(name));
        let apart = context == Context::Fields
            && open
                .iter()
                .all(|outer| matches!(outer.purpose, Purpose::InPlace));
        let in_place = |open: &mut Vec<Open>, out: &mut Rich| {
            if quoted {
                out.push(b"", Kind::Quoted);
            }
            open.push(Open {
                end,
                purpose: Purpose::InPlace,
                before: Rich::default(),
                first: None,
            });
        };
        match operator {
            Operator::Bad => return Err(self.fail("syntax error: bad substitution")),
            Operator::Value => {
                self.require(program.bytes(name), value.as_ref())?;
                self.push_value(value.as_ref(), quoted, apart, out);
            }
            Operator::Length => {
                self.require(program.bytes(name), value.as_ref())?;
                let length = value.map_or(0, |value| value.joined().len());
                out.push(length.to_string().as_bytes(), expanded(quoted));
            }
            Operator::Default { colon } => {
                if is_set(value.as_ref(), colon) {
                    self.push_value(value.as_ref(), quoted, apart, out);
                } else {
                    in_place(open, out);
                    return Ok(at);
                }
            }
            Operator::Alternative { colon } => {
                if is_set(value.as_ref(), colon) {
                    in_place(open, out);
                    return Ok(at);
                } else if quoted {
                    out.push(b"", Kind::Quoted);
                }
            }
            Operator::Assign { colon } | Operator::Error { colon }
                if is_set(value.as_ref(), colon) =>
            {
                self.push_value(value.as_ref(), quoted, apart, out);
            }
            _ => {
                let wants_value =
                    !matches!(operator, Operator::Assign { .. } | Operator::Error { .. });
                if wants_value {
                    self.require(program.bytes(name), value.as_ref())?;
                }
                let value = value.map_or_else(Bytes::new, |value| value.joined());
                open.push(Open {
                    end,
                    purpose: Purpose::Operand {
                        name,
                        operator,
                        quoted,
                        value,
                    },
                    before: std::mem::take(out),
                    first: None,
                });
                return Ok(at);
            }
        }
        Ok(end)
    }

    fn close_operand(
        &mut self,
        program: &Program,
        open: Open,
        out: &mut Rich,
    ) -> Result<(), Unwind> {
        match open.purpose {
            Purpose::InPlace => {}
            Purpose::Arithmetic { quoted } => {
                let expression = std::mem::replace(out, open.before).into_text();
                let value = self.arithmetic(&expression)?;
                out.push(value.to_string().as_bytes(), expanded(quoted));
            }
            Purpose::Operand {
                name,
                operator,
                quoted,
                value,
            } => {
                let operand = std::mem::replace(out, open.before);
                let name = program.bytes(name);
                let text = self.apply(name, operator, &value, open.first, operand)?;
                out.push(&text, expanded(quoted));
            }
        }
        Ok(())
    }

    /// Fails when `set -u` is on and the parameter has no value.
    fn require(&mut self, name: &[u8], value: Option<&Value>) -> Result<(), Unwind> {
        let missing = value.is_none() && self.state.options.has(super::parameter::NO_UNSET);
        if missing {
            let text = [name, b": parameter not set"].concat();
            return Err(self.fail_bytes(&text));
        }
        Ok(())
    }
}

pub(super) fn expanded(quoted: bool) -> Kind {
    if quoted { Kind::Quoted } else { Kind::Expanded }
}

fn is_set(value: Option<&Value>, colon: bool) -> bool {
    match value {
        None => false,
        Some(Value::One(text)) => !colon || !text.is_empty(),
        // `$@` and `$*` count as set even when there are no parameters.
        Some(many @ Value::Many { .. }) => !colon || !many.joined().is_empty(),
    }
}

/// Whether part `at` stands where a tilde expands: at the start of the word or of an operand that is a word.
fn begins_operand(program: &Program, word: Word, at: u32) -> bool {
    if at == word.start {
        return true;
    }
    matches!(
        program.parts[at as usize - 1],
        Part::Parameter {
            operator: Operator::Default { .. }
                | Operator::Alternative { .. }
                | Operator::Assign { .. },
            end,
            ..
        } if end > at
    )
}
