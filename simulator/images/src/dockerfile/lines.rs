//! From the lines of a Dockerfile to lines with one instruction each.

use super::BuildError;

/// An instruction on one line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'t> {
    /// Without blanks around it; never empty.
    pub(super) text: std::borrow::Cow<'t, str>,
    /// The number of its last line, from 1.
    pub(super) number: usize,
}

/// Joins continued lines; drops comments and empty lines. In a continued instruction an empty line is dropped too,
/// but a comment is a part of it, as in the zone's parser.
pub(super) fn logical_lines(text: &str) -> Result<Vec<Line<'_>>, BuildError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut physical = (1..).zip(text.lines()).peekable();
    let mut escape = None;
    while let Some(named) = physical.peek().and_then(|(_, line)| escape_directive(line)) {
        if !matches!(named, '`' | '\\') {
            return Err(BuildError::InvalidEscape(named));
        }
        if escape.replace(named).is_some() {
            return Err(BuildError::SeveralEscapes);
        }
        physical.next();
    }
    let escape = escape.unwrap_or('\\');
    let mut lines = Vec::new();
    let mut pending: Option<(String, usize)> = None;
    for (number, line) in physical {
        let trimmed = line.trim();
        if trimmed.is_empty() || (pending.is_none() && trimmed.starts_with('#')) {
            continue;
        }
        // What continues keeps its blanks, and what is continued those before the escape character.
        let (part, is_continued) = match trimmed.strip_suffix(escape) {
            Some(part) => (
                &line[..line.len() - line.trim_start().len() + part.len()],
                true,
            ),
            None => (line.trim_end(), false),
        };
        match (&mut pending, is_continued) {
            (None, true) => pending = Some((part.trim_start().to_owned(), number)),
            (None, false) => lines.push(Line {
                text: trimmed.into(),
                number,
            }),
            (Some((joined, last)), _) => {
                joined.push_str(part);
                *last = number;
            }
        }
        if !is_continued {
            lines.extend(pending.take().and_then(complete));
        }
    }
    lines.extend(pending.take().and_then(complete));
    Ok(lines)
}

fn complete((joined, number): (String, usize)) -> Option<Line<'static>> {
    let text = joined.trim();
    (!text.is_empty()).then(|| Line {
        text: text.to_owned().into(),
        number,
    })
}

/// The character of a line `# escape=C`.
fn escape_directive(line: &str) -> Option<char> {
    let blanks = [' ', '\t'];
    let rest = line.strip_prefix('#')?.trim_start_matches(blanks);
    let (word, rest) = rest.split_at_checked("escape".len())?;
    if !word.eq_ignore_ascii_case("escape") {
        return None;
    }
    let value = rest.trim_start_matches(blanks).strip_prefix('=')?;
    value.trim_start_matches(blanks).chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(usize, &str)]) {
        let lines = logical_lines(text).expect("the directives are good");
        let found: Vec<(usize, &str)> = lines
            .iter()
            .map(|line| (line.number, line.text.as_ref()))
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn comments_and_empty_lines_are_dropped() {
        check(
            "# a\n\n  FROM x  \r\n\t# b\nRUN y # z\n",
            &[(3, "FROM x"), (5, "RUN y # z")],
        );
        check("", &[]);
        check("\u{feff}FROM x", &[(1, "FROM x")]);
    }

    #[test]
    fn a_line_goes_on_behind_the_escape_character() {
        check(
            "RUN a \\\n  b\\ \t\nc\nRUN d",
            &[(3, "RUN a   bc"), (4, "RUN d")],
        );
        check("RUN a \\\n\n\n  b", &[(4, "RUN a   b")]);
        check("RUN a\\", &[(1, "RUN a")]);
        check("\\\nRUN a", &[(2, "RUN a")]);
        check("RUN a \\\\\nb", &[(2, "RUN a \\b")]);
        check("\\\n\\\n", &[]);
        check("\\\n  \\\n b", &[(3, "b")]);
    }

    #[test]
    fn a_comment_in_a_continued_instruction_is_a_part_of_it() {
        check("RUN a \\\n# no\nRUN b", &[(2, "RUN a # no"), (3, "RUN b")]);
        check("RUN a \\\n# no \\\n b", &[(3, "RUN a # no  b")]);
    }

    #[test]
    fn the_escape_directive_stands_first() {
        check(
            "# escape=`\nRUN a `\n b \\\nRUN c",
            &[(3, "RUN a  b \\"), (4, "RUN c")],
        );
        check("#ESCAPE = \\\nRUN a \\\nb", &[(3, "RUN a b")]);
        check(
            "# note\n# escape=`\nRUN a `\nRUN b",
            &[(3, "RUN a `"), (4, "RUN b")],
        );
        check("\n# escape=`\nRUN a `", &[(3, "RUN a `")]);
        check("# escape=\nRUN a", &[(2, "RUN a")]);
        check("# escaped=x\nRUN a", &[(2, "RUN a")]);
        for (text, error) in [
            ("# escape=x\n", "invalid ESCAPE \"x\". Must be ` or \\"),
            (
                "# escape=`\n# escape=`\n",
                "only one escape parser directive can be used",
            ),
        ] {
            let refused = logical_lines(text).expect_err("it is refused");
            assert_eq!(refused.to_string(), error);
        }
    }
}
