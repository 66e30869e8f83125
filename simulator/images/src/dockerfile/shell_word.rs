//! Variables and quotes in a word, as the engine's shell parser has them.

use super::BuildError;
use super::build_args::BuildArgs;
use std::collections::HashMap;
use std::iter::Peekable;
use std::str::Chars;

/// Most bytes of values that variables bring into one instruction: `ENV a=$a$a` doubles what there was.
const SUBSTITUTED_BYTES_MAX: usize = 1 << 20;

/// The variables of a container whose image has none of that name.
pub(super) const DEFAULT_PATH: &str =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Replaces variables in words, whose results together have a limit.
pub(super) struct Words<'v> {
    variables: HashMap<&'v str, &'v str>,
    /// How many bytes of values may still come.
    left_bytes: usize,
}

/// A part of a word that ends in its own way.
struct Part {
    kind: Kind,
    /// Where it begins in the result.
    start: usize,
}

enum Kind {
    /// What stands between double quotes.
    Quoted,
    /// What stands behind `${name:C`, up to `}`.
    Modified { name: String, modifier: String },
}

impl<'v> Words<'v> {
    pub(super) fn new(environment: &'v [String], args: &'v BuildArgs) -> Self {
        let in_image = environment
            .iter()
            .map(|entry| entry.split_once('=').unwrap_or((entry, "")));
        let default = DEFAULT_PATH.split_once('=');
        let mut variables = HashMap::new();
        for (name, value) in in_image.chain(default).chain(args.set()) {
            variables.entry(name).or_insert(value);
        }
        Self {
            variables,
            left_bytes: SUBSTITUTED_BYTES_MAX,
        }
    }

    fn value(&self, name: &str) -> &'v str {
        self.variables.get(name).copied().unwrap_or_default()
    }

    /// One word. The parts that are open are on a stack, however deep they are.
    pub(super) fn substitute(&mut self, word: &str) -> Result<String, BuildError> {
        let mut open: Vec<Part> = Vec::new();
        let mut result = String::new();
        let mut chars = word.chars().peekable();
        loop {
            let ch = chars.next();
            let kind = open.last().map(|part| &part.kind);
            let ends = match kind {
                None => ch.is_none(),
                Some(Kind::Quoted) => matches!(ch, None | Some('"')),
                Some(Kind::Modified { .. }) => matches!(ch, None | Some('}')),
            };
            let is_quoted = matches!(kind, Some(Kind::Quoted));
            // What ends with the word ends all around it, too.
            let Some(ch) = ch.filter(|_| !ends) else {
                match open.pop() {
                    Some(part) => self.finish(&part, word, &mut result)?,
                    None => return Ok(result),
                }
                continue;
            };
            let start = result.len();
            match ch {
                '$' => {
                    let kind = self.dollar(&mut chars, &mut result, word)?;
                    open.extend(kind.map(|kind| Part { kind, start }));
                }
                _ if is_quoted => in_double_quotes(ch, &mut chars, &mut result),
                '"' => open.push(Part {
                    kind: Kind::Quoted,
                    start,
                }),
                '\'' => result.extend(chars.by_ref().take_while(|ch| *ch != '\'')),
                '\\' => result.extend(chars.next()),
                _ => result.push(ch),
            }
        }
    }

    /// A command line that is kept for later: variables are replaced where a shell would look for some, quotes and
    /// backslashes stay for the one that will read it.
    pub(super) fn substitute_line(&mut self, line: &str) -> Result<String, BuildError> {
        let mut result = String::new();
        let mut chars = line.chars().peekable();
        let mut is_quoted = false;
        while let Some(ch) = chars.next() {
            match ch {
                '$' => {
                    let kind = self.dollar(&mut chars, &mut result, line)?;
                    if let Some(Kind::Modified { name, modifier }) = kind {
                        let rest = up_to_brace(&mut chars);
                        let whole = format!("${{{name}:{modifier}{rest}}}");
                        result.push_str(&self.substitute(&whole)?);
                    }
                    continue;
                }
                '\\' => {
                    result.push(ch);
                    result.extend(chars.next());
                    continue;
                }
                '"' => is_quoted = !is_quoted,
                '\'' if !is_quoted => {
                    result.push(ch);
                    while let Some(next) = chars.next_if(|next| *next != '\'') {
                        result.push(next);
                    }
                    result.extend(chars.next());
                    continue;
                }
                _ => {}
            }
            result.push(ch);
        }
        Ok(result)
    }

    /// What stands behind a `$`: a value is appended, a part that begins is returned.
    fn dollar(
        &mut self,
        chars: &mut Peekable<Chars<'_>>,
        result: &mut String,
        word: &str,
    ) -> Result<Option<Kind>, BuildError> {
        if chars.next_if_eq(&'{').is_none() {
            let name = name(chars);
            match name.as_str() {
                "" => result.push('$'),
                name => self.append(name, result)?,
            }
            return Ok(None);
        }
        let name = name(chars);
        match chars.next() {
            Some('}') => self.append(&name, result).map(|()| None),
            Some(':') => Ok(Some(Kind::Modified {
                name,
                modifier: chars.next().map(String::from).unwrap_or_default(),
            })),
            _ => Err(BuildError::MissingColon(word.to_owned())),
        }
    }

    fn append(&mut self, name: &str, result: &mut String) -> Result<(), BuildError> {
        let value = self.value(name);
        self.left_bytes = self
            .left_bytes
            .checked_sub(value.len())
            .ok_or(BuildError::LongSubstitution(SUBSTITUTED_BYTES_MAX))?;
        result.push_str(value);
        Ok(())
    }

    /// Replaces the text of a part by what it comes to.
    fn finish(&mut self, part: &Part, word: &str, result: &mut String) -> Result<(), BuildError> {
        let Kind::Modified { name, modifier } = &part.kind else {
            return Ok(());
        };
        let is_set = !self.value(name).is_empty();
        match (modifier.as_str(), is_set) {
            ("-", false) | ("+", true) => {}
            ("+", false) => result.truncate(part.start),
            ("-", true) => {
                result.truncate(part.start);
                self.append(name, result)?;
            }
            _ => {
                return Err(BuildError::UnsupportedModifier {
                    modifier: modifier.clone(),
                    word: word.to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// What stands before the brace that ends a part, with the parts in it.
fn up_to_brace(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut depth = 1;
    let inner = chars.by_ref().take_while(|ch| {
        match ch {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth > 0
    });
    inner.collect()
}

/// Between double quotes `\` is one itself, but before `"` and `$`; at the end of the word it is nothing.
fn in_double_quotes(ch: char, chars: &mut Peekable<Chars<'_>>, result: &mut String) {
    if ch != '\\' {
        result.push(ch);
        return;
    }
    match chars.next_if(|next| matches!(next, '"' | '$')) {
        Some(escaped) => result.push(escaped),
        None if chars.peek().is_some() => result.push('\\'),
        None => {}
    }
}

/// A name at this place: letters, digits and `_`, or a single digit.
fn name(chars: &mut Peekable<Chars<'_>>) -> String {
    if let Some(digit) = chars.next_if(char::is_ascii_digit) {
        return digit.to_string();
    }
    let mut name = String::new();
    while let Some(ch) = chars.next_if(|ch| ch.is_ascii_alphanumeric() || *ch == '_') {
        name.push(ch);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::Dockerfile;

    fn substitute(word: &str) -> Result<String, BuildError> {
        let environment = [
            "FOO=foo",
            "BAR=",
            "PWD=/home",
            "DUP=1",
            "DUP=2",
            "ALONE",
            "SP=a b",
        ]
        .map(str::to_owned);
        let mut args = BuildArgs::new([("GIVEN".to_owned(), "given".to_owned())]);
        let text = b"ARG GIVEN\nARG FOO=no\nARG DEFAULT=d\nARG UNSET";
        let dockerfile = Dockerfile::parse("x", text).expect("it is good");
        for instruction in &dockerfile.instructions {
            args.declare(instruction).expect("it is good");
        }
        Words::new(&environment, &args).substitute(word)
    }

    #[test]
    fn words_are_substituted_as_the_engine_does() {
        for (word, expected) in [
            ("hello", "hello"),
            ("he'll'o", "hello"),
            ("he'llo", "hello"),
            ("he\\'llo", "he'llo"),
            ("he\\\\'llo", "he\\llo"),
            ("abc\\tdef", "abctdef"),
            ("'abc\\tdef'", "abc\\tdef"),
            ("\"abc\\tdef\"", "abc\\tdef"),
            ("\"a\\\"b\\$FOO\"", "a\"b$FOO"),
            ("\"he'$FOO'\"", "he'foo'"),
            ("he\"llo", "hello"),
            ("he$PWD", "he/home"),
            ("he$PWD/x", "he/home/x"),
            ("'he$PWD'", "he$PWD"),
            ("\\$FOO", "$FOO"),
            ("\\\\$FOO", "\\foo"),
            ("he\\", "he"),
            ("\"he\\", "he"),
            ("he$", "he$"),
            ("he$.x", "he$.x"),
            ("$1$12x", "2x"),
            ("${FOO}bar$BAR", "foobar"),
            ("he${BAR}xx", "hexx"),
            ("$NOSUCH-$ALONE-", "--"),
            ("$DUP", "1"),
            ("${FOO:-x}", "foo"),
            ("${BAR:-x}", "x"),
            ("${NOSUCH:-$FOO/'}'}", "foo/}"),
            ("${FOO:+x${BAR:-\"}\"}}y", "x}y"),
            ("${BAR:+x}y", "y"),
            ("${BAR:-un", "un"),
            ("\"${BAR:-a\"b\"c}d\"", "abcd"),
            ("$GIVEN$DEFAULT$UNSET", "givend"),
            ("$HTTP_PROXY.", "."),
            ("$PATH", &DEFAULT_PATH[5..]),
            ("é$FOO", "éfoo"),
        ] {
            let found = substitute(word).expect("it is good");
            assert_eq!(found, expected, "{word}");
        }
    }

    #[test]
    fn a_wrong_substitution_says_which_word_it_is_in() {
        for (text, error) in [
            ("a${FOO", "Missing \":\" in substitution: a${FOO"),
            (
                "\"${FOO-x}\"",
                "Missing \":\" in substitution: \"${FOO-x}\"",
            ),
            ("${}", ""),
            (
                "${FOO:?x}y",
                "Unsupported modifier (?) in substitution: ${FOO:?x}y",
            ),
            ("${FOO:", "Unsupported modifier () in substitution: ${FOO:"),
            (
                "${FOO:}",
                "Unsupported modifier (}) in substitution: ${FOO:}",
            ),
        ] {
            let error_found = substitute(text).err().map(|error| error.to_string());
            assert_eq!(error_found.unwrap_or_default(), error, "{text}");
        }
    }

    #[test]
    fn doubling_has_an_end() {
        let long = vec![format!("A={}", "x".repeat(600_000))];
        let args = BuildArgs::default();
        assert!(Words::new(&long, &args).substitute("$A").is_ok());
        let twice = Words::new(&long, &args).substitute("$A${B:-$A}");
        let error = twice.expect_err("it is too much").to_string();
        assert_eq!(error, "Substitution exceeds max length: 1048576");
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("{}x", "\"${BAR:-".repeat(100_000));
        assert_eq!(substitute(&deep).expect("it is good"), "x");
    }

    proptest::proptest! {
        #[test]
        fn no_word_makes_it_panic(word in "[${}:+\\-\\\\'\"FOBAR ]{0,30}") {
            let _ = substitute(&word);
        }

        #[test]
        fn a_word_without_special_characters_stays(word in "[a-zA-Z0-9/:.@é-]{1,30}") {
            proptest::prop_assert_eq!(substitute(&word).ok(), Some(word));
        }
    }
}
