//! Lines and the fields they are divided into.

use std::cmp::Ordering;
use std::ops::Range;

/// How lines are divided and compared.
pub(super) struct Fields {
    /// Between fields; blanks without.
    pub(super) separator: Option<u8>,
    pub(super) ignore_case: bool,
}

/// One line with its fields.
pub(super) struct Record {
    pub(super) text: Vec<u8>,
    fields: Vec<Range<usize>>,
}

impl Fields {
    pub(super) fn divide(&self, text: Vec<u8>) -> Record {
        let mut fields = Vec::new();
        match self.separator {
            Some(separator) => {
                let mut start = 0;
                if !text.is_empty() {
                    for (at, byte) in text.iter().enumerate() {
                        if *byte == separator {
                            fields.push(start..at);
                            start = at + 1;
                        }
                    }
                    fields.push(start..text.len());
                }
            }
            None => {
                let is_blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n');
                let mut start = None;
                for (at, byte) in text.iter().enumerate() {
                    match (is_blank(*byte), start) {
                        (true, Some(from)) => {
                            fields.push(from..at);
                            start = None;
                        }
                        (false, None) => start = Some(at),
                        _ => {}
                    }
                }
                if let Some(from) = start {
                    fields.push(from..text.len());
                }
            }
        }
        Record { text, fields }
    }

    pub(super) fn compare(&self, one: &[u8], other: &[u8]) -> Ordering {
        if !self.ignore_case {
            return one.cmp(other);
        }
        let folded = one.iter().map(u8::to_ascii_uppercase);
        folded.cmp(other.iter().map(u8::to_ascii_uppercase))
    }
}

impl Record {
    /// Number of fields.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    pub(super) fn field(&self, index: usize) -> Option<&[u8]> {
        Some(&self.text[self.fields.get(index)?.clone()])
    }

    /// What lines are compared by; a line that is too short has an empty one.
    pub(super) fn key(&self, index: usize) -> &[u8] {
        self.field(index).unwrap_or_default()
    }

    /// Memory that it takes, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.text.capacity() + self.fields.capacity() * size_of::<Range<usize>>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(separator: Option<u8>, line: &str, expected: &[&str]) {
        let fields = Fields {
            separator,
            ignore_case: false,
        };
        let record = fields.divide(line.as_bytes().to_vec());
        let found: Vec<_> = (0..record.len())
            .map(|at| String::from_utf8_lossy(record.key(at)).into_owned())
            .collect();
        assert_eq!(found, expected, "{line:?}");
    }

    #[test]
    fn lines_are_divided_at_blanks_or_a_separator() {
        check(None, "  a  b\tc ", &["a", "b", "c"]);
        check(None, "  ", &[]);
        check(Some(b':'), "a::b:", &["a", "", "b", ""]);
        check(Some(b':'), "", &[]);
        check(Some(b'\n'), "a b", &["a b"]);
    }
}
