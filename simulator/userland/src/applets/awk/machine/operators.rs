//! Operators.

use super::super::code::{Arithmetic, Comparison, special};
use super::super::regexes::search;
use super::super::value::Value;
use super::Machine;
use crate::applets::context::Fail;
use crate::kernel::Buffer;
use bytes::Bytes;

impl Machine<'_, '_> {
    /// Whether a text matches a pattern: a literal or any value.
    pub(super) async fn matches(&mut self, pattern: &Value, subject: &Bytes) -> Result<bool, Fail> {
        let source = self.pattern_source(pattern);
        let ignore_case = self.ignores_case();
        let regex = self.regexes.find(&source, ignore_case)?;
        let found = search(regex, self.cx.sys, subject, false, false).await?;
        Ok(found.is_some())
    }

    /// The source of a regular expression.
    pub(in super::super) fn pattern_source(&self, pattern: &Value) -> Bytes {
        match pattern {
            Value::Regex(number) => Bytes::copy_from_slice(&self.program.regexes[*number]),
            value => self.to_text(value),
        }
    }

    pub(super) fn arithmetic(&mut self, arithmetic: Arithmetic) -> Result<(), Fail> {
        let right = self.pop_number();
        let left = self.pop_number();
        let divides = matches!(arithmetic, Arithmetic::Divide | Arithmetic::Remainder);
        if divides && right == 0.0 {
            return Err(self.fault("Division by zero"));
        }
        self.stack.push(Value::Number(match arithmetic {
            Arithmetic::Add => left + right,
            Arithmetic::Subtract => left - right,
            Arithmetic::Multiply => left * right,
            Arithmetic::Divide => left / right,
            Arithmetic::Remainder => left % right,
            Arithmetic::Power => left.powf(right),
        }));
        Ok(())
    }

    pub(super) fn compare(&mut self, comparison: Comparison) {
        let right = self.pop();
        let left = self.pop();
        let order = if left.is_numeric() && right.is_numeric() {
            left.number().partial_cmp(&right.number())
        } else {
            let (left, right) = (self.to_text(&left), self.to_text(&right));
            Some(if self.ignores_case() {
                left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase())
            } else {
                left.cmp(&right)
            })
        };
        let holds = match comparison {
            Comparison::Less => order.is_some_and(std::cmp::Ordering::is_lt),
            Comparison::LessEqual => order.is_some_and(std::cmp::Ordering::is_le),
            Comparison::Equal => order.is_some_and(std::cmp::Ordering::is_eq),
            Comparison::NotEqual => !order.is_some_and(std::cmp::Ordering::is_eq),
            Comparison::Greater => order.is_some_and(std::cmp::Ordering::is_gt),
            Comparison::GreaterEqual => order.is_some_and(std::cmp::Ordering::is_ge),
        };
        self.stack.push(Value::bool(holds));
    }

    pub(super) async fn concatenate(&mut self) -> Result<(), Fail> {
        let right = self.pop_text();
        let left = self.pop_text();
        let mut joined = Buffer::new();
        joined.reserve(left.len() + right.len());
        joined.extend_from_slice(&left);
        joined.extend_from_slice(&right);
        self.pay(joined.len() as u64 / 4).await;
        self.stack.push(Value::Text(joined.into_bytes()));
        Ok(())
    }

    /// Makes one index of several.
    pub(super) fn join(&mut self, count: usize) {
        let separator = self.globals[special::SUBSEP].to_text(b"%.6g");
        let parts = self.stack.split_off(self.stack.len() - count);
        let mut joined = Buffer::new();
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                joined.extend_from_slice(&separator);
            }
            joined.extend_from_slice(&self.to_text(part));
        }
        self.stack.push(Value::Text(joined.into_bytes()));
    }
}
