//! Values of parameters and the operators on them.

use std::sync::Arc;

use bytes::Bytes;

use super::Rich;
use super::walk::expanded;
use crate::kernel::{Buffer, List};
use crate::shell::arithmetic;
use crate::shell::machine::{Machine, Unwind};
use crate::shell::options::ShellOption;
use crate::shell::pattern;
use crate::shell::program::Operator;
use crate::shell::state::State;

pub(super) const NO_UNSET: ShellOption = ShellOption::NoUnset;

/// A parameter's value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    One(Bytes),
    /// `$@` and `$*`.
    Many {
        values: Arc<List<Bytes>>,
        star: bool,
    },
}

impl Value {
    /// As one text, parameters joined by blanks.
    pub(super) fn joined(&self) -> Bytes {
        match self {
            Self::One(text) => text.clone(),
            Self::Many { values, .. } => {
                let mut text = Buffer::new();
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        text.push(b' ');
                    }
                    text.extend_from_slice(value);
                }
                text.into_bytes()
            }
        }
    }
}

impl Machine {
    pub(super) fn parameter(&mut self, name: &[u8]) -> Option<Value> {
        let state = &self.state;
        let text = match name {
            b"@" | b"*" => {
                return Some(Value::Many {
                    values: state.parameters.values.clone(),
                    star: name == b"*",
                });
            }
            b"#" => state.parameters.values.len().to_string(),
            b"?" => state.status.to_string(),
            b"$" => state.shell_pid.to_string(),
            b"!" => state.last_background?.to_string(),
            b"-" => return Some(Value::One(Bytes::from(state.options.letters()))),
            b"0" => return Some(Value::One(state.parameters.zero.clone())),
            b"LINENO" => state.line.to_string(),
            b"RANDOM" if state.variables.find(b"RANDOM").is_none() => {
                self.state.next_random().to_string()
            }
            [b'0'..=b'9', ..] => {
                let position: usize = std::str::from_utf8(name).ok()?.parse().ok()?;
                if position == 0 {
                    return Some(Value::One(state.parameters.zero.clone()));
                }
                return state
                    .parameters
                    .values
                    .get(position - 1)
                    .cloned()
                    .map(Value::One);
            }
            _ => return state.variables.value(name).cloned().map(Value::One),
        };
        Some(Value::One(Bytes::from(text)))
    }

    /// Appends a parameter's value. `apart`: positional parameters become fields of their own.
    pub(super) fn push_value(
        &self,
        value: Option<&Value>,
        quoted: bool,
        apart: bool,
        out: &mut Rich,
    ) {
        let kind = expanded(quoted);
        match value {
            None => out.push(b"", kind),
            Some(Value::One(text)) => out.push(text, kind),
            Some(Value::Many { values, star }) if *star && quoted || !apart => {
                let separator = match self.state.variables.value(b"IFS") {
                    None => Some(b' '),
                    Some(ifs) => ifs.first().copied(),
                };
                out.push(b"", kind);
                for (index, value) in values.iter().enumerate() {
                    if index > 0
                        && let Some(separator) = separator
                    {
                        out.push(&[separator], kind);
                    }
                    out.push(value, kind);
                }
            }
            Some(Value::Many { values, .. }) => {
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        out.push_break();
                    }
                    out.push(value, kind);
                }
            }
        }
    }

    /// The result of an operator whose operand is expanded.
    pub(super) fn apply(
        &mut self,
        name: &[u8],
        operator: Operator,
        value: &Bytes,
        first: Option<Rich>,
        operand: Rich,
    ) -> Result<Buffer, Unwind> {
        match operator {
            Operator::Assign { .. } => {
                if !crate::shell::variables::is_name(name) {
                    let text = [name, b": bad variable name"].concat();
                    return Err(self.fail_bytes(&text));
                }
                let text = operand.into_text();
                self.assign(name, text.clone().into_bytes())?;
                Ok(text)
            }
            Operator::Error { colon } => {
                let message = operand.into_text();
                let message: &[u8] = match (message.is_empty(), colon) {
                    (false, _) => &message,
                    (true, false) => b"parameter not set",
                    (true, true) => b"parameter not set or null",
                };
                let text = [name, b": ", message].concat();
                Err(self.fail_bytes(&text))
            }
            Operator::RemovePrefix { longest } => {
                let pattern = operand.pattern();
                let cut = pattern::prefix_length(&pattern, value, longest).unwrap_or(0);
                Ok(Buffer::from(&value[cut..]))
            }
            Operator::RemoveSuffix { longest } => {
                let pattern = operand.pattern();
                let cut = pattern::suffix_start(&pattern, value, longest).unwrap_or(value.len());
                Ok(Buffer::from(&value[..cut]))
            }
            Operator::Substring => self.substring(value, first, operand),
            Operator::Replace { all } => {
                let (pattern, replacement) = match first {
                    Some(pattern) => (pattern.pattern(), operand.into_text()),
                    None => (operand.pattern(), Buffer::new()),
                };
                Ok(replace(value, &pattern, &replacement, all))
            }
            _ => Ok(Buffer::from(&value[..])),
        }
    }

    fn substring(
        &mut self,
        value: &Bytes,
        first: Option<Rich>,
        operand: Rich,
    ) -> Result<Buffer, Unwind> {
        let (offset, length) = match first {
            Some(offset) => (offset, Some(operand)),
            None => (operand, None),
        };
        let size = i64::try_from(value.len()).unwrap_or(i64::MAX);
        let mut start = self.arithmetic(&offset.into_text())?;
        if start < 0 {
            start = start.saturating_add(size);
        }
        let wanted = match length {
            Some(length) => self.arithmetic(&length.into_text())?,
            None => i64::MAX,
        };
        if !(0..size).contains(&start) {
            return Ok(Buffer::new());
        }
        let left = size - start;
        // A negative length counts from the end; one that goes before the start takes everything, as in busybox.
        let taken = match wanted {
            0.. => wanted.min(left),
            _ => Some(left.saturating_add(wanted))
                .filter(|taken| *taken >= 0)
                .unwrap_or(left),
        };
        let start = usize::try_from(start).unwrap_or(0);
        let taken = usize::try_from(taken).unwrap_or(0);
        Ok(Buffer::from(&value[start..start + taken]))
    }

    /// Evaluates an arithmetic expression.
    ///
    /// # Errors
    /// A wrong expression; its message is queued.
    pub(crate) fn arithmetic(&mut self, expression: &[u8]) -> Result<i64, Unwind> {
        let mut scope = Variables {
            state: &mut self.state,
        };
        arithmetic::evaluate(expression, &mut scope).map_err(|message| self.fail(&message))
    }
}

struct Variables<'a> {
    state: &'a mut State,
}

impl arithmetic::Scope for Variables<'_> {
    fn value(&self, name: &[u8]) -> Option<Bytes> {
        if name == b"LINENO" {
            return Some(Bytes::from(self.state.line.to_string()));
        }
        self.state.variables.value(name).cloned()
    }

    fn assign(&mut self, name: &[u8], value: i64) -> Result<(), String> {
        self.state
            .set_variable(name, Bytes::from(value.to_string()))
            .map_err(|_| format!("{}: is read only", String::from_utf8_lossy(name)))
    }
}

/// Replaces the first or every longest match of `pattern`.
fn replace(value: &[u8], pattern: &[u8], replacement: &[u8], all: bool) -> Buffer {
    let mut text = Buffer::new();
    text.reserve(value.len());
    let mut at = 0;
    let mut done = pattern.is_empty();
    while at < value.len() {
        let length = if done {
            None
        } else {
            pattern::prefix_length(pattern, &value[at..], true).filter(|length| *length > 0)
        };
        match length {
            Some(length) => {
                text.extend_from_slice(replacement);
                at += length;
                done = !all;
            }
            None => {
                text.push(value[at]);
                at += 1;
            }
        }
    }
    text
}
