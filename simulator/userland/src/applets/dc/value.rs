//! What stands on the stack and in registers.

use super::super::context::Fail;
use super::super::decimal::Number;
use super::text::Text;

/// A number or a text.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Number(Number),
    Text(Text),
}

impl Value {
    /// The number, or that it is none.
    pub(super) fn number(self) -> Result<Number, Fail> {
        match self {
            Value::Number(number) => Ok(number),
            Value::Text(_) => Err(Fail::new("variable is wrong type")),
        }
    }

    /// Bytes that are charged to whoever keeps it.
    pub(super) fn small_bytes(&self) -> usize {
        match self {
            Value::Number(number) => number.small_bytes(),
            Value::Text(_) => Text::SMALL_BYTES,
        }
    }
}

impl Default for Value {
    fn default() -> Self {
        Value::Number(Number::default())
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Value::Number(number)
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Value::Text(text)
    }
}
