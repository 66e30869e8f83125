//! Values of parameters and the operators on them.

use std::borrow::Cow;

use bytes::Bytes;

use super::{Kind, Rich, operators};
use crate::kernel::{Buffer, Sys};
use crate::shell::arithmetic;
use crate::shell::machine::{Machine, Unwind};
use crate::shell::options::ShellOption;
use crate::shell::program::Operator;
use crate::shell::state::State;
use crate::shell::variables::is_name;

pub(super) const NO_UNSET: ShellOption = ShellOption::NoUnset;

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) quoted: bool,
    /// Fields are made of what it becomes, so that positional parameters stay apart.
    pub(super) fields: bool,
}

impl Machine {
    /// A parameter's value; positional parameters that stay apart have NULs between them.
    pub(super) fn parameter(&mut self, name: &[u8], position: Position) -> Option<Bytes> {
        let state = &self.state;
        let text = match name {
            b"@" | b"*" => return Some(self.joined_parameters(name == b"*", position)),
            b"#" => state.parameters.values.len().to_string(),
            b"?" => state.status.to_string(),
            b"$" => state.shell_pid.to_string(),
            b"!" => state.last_background?.to_string(),
            b"-" => return Some(Bytes::from(state.options.letters())),
            [b'0'..=b'9', ..] => {
                let position: usize = std::str::from_utf8(name).ok()?.parse().ok()?;
                let Some(index) = position.checked_sub(1) else {
                    return Some(state.parameters.zero.clone());
                };
                return state.parameters.values.get(index).cloned();
            }
            _ => return self.state.lookup(name, &self.sys),
        };
        Some(Bytes::from(text))
    }

    fn joined_parameters(&self, star: bool, position: Position) -> Bytes {
        let ifs = self.state.variables.value(b"IFS");
        let separator = match ifs {
            _ if position.fields && position.quoted && !star => Some(0),
            None => Some(b' '),
            Some(_) if position.fields && !position.quoted => Some(0),
            Some(ifs) => ifs.first().copied(),
        };
        let mut text = Buffer::new();
        for (index, value) in self.state.parameters.values.iter().enumerate() {
            if index > 0 {
                text.extend(separator);
            }
            text.extend_from_slice(value);
        }
        text.into_bytes()
    }

    /// What becomes of a parameter's value.
    pub(super) fn kind(&self, name: &[u8], position: Position) -> Kind {
        let is_list = name == b"@";
        // No parameters are no field, even between quotes.
        let is_none = is_list && self.state.parameters.values.is_empty();
        if !position.quoted || is_none {
            Kind::Expanded
        } else if is_list {
            Kind::Parameters
        } else {
            Kind::Quoted
        }
    }

    /// What `${#name}` is: bytes, or characters of a value when the locale's are UTF-8.
    pub(super) fn length(&self, name: &[u8], value: Option<&Bytes>) -> usize {
        let Some(value) = value else {
            return 0;
        };
        let is_value = name != b"@" && name != b"*";
        if is_value && self.state.counts_characters() {
            value
                .utf8_chunks()
                .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
                .sum()
        } else {
            value.len()
        }
    }

    /// The result of an operator whose operand is expanded.
    pub(super) async fn apply(
        &mut self,
        operator: Operator,
        value: &Bytes,
        first: Option<Rich>,
        operand: Rich,
    ) -> Result<Buffer, Unwind> {
        match operator {
            Operator::RemovePrefix { longest } => {
                let pattern = operand.pattern();
                let rest = operators::without_prefix(&self.sys, value, &pattern, longest).await;
                Ok(Buffer::from(rest))
            }
            Operator::RemoveSuffix { longest } => {
                let pattern = operand.pattern();
                let rest = operators::without_suffix(&self.sys, value, &pattern, longest).await;
                Ok(Buffer::from(rest))
            }
            Operator::Substring => {
                let expression = operand.into_text();
                let colon = expression.iter().position(|byte| *byte == b':');
                let (offset, length) = match colon {
                    Some(at) => (&expression[..at], Some(&expression[at + 1..])),
                    None => (&expression[..], None),
                };
                let offset = self.arithmetic(offset)?;
                let length = match length {
                    Some(length) => Some(self.arithmetic(length)?),
                    None => None,
                };
                Ok(Buffer::from(operators::substring(value, offset, length)))
            }
            Operator::Replace { all } => {
                let (pattern, replacement) = match first {
                    Some(pattern) => (pattern.pattern(), operand.into_text()),
                    None => (operand.pattern(), Buffer::new()),
                };
                Ok(operators::replace(&self.sys, value, &pattern, &replacement, all).await)
            }
            _ => Ok(Buffer::from(&value[..])),
        }
    }

    /// `${name=text}` of a parameter that is not set.
    ///
    /// # Errors
    /// It cannot be set; the message is queued.
    pub(super) fn assign_default(&mut self, name: &[u8], text: Buffer) -> Result<(), Unwind> {
        if !is_name(name) {
            let text = [name, b": bad variable name"].concat();
            return Err(self.fail_bytes(&text));
        }
        self.assign(name, text.into_bytes())
    }

    /// `${name?text}` of a parameter that is not set; `None`: nothing is behind the `?`.
    pub(super) fn not_set(&mut self, name: &[u8], colon: bool, text: Option<Buffer>) -> Unwind {
        let standard: &[u8] = if colon {
            b"parameter not set or null"
        } else {
            b"parameter not set"
        };
        let text = [name, b": ", text.as_deref().unwrap_or(standard)].concat();
        self.fail_bytes(&text)
    }

    /// Evaluates an arithmetic expression.
    ///
    /// # Errors
    /// A wrong expression; its message is queued.
    pub(crate) fn arithmetic(&mut self, expression: &[u8]) -> Result<i64, Unwind> {
        let mut scope = Variables {
            sys: &self.sys,
            state: &mut self.state,
        };
        arithmetic::evaluate(expression, &mut scope).map_err(|message| self.fail(&message))
    }
}

/// A number's text.
pub(super) fn decimal(value: i64) -> Bytes {
    Bytes::copy_from_slice(itoa::Buffer::new().format(value).as_bytes())
}

struct Variables<'a> {
    state: &'a mut State,
    sys: &'a Sys,
}

impl arithmetic::Scope for Variables<'_> {
    fn value(&mut self, name: &[u8]) -> Option<Cow<'_, [u8]>> {
        self.state.look_at(name, self.sys)
    }

    fn assign(&mut self, name: &[u8], value: i64) -> Result<(), String> {
        self.state
            .set_variable(name, decimal(value))
            .map_err(|_| format!("{}: is read only", String::from_utf8_lossy(name)))
    }
}
