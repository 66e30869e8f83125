//! Values of keys, and what they cost.

use super::pace::Pace;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What an entry costs beside its key and value, bytes.
pub(super) const ENTRY_COST: usize = 128;
/// What an element costs beside its bytes.
pub(super) const ITEM_COST: usize = 64;

/// A number that can be ordered: never NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Score(pub(super) f64);

impl Eq for Score {}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Members by score, and scores by member.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sorted {
    scores: BTreeMap<Bytes, Score>,
    order: BTreeSet<(Score, Bytes)>,
}

impl Sorted {
    pub(super) fn len(&self) -> usize {
        self.scores.len()
    }

    pub(super) fn score(&self, member: &[u8]) -> Option<f64> {
        self.scores.get(member).map(|score| score.0)
    }

    /// Sets a score; whether the member is new.
    pub(super) fn set(&mut self, member: Bytes, score: f64) -> bool {
        // Minus zero is zero.
        let score = Score(score + 0.0);
        let before = self.scores.insert(member.clone(), score);
        if let Some(before) = before {
            self.order.remove(&(before, member.clone()));
        }
        self.order.insert((score, member));
        before.is_none()
    }

    pub(super) fn remove(&mut self, member: &[u8]) -> bool {
        let Some((member, score)) = self.scores.remove_entry(member) else {
            return false;
        };
        self.order.remove(&(score, member))
    }

    /// From the lowest score up.
    pub(super) fn iter(
        &self,
    ) -> impl DoubleEndedIterator<Item = (&Bytes, f64)> + ExactSizeIterator {
        self.order.iter().map(|(score, member)| (member, score.0))
    }

    /// The members that come before this one.
    pub(super) fn below(&self, member: &[u8]) -> Option<impl Iterator<Item = &Bytes>> {
        let score = *self.scores.get(member)?;
        let own = (score, Bytes::copy_from_slice(member));
        Some(self.order.range(..own).map(|(_, member)| member))
    }
}

/// What a key stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(Bytes),
    List(VecDeque<Bytes>),
    Set(BTreeSet<Bytes>),
    Hash(BTreeMap<Bytes, Bytes>),
    Sorted(Sorted),
}

impl Value {
    /// As `TYPE` names it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "string",
            Value::List(_) => "list",
            Value::Set(_) => "set",
            Value::Hash(_) => "hash",
            Value::Sorted(_) => "zset",
        }
    }

    /// How it would be kept, as `OBJECT ENCODING` tells.
    pub(super) fn encoding(&self) -> &'static str {
        match self {
            Value::Text(text) if super::resp::integer(text).is_some() => "int",
            Value::Text(text) if text.len() <= 44 => "embstr",
            Value::Text(_) => "raw",
            Value::List(_) => "quicklist",
            Value::Set(_) | Value::Hash(_) => "hashtable",
            Value::Sorted(_) => "skiplist",
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Value::Text(_) => false,
            Value::List(list) => list.is_empty(),
            Value::Set(set) => set.is_empty(),
            Value::Hash(hash) => hash.is_empty(),
            Value::Sorted(sorted) => sorted.len() == 0,
        }
    }

    /// Drops it, whatever there is of it.
    pub(super) async fn dismantle(self, pace: &mut Pace<'_>) {
        match self {
            Value::Text(_) => {}
            Value::List(mut list) => {
                while list.pop_back().is_some() {
                    pace.look().await;
                }
            }
            Value::Set(mut set) => {
                while set.pop_last().is_some() {
                    pace.look().await;
                }
            }
            Value::Hash(mut hash) => {
                while hash.pop_last().is_some() {
                    pace.look().await;
                }
            }
            Value::Sorted(mut sorted) => {
                while sorted.scores.pop_last().is_some() {
                    sorted.order.pop_last();
                    pace.look().await;
                }
            }
        }
    }

    /// Bytes that it is charged for.
    pub(super) fn cost(&self) -> usize {
        let items =
            |lengths: &mut dyn Iterator<Item = usize>| lengths.map(|len| len + ITEM_COST).sum();
        match self {
            Value::Text(text) => text.len(),
            Value::List(list) => items(&mut list.iter().map(Bytes::len)),
            Value::Set(set) => items(&mut set.iter().map(Bytes::len)),
            Value::Hash(hash) => {
                items(&mut hash.iter().map(|(field, value)| field.len() + value.len()))
            }
            Value::Sorted(sorted) => {
                items(&mut sorted.iter().map(|(member, _)| member.len() + ITEM_COST))
            }
        }
    }
}
