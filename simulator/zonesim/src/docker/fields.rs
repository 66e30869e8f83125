//! Members of a JSON body, by the type that the zone can use (docker-api.md 7.2).

use super::failure::Failure;
use serde_json::{Map, Value};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// An object's members; `null` counts as absent.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    object: &'a Object,
    /// What stands before a member's name in texts.
    prefix: &'a str,
}

/// APIX-18: a value that cannot be used is no fault of the zone, and always told so.
pub(crate) fn wrong(field: &str, expected: &str) -> Failure {
    Failure::validation(format!("\"{field}\" must be {expected}"))
}

impl<'a> Fields<'a> {
    /// The members of `object`, which texts call `prefix` and the member's name.
    pub(crate) fn new(object: &'a Object, prefix: &'a str) -> Self {
        Self { object, prefix }
    }

    /// The member, unless it is absent.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn called(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn wrong(&self, name: &str, expected: &str) -> Failure {
        wrong(&self.called(name), expected)
    }

    /// A text.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong(name, "a string")),
        }
    }

    /// A text that must be there.
    pub(crate) fn required_text(&self, name: &str) -> Result<String, Failure> {
        self.text(name)?.ok_or_else(|| self.wrong(name, "a string"))
    }

    /// A text that a process is told of, which no NUL can be part of.
    pub(crate) fn word(&self, name: &str) -> Result<Option<String>, Failure> {
        match self.text(name)? {
            Some(text) if text.contains('\0') => Err(self.wrong(name, "a string without \\0")),
            text => Ok(text),
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Failure> {
        self.texts_called(name, &self.called(name))
    }

    /// A list of texts; `called` is its name in texts.
    pub(crate) fn texts_called(
        &self,
        name: &str,
        called: &str,
    ) -> Result<Option<Vec<String>>, Failure> {
        let wrong = || wrong(called, "an array of strings");
        match self.value(name) {
            None => Ok(None),
            Some(Value::Array(values)) => values
                .iter()
                .map(|value| value.as_str().map(str::to_owned).ok_or_else(wrong))
                .collect::<Result<_, _>>()
                .map(Some),
            Some(_) => Err(wrong()),
        }
    }

    /// A list of texts that a process is told of.
    pub(crate) fn words(&self, name: &str) -> Result<Option<Vec<String>>, Failure> {
        match self.texts(name)? {
            Some(texts) if texts.iter().any(|text| text.contains('\0')) => {
                Err(self.wrong(name, "an array of strings without \\0"))
            }
            texts => Ok(texts),
        }
    }

    /// A truth value; absent is false.
    pub(crate) fn boolean(&self, name: &str) -> Result<bool, Failure> {
        match self.value(name) {
            None => Ok(false),
            Some(Value::Bool(value)) => Ok(*value),
            Some(_) => Err(self.wrong(name, "a boolean")),
        }
    }

    /// An object.
    pub(crate) fn object(&self, name: &str) -> Result<Option<&'a Object>, Failure> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(self.wrong(name, "an object")),
        }
    }

    /// A number without its fraction; saturates.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, Failure> {
        match self.value(name) {
            None => Ok(None),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a float becomes the nearest integer that there is"
            )]
            Some(Value::Number(number)) => Ok(number
                .as_i64()
                .or_else(|| number.as_f64().map(|float| float as i64))),
            Some(_) => Err(self.wrong(name, "a number")),
        }
    }

    /// Whether a member is truthy in JavaScript's sense, as the reference looks at it.
    pub(crate) fn truthy(&self, name: &str) -> bool {
        match self.value(name) {
            None => false,
            Some(Value::Bool(value)) => *value,
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(Value::String(text)) => !text.is_empty(),
            Some(_) => true,
        }
    }
}
