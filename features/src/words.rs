//! The words of a command in a feature: blanks part them, quotes and backslashes keep them
//! together, as in a shell; nothing else of a shell is meant.

use crate::failure::Failure;

/// A command of a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// `NAME=value` before the program.
    pub variables: Vec<(String, String)>,
    /// `docker` or `docker-compose`.
    pub program: Program,
    /// What follows it.
    pub argv: Vec<String>,
}

/// What a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// `docker`: the client of the scenario.
    Docker,
    /// `docker-compose`: a client that is Compose.
    Compose,
}

/// Reads `[NAME=value …] docker WORD …`, or `docker-compose` in its place.
///
/// # Errors
///
/// [`Failure::Feature`] for an open quote or another program.
pub fn command(text: &str) -> Result<Command, Failure> {
    let mut words = split(text)?.into_iter().peekable();
    let mut variables = Vec::new();
    while let Some((name, value)) = words.peek().and_then(|word| assignment(word)) {
        variables.push((name.to_owned(), value.to_owned()));
        words.next();
    }
    let program = match words.next().as_deref() {
        Some("docker") => Program::Docker,
        Some("docker-compose") => Program::Compose,
        _ => return Err(Failure::Feature(format!("`{text}` does not run docker"))),
    };
    Ok(Command {
        variables,
        program,
        argv: words.collect(),
    })
}

fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    (!name.is_empty() && name.bytes().all(upper)).then_some((name, value))
}

/// The words of a text.
///
/// # Errors
///
/// [`Failure::Feature`] for an open quote.
pub fn split(text: &str) -> Result<Vec<String>, Failure> {
    let open = || Failure::Feature(format!("`{text}` ends within a quote"));
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = text.chars();
    while let Some(char) = rest.next() {
        match char {
            ' ' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next().ok_or_else(open)? {
                        '\'' => break,
                        char => word.push(char),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next().ok_or_else(open)? {
                        '"' => break,
                        '\\' => match rest.next().ok_or_else(open)? {
                            char @ ('"' | '\\') => word.push(char),
                            char => word.extend(['\\', char]),
                        },
                        char => word.push(char),
                    }
                }
            }
            '\\' => word
                .get_or_insert_default()
                .push(rest.next().ok_or_else(open)?),
            char => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parted_as_a_shell_does() {
        for (text, words) in [
            ("a  b", vec!["a", "b"]),
            (
                r#"sh -c 'echo "hi"; exit 3'"#,
                vec!["sh", "-c", r#"echo "hi"; exit 3"#],
            ),
            (r#""a \"b\" \n" ''"#, vec![r#"a "b" \n"#, ""]),
            (r"a\ b\\", vec![r"a b\"]),
        ] {
            assert_eq!(
                split(text).as_deref(),
                Ok(&*words.into_iter().map(str::to_owned).collect::<Vec<_>>())
            );
        }
        for text in ["'a", "\"a", "a\\"] {
            assert!(split(text).is_err(), "{text}");
        }
    }

    #[test]
    fn variables_come_before_the_program() {
        let read = command("DOCKER_API_VERSION=1.19 docker run -e A=b busybox").expect("a command");
        assert_eq!(
            read.variables,
            [("DOCKER_API_VERSION".into(), "1.19".into())]
        );
        assert_eq!(read.argv, ["run", "-e", "A=b", "busybox"]);
        assert!(command("podman ps").is_err());
    }
}
