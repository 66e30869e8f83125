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

/// Where a part of a text begins and ends.
pub(super) type Span = (usize, usize);

/// A text taken apart.
pub(super) async fn split(
    sys: &Sys,
    regexes: &mut Regexes,
    text: &Bytes,
    separator: &Separator,
    ignore_case: bool,
) -> Result<List<Value>, Fail> {
    let mut spans = List::new();
    find_parts(sys, regexes, text, separator, ignore_case, &mut spans).await?;
    let mut parts = List::new();
    for (index, (start, end)) in spans.iter().enumerate() {
        parts.push(Value::Input(text.slice(*start..*end)));
        if index % 512 == 511 {
            sys.burn(512 * 10).await;
        }
    }
    Ok(parts)
}

/// Where the parts of a text are, added to `spans`.
pub(super) async fn find_parts(
    sys: &Sys,
    regexes: &mut Regexes,
    text: &Bytes,
    separator: &Separator,
    ignore_case: bool,
    spans: &mut List<Span>,
) -> Result<(), Fail> {
    let mut steps = Steps { sys, paid: 0 };
    sys.burn(50).await;
    match separator {
        Separator::Blanks => {
            let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
            let mut at = 0;
            while let Some(skip) = text[at..].iter().position(|byte| !is_blank(byte)) {
                let start = at + skip;
                let length = text[start..].iter().position(is_blank);
                at = length.map_or(text.len(), |length| start + length);
                spans.push((start, at));
                steps.reach(at).await;
            }
        }
        Separator::Bytes => {
            for at in 0..text.len() {
                spans.push((at, at + 1));
                steps.reach(at).await;
            }
        }
        Separator::Byte(wanted, newlines) => {
            let mut start = 0;
            for (at, byte) in text.iter().enumerate() {
                let same = byte == wanted || (ignore_case && byte.eq_ignore_ascii_case(wanted));
                if same || (*newlines && *byte == b'\n') {
                    spans.push((start, at));
                    start = at + 1;
                }
                steps.reach(at).await;
            }
            if !text.is_empty() {
                spans.push((start, text.len()));
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
                spans.push((start, from + found.start()));
                steps.reach(from).await;
                from += found.end();
                start = from;
            }
            if !text.is_empty() {
                spans.push((start, text.len()));
            }
        }
    }
    steps.pay(text.len()).await;
    Ok(())
}

/// How far into a text somebody has come, and for how much of it was paid.
struct Steps<'s> {
    sys: &'s Sys,
    paid: usize,
}

impl Steps<'_> {
    async fn reach(&mut self, at: usize) {
        const STEP_BYTES: usize = 4096;
        if at >= self.paid + STEP_BYTES {
            self.pay(at).await;
        }
    }

    async fn pay(&mut self, at: usize) {
        let bytes = at.saturating_sub(self.paid) as u64;
        self.paid = at;
        self.sys.burn(bytes * 2).await;
    }
}

/// `$0` and what it is made of; either follows from the other when it is asked for.
#[derive(Debug, Default)]
pub(super) struct Record {
    whole: Value,
    /// What was taken apart.
    text: Bytes,
    /// Where in it the fields are, until one is changed.
    spans: List<Span>,
    /// The fields, once one was changed.
    fields: Option<List<Value>>,
    is_split: bool,
    is_joined: bool,
}

impl Record {
    /// Sets `$0`.
    pub(super) fn set(&mut self, whole: Value) {
        self.whole = whole;
        self.fields = None;
        self.is_split = false;
        self.is_joined = true;
    }

    /// What is to be split before fields can be used.
    pub(super) fn unsplit(&self) -> Option<&Value> {
        (!self.is_split).then_some(&self.whole)
    }

    /// A list for [`Record::set_spans`], whose memory is used again.
    pub(super) fn take_spans(&mut self) -> List<Span> {
        let mut spans = std::mem::take(&mut self.spans);
        spans.clear();
        spans
    }

    /// Says where the fields are in the text of `$0`.
    pub(super) fn set_spans(&mut self, text: Bytes, spans: List<Span>) {
        (self.text, self.spans) = (text, spans);
        self.fields = None;
        self.is_split = true;
    }

    /// The fields, to be changed.
    fn fields_mut(&mut self) -> &mut List<Value> {
        let (text, spans) = (&self.text, &self.spans);
        self.fields.get_or_insert_with(|| {
            let mut fields = List::new();
            for (start, end) in spans {
                fields.push(Value::Input(text.slice(*start..*end)));
            }
            fields
        })
    }

    /// Whether `$0` is as it should be.
    pub(super) fn is_joined(&self) -> bool {
        self.is_joined || !self.is_split
    }

    /// Makes `$0` from the fields.
    pub(super) async fn join(&mut self, sys: &Sys, separator: &[u8], number_format: &[u8]) {
        const FIELDS: usize = 512;
        let mut whole = Buffer::new();
        for (step, fields) in self.fields_mut().chunks(FIELDS).enumerate() {
            for (index, field) in fields.iter().enumerate() {
                if step + index > 0 {
                    whole.extend_from_slice(separator);
                }
                whole.extend_from_slice(&field.to_text(number_format));
            }
            sys.burn(fields.len() as u64 * 10).await;
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
        self.fields
            .as_ref()
            .map_or(self.spans.len(), |fields| fields.len())
    }

    /// Field from 1, when they are split.
    pub(super) fn field(&self, number: usize) -> Value {
        match &self.fields {
            Some(fields) => fields.get(number - 1).cloned().unwrap_or_default(),
            None => self
                .spans
                .get(number - 1)
                .map_or_else(Value::default, |(start, end)| {
                    Value::Input(self.text.slice(*start..*end))
                }),
        }
    }

    /// Sets a field from 1, when they are split.
    pub(super) fn set_field(&mut self, number: usize, value: Value) {
        if number > self.count() {
            self.resize(number);
        }
        self.fields_mut()[number - 1] = value;
        self.is_joined = false;
    }

    /// Sets the number of fields, when they are split.
    pub(super) fn resize(&mut self, count: usize) {
        self.fields_mut().resize(count, &Value::Input(Bytes::new()));
        self.is_joined = false;
    }
}
