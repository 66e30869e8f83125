//! From bytes to instructions.

use super::BuildError;
use super::instruction::{Arguments, Instruction, Keyword};
use super::lines::{Line, logical_lines};
use super::words::{BLANKS, pairs, plain_words, quoted_words};

/// Most bytes of a Dockerfile (images.md 19).
pub const DOCKERFILE_BYTES_MAX: u64 = 10 << 20;
/// Most instructions of a Dockerfile: each one makes a record with all of the history before it.
pub const INSTRUCTIONS_MAX: usize = 1000;

/// A parsed Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    /// What stands in it, in order; possibly nothing, possibly unknown names.
    pub instructions: Vec<Instruction>,
}

impl Dockerfile {
    /// Reads a Dockerfile called `name`. Unknown instructions and a missing `FROM` are found when their step comes:
    /// [`Instruction::check`].
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, BuildError> {
        if bytes.is_empty() {
            return Err(BuildError::EmptyDockerfile(name.to_owned()));
        }
        let instructions = instructions(bytes)?;
        Ok(Self { instructions })
    }
}

impl Instruction {
    /// Reads a trigger as `ONBUILD` has kept it.
    pub fn parse_trigger(trigger: &str) -> Result<Self, BuildError> {
        let mut found = instructions(trigger.as_bytes())?;
        match (found.len(), found.pop()) {
            (1, Some(only)) => Ok(only),
            (count, _) => Err(BuildError::Trigger {
                trigger: trigger.to_owned(),
                count,
            }),
        }
    }
}

pub(super) fn instructions(bytes: &[u8]) -> Result<Vec<Instruction>, BuildError> {
    let length = bytes.len() as u64;
    if length > DOCKERFILE_BYTES_MAX {
        return Err(BuildError::LongDockerfile(length));
    }
    let text = String::from_utf8_lossy(bytes);
    let lines = logical_lines(&text)?;
    if lines.len() > INSTRUCTIONS_MAX {
        return Err(BuildError::ManyInstructions(lines.len()));
    }
    lines.iter().map(instruction).collect()
}

fn instruction(line: &Line<'_>) -> Result<Instruction, BuildError> {
    let (name, rest) = line.text.split_once(BLANKS).unwrap_or((&line.text, ""));
    let mut instruction = Instruction {
        name: name.to_uppercase(),
        arguments: Arguments::Text(rest.trim_start_matches(BLANKS).to_owned()),
        raw: line.text.clone().into_owned(),
        line: line.number,
    };
    if let Some(keyword) = instruction.keyword() {
        instruction.arguments = arguments(keyword, &instruction)?;
    }
    Ok(instruction)
}

fn arguments(keyword: Keyword, instruction: &Instruction) -> Result<Arguments, BuildError> {
    let (name, text) = (&instruction.name, instruction.arguments.text());
    let array = || serde_json::from_str(&text).map(Arguments::Array).ok();
    let arguments = match keyword {
        Keyword::Run | Keyword::Cmd | Keyword::Entrypoint => {
            array().unwrap_or_else(|| Arguments::Text(text.clone()))
        }
        Keyword::Add | Keyword::Copy | Keyword::Volume => {
            array().unwrap_or_else(|| Arguments::Words(plain_words(&text)))
        }
        Keyword::Expose => Arguments::Words(plain_words(&text)),
        Keyword::Arg => Arguments::Words(quoted_words(&text)),
        Keyword::Env | Keyword::Label => Arguments::Pairs(pairs(name, &text)?),
        Keyword::From | Keyword::Onbuild if text.is_empty() => {
            return Err(BuildError::NoArgument(name.clone()));
        }
        // IMG-71: these take what there is.
        Keyword::From
        | Keyword::Onbuild
        | Keyword::Maintainer
        | Keyword::Stopsignal
        | Keyword::User
        | Keyword::Workdir => Arguments::Text(text),
    };
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Vec<Instruction> {
        let dockerfile = Dockerfile::parse("Dockerfile", text.as_bytes()).expect("it is good");
        dockerfile.instructions
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn each_instruction_has_its_form_of_arguments() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        for (text, arguments) in [
            ("FROM a b", Arguments::Text("a b".into())),
            ("from\t x", Arguments::Text("x".into())),
            ("RUN a  'b'", Arguments::Text("a  'b'".into())),
            (
                "RUN [\"a\", \"b c\"]",
                Arguments::Array(words(&["a", "b c"])),
            ),
            ("CMD [\"a\"]", Arguments::Array(words(&["a"]))),
            ("CMD []", Arguments::Array(words(&[]))),
            ("CMD [\"a\", 1]", Arguments::Text("[\"a\", 1]".into())),
            ("ENTRYPOINT ['a']", Arguments::Text("['a']".into())),
            (
                "ADD a 'b c' d",
                Arguments::Words(words(&["a", "'b", "c'", "d"])),
            ),
            (
                "COPY [\"a b\", \"c\"]",
                Arguments::Array(words(&["a b", "c"])),
            ),
            ("VOLUME /a /b", Arguments::Words(words(&["/a", "/b"]))),
            ("VOLUME [\"/a\"]", Arguments::Array(words(&["/a"]))),
            ("EXPOSE 80 [1]", Arguments::Words(words(&["80", "[1]"]))),
            ("ARG a='b c'", Arguments::Words(words(&["a='b c'"]))),
            ("ENV a b c", Arguments::Pairs(vec![pair("a", "b c")])),
            (
                "LABEL a=b c=d",
                Arguments::Pairs(vec![pair("a", "b"), pair("c", "d")]),
            ),
            (
                "ONBUILD RUN  [\"a\"]",
                Arguments::Text("RUN  [\"a\"]".into()),
            ),
            ("USER a", Arguments::Text("a".into())),
            ("WORKDIR /a b", Arguments::Text("/a b".into())),
            ("MAINTAINER a <b>", Arguments::Text("a <b>".into())),
            ("STOPSIGNAL 9", Arguments::Text("9".into())),
            ("HEALTHCHECK a", Arguments::Text("a".into())),
        ] {
            assert_eq!(parse(text)[0].arguments, arguments, "{text}");
        }
    }

    #[test]
    fn an_array_that_is_nested_deeply_is_a_text() {
        let deep = format!("RUN {}", "[".repeat(100_000));
        assert!(
            matches!(&parse(&deep)[0].arguments, Arguments::Text(text) if text.len() == 100_000)
        );
    }

    #[test]
    fn an_instruction_knows_its_line_and_its_text() {
        let instructions = parse("# x\nfrom a\n\n run b \\\n  c \n");
        let rows: Vec<_> = instructions
            .iter()
            .map(|one| (one.line, one.name.as_str(), one.raw.as_str()))
            .collect();
        assert_eq!(rows, [(2, "FROM", "from a"), (5, "RUN", "run b   c")]);
    }

    #[test]
    fn the_header_of_a_step_shows_what_was_written() {
        for (text, step) in [
            ("from busybox", "FROM busybox"),
            ("RUN [\"/hello\",\"how are\"]", "RUN /hello how are"),
            ("LABEL version=\"1.0\" a=$b", "LABEL version=\"1.0\" a=$b"),
            ("ENV a  b c", "ENV a=b c"),
            (
                "COPY /foo/bar\t/other/dir /dest/",
                "COPY /foo/bar /other/dir /dest/",
            ),
            ("CMD", "CMD"),
            ("ONBUILD RUN  x", "ONBUILD RUN  x"),
            ("shell [\"a\"]", "SHELL [\"a\"]"),
        ] {
            assert_eq!(parse(text)[0].step_text(), step);
        }
    }

    /// IMG-70: what the engine has since 1.12 is unknown here.
    #[test]
    fn an_unknown_instruction_is_refused_when_its_turn_comes() {
        for name in ["HEALTHCHECK", "SHELL", "Foo"] {
            let instructions = parse(&format!("FROM x\n{name} y"));
            let refused = instructions[1].check(false).expect_err("it is refused");
            let upper = name.to_uppercase();
            assert_eq!(refused.to_string(), format!("Unknown instruction: {upper}"));
        }
        assert_eq!(parse("FROM x")[0].check(true).ok(), Some(Keyword::From));
    }

    #[test]
    fn from_must_be_first() {
        for text in ["MAINTAINER me\nFROM busybox", "FOO x"] {
            let refused = parse(text)[0].check(true).expect_err("it is refused");
            assert_eq!(
                refused.to_string(),
                "Please provide a source image with `from` prior to commit"
            );
        }
    }

    #[test]
    fn what_is_no_dockerfile_is_refused() {
        let long = vec![b'#'; (10 << 20) + 1];
        let many = b"USER x\n".repeat(INSTRUCTIONS_MAX + 1);
        for (bytes, error) in [
            (&b""[..], "The Dockerfile (d/F) cannot be empty"),
            (&long[..], "Dockerfile exceeds max length: 10485761"),
            (&many[..], "Dockerfile exceeds max instructions: 1001"),
            (b"FROM", "FROM requires at least one argument"),
            (
                b"FROM x\nONBUILD ",
                "ONBUILD requires at least one argument",
            ),
            (b"FROM x\nLABEL ", "LABEL requires at least one argument"),
        ] {
            let refused = Dockerfile::parse("d/F", bytes).expect_err("it is refused");
            assert_eq!(refused.to_string(), error);
        }
        assert!(Dockerfile::parse("x", &long[1..]).is_ok());
    }

    #[test]
    fn some_dockerfiles_make_no_image() {
        assert_eq!(
            BuildError::NoImage.to_string(),
            "No image was generated. Is your Dockerfile empty?"
        );
    }

    #[test]
    fn a_trigger_is_one_instruction_on_the_first_line() {
        let trigger = Instruction::parse_trigger("add a /b").expect("it is good");
        assert_eq!((trigger.line, trigger.keyword()), (1, Some(Keyword::Add)));
        for (trigger, count) in [("", 0), ("RUN a\nRUN b", 2)] {
            let error = Instruction::parse_trigger(trigger).expect_err("it is refused");
            assert_eq!(
                error.to_string(),
                format!("Expected 1 command for OnBuild trigger {trigger:?}, got {count}")
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(FROM|ENV|LABEL|ARG|ONBUILD|[ \\\\\n#='\"\\[,]|.){0,40}") {
            let _ = Dockerfile::parse("Dockerfile", text.as_bytes());
        }
    }
}
