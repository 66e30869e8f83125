//! The walk over a word's flat parts. Nested operands are entries of a stack on the heap.

use std::sync::Arc;

use bytes::Bytes;

use super::parameter::Position;
use super::tilde::{Place, Tilde};
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
        position: Position,
        value: Bytes,
        /// Nothing is written behind the operator.
        empty: bool,
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
        let mut tilde_open = false;
        let mut early_end = None;
        loop {
            if early_end == Some(at) {
                return Ok(out);
            }
            while open.last().is_some_and(|top| top.end == at) {
                if let Some(top) = open.pop() {
                    // The end of an operand ends the name behind a tilde.
                    tilde_open &= matches!(top.purpose, Purpose::Arithmetic { .. });
                    self.close_operand(program, top, &mut out).await?;
                }
            }
            if at >= word.end {
                return Ok(out);
            }
            let part = program.parts[at as usize];
            at += 1;
            match part {
                Part::Text { text, quoted: true } => {
                    let counted =
                        |outer: &Open| matches!(outer.purpose, Purpose::Arithmetic { .. });
                    tilde_open &= open.iter().any(counted);
                    let slash = program.bytes(text).iter().position(|byte| *byte == b'/');
                    if tilde_open
                        && let Some(slash) = slash
                        && let Some(top) = open.pop()
                    {
                        // A slash in an expression ends it then.
                        let (before, left) = program.bytes(text).split_at(slash);
                        out.push(before, Kind::Quoted);
                        self.close_operand(program, top, &mut out).await?;
                        out.push(&left[1..], Kind::Literal);
                        return Ok(out);
                    }
                    out.push(program.bytes(text), Kind::Quoted);
                }
                Part::Text { text, .. } => {
                    let text = program.bytes(text);
                    if text.contains(&b'~') {
                        self.load_users().await;
                    }
                    let in_place = open
                        .iter()
                        .all(|outer| matches!(outer.purpose, Purpose::InPlace));
                    let next = program.parts[..word.end as usize].get(at as usize);
                    let place = Place {
                        begins: begins_operand(program, word, at - 1),
                        ends: matches!(next, None | Some(Part::Separator))
                            || open.last().is_some_and(|top| top.end == at),
                        context: if in_place { context } else { Context::Text },
                    };
                    let kind = if open.is_empty() {
                        Kind::Literal
                    } else {
                        Kind::Expanded
                    };
                    let name_end = text.iter().position(|byte| place.ends_name(*byte));
                    let pushed = match name_end {
                        Some(name_end) if tilde_open => {
                            out.push(&text[..name_end], kind);
                            Tilde::Unknown {
                                left: text.len() - name_end - 1,
                            }
                        }
                        _ => self.push_text(text, kind, &place, &mut out),
                    };
                    match pushed {
                        Tilde::Done => {}
                        Tilde::Open => tilde_open = true,
                        Tilde::Unknown { left } => {
                            let Some(top) = open.pop() else {
                                return Ok(out);
                            };
                            // The rest of the operand stands outside it then, and is the end of the word.
                            early_end = Some(top.end);
                            self.close_operand(program, top, &mut out).await?;
                            out.push(&text[text.len() - left..], Kind::Literal);
                        }
                    }
                }
                Part::Separator if tilde_open => {
                    // The slash ends the name and with it the operand, whose rest stands outside it.
                    if let Some(top) = open.pop() {
                        tilde_open = false;
                        early_end = Some(top.end);
                        self.close_operand(program, top, &mut out).await?;
                    }
                }
                Part::Separator => {
                    let first = std::mem::take(&mut out);
                    if let Some(top) = open.last_mut() {
                        top.first = Some(first);
                    }
                }
                Part::Arithmetic { quoted, end } => {
                    tilde_open &= !quoted;
                    open.push(Open {
                        end,
                        purpose: Purpose::Arithmetic { quoted },
                        before: std::mem::take(&mut out),
                        first: None,
                    });
                }
                Part::Command { body, quoted } => {
                    tilde_open &= !quoted;
                    let text = self.substitute(program, body).await?;
                    out.push(&text, expanded(quoted));
                }
                Part::Process { body, reads } => {
                    let path = self.start_process(program, body, reads).await?;
                    out.push(&path, Kind::Quoted);
                }
                Part::Parameter { quoted, .. } => {
                    tilde_open &= !quoted;
                    let first = at;
                    at = self.open_parameter(program, at, context, &mut out, &mut open)?;
                    let Part::Parameter { operator, .. } = part else {
                        continue;
                    };
                    if tilde_open && at >= first && open.is_empty() && operator != Operator::Value {
                        // An operand that is not expanded is looked through all the same.
                        tilde_open = false;
                        if let Some((index, left)) = slash_within(program, first..at) {
                            early_end = Some(at);
                            at = index + 1;
                            out.push(left, Kind::Literal);
                        }
                    }
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
        let fields = context == Context::Fields
            && open
                .iter()
                .all(|outer| matches!(outer.purpose, Purpose::InPlace));
        let position = Position { quoted, fields };
        let name_text = program.bytes(name);
        let value = self.parameter(name_text, position);
        let is_set = |colon: bool| {
            value
                .as_ref()
                .is_some_and(|value| !colon || !value.is_empty())
        };
        let in_place = match operator {
            Operator::Bad => {
                self.state.line = self.reading_line();
                return Err(self.fail("syntax error: bad substitution"));
            }
            Operator::Default { colon } => !is_set(colon),
            Operator::Alternative { colon } => is_set(colon),
            _ => false,
        };
        if in_place {
            open.push(Open {
                end,
                purpose: Purpose::InPlace,
                before: Rich::default(),
                first: None,
            });
            return Ok(at);
        }
        let is_taken = match operator {
            Operator::Alternative { .. } => return Ok(end),
            Operator::Assign { colon } | Operator::Error { colon } => is_set(colon),
            Operator::Value | Operator::Default { .. } => true,
            _ => false,
        };
        let expands = matches!(operator, Operator::Assign { .. } | Operator::Error { .. });
        if !expands && !matches!(operator, Operator::Default { .. }) {
            self.require(name_text, value.as_ref())?;
        }
        if operator == Operator::Length {
            let length = self.length(name_text, value.as_ref()).to_string();
            out.push(length.as_bytes(), self.kind(name_text, position));
            return Ok(end);
        }
        let value = match value {
            Some(value) if is_taken => {
                out.push(&value, self.kind(name_text, position));
                return Ok(end);
            }
            // What is not set has nothing to work on: the operand is not looked at.
            None if !expands => return Ok(end),
            value => value.unwrap_or_default(),
        };
        open.push(Open {
            end,
            purpose: Purpose::Operand {
                name,
                operator,
                position,
                value,
                empty: end == at,
            },
            before: std::mem::take(out),
            first: None,
        });
        Ok(at)
    }

    async fn close_operand(
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
                position,
                value,
                empty,
            } => {
                let operand = std::mem::replace(out, open.before);
                let name = program.bytes(name);
                if matches!(operator, Operator::Replace { .. }) {
                    let (pattern, text) = match &open.first {
                        Some(pattern) => (pattern, Some(&operand)),
                        None => (&operand, None),
                    };
                    if pattern.is_empty() {
                        if position.fields && !position.quoted {
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
                        let text = (!empty).then(|| operand.into_text());
                        return Err(self.not_set(name, colon, text));
                    }
                    Operator::Assign { .. } => {
                        self.assign_default(name, operand.into_text())?;
                        self.parameter(name, position).unwrap_or_default()
                    }
                    _ => {
                        let text = self.apply(operator, &value, open.first, operand).await?;
                        text.into_bytes()
                    }
                };
                out.push(&text, self.kind(name, position));
            }
        }
        Ok(())
    }

    /// Fails when `set -u` is on and the parameter has no value.
    fn require(&mut self, name: &[u8], value: Option<&Bytes>) -> Result<(), Unwind> {
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

/// Whether part `at` stands where a tilde expands: at the start of the word, of an operand or of its second half.
fn begins_operand(program: &Program, word: Word, at: u32) -> bool {
    if at == word.start {
        return true;
    }
    match program.parts[at as usize - 1] {
        Part::Parameter { end, .. } => end > at,
        Part::Separator => true,
        _ => false,
    }
}

/// The first unquoted text with a slash among parts, and what it has behind the slash.
fn slash_within(program: &Program, parts: std::ops::Range<u32>) -> Option<(u32, &[u8])> {
    for index in parts {
        if matches!(program.parts[index as usize], Part::Separator) {
            return Some((index, b""));
        }
        if let Part::Text {
            text,
            quoted: false,
        } = program.parts[index as usize]
        {
            let text = program.bytes(text);
            if let Some(slash) = text.iter().position(|byte| *byte == b'/') {
                return Some((index, &text[slash + 1..]));
            }
        }
    }
    None
}
