//! Words in quotes, and `name=value` pairs of them. Quotes stay; substitution removes them.

use super::BuildError;

/// What separates an instruction's name and its plain words.
pub(super) const BLANKS: [char; 5] = ['\t', '\u{b}', '\u{c}', '\r', ' '];

/// Plain words, in which quotes mean nothing.
pub(super) fn plain_words(text: &str) -> Vec<String> {
    let words = text.split(BLANKS).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Words as the engine splits them: blanks in quotes or behind `\` do not separate. A `\` at the end is dropped.
pub(super) fn quoted_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(ch) = chars.next() {
        if quote.is_none() && ch.is_whitespace() {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match (quote, ch) {
            (None, '\'' | '"') => quote = Some(ch),
            (Some(open), _) if open == ch => quote = None,
            _ => {}
        }
        if ch == '\\' && quote != Some('\'') {
            if let Some(escaped) = chars.next() {
                word.extend([ch, escaped]);
            }
            continue;
        }
        word.push(ch);
    }
    words.extend(word.filter(|word| !word.is_empty()));
    words
}

/// The pairs of `ENV` or `LABEL`: `k v` when the first word has no `=`, else `k=v` each.
pub(super) fn pairs(name: &str, text: &str) -> Result<Vec<(String, String)>, BuildError> {
    let words = quoted_words(text);
    let Some(first) = words.first() else {
        return Err(BuildError::NoArgument(name.to_owned()));
    };
    if !first.contains('=') {
        let (key, value) = text
            .split_once(BLANKS)
            .ok_or_else(|| BuildError::NoValue(name.to_owned()))?;
        let value = value.trim_start_matches(BLANKS);
        return Ok(vec![(key.to_owned(), value.to_owned())]);
    }
    let pair = |word: String| match word.split_once('=') {
        Some((key, value)) => Ok((key.to_owned(), value.to_owned())),
        None => Err(BuildError::NoEqualsSign(word)),
    };
    words.into_iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_blanks_outside_quotes() {
        for (text, expected) in [
            ("", &[][..]),
            ("  a  b ", &["a", "b"]),
            ("'a b'c d", &["'a b'c", "d"]),
            ("\"a 'b\" c'", &["\"a 'b\"", "c'"]),
            ("a\\ b c", &["a\\ b", "c"]),
            ("\\'a b", &["\\'a", "b"]),
            ("\"a\\\" b\" c", &["\"a\\\" b\"", "c"]),
            ("'a\\' b", &["'a\\'", "b"]),
            ("a \\", &["a"]),
            ("a\\", &["a"]),
            ("\"a b", &["\"a b"]),
            ("\"a b\\", &["\"a b"]),
            ("''", &["''"]),
            ("é\u{a0}ü", &["é", "ü"]),
        ] {
            assert_eq!(quoted_words(text), expected, "{text:?}");
        }
        assert_eq!(plain_words(" 'a  b'\tc"), ["'a", "b'", "c"]);
    }

    #[test]
    fn pairs_come_in_two_forms() {
        for (text, expected) in [
            ("a b", &[("a", "b")][..]),
            ("a  b  c ", &[("a", "b  c ")]),
            ("a b=c", &[("a", "b=c")]),
            ("a=b c=d", &[("a", "b"), ("c", "d")]),
            ("a= b=\"c d\"", &[("a", ""), ("b", "\"c d\"")]),
            ("a=b=c a=d", &[("a", "b=c"), ("a", "d")]),
            ("\"a b\"=c", &[("\"a b\"", "c")]),
        ] {
            let found = pairs("ENV", text).expect("the pairs are good");
            let found: Vec<(&str, &str)> = found
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect();
            assert_eq!(found, expected, "{text:?}");
        }
        for (text, error) in [
            ("", "ENV requires at least one argument"),
            ("a", "ENV must have two arguments"),
            (
                "a=b c",
                "Syntax error - can't find = in \"c\". Must be of the form: name=value",
            ),
        ] {
            let refused = pairs("ENV", text).expect_err("it is refused");
            assert_eq!(refused.to_string(), error);
        }
    }
}
