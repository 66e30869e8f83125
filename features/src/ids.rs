//! The index of the specification's ids, and the ids of scenarios.

use std::collections::BTreeMap;
use std::fmt;

/// The index, one id a line, `ALIAS = ID` for the second name of an id.
pub const INDEX: &str = include_str!("../ids.txt");

/// The id of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScenarioId {
    /// An id of the specification and, for a further case of it, the text after the dot.
    Rule(String, Option<String>),
    /// `RUN-name`: no rule of the specification.
    Run(String),
}

impl ScenarioId {
    /// Reads a tag without its `@`; none when it has not the form of an id.
    pub fn read(tag: &str) -> Option<ScenarioId> {
        let (prefix, rest) = tag.split_once('-')?;
        let is_word = |text: &str| {
            let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            !text.is_empty() && text.bytes().all(word)
        };
        if prefix == "RUN" {
            return is_word(rest).then(|| ScenarioId::Run(rest.to_owned()));
        }
        let (number, case) = match rest.split_once('.') {
            Some((number, case)) => (number, Some(case)),
            None => (rest, None),
        };
        let is_rule = !prefix.is_empty()
            && prefix.bytes().all(|byte| byte.is_ascii_uppercase())
            && number.len() >= 2
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && case.is_none_or(is_word);
        is_rule.then(|| ScenarioId::Rule(format!("{prefix}-{number}"), case.map(str::to_owned)))
    }

    /// The id of the specification it counts for.
    pub fn covers(&self) -> Option<&str> {
        match self {
            ScenarioId::Rule(id, _) => Some(id),
            ScenarioId::Run(_) => None,
        }
    }

    /// Whether a wanted id names it: exactly, or as the id it is a case of.
    pub fn is_named_by(&self, wanted: &str) -> bool {
        self.covers() == Some(wanted) || self.to_string() == wanted
    }
}

impl fmt::Display for ScenarioId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScenarioId::Rule(id, None) => f.write_str(id),
            ScenarioId::Rule(id, Some(case)) => write!(f, "{id}.{case}"),
            ScenarioId::Run(name) => write!(f, "RUN-{name}"),
        }
    }
}

/// The ids of the specification and the second names of some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    ids: Vec<String>,
    aliases: BTreeMap<String, String>,
}

/// A line of the index that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("ids.txt: {0}")]
pub struct IndexError(String);

impl Index {
    /// Reads an index.
    ///
    /// # Errors
    ///
    /// [`IndexError`] for a line that is no id, a repeated id, and an alias of nothing.
    pub fn read(text: &str) -> Result<Index, IndexError> {
        let mut index = Index {
            ids: Vec::new(),
            aliases: BTreeMap::new(),
        };
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let (name, target) = match line.split_once('=') {
                Some((alias, target)) => (alias.trim(), Some(target.trim())),
                None => (line, None),
            };
            let is_id =
                |text: &str| matches!(ScenarioId::read(text), Some(ScenarioId::Rule(_, None)));
            if !is_id(name) || !target.is_none_or(is_id) || index.knows(name) {
                return Err(IndexError(format!("`{line}` is no new id")));
            }
            match target {
                Some(target) => drop(index.aliases.insert(name.to_owned(), target.to_owned())),
                None => index.ids.push(name.to_owned()),
            }
        }
        match index
            .aliases
            .iter()
            .find(|(_, target)| !index.ids.contains(target))
        {
            Some((alias, target)) => Err(IndexError(format!("{alias} points to {target}: no id"))),
            None => Ok(index),
        }
    }

    /// The ids, without aliases, in the order of the index.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// How many second names there are.
    pub fn alias_count(&self) -> usize {
        self.aliases.len()
    }

    /// Whether it is an id or an alias.
    pub fn knows(&self, id: &str) -> bool {
        self.ids.iter().any(|known| known == id) || self.aliases.contains_key(id)
    }

    /// The id that stands for an alias.
    pub fn target_of(&self, alias: &str) -> Option<&str> {
        self.aliases.get(alias).map(String::as_str)
    }

    /// How many ids each prefix has.
    pub fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for id in &self.ids {
            let prefix = id.split('-').next().unwrap_or_default();
            *counts.entry(prefix).or_default() += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_holds_every_id_of_the_specification() {
        let index = Index::read(INDEX).expect("a valid index");
        assert_eq!(index.ids().len(), 446);
        assert_eq!(index.alias_count(), 23);
        let counts: Vec<_> = index.counts().into_iter().collect();
        assert_eq!(
            counts,
            [
                ("ACC", 86),
                ("API", 33),
                ("APIX", 22),
                ("CLI", 53),
                ("CTR", 65),
                ("CTRX", 21),
                ("IMG", 84),
                ("NET", 29),
                ("PLC", 26),
                ("VOL", 27)
            ]
        );
    }

    #[test]
    fn ids_are_read_as_they_are_written() {
        for text in ["CTR-07", "CTR-07.25", "ACC-30.wrong-key", "RUN-hello-2"] {
            let id = ScenarioId::read(text).expect(text);
            assert_eq!(id.to_string(), text);
        }
        for text in [
            "",
            "CTR",
            "CTR-",
            "CTR-7",
            "ctr-07",
            "CTR-07.",
            "CTR-07.a b",
            "RUN-",
            "-07",
        ] {
            assert_eq!(ScenarioId::read(text), None, "{text}");
        }
    }

    #[test]
    fn an_index_with_a_repeated_id_or_a_dangling_alias_is_refused() {
        for text in ["CTR-01\nCTR-01", "CTR-01 = CTR-02", "CTR-01.1", "hello"] {
            assert!(Index::read(text).is_err(), "{text}");
        }
    }
}
