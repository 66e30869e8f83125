//! Wildcards in one component of a source's path, as Go's `filepath.Match` has them.

/// What a name is compared with.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Debug)]
enum Token {
    Literal(char),
    /// `?`
    Any,
    /// `*`
    Star,
    /// `[a-z]`, `[^a]`
    Class {
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// Whether a path has wildcards at all.
pub(super) fn has_wildcards(path: &str) -> bool {
    let mut chars = path.chars();
    while let Some(ch) = chars.next() {
        match ch {
            '\\' => drop(chars.next()),
            '*' | '?' | '[' => return true,
            _ => {}
        }
    }
    false
}

impl Pattern {
    /// Reads a pattern; `None` when it is malformed, and then nothing matches it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut chars = text.chars();
        while let Some(ch) = chars.next() {
            tokens.push(match ch {
                '*' => Token::Star,
                '?' => Token::Any,
                '\\' => Token::Literal(chars.next()?),
                '[' => class(&mut chars)?,
                ch => Token::Literal(ch),
            });
        }
        Some(Self(tokens))
    }

    /// Whether all of a name matches.
    pub(super) fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        let tokens = &self.0;
        let (mut token, mut at) = (0, 0);
        // Where the last star stands, and up to where it reaches so far.
        let mut star: Option<(usize, usize)> = None;
        while at < name.len() {
            match tokens.get(token) {
                Some(Token::Star) => {
                    star = Some((token, at));
                    token += 1;
                    continue;
                }
                Some(other) if other.matches(name[at]) => {
                    (token, at) = (token + 1, at + 1);
                    continue;
                }
                _ => {}
            }
            let Some((place, reach)) = star else {
                return false;
            };
            star = Some((place, reach + 1));
            (token, at) = (place + 1, reach + 1);
        }
        tokens[token..]
            .iter()
            .all(|token| matches!(token, Token::Star))
    }
}

impl Token {
    fn matches(&self, ch: char) -> bool {
        match self {
            Token::Literal(literal) => *literal == ch,
            Token::Any | Token::Star => true,
            Token::Class { is_negated, ranges } => {
                ranges
                    .iter()
                    .any(|(low, high)| (*low..=*high).contains(&ch))
                    != *is_negated
            }
        }
    }
}

/// A class behind its `[`.
fn class(chars: &mut std::str::Chars<'_>) -> Option<Token> {
    let is_negated = chars.as_str().starts_with('^');
    if is_negated {
        chars.next();
    }
    let mut ranges = Vec::new();
    loop {
        if chars.as_str().starts_with(']') && !ranges.is_empty() {
            chars.next();
            return Some(Token::Class { is_negated, ranges });
        }
        let low = class_char(chars)?;
        let mut high = low;
        if chars.as_str().starts_with('-') {
            chars.next();
            high = class_char(chars)?;
        }
        ranges.push((low, high));
    }
}

fn class_char(chars: &mut std::str::Chars<'_>) -> Option<char> {
    match chars.next()? {
        '-' | ']' => None,
        '\\' => chars.next(),
        ch => Some(ch),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_in_go() {
        for (pattern, name, expected) in [
            ("abc", "abc", true),
            ("abc", "abcd", false),
            ("*", "", true),
            ("*", ".hidden", true),
            ("*c", "abc", true),
            ("a*", "ab", true),
            ("a*", "ba", false),
            ("a*b*c", "axbxxc", true),
            ("a*b*c", "axbxx", false),
            ("file*.txt", "file1.txt", true),
            ("?b", "ab", true),
            ("?", "\u{e9}", true),
            ("?", "", false),
            ("a[b-d]", "ac", true),
            ("a[b-d]", "ae", false),
            ("a[^b-d]", "ae", true),
            ("a[^b-d]", "ac", false),
            ("[a-cx]", "x", true),
            ("[\\]a]", "]", true),
            ("[\\-]", "-", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("a[", "a", false),
            ("[]a]", "]", false),
            ("[-]", "-", false),
            ("[x-]", "x", false),
            ("[a-b-c]", "a", false),
            ("a\\", "a", false),
        ] {
            let matches = Pattern::parse(pattern).is_some_and(|pattern| pattern.matches(name));
            assert_eq!(matches, expected, "{pattern} {name}");
        }
    }

    #[test]
    fn wildcards_behind_a_backslash_are_none() {
        for (path, expected) in [
            ("a/*", true),
            ("a?", true),
            ("[", true),
            ("a\\*b", false),
            ("", false),
        ] {
            assert_eq!(has_wildcards(path), expected, "{path}");
        }
    }

    #[test]
    fn many_stars_cost_little() {
        let pattern = Pattern::parse(&"*a".repeat(100)).expect("it is good");
        assert!(!pattern.matches(&("a".repeat(254) + "b")));
        assert!(pattern.matches(&"a".repeat(255)));
    }

    proptest::proptest! {
        #[test]
        fn no_pattern_makes_it_panic(pattern in "[a\\[\\]^*?\\\\-]{0,12}", name in "[ab\\]-]{0,6}") {
            let _ = Pattern::parse(&pattern).map(|pattern| pattern.matches(&name));
        }
    }
}
