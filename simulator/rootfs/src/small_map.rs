//! A map that most containers put hardly anything into.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::Bound;

/// Up to so many pairs are kept in one vector.
const FEW: usize = 8;

/// A sorted map. A few pairs take no more room than they need; a node of a `BTreeMap` has room for eleven.
#[derive(Clone, Debug)]
pub(crate) enum SmallMap<K, V> {
    Few(Vec<(K, V)>),
    Many(BTreeMap<K, V>),
}

impl<K, V> Default for SmallMap<K, V> {
    fn default() -> Self {
        SmallMap::Few(Vec::new())
    }
}

impl<K: Ord, V> SmallMap<K, V> {
    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        match self {
            SmallMap::Few(pairs) => {
                let place = place(pairs, key).ok()?;
                pairs.get(place).map(|(_, value)| value)
            }
            SmallMap::Many(map) => map.get(key),
        }
    }

    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        match self {
            SmallMap::Few(pairs) => {
                let place = place(pairs, key).ok()?;
                pairs.get_mut(place).map(|(_, value)| value)
            }
            SmallMap::Many(map) => map.get_mut(key),
        }
    }

    /// Sets the value of a key.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        let pairs = match self {
            SmallMap::Few(pairs) => pairs,
            SmallMap::Many(map) => {
                map.insert(key, value);
                return;
            }
        };
        match place(pairs, &key) {
            Ok(place) => pairs[place].1 = value,
            Err(place) if pairs.len() < FEW => {
                pairs.reserve_exact(1);
                pairs.insert(place, (key, value));
            }
            Err(_) => {
                let mut map: BTreeMap<K, V> = std::mem::take(pairs).into_iter().collect();
                map.insert(key, value);
                *self = SmallMap::Many(map);
            }
        }
    }

    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        match self {
            SmallMap::Few(pairs) => {
                let place = place(pairs, key).ok()?;
                Some(pairs.remove(place).1)
            }
            SmallMap::Many(map) => map.remove(key),
        }
    }

    /// Removes every key from `first` on.
    pub(crate) fn truncate(&mut self, first: &K) {
        match self {
            SmallMap::Few(pairs) => pairs.retain(|(key, _)| key < first),
            SmallMap::Many(map) => drop(map.split_off(first)),
        }
    }

    /// The pairs whose keys come behind `key`, in their order.
    pub(crate) fn iter_after<Q: Ord + ?Sized>(&self, key: &Q) -> impl Iterator<Item = (&K, &V)>
    where
        K: Borrow<Q>,
    {
        let (few, many) = match self {
            SmallMap::Few(pairs) => (Some(pairs), None),
            SmallMap::Many(map) => (
                None,
                Some(map.range((Bound::Excluded(key), Bound::Unbounded))),
            ),
        };
        let few = few.into_iter().flatten().map(|(key, value)| (key, value));
        let few = few.filter(move |(own, _)| Borrow::<Q>::borrow(*own) > key);
        few.chain(many.into_iter().flatten())
    }

    /// The pairs in the order of their keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let (few, many) = match self {
            SmallMap::Few(pairs) => (Some(pairs), None),
            SmallMap::Many(map) => (None, Some(map)),
        };
        let few = few.into_iter().flatten().map(|(key, value)| (key, value));
        few.chain(many.into_iter().flatten())
    }
}

fn place<K: Ord + Borrow<Q>, V, Q: Ord + ?Sized>(
    pairs: &[(K, V)],
    key: &Q,
) -> Result<usize, usize> {
    pairs.binary_search_by(|(at, _)| at.borrow().cmp(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_behave_the_same() {
        let (mut map, mut model) = (SmallMap::default(), BTreeMap::new());
        for step in 0..400u32 {
            let key = step * 7919 % 23;
            match step % 5 {
                0 => assert_eq!(map.remove(&key), model.remove(&key)),
                1 if step % 3 == 0 => {
                    map.truncate(&(key + 3));
                    drop(model.split_off(&(key + 3)));
                }
                _ => {
                    map.insert(key, step);
                    model.insert(key, step);
                }
            }
            assert!(map.iter().eq(model.iter()), "step {step}");
            assert_eq!(map.get(&key), model.get(&key));
            assert_eq!(map.get_mut(&3), model.get_mut(&3));
        }
    }
}
