//! What a step is called: in the cache (IMG-72), in `container_config` and in the history.

use super::build_args::BuildArgs;
use super::instruction::{Instruction, Keyword};
use super::shell_word::DEFAULT_PATH;

impl Instruction {
    /// The words of the step's command; joined by blanks they are its name. `self` is substituted, `args` has what
    /// `ARG` has set before, and `source_hash` is that of the files of `ADD` and `COPY`.
    pub fn command(&self, args: &BuildArgs, source_hash: Option<&str>) -> Vec<String> {
        let keyword = self.keyword();
        if keyword == Some(Keyword::Run) {
            let set: Vec<String> = args
                .set()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            let count = (!set.is_empty()).then(|| format!("|{}", set.len()));
            return count.into_iter().chain(set).chain(self.argv()).collect();
        }
        let text = match (keyword, source_hash) {
            (Some(Keyword::Cmd | Keyword::Entrypoint), _) => {
                format!("{} [{}]", self.name, quoted(&self.argv()))
            }
            (Some(Keyword::Add | Keyword::Copy), Some(hash)) => {
                let words = self.words();
                let destination = words.last().map_or("", String::as_str);
                format!("{} {hash} in {destination}", self.name)
            }
            _ => self.step_text(),
        };
        ["/bin/sh", "-c", &format!("#(nop) {text}")]
            .map(str::to_owned)
            .to_vec()
    }

    /// What a command of `RUN` is called when it fails: its words without build arguments.
    pub fn command_text(&self) -> String {
        self.argv().join(" ")
    }
}

/// Each word as a JSON string.
fn quoted(words: &[String]) -> String {
    let quoted = words
        .iter()
        .map(|word| serde_json::Value::from(word.as_str()).to_string());
    quoted.collect::<Vec<_>>().join(" ")
}

impl BuildArgs {
    /// The environment of a `RUN`: the image's, a default `PATH`, and the arguments that have a value. What comes
    /// first wins.
    pub fn run_environment(&self, image: &[String]) -> Vec<String> {
        let mut environment = image.to_vec();
        let has = |environment: &[String], name: &str| {
            environment
                .iter()
                .any(|entry| entry.split('=').next() == Some(name))
        };
        if !has(&environment, "PATH") {
            environment.push(DEFAULT_PATH.to_owned());
        }
        for (name, value) in self.set() {
            if !has(&environment, name) {
                environment.push(format!("{name}={value}"));
            }
        }
        environment
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::Dockerfile;

    fn args() -> BuildArgs {
        let mut args = BuildArgs::new([("b".to_owned(), "2 3".to_owned())]);
        let dockerfile = Dockerfile::parse("x", b"ARG b\nARG a=1\nARG unset").expect("it is good");
        for instruction in &dockerfile.instructions {
            args.declare(instruction).expect("it is good");
        }
        args
    }

    fn command(text: &str, args: &BuildArgs, hash: Option<&str>) -> String {
        let dockerfile = Dockerfile::parse("x", text.as_bytes()).expect("it is good");
        let environment = ["v=w".to_owned()];
        let instruction = dockerfile.instructions[0].substitute(&environment, args);
        let instruction = instruction.expect("it is good");
        instruction.command(args, hash).join(" ")
    }

    #[test]
    fn metadata_has_its_arguments_after_substitution() {
        for (text, expected) in [
            ("workdir /foo/bar", "/bin/sh -c #(nop) WORKDIR /foo/bar"),
            ("ENV a=$v b=\"c d\"", "/bin/sh -c #(nop) ENV a=w b=c d"),
            ("LABEL a b", "/bin/sh -c #(nop) LABEL a=b"),
            ("EXPOSE 80/TCP $v", "/bin/sh -c #(nop) EXPOSE 80/tcp w"),
            ("VOLUME [\"/a\",\"/b\"]", "/bin/sh -c #(nop) VOLUME /a /b"),
            ("ARG a=$v", "/bin/sh -c #(nop) ARG a=w"),
            ("MAINTAINER me", "/bin/sh -c #(nop) MAINTAINER me"),
            ("ONBUILD RUN x", "/bin/sh -c #(nop) ONBUILD RUN x"),
            ("CMD [\"a\",\"b\"]", "/bin/sh -c #(nop) CMD [\"a\" \"b\"]"),
            (
                "CMD a \"b\"",
                "/bin/sh -c #(nop) CMD [\"/bin/sh\" \"-c\" \"a \\\"b\\\"\"]",
            ),
            (
                "ENTRYPOINT exit 130",
                "/bin/sh -c #(nop) ENTRYPOINT [\"/bin/sh\" \"-c\" \"exit 130\"]",
            ),
            ("CMD []", "/bin/sh -c #(nop) CMD []"),
        ] {
            assert_eq!(command(text, &args(), None), expected);
        }
    }

    #[test]
    fn run_is_its_argv_behind_the_arguments_that_are_set() {
        let none = BuildArgs::default();
        assert_eq!(command("RUN echo $v", &none, None), "/bin/sh -c echo $v");
        assert_eq!(command("RUN [\"a\",\"b\"]", &none, None), "a b");
        assert_eq!(
            command("RUN echo $a", &args(), None),
            "|2 b=2 3 a=1 /bin/sh -c echo $a"
        );
    }

    #[test]
    fn copies_are_named_after_what_they_copy() {
        assert_eq!(
            command("COPY a $v /dir/", &args(), Some("multi:00")),
            "/bin/sh -c #(nop) COPY multi:00 in /dir/"
        );
        assert_eq!(
            command("ADD [\"a\", \".\"]", &args(), Some("file:00")),
            "/bin/sh -c #(nop) ADD file:00 in ."
        );
    }

    #[test]
    fn a_failed_command_is_named_without_build_arguments() {
        let dockerfile = Dockerfile::parse("x", b"RUN exit 13").expect("it is good");
        let error = crate::dockerfile::BuildError::CommandFailed {
            command: dockerfile.instructions[0].command_text(),
            code: 13,
        };
        assert_eq!(
            error.to_string(),
            "The command '/bin/sh -c exit 13' returned a non-zero code: 13"
        );
    }

    #[test]
    fn the_environment_of_run_prefers_the_image() {
        let image = ["a=image", "PATHX=1"].map(str::to_owned);
        assert_eq!(
            args().run_environment(&image),
            ["a=image", "PATHX=1", DEFAULT_PATH, "b=2 3"]
        );
        let own = ["PATH=/bin".to_owned()];
        assert_eq!(BuildArgs::default().run_environment(&own), own);
    }
}
