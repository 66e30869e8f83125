//! Tags of an instance and the labels they stand for (containers.md 5).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

/// A tag's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Text.
    Text(String),
    /// A truth value.
    Flag(bool),
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tag::Text(text) => f.write_str(text),
            Tag::Flag(flag) => flag.fmt(f),
        }
    }
}

/// The tags of every instance that Docker clients make.
static OF_ALL: LazyLock<Arc<BTreeMap<String, Tag>>> =
    LazyLock::new(|| Arc::new(BTreeMap::from([("sdc_docker".to_owned(), Tag::Flag(true))])));

/// The tags that every instance has.
pub(crate) fn of_all() -> BTreeMap<String, Tag> {
    BTreeMap::clone(&OF_ALL)
}

/// Tags to keep: those that most instances have are kept once.
pub(crate) fn share(tags: BTreeMap<String, Tag>) -> Arc<BTreeMap<String, Tag>> {
    match tags == **OF_ALL {
        true => OF_ALL.clone(),
        false => Arc::new(tags),
    }
}

/// What the names of tags begin with that stand for ordinary labels.
pub(crate) const LABEL_PREFIX: &str = "docker:label:";

/// The ordinary label of this name among `tags`.
pub fn label_of<'a>(tags: &'a BTreeMap<String, Tag>, name: &str) -> Option<&'a Tag> {
    tags.get(&format!("{LABEL_PREFIX}{name}"))
}

/// The labels that `tags` stand for, without the package: ordinary ones, then `triton.*`, which win.
pub fn labels_of(tags: &BTreeMap<String, Tag>) -> BTreeMap<String, String> {
    let ordinary = tags
        .iter()
        .filter_map(|(key, value)| Some((key.strip_prefix(LABEL_PREFIX)?, value)));
    let special = tags
        .iter()
        .filter(|(key, _)| key.starts_with("triton."))
        .map(|(key, value)| (key.as_str(), value));
    ordinary
        .chain(special)
        .map(|(key, value)| (key.to_owned(), value.to_string()))
        .collect()
}
