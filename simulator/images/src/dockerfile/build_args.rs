//! What `--build-arg` gives and `ARG` declares.

use super::BuildError;
use super::instruction::Instruction;

/// Arguments that need no `ARG`.
const PREDEFINED: [&str; 8] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "FTP_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "ftp_proxy",
    "no_proxy",
];

/// The build arguments of one build, as far as its instructions have come.
#[derive(Clone, Debug, Default)]
pub struct BuildArgs {
    /// From the client, in its order.
    given: Vec<Given>,
    /// With a value, in the order in which they got one.
    set: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
struct Given {
    name: String,
    value: String,
    is_consumed: bool,
}

impl BuildArgs {
    /// What the client has given. The proxies among it are declared from the start.
    pub fn new(given: impl IntoIterator<Item = (String, String)>) -> Self {
        let given = given.into_iter().map(|(name, value)| Given {
            name,
            value,
            is_consumed: false,
        });
        let mut args = Self {
            given: given.collect(),
            set: Vec::new(),
        };
        for name in PREDEFINED {
            args.define(name, None);
        }
        args
    }

    /// Reads the parameter `buildargs`, a JSON object of strings; nothing when it is empty.
    pub fn parse(text: &str) -> Result<Self, BuildError> {
        let given = super::document::string_members(text).map_err(BuildError::BuildArgs)?;
        Ok(Self::new(given))
    }

    /// Does `ARG name` or `ARG name=default`, variables replaced. A given value wins.
    pub fn declare(&mut self, instruction: &Instruction) -> Result<(), BuildError> {
        let words = instruction.words();
        let [word] = &words[..] else {
            return Err(BuildError::OneArgument);
        };
        match word.split_once('=') {
            Some((name, default)) => self.define(name, Some(default)),
            None => self.define(word, None),
        }
        Ok(())
    }

    fn define(&mut self, name: &str, default: Option<&str>) {
        let mut value = default.map(str::to_owned);
        if let Some(given) = self.given.iter_mut().find(|given| given.name == name) {
            given.is_consumed = true;
            value = Some(given.value.clone());
        }
        let Some(value) = value else {
            return;
        };
        match self.set.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = value,
            None => self.set.push((name.to_owned(), value)),
        }
    }

    /// Names and values of the declared arguments that have one, in the order in which they got it.
    pub fn set(&self) -> impl Iterator<Item = (&str, &str)> {
        let set = self.set.iter();
        set.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// At the end of a build: whether each given argument was declared.
    pub fn check_consumed(&self) -> Result<(), BuildError> {
        let left = self.given.iter().filter(|given| !given.is_consumed);
        let names: Vec<String> = left.map(|given| given.name.clone()).collect();
        match names.is_empty() {
            true => Ok(()),
            false => Err(BuildError::UnusedBuildArgs(names)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::Dockerfile;

    fn declare(args: &mut BuildArgs, text: &str) -> Result<(), BuildError> {
        let dockerfile = Dockerfile::parse("x", text.as_bytes()).expect("it is good");
        args.declare(&dockerfile.instructions[0])
    }

    fn set(args: &BuildArgs) -> Vec<String> {
        args.set()
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    #[test]
    fn a_given_value_wins_over_a_default() {
        let mut args = BuildArgs::parse(r#"{"B":"given","A":"x=y"}"#).expect("it is good");
        for text in [
            "ARG A",
            "ARG B=default",
            "ARG C=1",
            "ARG D",
            "ARG B=again",
            "ARG C=2",
            "ARG C",
        ] {
            declare(&mut args, text).expect("it is good");
        }
        assert_eq!(set(&args), ["A=x=y", "B=given", "C=2"]);
        assert!(args.check_consumed().is_ok());
    }

    #[test]
    fn proxies_are_declared_from_the_start() {
        let text = r#"{"http_proxy":"h","NO_PROXY":"n","ALL_PROXY":"a"}"#;
        let args = BuildArgs::parse(text).expect("it is good");
        assert_eq!(set(&args), ["NO_PROXY=n", "http_proxy=h"]);
        let error = args.check_consumed().expect_err("one is left").to_string();
        assert_eq!(
            error,
            "One or more build-args [ALL_PROXY] were not consumed, failing build."
        );
    }

    #[test]
    fn leftovers_are_named_in_their_order() {
        let args = BuildArgs::parse(r#"{"B":"","A":""}"#).expect("it is good");
        let error = args.check_consumed().expect_err("two are left").to_string();
        assert_eq!(
            error,
            "One or more build-args [B,A] were not consumed, failing build."
        );
    }

    #[test]
    fn arg_takes_exactly_one() {
        for text in ["ARG", "ARG a b", "ARG a=1 b=2"] {
            let error = declare(&mut BuildArgs::default(), text).expect_err("it is refused");
            assert_eq!(
                error.to_string(),
                "ARG requires exactly one argument definition"
            );
        }
    }

    #[test]
    fn the_parameter_is_an_object_of_strings() {
        for text in ["", "{}", r#"{"http_proxy":null}"#] {
            assert!(set(&BuildArgs::parse(text).expect("it is empty")).is_empty());
        }
        for text in ["[]", "{", "{\"a\":1}"] {
            assert!(BuildArgs::parse(text).is_err(), "{text}");
        }
    }
}
