//! The tags of a scenario: its ids, the clients that can drive it, what it expects.
//!
//! | Tag | Meaning |
//! |---|---|
//! | `@CTR-06` | primary id; several only where the specification states one rule twice |
//! | `@CTR-07.25` | a further case, which counts for CTR-07 |
//! | `@RUN-name` | a scenario of no id of the specification |
//! | `@also:CTR-06` | documents CTR-06 without covering it |
//! | `@cli`, `@bollard`, `@raw` | only the command lines, only bollard, only raw bytes (once) |
//! | `@docker-py-7.2.0`, `@dockerode-2.5.8`, `@compose-1.29.2`, … | only these libraries, of which several may be named |
//! | `@from:1.10`, `@until:1.11` | which command lines, both ends included |
//! | `@rows:1.12` | of an outline, the first row with all clients, the others with that command line only |
//! | `@not-bollard:REASON` | not bollard, and why |
//! | `@expected-fail:REASON` | it fails, and why |
//! | `@limited` | what holds is that a client cannot do it |
//! | `@must`, `@should`, `@info` | the level; `@must` unless said otherwise |
//! | `@slow` | a deadline four times as long |
//! | `@gateway` | the host serves the public addresses of containers |
//! | `@socks` | the zone serves SOCKS5 |
//! | `@ext` | the zone's setting `extensions` is on |
//! | `@alone` | the zone's answer is that of one that nobody else has used, with its usual addresses |
//! | `@clock` | so much time passes that the target's has to move when told to |
//! | `@registry` | it needs images besides busybox |
//! | `@engine` | Docker Inc's engine does the same |
//! | `@zone-only:REASON` | an engine cannot be asked, or 20.10 answers alike, and why |

use std::collections::BTreeSet;

use clients::LibraryName;
use reports::Level;

use crate::ids::ScenarioId;

/// What the tags of a scenario say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    /// The primary ids, at least one.
    pub ids: Vec<ScenarioId>,
    /// Ids documented only.
    pub also: Vec<String>,
    /// Which kinds of client can drive it.
    pub kinds: Kinds,
    /// The libraries that can drive it.
    pub libraries: BTreeSet<LibraryName>,
    /// The lowest and the highest number after `1.` of a command line.
    pub minors: (u32, u32),
    /// The number after `1.` of the only command line of an outline's later rows.
    pub rows: Option<u32>,
    /// Why bollard cannot drive it.
    pub not_bollard: Option<String>,
    /// Why it is expected to fail.
    pub expected_fail: Option<String>,
    /// Whether it shows what a client cannot do.
    pub limited: bool,
    /// How much it matters.
    pub level: Level,
    /// Whether it needs a longer deadline.
    pub slow: bool,
    /// Whether the host serves the public addresses of containers.
    pub gateway: bool,
    /// Whether the zone serves SOCKS5.
    pub socks: bool,
    /// Whether the zone says what only helps modern clients.
    pub extensions: bool,
    /// Whether the zone's answer is that of one that nobody else has used.
    pub alone: bool,
    /// Whether it needs a clock that moves when told to.
    pub clock: bool,
    /// Whether it needs images that a target has only from a registry.
    pub registry: bool,
    /// Whether an engine does the same.
    pub engine: bool,
    /// Why an engine is not asked.
    pub zone_only: Option<String>,
    /// All tags as written, without `@`, for `--tag`.
    pub all: Vec<String>,
}

/// The kinds of client that can drive a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinds {
    /// The command lines and bollard.
    Every,
    /// The command lines.
    Cli,
    /// bollard.
    Bollard,
    /// Raw bytes.
    Raw,
    /// The libraries that are named.
    Libraries,
}

/// A tag that says nothing, or tags that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// Not in the list above.
    #[error("unknown tag @{0}")]
    Unknown(String),
    /// No primary id.
    #[error("no id: one of the specification's, or @RUN-name")]
    NoId,
    /// Two tags that choose the kind of client.
    #[error("more than one of @cli, @bollard, @raw and libraries")]
    Kinds,
    /// A version that is none of the command lines'.
    #[error("@{0}: no version of a command line")]
    Version(String),
    /// A reason is missing.
    #[error("@{0}: a reason is missing")]
    Reason(String),
}

impl Tags {
    /// Reads the tags of a feature and a scenario together, as gherkin gives them: without `@`.
    ///
    /// # Errors
    ///
    /// [`TagError`] names the first tag that is wrong.
    pub fn read<'a>(tags: impl IntoIterator<Item = &'a str>) -> Result<Tags, TagError> {
        let mut read = Tags {
            ids: Vec::new(),
            also: Vec::new(),
            kinds: Kinds::Every,
            libraries: BTreeSet::new(),
            minors: (0, u32::MAX),
            rows: None,
            not_bollard: None,
            expected_fail: None,
            limited: false,
            level: Level::Must,
            slow: false,
            gateway: false,
            socks: false,
            extensions: false,
            alone: false,
            clock: false,
            registry: false,
            engine: false,
            zone_only: None,
            all: Vec::new(),
        };
        for tag in tags {
            read.all.push(tag.to_owned());
            read.take(tag)?;
        }
        match read.ids.is_empty() {
            true => Err(TagError::NoId),
            false => Ok(read),
        }
    }

    /// Those of a row of an outline, the first of which is 0.
    #[must_use]
    pub fn of_row(&self, row: usize) -> Tags {
        let mut tags = self.clone();
        if let Some(minor) = self.rows.filter(|_| row > 0) {
            tags.minors = (minor, minor);
            tags.kinds = Kinds::Cli;
        }
        tags
    }

    /// What of them changes what is asked, or what the answer has to be.
    pub fn that_matter(&self) -> impl Iterator<Item = &str> {
        let all = self.all.iter().map(String::as_str);
        all.filter(|tag| !tag.starts_with("rows:"))
    }

    fn take(&mut self, tag: &str) -> Result<(), TagError> {
        match tag.split_once(':') {
            Some((name, value)) => self.take_valued(tag, name, value),
            None => self.take_plain(tag),
        }
    }

    fn take_plain(&mut self, tag: &str) -> Result<(), TagError> {
        match tag {
            "cli" => self.choose(Kinds::Cli)?,
            "bollard" => self.choose(Kinds::Bollard)?,
            "raw" => self.choose(Kinds::Raw)?,
            "limited" => self.limited = true,
            "must" => self.level = Level::Must,
            "should" => self.level = Level::Should,
            "info" => self.level = Level::Info,
            "slow" => self.slow = true,
            "gateway" => self.gateway = true,
            "socks" => self.socks = true,
            "ext" => self.extensions = true,
            "alone" => self.alone = true,
            "clock" => self.clock = true,
            "registry" => self.registry = true,
            "engine" => self.engine = true,
            _ if let Some(library) = library(tag) => {
                if self.kinds != Kinds::Libraries {
                    self.choose(Kinds::Libraries)?;
                }
                self.libraries.insert(library);
            }
            _ => {
                let id = ScenarioId::read(tag).ok_or_else(|| TagError::Unknown(tag.to_owned()))?;
                self.ids.push(id);
            }
        }
        Ok(())
    }

    fn take_valued(&mut self, tag: &str, name: &str, value: &str) -> Result<(), TagError> {
        let reason = || match value.is_empty() {
            true => Err(TagError::Reason(tag.to_owned())),
            false => Ok(value.replace('-', " ")),
        };
        let minor = || {
            let version = value.parse::<clients::version::CliVersion>();
            version
                .map(clients::version::CliVersion::minor)
                .map_err(|_| TagError::Version(tag.to_owned()))
        };
        match name {
            "also" => self.also.push(value.to_owned()),
            "from" => self.minors.0 = minor()?,
            "until" => self.minors.1 = minor()?,
            "rows" => self.rows = Some(minor()?),
            "not-bollard" => self.not_bollard = Some(reason()?),
            "expected-fail" => self.expected_fail = Some(reason()?),
            "zone-only" => self.zone_only = Some(reason()?),
            _ => return Err(TagError::Unknown(tag.to_owned())),
        }
        Ok(())
    }

    fn choose(&mut self, kinds: Kinds) -> Result<(), TagError> {
        if self.kinds != Kinds::Every {
            return Err(TagError::Kinds);
        }
        self.kinds = kinds;
        Ok(())
    }
}

fn library(tag: &str) -> Option<LibraryName> {
    LibraryName::ALL
        .into_iter()
        .find(|library| library.as_str() == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Tags, TagError> {
        Tags::read(line.split_whitespace())
    }

    #[test]
    fn tags_choose_ids_clients_and_levels() {
        let tags = read("CTR-07.25 also:CTR-06 cli from:1.10 until:1.11 should").expect("tags");
        assert_eq!(tags.ids[0].to_string(), "CTR-07.25");
        assert_eq!(tags.ids[0].covers(), Some("CTR-07"));
        assert_eq!(tags.also, ["CTR-06"]);
        assert_eq!(tags.kinds, Kinds::Cli);
        assert_eq!(tags.minors, (10, 11));
        assert_eq!(tags.level, Level::Should);
        let tags = read("CTR-07 rows:1.12").expect("tags");
        assert_eq!(tags.of_row(0).kinds, Kinds::Every);
        let later = tags.of_row(1);
        assert_eq!((later.kinds, later.minors), (Kinds::Cli, (12, 12)));
        let tags = read("RUN-hello not-bollard:it-has-no-login").expect("tags");
        assert_eq!(tags.ids[0].covers(), None);
        assert_eq!(tags.not_bollard.as_deref(), Some("it has no login"));
    }

    #[test]
    fn tags_that_say_nothing_are_errors() {
        for (line, error) in [
            ("", TagError::NoId),
            ("cli", TagError::NoId),
            ("CTR-06 cli raw", TagError::Kinds),
            ("CTR-06 from:1.13", TagError::Version("from:1.13".into())),
            ("CTR-06 wip", TagError::Unknown("wip".into())),
            ("CTR-06 ctr-07", TagError::Unknown("ctr-07".into())),
            (
                "CTR-06 not-bollard:",
                TagError::Reason("not-bollard:".into()),
            ),
        ] {
            assert_eq!(read(line), Err(error), "{line}");
        }
    }
}
