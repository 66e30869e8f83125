//! The present record and its fields.

use super::super::context::Fail;
use super::regexes::{Regexes, search};
use super::value::Value;
use crate::kernel::{Buffer, List, Sys};
use bytes::Bytes;

/// How a text is taken apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Separator {
    /// At runs of blanks, none at the ends.
    Blanks,
    /// Into bytes.
    Bytes,
    /// At every such byte; and at newlines.
    Byte(u8, bool),
    /// At matches.
    Regex(Vec<u8>),
}

impl Separator {
    /// What a value of FS, or the last argument of split, means.
    pub(super) fn parse(source: &[u8], by_paragraph: bool) -> Self {
        match source {
            b" " => Separator::Blanks,
            [] => Separator::Bytes,
            [byte] => Separator::Byte(*byte, by_paragraph),
            source => Separator::Regex(source.to_vec()),
        }
    }
}

/// A text taken apart.
pub(super) async fn split(
    sys: &Sys,
    regexes: &mut Regexes,
    text: &Bytes,
    separator: &Separator,
    ignore_case: bool,
) -> Result<List<Value>, Fail> {
    let mut fields = List::new();
    sys.burn(50 + text.len() as u64 * 2).await;
    match separator {
        Separator::Blanks => {
            let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
            let mut at = 0;
            while let Some(skip) = text[at..].iter().position(|byte| !is_blank(byte)) {
                let start = at + skip;
                let length = text[start..].iter().position(is_blank);
                at = length.map_or(text.len(), |length| start + length);
                fields.push(Value::Input(text.slice(start..at)));
            }
        }
        Separator::Bytes => {
            for at in 0..text.len() {
                fields.push(Value::Input(text.slice(at..=at)));
            }
        }
        Separator::Byte(wanted, newlines) => {
            let mut start = 0;
            for (at, byte) in text.iter().enumerate() {
                let same = byte == wanted || (ignore_case && byte.eq_ignore_ascii_case(wanted));
                if same || (*newlines && *byte == b'\n') {
                    fields.push(Value::Input(text.slice(start..at)));
                    start = at + 1;
                }
            }
            if !text.is_empty() {
                fields.push(Value::Input(text.slice(start..)));
            }
        }
        Separator::Regex(source) => {
            let regex = regexes.find(source, ignore_case)?;
            let mut start = 0;
            let mut from = 0;
            while from < text.len() {
                let Some(found) = search(regex, sys, &text[from..], from > 0, false).await? else {
                    break;
                };
                if found.end() == found.start() {
                    // An empty match separates nothing.
                    from += found.end() + 1;
                    continue;
                }
                fields.push(Value::Input(text.slice(start..from + found.start())));
                from += found.end();
                start = from;
            }
            if !text.is_empty() {
                fields.push(Value::Input(text.slice(start..)));
            }
        }
    }
    Ok(fields)
}

/// `$0` and what it is made of; either follows from the other when it is asked for.
#[derive(Debug, Default)]
pub(super) struct Record {
    whole: Value,
    fields: List<Value>,
    is_split: bool,
    is_joined: bool,
}

impl Record {
    /// Sets `$0`.
    pub(super) fn set(&mut self, whole: Value) {
        self.whole = whole;
        self.fields.clear();
        self.is_split = false;
        self.is_joined = true;
    }

    /// What is to be split before fields can be used.
    pub(super) fn unsplit(&self) -> Option<&Value> {
        (!self.is_split).then_some(&self.whole)
    }

    pub(super) fn set_fields(&mut self, fields: List<Value>) {
        self.fields = fields;
        self.is_split = true;
    }

    /// Whether `$0` is as it should be.
    pub(super) fn is_joined(&self) -> bool {
        self.is_joined || !self.is_split
    }

    /// Makes `$0` from the fields.
    pub(super) fn join(&mut self, separator: &[u8], number_format: &[u8]) {
        let mut whole = Buffer::new();
        for (index, field) in self.fields.iter().enumerate() {
            if index > 0 {
                whole.extend_from_slice(separator);
            }
            whole.extend_from_slice(&field.to_text(number_format));
        }
        self.whole = Value::Input(whole.into_bytes());
        self.is_joined = true;
    }

    /// `$0`, when it is joined.
    pub(super) fn whole(&self) -> &Value {
        &self.whole
    }

    /// Number of fields, when they are split.
    pub(super) fn count(&self) -> usize {
        self.fields.len()
    }

    /// Field from 1, when they are split.
    pub(super) fn field(&self, number: usize) -> Value {
        self.fields.get(number - 1).cloned().unwrap_or_default()
    }

    /// Sets a field from 1, when they are split.
    pub(super) fn set_field(&mut self, number: usize, value: Value) {
        if number > self.fields.len() {
            self.resize(number);
        }
        self.fields[number - 1] = value;
        self.is_joined = false;
    }

    /// Sets the number of fields, when they are split.
    pub(super) fn resize(&mut self, count: usize) {
        self.fields.resize(count, &Value::Input(Bytes::new()));
        self.is_joined = false;
    }
}
