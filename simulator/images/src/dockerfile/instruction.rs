//! One instruction of a Dockerfile.

use super::BuildError;

/// An instruction as it was parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Its name in upper case, also when it is unknown.
    pub name: String,
    /// What follows the name.
    pub arguments: Arguments,
    /// The whole instruction on one line, as written.
    pub raw: String,
    /// The number of the line that it ends in, from 1.
    pub line: usize,
}

/// What follows an instruction's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// The rest of the line: a shell's command, a name, or the trigger of `ONBUILD`.
    Text(String),
    /// A JSON array of strings.
    Array(Vec<String>),
    /// Words.
    Words(Vec<String>),
    /// `name=value` in order; a name may occur twice.
    Pairs(Vec<(String, String)>),
}

/// The instructions that there are (IMG-70: no `HEALTHCHECK`, no `SHELL`); each is that of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Stopsignal,
    User,
    Volume,
    Workdir,
}

const KEYWORDS: [(&str, Keyword); 16] = [
    ("ADD", Keyword::Add),
    ("ARG", Keyword::Arg),
    ("CMD", Keyword::Cmd),
    ("COPY", Keyword::Copy),
    ("ENTRYPOINT", Keyword::Entrypoint),
    ("ENV", Keyword::Env),
    ("EXPOSE", Keyword::Expose),
    ("FROM", Keyword::From),
    ("LABEL", Keyword::Label),
    ("MAINTAINER", Keyword::Maintainer),
    ("ONBUILD", Keyword::Onbuild),
    ("RUN", Keyword::Run),
    ("STOPSIGNAL", Keyword::Stopsignal),
    ("USER", Keyword::User),
    ("VOLUME", Keyword::Volume),
    ("WORKDIR", Keyword::Workdir),
];

impl Instruction {
    /// Which one it is; `None` when the zone has none of that name.
    pub fn keyword(&self) -> Option<Keyword> {
        let found = KEYWORDS.iter().find(|(name, _)| *name == self.name);
        found.map(|(_, keyword)| *keyword)
    }

    /// Which one it is, when its turn has come: anything but `FROM` at the start is refused, and then what is
    /// unknown.
    pub fn check(&self, is_first: bool) -> Result<Keyword, BuildError> {
        let keyword = self.keyword();
        if is_first && keyword != Some(Keyword::From) {
            return Err(BuildError::FromNotFirst);
        }
        keyword.ok_or_else(|| BuildError::UnknownInstruction(self.name.clone()))
    }

    /// What the header of its step says behind the colon: `NAME ARGS` (IMG-68), variables not replaced.
    pub fn step_text(&self) -> String {
        let arguments = self.arguments.text();
        match arguments.is_empty() {
            true => self.name.clone(),
            false => format!("{} {arguments}", self.name),
        }
    }

    /// The command of `RUN`, `CMD` and `ENTRYPOINT`: an array as it is, a text for `/bin/sh -c`.
    pub fn argv(&self) -> Vec<String> {
        match &self.arguments {
            Arguments::Array(words) | Arguments::Words(words) => words.clone(),
            shell => vec!["/bin/sh".to_owned(), "-c".to_owned(), shell.text()],
        }
    }

    /// The words of a list of arguments; a text is one.
    pub fn words(&self) -> Vec<String> {
        match &self.arguments {
            Arguments::Array(words) | Arguments::Words(words) => words.clone(),
            other => vec![other.text()],
        }
    }
}

impl Arguments {
    /// The arguments on one line: lists joined by blanks, pairs as `k=v`.
    pub fn text(&self) -> String {
        match self {
            Arguments::Text(text) => text.clone(),
            Arguments::Array(words) | Arguments::Words(words) => words.join(" "),
            Arguments::Pairs(pairs) => {
                let pairs: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
                pairs.join(" ")
            }
        }
    }
}
