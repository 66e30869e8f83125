//! Flags of a command line, read as the CLI's own library reads them.

use super::failure::Failure;

/// A flag of a command.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flag {
    /// `-x`.
    short: Option<char>,
    /// `--long`; also its key in what was read.
    long: &'static str,
    takes_value: bool,
}

/// A flag that is on or off.
pub(super) const fn switch(short: Option<char>, long: &'static str) -> Flag {
    Flag {
        short,
        long,
        takes_value: false,
    }
}

/// A flag with a value; given again it adds one.
pub(super) const fn value(short: Option<char>, long: &'static str) -> Flag {
    Flag {
        short,
        long,
        takes_value: true,
    }
}

/// Whether flags may stand behind the first argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// `docker ps X -a`.
    Anywhere,
    /// `docker run -i IMAGE COMMAND -x`: what follows the first argument is none of ours.
    FlagsFirst,
}

/// A command line that has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    flags: Vec<(&'static str, String)>,
    /// What is no flag.
    pub(super) arguments: Vec<String>,
}

impl Parsed {
    /// Reads the words behind the command's name.
    pub(super) fn read(
        command: &str,
        known: &[Flag],
        order: Order,
        words: Vec<String>,
    ) -> Result<Parsed, Failure> {
        let mut parsed = Parsed::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let done = word == "--";
            let is_flag = !done && word.len() > 1 && word.starts_with('-');
            if !done && is_flag {
                parsed
                    .flag(known, &word, &mut words)
                    .map_err(|problem| Failure::usage(command, &problem))?;
                continue;
            }
            if !done {
                parsed.arguments.push(word);
            }
            if done || order == Order::FlagsFirst {
                parsed.arguments.extend(words);
                break;
            }
        }
        Ok(parsed)
    }

    fn flag(
        &mut self,
        known: &[Flag],
        word: &str,
        words: &mut impl Iterator<Item = String>,
    ) -> Result<(), String> {
        if let Some(long) = word.strip_prefix("--") {
            let (name, given) = match long.split_once('=') {
                Some((name, given)) => (name, Some(given.to_owned())),
                None => (long, None),
            };
            let flag = known
                .iter()
                .find(|flag| flag.long == name)
                .ok_or_else(|| format!("unknown flag: --{name}"))?;
            let value = match given {
                Some(given) => given,
                None if flag.takes_value => words
                    .next()
                    .ok_or_else(|| format!("flag needs an argument: --{name}"))?,
                None => "true".to_owned(),
            };
            self.flags.push((flag.long, value));
            return Ok(());
        }
        let letters = &word[1..];
        for (at, letter) in letters.char_indices() {
            let flag = known
                .iter()
                .find(|flag| flag.short == Some(letter))
                .ok_or_else(|| format!("unknown shorthand flag: {letter:?} in {word}"))?;
            if !flag.takes_value {
                self.flags.push((flag.long, "true".to_owned()));
                continue;
            }
            let rest = &letters[at + letter.len_utf8()..];
            let value = match rest.strip_prefix('=').unwrap_or(rest) {
                "" => words
                    .next()
                    .ok_or_else(|| format!("flag needs an argument: {letter:?} in {word}"))?,
                attached => attached.to_owned(),
            };
            self.flags.push((flag.long, value));
            return Ok(());
        }
        Ok(())
    }

    /// Whether a switch is on; the last word counts.
    pub(super) fn on(&self, long: &str) -> bool {
        self.last(long)
            .is_some_and(|value| !matches!(value, "false" | "0" | "f" | "F" | "False" | "FALSE"))
    }

    /// The last value of a flag.
    pub(super) fn last(&self, long: &str) -> Option<&str> {
        self.all(long).last()
    }

    /// Every value of a flag, in order.
    pub(super) fn all(&self, long: &str) -> impl Iterator<Item = &str> {
        self.flags
            .iter()
            .filter(move |(name, _)| *name == long)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a flag; none when it was not given.
    pub(super) fn list(&self, long: &str) -> Option<Vec<String>> {
        let values: Vec<String> = self.all(long).map(str::to_owned).collect();
        (!values.is_empty()).then_some(values)
    }

    /// Refuses a command line with fewer arguments.
    pub(super) fn at_least(self, command: &str, count: usize) -> Result<Parsed, Failure> {
        if self.arguments.len() >= count {
            return Ok(self);
        }
        Err(Failure::says(format!(
            "\"docker {command}\" requires at least {count} argument(s).\nSee 'docker {command} --help'."
        )))
    }

    /// Refuses a command line with more or fewer arguments.
    pub(super) fn exactly(self, command: &str, count: usize) -> Result<Parsed, Failure> {
        if self.arguments.len() == count {
            return Ok(self);
        }
        Err(Failure::says(format!(
            "\"docker {command}\" requires exactly {count} argument(s).\nSee 'docker {command} --help'."
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: &[Flag] = &[
        switch(Some('i'), "interactive"),
        switch(Some('t'), "tty"),
        value(Some('e'), "env"),
        value(None, "name"),
    ];

    fn read(order: Order, words: &[&str]) -> Result<Parsed, Failure> {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Parsed::read("run", FLAGS, order, words)
    }

    #[test]
    fn flags_read_in_every_spelling() {
        let parsed = read(
            Order::FlagsFirst,
            &[
                "-it",
                "-eA=1",
                "-e",
                "B=2",
                "--env=C=3",
                "--name",
                "x",
                "busybox",
                "sh",
                "-e",
            ],
        )
        .expect("is understood");
        assert!(parsed.on("interactive") && parsed.on("tty"));
        assert_eq!(parsed.all("env").collect::<Vec<_>>(), ["A=1", "B=2", "C=3"]);
        assert_eq!(parsed.last("name"), Some("x"));
        assert_eq!(parsed.arguments, ["busybox", "sh", "-e"]);
        let parsed =
            read(Order::Anywhere, &["x", "--tty=false", "-i", "--", "-e"]).expect("is understood");
        assert!(parsed.on("interactive") && !parsed.on("tty"));
        assert_eq!(parsed.arguments, ["x", "-e"]);
    }

    #[test]
    fn unknown_and_incomplete_flags_are_refused_with_125() {
        for (words, text) in [
            (["--nope"], "unknown flag: --nope\nSee 'docker run --help'."),
            (
                ["--name"],
                "flag needs an argument: --name\nSee 'docker run --help'.",
            ),
        ] {
            let failure = read(Order::Anywhere, &words).expect_err("is refused");
            assert_eq!(
                failure,
                Failure {
                    text: Some(text.to_owned()),
                    status: 125
                }
            );
        }
    }
}
