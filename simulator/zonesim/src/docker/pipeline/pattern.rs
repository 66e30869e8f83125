//! Path patterns of the route table: anchored, matched on the encoded path, parameters decoded afterwards.

use percent_encoding::percent_decode_str;

/// A pattern taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// Literal texts: one before each parameter and one behind the last.
    literals: Vec<&'static str>,
    parameters: Vec<Parameter>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parameter {
    /// `:id`: no slash; legacy `unescape`.
    Segment,
    /// `:name*`: slashes allowed; legacy `unescape`.
    Slashed,
    /// `:name%`: no slash; `decodeURIComponent`.
    Component,
}

/// A parameter whose escapes make no UTF-8 text (`decodeURIComponent` throws).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MalformedUri;

impl Pattern {
    /// Takes `text` apart; patterns are constants of the route table.
    pub(crate) fn new(text: &'static str) -> Self {
        let mut literals = Vec::new();
        let mut parameters = Vec::new();
        let mut rest = text;
        while let Some(colon) = rest.find(':') {
            literals.push(&rest[..colon]);
            let name = &rest[colon + 1..];
            let end = name
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(name.len());
            let (parameter, used) = match name.as_bytes().get(end) {
                Some(b'*') => (Parameter::Slashed, end + 1),
                Some(b'%') => (Parameter::Component, end + 1),
                _ => (Parameter::Segment, end),
            };
            parameters.push(parameter);
            rest = &name[used..];
        }
        literals.push(rest);
        Self {
            literals,
            parameters,
        }
    }

    /// The encoded parameters of `path`, or `None` when it does not match.
    pub(crate) fn matches<'p>(&self, path: &'p str) -> Option<Vec<&'p str>> {
        let mut rest = path.strip_prefix(self.literals[0])?;
        let mut values = Vec::with_capacity(self.parameters.len());
        for (parameter, literal) in self.parameters.iter().zip(&self.literals[1..]) {
            let length = match parameter {
                // The only one of its pattern, with nothing but a literal behind it.
                Parameter::Slashed => rest.len().checked_sub(literal.len())?,
                Parameter::Segment | Parameter::Component => rest.find('/').unwrap_or(rest.len()),
            };
            if length == 0 || !rest.is_char_boundary(length) {
                return None;
            }
            values.push(&rest[..length]);
            rest = rest[length..].strip_prefix(literal)?;
        }
        rest.is_empty().then_some(values)
    }

    /// Decodes the parameters that [`Pattern::matches`] has found; a `/` that appears is part of the name.
    pub(crate) fn decode(&self, values: &[&str]) -> Result<Vec<String>, MalformedUri> {
        let decode = |(parameter, value): (&Parameter, &&str)| match parameter {
            Parameter::Segment | Parameter::Slashed => Ok(unescape(value)),
            Parameter::Component => component(value),
        };
        self.parameters.iter().zip(values).map(decode).collect()
    }
}

/// The legacy `unescape`: `%XX` is the character U+00XX, `%uXXXX` a UTF-16 unit, anything else stays.
fn unescape(text: &str) -> String {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let Some((unit, length)) = escape(rest) else {
            units.extend_from_slice(first.encode_utf16(&mut [0; 2]));
            rest = &rest[first.len_utf8()..];
            continue;
        };
        units.push(unit);
        rest = &rest[length..];
    }
    String::from_utf16_lossy(&units)
}

/// The escape at the start of `text` and its length in bytes.
fn escape(text: &str) -> Option<(u16, usize)> {
    let hex = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        let valid = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        valid
            .then(|| u16::from_str_radix(digits, 16).ok())
            .flatten()
    };
    match text.as_bytes() {
        [b'%', b'u', ..] => Some((hex(2, 6)?, 6)),
        [b'%', ..] => Some((hex(1, 3)?, 3)),
        _ => None,
    }
}

/// `decodeURIComponent`.
fn component(text: &str) -> Result<String, MalformedUri> {
    let mut rest = text;
    while let Some(percent) = rest.find('%') {
        let digits = rest.get(percent + 1..percent + 3).ok_or(MalformedUri)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(MalformedUri);
        }
        rest = &rest[percent + 3..];
    }
    let decoded = percent_decode_str(text).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| MalformedUri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_anchored() {
        for (pattern, path, expected) in [
            ("/info", "/info", Some(vec![])),
            ("/info", "/info/", None),
            (
                "/containers/:id/json",
                "/containers/a/json",
                Some(vec!["a"]),
            ),
            ("/containers/:id/json", "/containers//json", None),
            ("/containers/:id/json", "/containers/a/b/json", None),
            ("/containers/:id/json", "/containers/a/json/", None),
            (
                "/containers/:id/:link",
                "/containers/a/b",
                Some(vec!["a", "b"]),
            ),
            ("/containers/:id/:link", "/containers/a/", None),
            (
                "/containers//:id/:link",
                "/containers//a/b",
                Some(vec!["a", "b"]),
            ),
            ("/containers/:id", "/containers/a%2Fb", Some(vec!["a%2Fb"])),
            ("/images/:name*/json", "/images/a/b/json", Some(vec!["a/b"])),
            (
                "/images/:name*/json",
                "/images/json/json",
                Some(vec!["json"]),
            ),
            ("/images/:name*/json", "/images/json", None),
            ("/images/:name*/json", "/images//json", None),
            ("/images/:name*", "/images/a/", Some(vec!["a/"])),
            ("/images/:name*", "/images/", None),
        ] {
            assert_eq!(
                Pattern::new(pattern).matches(path),
                expected,
                "{pattern} {path}"
            );
        }
    }

    #[test]
    fn identifiers_are_unescaped_as_latin_1() {
        let pattern = Pattern::new("/containers/:id");
        for (text, expected) in [
            ("a%2Fb", "a/b"),
            ("%e9%C3%A9", "é\u{c3}\u{a9}"),
            ("%u00e9%u20", "é%u20"),
            ("%zz%", "%zz%"),
            ("a+b", "a+b"),
            ("%ud83d%ude00", "😀"),
            ("%é", "%é"),
        ] {
            assert_eq!(
                pattern.decode(&[text]),
                Ok(vec![expected.to_owned()]),
                "{text}"
            );
        }
    }

    #[test]
    fn volume_names_are_components() {
        let pattern = Pattern::new("/volumes/:name%");
        assert_eq!(pattern.matches("/volumes/%c3%a9"), Some(vec!["%c3%a9"]));
        assert_eq!(pattern.decode(&["%c3%a9%2f"]), Ok(vec!["é/".to_owned()]));
        for text in ["%e9", "%", "%4", "%zz", "%+1"] {
            assert_eq!(pattern.decode(&[text]), Err(MalformedUri), "{text}");
        }
    }
}
