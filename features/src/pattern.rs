//! Expected texts with holes, and texts with values put in.
//!
//! In an expected text `{uuid}`, `{id}`, `{short}`, `{number}`, `{time}`, `{date}` and `{any}` stand
//! for anything of that form; `{name}` for what a scenario saved as `name`. A brace beside
//! another brace means itself, as in `--format '{{.ID}}'`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::failure::Failure;

/// What scenarios saved, by name.
pub type Saved = BTreeMap<String, String>;

/// The forms a hole can have.
const FORMS: [(&str, &str); 9] = [
    (
        "uuid",
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    ),
    ("id", r"[0-9a-f]{64}"),
    ("short", r"[0-9a-f]{12}"),
    ("number", r"-?[0-9]+"),
    ("name", r"[a-z]+_[a-z]+"),
    (
        "time",
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z",
    ),
    (
        "date",
        r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT",
    ),
    ("word", r"\S+"),
    ("any", r"(?s:.*?)"),
];

static HOLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\{([a-z][a-z0-9-]*)\}").expect("a valid expression"));

/// The pieces of a text: what means itself, and the names of holes.
fn pieces(text: &str) -> Vec<Result<&str, &str>> {
    let mut pieces = Vec::new();
    let mut rest = 0;
    for hole in HOLE.captures_iter(text) {
        let whole = hole.get(0).expect("the whole match");
        let doubled = text[..whole.start()].ends_with('{') || text[whole.end()..].starts_with('}');
        if doubled {
            continue;
        }
        pieces.push(Ok(&text[rest..whole.start()]));
        pieces.push(Err(hole.get(1).expect("the name").as_str()));
        rest = whole.end();
    }
    pieces.push(Ok(&text[rest..]));
    pieces
}

/// Puts saved values into a text that is to be sent.
///
/// # Errors
///
/// [`Failure::Feature`] for a name that was not saved.
pub fn fill(text: &str, saved: &Saved) -> Result<String, Failure> {
    let mut filled = String::new();
    for piece in pieces(text) {
        filled.push_str(match piece {
            Ok(literal) => literal,
            Err(name) => saved
                .get(name)
                .ok_or_else(|| Failure::Feature(format!("nothing was saved as `{name}`")))?,
        });
    }
    Ok(filled)
}

/// Puts saved values into a text and leaves every other brace as it is.
pub fn fill_known(text: &str, saved: &Saved) -> String {
    let piece = |piece: Result<&str, &str>| match piece {
        Ok(literal) => literal.to_owned(),
        Err(name) => saved
            .get(name)
            .cloned()
            .unwrap_or_else(|| format!("{{{name}}}")),
    };
    pieces(text).into_iter().map(piece).collect()
}

/// The expression that an expected text with holes stands for, without anchors.
///
/// # Errors
///
/// [`Failure::Feature`] for a hole that is neither a form nor saved.
pub fn expression(text: &str, saved: &Saved) -> Result<String, Failure> {
    let mut expression = String::new();
    for piece in pieces(text) {
        match piece {
            Ok(literal) => expression.push_str(&regex::escape(literal)),
            Err(name) => {
                let form = FORMS.iter().find(|(form, _)| *form == name);
                let value = saved.get(name).map(|value| regex::escape(value));
                let form = form.map(|(_, form)| (*form).to_owned());
                let inner = value.or(form).ok_or_else(|| {
                    Failure::Feature(format!("`{{{name}}}` is no form and was not saved"))
                })?;
                expression.push_str(&inner);
            }
        }
    }
    Ok(expression)
}

/// Compiles an expression; `anchored` when it has to match the whole text.
///
/// # Errors
///
/// [`Failure::Feature`] when it is none.
pub fn compile(expression: &str, anchored: bool) -> Result<Regex, Failure> {
    let text = match anchored {
        true => format!(r"\A(?:{expression})\z"),
        false => expression.to_owned(),
    };
    Regex::new(&text).map_err(|error| Failure::Feature(error.to_string()))
}

/// Whether a text is the expected one, holes considered.
///
/// # Errors
///
/// [`Failure::Differs`] with both, [`Failure::Feature`] for an unknown hole.
pub fn expect_text(what: &str, expected: &str, seen: &str, saved: &Saved) -> Result<(), Failure> {
    match compile(&expression(expected, saved)?, true)?.is_match(seen) {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "{what} is not as expected\n  expected: {}\n  seen:     {}",
            shown(expected),
            shown(seen)
        ))),
    }
}

/// A text on one line, as it is written in features, cut when it is long.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 2000;
    let quoted = format!("{text:?}");
    match quoted.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} bytes)", &quoted[..end], text.len()),
        None => quoted,
    }
}

/// Reads `\n`, `\r`, `\t`, `\0`, `\e`, `\"`, `\\` and `\xHH` in a quoted text of a step.
///
/// # Errors
///
/// [`Failure::Feature`] for any other escape.
pub fn unescape(text: &str) -> Result<Vec<u8>, Failure> {
    let wrong = || Failure::Feature(format!("an escape in \"{text}\" is none"));
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next().ok_or_else(wrong)? {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'0' => 0,
            b'e' => 0x1b,
            b'"' => b'"',
            b'\\' => b'\\',
            b'x' => {
                let digits = [
                    rest.next().ok_or_else(wrong)?,
                    rest.next().ok_or_else(wrong)?,
                ];
                let digits = std::str::from_utf8(&digits).map_err(|_| wrong())?;
                u8::from_str_radix(digits, 16).map_err(|_| wrong())?
            }
            _ => return Err(wrong()),
        });
    }
    Ok(bytes)
}

/// [`unescape`] for a text.
///
/// # Errors
///
/// As [`unescape`], and for bytes that are no UTF-8.
pub fn unescape_text(text: &str) -> Result<String, Failure> {
    String::from_utf8(unescape(text)?).map_err(|error| Failure::Feature(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> Saved {
        Saved::from([("web".to_owned(), "a.b".to_owned())])
    }

    #[test]
    fn holes_stand_for_forms_and_saved_values() {
        for (expected, seen, same) in [
            (
                "a ({uuid})",
                "a (123e4567-e89b-42d3-a456-426614174000)",
                true,
            ),
            (
                "a ({uuid})",
                "a (123e4567-e89b-12d3-a456-426614174000)",
                false,
            ),
            ("{web}!", "a.b!", true),
            ("{web}!", "axb!", false),
            ("{{.ID}}", "{{.ID}}", true),
            ("{any}c", "a\nbc", true),
            ("", "x", false),
            ("x", "xy", false),
        ] {
            let result = expect_text("text", expected, seen, &saved());
            assert_eq!(result.is_ok(), same, "{expected} against {seen}");
        }
        let unknown = expect_text("text", "{nothing}", "x", &saved());
        assert!(matches!(unknown, Err(Failure::Feature(_))));
    }

    #[test]
    fn commands_get_saved_values_and_keep_doubled_braces() {
        let filled = fill("inspect -f {{.State}} {web}", &saved());
        assert_eq!(filled.as_deref(), Ok("inspect -f {{.State}} a.b"));
        assert!(fill("{id}", &saved()).is_err());
    }

    #[test]
    fn escapes_are_read() {
        assert_eq!(unescape(r#"a\n\x00\"\\"#), Ok(b"a\n\0\"\\".to_vec()));
        assert!(unescape(r"\q").is_err());
        assert!(unescape(r"\x0").is_err());
    }
}
