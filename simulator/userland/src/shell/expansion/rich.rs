//! Expanded text that remembers what was quoted, what may be split and what may be a pattern.

use crate::kernel::{Buffer, Charge, List};

/// Where a run of bytes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Quoted: neither split nor special in patterns.
    Quoted,
    /// Written in the script: special in patterns, never split.
    Literal,
    /// The result of an unquoted expansion: split and special in patterns. A NUL is a blank between two fields.
    Expanded,
    /// The quoted positional parameters, each a field: NULs stand between them.
    Parameters,
    /// Nothing: what follows up to the end of the field is left out.
    Cut,
}

/// One field of a split word.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) text: Buffer,
    /// The field as a pattern with quoted characters escaped, when it has unquoted special characters.
    pub(crate) pattern: Option<Buffer>,
}

impl Field {
    /// Memory that buffers of this size do not charge themselves, bytes.
    fn small_cost(&self) -> usize {
        let pattern = self.pattern.as_ref().map_or(0, |pattern| pattern.len());
        (self.text.len() + pattern).min(512)
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Rich {
    bytes: Buffer,
    /// End of each run in `bytes`, and its kind.
    runs: Vec<(usize, Kind)>,
    /// For the runs.
    charge: Charge,
}

impl Rich {
    /// Appends text. An empty quoted text still makes a field; what is split is split on its own.
    pub(crate) fn push(&mut self, text: &[u8], kind: Kind) {
        if text.is_empty() && kind == Kind::Literal {
            return;
        }
        self.bytes.extend_from_slice(text);
        let end = self.bytes.len();
        match self.runs.last_mut() {
            Some((last, last_kind))
                if *last_kind == kind && matches!(kind, Kind::Quoted | Kind::Literal) =>
            {
                *last = end;
            }
            _ => self.add_run(end, kind),
        }
    }

    fn add_run(&mut self, end: usize, kind: Kind) {
        self.charge.reserve(&mut self.runs, 1);
        self.runs.push((end, kind));
    }

    /// Whether nothing has been appended, not even nothing.
    pub(crate) fn is_untouched(&self) -> bool {
        self.runs.is_empty()
    }

    pub(crate) fn begins_with_parameters(&self) -> bool {
        matches!(self.runs.first(), Some((_, Kind::Parameters)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Appends `${name/pattern/text}` with an empty pattern: busybox makes fields of the value, of a pattern in quotes
    /// and of the text.
    pub(crate) fn push_apart(&mut self, value: &[u8], pattern: &Self, text: Option<&Self>) {
        self.push(value, Kind::Expanded);
        self.push(b"\0", Kind::Expanded);
        if pattern.runs().any(|(_, kind)| kind == Kind::Quoted) {
            self.push(b"", Kind::Quoted);
            self.push(b"\0", Kind::Expanded);
        }
        if let Some(text) = text {
            self.push(&text.bytes, Kind::Expanded);
            self.push(b"\0", Kind::Expanded);
        }
    }

    /// The same with `"${@/…}"`, where nothing is a blank: each piece is a field, and an empty one follows.
    pub(crate) fn push_parameters_apart(
        &mut self,
        value: &[u8],
        pattern: &Self,
        text: Option<&Self>,
    ) {
        let mut pieces = value.to_vec();
        if pattern.runs().any(|(_, kind)| kind == Kind::Quoted) {
            pieces.push(0);
        }
        pieces.extend_from_slice(b"\0\0");
        if let Some(text) = text {
            pieces.push(0);
            pieces.extend_from_slice(&text.bytes);
            pieces.push(0);
        }
        self.push(&pieces, Kind::Parameters);
    }

    /// The text where fields are not made.
    pub(crate) fn into_text(mut self) -> Buffer {
        if let Some((end, _)) = self.runs.iter().find(|(_, kind)| *kind == Kind::Cut) {
            self.bytes.truncate(*end);
        }
        self.bytes
    }

    /// The text as a pattern: quoted characters are escaped.
    pub(crate) fn pattern(&self) -> Buffer {
        let mut pattern = Buffer::new();
        pattern.reserve(self.bytes.len() + 8);
        for (run, kind) in self.runs() {
            match kind {
                Kind::Quoted | Kind::Parameters => escape_into(&mut pattern, run),
                Kind::Literal | Kind::Expanded => pattern.extend_from_slice(run),
                Kind::Cut => break,
            }
        }
        pattern
    }

    fn runs(&self) -> impl Iterator<Item = (&[u8], Kind)> {
        let mut start = 0;
        self.runs.iter().map(move |(end, kind)| {
            let run = &self.bytes[start..*end];
            start = *end;
            (run, *kind)
        })
    }

    /// Splits into fields at the characters of `ifs`.
    pub(crate) fn fields(&self, ifs: &[u8]) -> List<Field> {
        let special = self.runs().any(|(run, kind)| {
            matches!(kind, Kind::Literal | Kind::Expanded)
                && run.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['))
        });
        let mut splitter = Splitter {
            ifs,
            special,
            ..Splitter::default()
        };
        for (run, kind) in self.runs() {
            match kind {
                Kind::Quoted | Kind::Literal => splitter.fixed(run, kind == Kind::Quoted),
                Kind::Expanded => splitter.expanded(run),
                Kind::Parameters => splitter.parameters(run),
                Kind::Cut => splitter.cut = true,
            }
        }
        splitter.end();
        splitter.fields
    }
}

/// Appends `text` so that a pattern takes it literally.
pub(crate) fn escape_into(pattern: &mut Buffer, text: &[u8]) {
    for byte in text {
        if matches!(byte, b'*' | b'?' | b'[' | b']' | b'\\' | b'-' | b'!' | b'^') {
            pattern.push(b'\\');
        }
        pattern.push(*byte);
    }
}

#[derive(Default)]
struct Splitter<'a> {
    ifs: &'a [u8],
    /// Patterns are kept at all.
    special: bool,
    fields: List<Field>,
    text: Buffer,
    pattern: Buffer,
    /// The current field has an unquoted special character.
    is_pattern: bool,
    /// The current field exists even when it is empty.
    present: bool,
    /// The last run that can be split held quoted parameters.
    after_parameters: bool,
    /// What is added to the current field is left out.
    cut: bool,
    /// The last byte was a backslash that escapes the next one in a pattern.
    escaping: bool,
}

impl Splitter<'_> {
    fn fixed(&mut self, run: &[u8], quoted: bool) {
        if self.cut {
            return;
        }
        self.text.extend_from_slice(run);
        if self.special {
            if quoted {
                self.escaping = false;
                escape_into(&mut self.pattern, run);
            } else {
                for byte in run {
                    let escaped = std::mem::take(&mut self.escaping);
                    self.escaping = *byte == b'\\' && !escaped;
                    self.is_pattern |= matches!(byte, b'*' | b'?' | b'[') && !escaped;
                }
                self.pattern.extend_from_slice(run);
            }
        }
        self.present = true;
    }

    /// Splits at the characters of IFS. Blanks among them are nothing at the start of a field and join one other
    /// separator.
    fn expanded(&mut self, run: &[u8]) {
        let after_parameters = std::mem::take(&mut self.after_parameters);
        let mut blank = false;
        let mut rest = run;
        while let Some((separator, behind)) = rest.split_first() {
            if !self.separates(*separator) {
                let plain = rest.iter().position(|byte| self.separates(*byte));
                let (plain, behind) = rest.split_at(plain.unwrap_or(rest.len()));
                self.fixed(plain, false);
                rest = behind;
                continue;
            }
            rest = behind;
            // Behind `"$@"` a blank separates as any other character does, as in busybox.
            if !after_parameters {
                blank = is_blank(*separator);
            }
            if blank && !self.present {
                continue;
            }
            self.emit();
            while let Some((next, behind)) = rest.split_first() {
                if !self.separates(*next) || !is_blank(*next) && !blank {
                    break;
                }
                blank &= is_blank(*next);
                rest = behind;
            }
        }
    }

    fn separates(&self, byte: u8) -> bool {
        byte == 0 || self.ifs.contains(&byte)
    }

    fn parameters(&mut self, run: &[u8]) {
        self.after_parameters = true;
        for (index, parameter) in run.split(|byte| *byte == 0).enumerate() {
            if index > 0 {
                self.emit();
            }
            if !parameter.is_empty() {
                self.fixed(parameter, true);
            }
        }
    }

    fn end(&mut self) {
        if self.present || self.after_parameters {
            self.emit();
        }
    }

    fn emit(&mut self) {
        let pattern = std::mem::take(&mut self.pattern);
        let field = Field {
            text: std::mem::take(&mut self.text),
            pattern: self.is_pattern.then_some(pattern),
        };
        let cost = field.small_cost();
        self.fields.push_owner(field, cost);
        self.present = false;
        self.is_pattern = false;
        self.escaping = false;
        self.cut = false;
    }
}

/// The characters IFS has by default, and what stands between parameters.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_split_as_posix_says() {
        type Row<'a> = (&'a str, &'a [(&'a str, Kind)], &'a [&'a str]);
        let rows: &[Row<'_>] = &[
            (" \t\n", &[("a  b ", Kind::Expanded)], &["a", "b"]),
            (" \t\n", &[(" a", Kind::Expanded)], &["a"]),
            (",", &[("a,b,,c", Kind::Expanded)], &["a", "b", "", "c"]),
            (",", &[("a,b,", Kind::Expanded)], &["a", "b"]),
            (
                " ,",
                &[(" a , b ,, c ,", Kind::Expanded)],
                &["a", "b", "", "c"],
            ),
            (
                " ",
                &[
                    ("a  b", Kind::Expanded),
                    ("a  b", Kind::Quoted),
                    ("a  b", Kind::Expanded),
                ],
                &["a", "ba  ba", "b"],
            ),
            (" ", &[("", Kind::Quoted)], &[""]),
            (
                " ",
                &[("", Kind::Quoted), (" a", Kind::Expanded)],
                &["", "a"],
            ),
            (" ", &[("", Kind::Expanded)], &[]),
            (" ", &[("a b", Kind::Literal)], &["a b"]),
            ("", &[("a b", Kind::Expanded)], &["a b"]),
            (":", &[("a\0:b", Kind::Expanded)], &["a", "b"]),
            (
                " :",
                &[("x ", Kind::Expanded), (":y", Kind::Expanded)],
                &["x", "", "y"],
            ),
            ("", &[("a\0\0b", Kind::Parameters)], &["a", "", "b"]),
            ("", &[("a\0", Kind::Parameters)], &["a", ""]),
            (
                " :",
                &[("a", Kind::Parameters), (" :b", Kind::Expanded)],
                &["a", "", "b"],
            ),
        ];
        for (ifs, runs, expected) in rows {
            let mut rich = Rich::default();
            for (text, kind) in *runs {
                rich.push(text.as_bytes(), *kind);
            }
            let found: Vec<_> = rich
                .fields(ifs.as_bytes())
                .into_iter()
                .map(|field| String::from_utf8_lossy(&field.text).into_owned())
                .collect();
            assert_eq!(&found, expected, "{runs:?} at {ifs:?}");
        }
    }

    #[test]
    fn only_unquoted_special_characters_make_a_pattern() {
        let mut rich = Rich::default();
        rich.push(b"*", Kind::Quoted);
        rich.push(b"a", Kind::Literal);
        assert!(rich.fields(b" ")[0].pattern.is_none());
        rich.push(b"?", Kind::Literal);
        assert_eq!(rich.fields(b" ")[0].pattern.as_deref(), Some(&b"\\*a?"[..]));
    }
}
