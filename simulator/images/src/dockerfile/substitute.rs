//! Which instructions get their variables replaced.

use super::BuildError;
use super::build_args::BuildArgs;
use super::instruction::{Arguments, Instruction, Keyword};
use super::shell_word::Words;

impl Instruction {
    /// The instruction with its variables replaced and its quotes removed, where it is one that gets this; a trigger keeps
    /// its quotes for when it is read.
    /// `environment` (`NAME=value`) wins over build arguments, and both over a default `PATH`.
    pub fn substitute(
        &self,
        environment: &[String],
        args: &BuildArgs,
    ) -> Result<Instruction, BuildError> {
        let keyword = self.keyword();
        if !keyword.is_some_and(is_substituted) {
            return Ok(self.clone());
        }
        let mut words = Words::new(environment, args);
        let mut each = |list: &[String]| -> Result<Vec<String>, BuildError> {
            list.iter().map(|word| words.substitute(word)).collect()
        };
        let arguments = match &self.arguments {
            Arguments::Text(text) if keyword == Some(Keyword::Onbuild) => {
                Arguments::Text(words.substitute_line(text)?)
            }
            Arguments::Text(text) => Arguments::Text(words.substitute(text)?),
            Arguments::Array(list) => Arguments::Array(each(list)?),
            Arguments::Words(list) if keyword == Some(Keyword::Expose) => {
                let list = each(list)?;
                Arguments::Words(list.iter().map(|port| port.to_lowercase()).collect())
            }
            Arguments::Words(list) => Arguments::Words(each(list)?),
            Arguments::Pairs(pairs) => {
                let pairs = pairs
                    .iter()
                    .map(|(key, value)| Ok((words.substitute(key)?, words.substitute(value)?)));
                Arguments::Pairs(pairs.collect::<Result<_, BuildError>>()?)
            }
        };
        Ok(Instruction {
            arguments,
            ..self.clone()
        })
    }
}

/// The engine replaces variables in the same ones but `ONBUILD`.
fn is_substituted(keyword: Keyword) -> bool {
    match keyword {
        Keyword::Add
        | Keyword::Arg
        | Keyword::Copy
        | Keyword::Env
        | Keyword::Expose
        | Keyword::Label
        | Keyword::Onbuild
        | Keyword::Stopsignal
        | Keyword::User
        | Keyword::Volume
        | Keyword::Workdir => true,
        Keyword::Cmd | Keyword::Entrypoint | Keyword::From | Keyword::Maintainer | Keyword::Run => {
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::Dockerfile;

    fn parse(text: &str) -> Instruction {
        let dockerfile = Dockerfile::parse("x", text.as_bytes()).expect("it is good");
        dockerfile.instructions[0].clone()
    }

    fn substitute(text: &str) -> Result<String, BuildError> {
        let args = BuildArgs::default();
        let environment = ["FOO=foo", "PWD=/home", "SP=a b"].map(str::to_owned);
        let done = parse(text).substitute(&environment, &args)?;
        Ok(done.arguments.text())
    }

    #[test]
    fn eleven_instructions_get_it() {
        for (text, expected) in [
            ("ADD $FOO '$FOO' \"$FOO\"", "foo $FOO foo"),
            ("COPY [\"$SP\", \"b\"]", "a b b"),
            ("ARG a=\"$FOO b\"", "a=foo b"),
            ("ENV $FOO=\"$SP\" c='d'", "foo=a b c=d"),
            ("ENV a b \"$FOO\"", "a=b foo"),
            ("EXPOSE $FOO 80/TCP", "foo 80/tcp"),
            ("LABEL \"a b\"=$FOO", "a b=foo"),
            (
                "ONBUILD RUN echo \"$FOO\" '$FOO' \\$FOO",
                "RUN echo \"foo\" '$FOO' \\$FOO",
            ),
            ("ONBUILD RUN it's $FOO", "RUN it's $FOO"),
            (
                "ONBUILD CMD [\"a b\", \"${NO:-${FOO}x}\"]",
                "CMD [\"a b\", \"foox\"]",
            ),
            ("STOPSIGNAL $FOO", "foo"),
            ("USER $FOO", "foo"),
            ("VOLUME $PWD [\"$FOO\"]", "/home [foo]"),
            ("WORKDIR \"$PWD\"/x", "/home/x"),
            ("RUN echo \"$FOO\"", "echo \"$FOO\""),
            ("CMD echo $FOO", "echo $FOO"),
            ("ENTRYPOINT [\"$FOO\"]", "$FOO"),
            ("FROM $FOO", "$FOO"),
            ("MAINTAINER $FOO", "$FOO"),
            ("HEALTHCHECK $FOO", "$FOO"),
        ] {
            assert_eq!(substitute(text).expect("it is good"), expected, "{text}");
        }
    }

    #[test]
    fn variables_of_one_instruction_are_those_before_it() {
        assert_eq!(
            substitute("ENV FOO=bar X=$FOO").expect("it is good"),
            "FOO=bar X=foo"
        );
    }
}
