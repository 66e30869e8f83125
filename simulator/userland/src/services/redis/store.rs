//! The databases.

use super::fail::Fail;
use super::pace::Pace;
use super::value::{ENTRY_COST, Value};
use crate::kernel::Charge;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};

/// A value and when it goes.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) value: Value,
    /// Milliseconds since 1970.
    pub(super) expires_ms: Option<u64>,
    cost: usize,
}

/// One database.
#[derive(Debug, Default)]
pub(super) struct Db {
    keys: BTreeMap<Bytes, Entry>,
    expiries: BTreeSet<(u64, Bytes)>,
}

/// All databases, and what has changed in them.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) dbs: Vec<Db>,
    used: usize,
    charge: Charge,
    /// Changes since the last save.
    pub(super) changes: u64,
    /// Keys that the command has changed, for who watches or waits.
    pub(super) touched: Vec<(usize, Bytes)>,
    pub(super) expired: u64,
    pub(super) hits: u64,
    pub(super) misses: u64,
}

impl Store {
    pub(super) fn new(dbs: usize) -> Self {
        Self {
            dbs: (0..dbs).map(|_| Db::default()).collect(),
            used: 0,
            charge: Charge::new(),
            changes: 0,
            touched: Vec::new(),
            expired: 0,
            hits: 0,
            misses: 0,
        }
    }

    /// Bytes that all entries cost.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// Charges for what a command may add, before it does.
    pub(super) fn reserve(&mut self, bytes: usize) {
        self.charge.cover(self.used.saturating_add(bytes));
    }

    /// Charges for what there is.
    pub(super) fn settle(&mut self) {
        self.charge.set(self.used);
    }

    /// A key was changed.
    pub(super) fn touch(&mut self, db: usize, key: &Bytes) {
        self.changes += 1;
        self.touched.push((db, key.clone()));
    }

    /// Forgets a key whose time has come.
    fn expire(&mut self, db: usize, key: &[u8], now_ms: u64) {
        let entry = self.dbs[db].keys.get_key_value(key);
        let Some((key, entry)) = entry else {
            return;
        };
        if entry.expires_ms.is_some_and(|at| at <= now_ms) {
            let key = key.clone();
            self.remove(db, &key);
            self.expired += 1;
            self.touched.push((db, key));
        }
    }

    /// Forgets every key whose time has come; when the next one's comes.
    pub(super) fn expire_all(&mut self, now_ms: u64) -> Option<u64> {
        let mut next: Option<u64> = None;
        for db in 0..self.dbs.len() {
            while let Some((at, key)) = self.dbs[db].expiries.first().cloned() {
                if at > now_ms {
                    next = Some(next.map_or(at, |next| next.min(at)));
                    break;
                }
                self.expire(db, &key, now_ms);
            }
        }
        next
    }

    /// When the next key's time comes.
    pub(super) fn next_expiry_ms(&self) -> Option<u64> {
        let firsts = self.dbs.iter().filter_map(|db| db.expiries.first());
        firsts.map(|(at, _)| *at).min()
    }

    /// What a key stands for now.
    pub(super) fn get(&mut self, db: usize, key: &[u8], now_ms: u64) -> Option<&mut Entry> {
        self.expire(db, key, now_ms);
        self.dbs[db].keys.get_mut(key)
    }

    /// As [`Store::get`] for a reading command, which is counted.
    pub(super) fn read(&mut self, db: usize, key: &[u8], now_ms: u64) -> Option<&Entry> {
        self.expire(db, key, now_ms);
        let found = self.dbs[db].keys.get(key);
        match found {
            Some(_) => self.hits += 1,
            None => self.misses += 1,
        }
        found
    }

    /// Sets a key; its expiry is the one given.
    pub(super) fn put(&mut self, db: usize, key: &Bytes, value: Value, expires_ms: Option<u64>) {
        self.remove(db, key);
        let cost = ENTRY_COST + key.len() + value.cost();
        self.used += cost;
        let entry = Entry {
            value,
            expires_ms,
            cost,
        };
        let db = &mut self.dbs[db];
        if let Some(at) = expires_ms {
            db.expiries.insert((at, key.clone()));
        }
        db.keys.insert(key.clone(), entry);
    }

    /// Changes when a key goes.
    pub(super) fn set_expiry(&mut self, db: usize, key: &[u8], expires_ms: Option<u64>) {
        let db = &mut self.dbs[db];
        let Some((key, entry)) = db
            .keys
            .get_key_value(key)
            .map(|(key, entry)| (key.clone(), entry.expires_ms))
        else {
            return;
        };
        if let Some(at) = entry {
            db.expiries.remove(&(at, key.clone()));
        }
        if let Some(at) = expires_ms {
            db.expiries.insert((at, key.clone()));
        }
        if let Some(entry) = db.keys.get_mut(&key) {
            entry.expires_ms = expires_ms;
        }
    }

    /// Forgets a key; what it stood for.
    pub(super) fn remove(&mut self, db: usize, key: &[u8]) -> Option<Entry> {
        let db = &mut self.dbs[db];
        let (key, entry) = db.keys.remove_entry(key)?;
        if let Some(at) = entry.expires_ms {
            db.expiries.remove(&(at, key));
        }
        self.used -= entry.cost;
        Some(entry)
    }

    /// A value has become so much larger or smaller; an empty one goes.
    pub(super) fn resized(&mut self, db: usize, key: &[u8], more: usize, less: usize) {
        let Some(entry) = self.dbs[db].keys.get_mut(key) else {
            return;
        };
        let cost = (entry.cost + more).saturating_sub(less);
        self.used = self.used + cost - entry.cost;
        entry.cost = cost;
        if entry.value.is_empty() {
            self.remove(db, key);
        }
    }

    /// The text, if there is any.
    pub(super) fn text(
        &mut self,
        db: usize,
        key: &[u8],
        now_ms: u64,
    ) -> Result<Option<&Bytes>, Fail> {
        match self.read(db, key, now_ms).map(|entry| &entry.value) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Fail::wrong_type()),
        }
    }

    /// Forgets all keys of a database.
    pub(super) async fn flush(&mut self, db: usize, pace: &mut Pace<'_>) {
        let emptied = std::mem::take(&mut self.dbs[db]);
        for (key, entry) in emptied.keys {
            pace.look().await;
            self.used -= entry.cost;
            self.touch(db, &key);
            entry.value.dismantle(pace).await;
        }
    }
}

impl Db {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Keys that go.
    pub(super) fn expiring(&self) -> usize {
        self.expiries.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Bytes, &Entry)> {
        self.keys.iter()
    }
}

/// Ways to a value of a kind: the one that is there, or a new one.
macro_rules! kinds {
    ($($one:ident $or_new:ident $kind:ident $type:ty;)*) => {
        impl Store {
            $(
                /// The value of this kind, if there is any.
                pub(super) fn $one(
                    &mut self,
                    db: usize,
                    key: &[u8],
                    now_ms: u64,
                ) -> Result<Option<&mut $type>, Fail> {
                    match self.get(db, key, now_ms).map(|entry| &mut entry.value) {
                        None => Ok(None),
                        Some(Value::$kind(value)) => Ok(Some(value)),
                        Some(_) => Err(Fail::wrong_type()),
                    }
                }

                /// The value of this kind, made if there is none.
                pub(super) fn $or_new(
                    &mut self,
                    db: usize,
                    key: &Bytes,
                    now_ms: u64,
                ) -> Result<&mut $type, Fail> {
                    if self.get(db, key, now_ms).is_none() {
                        self.put(db, key, Value::$kind(Default::default()), None);
                    }
                    match self.get(db, key, now_ms).map(|entry| &mut entry.value) {
                        Some(Value::$kind(value)) => Ok(value),
                        _ => Err(Fail::wrong_type()),
                    }
                }
            )*
        }
    };
}

kinds! {
    list list_or_new List std::collections::VecDeque<Bytes>;
    set set_or_new Set BTreeSet<Bytes>;
    hash hash_or_new Hash BTreeMap<Bytes, Bytes>;
    sorted sorted_or_new Sorted super::value::Sorted;
}
