//! Hashes.

use super::Call;
use super::keys::Scan;
use super::numbers::{float, integer, shown};
use crate::services::redis::fail::Fail;
use crate::services::redis::pace::Pace;
use crate::services::redis::value::ITEM_COST;
use bytes::Bytes;
use std::collections::BTreeMap;

impl Call<'_> {
    fn hash(&mut self) -> Result<Option<&mut BTreeMap<Bytes, Bytes>>, Fail> {
        let now = self.now_ms();
        self.state.store.hash(self.db, &self.words[1], now)
    }

    fn field(&mut self, field: &[u8]) -> Result<Option<Bytes>, Fail> {
        Ok(self.hash()?.and_then(|hash| hash.get(field).cloned()))
    }

    /// Sets a field; whether it is new.
    fn set_field(&mut self, field: &Bytes, value: Bytes) -> Result<bool, Fail> {
        let now = self.now_ms();
        let (key, db) = (&self.words[1], self.db);
        let more = field.len() + value.len() + ITEM_COST;
        let before = self
            .state
            .store
            .hash_or_new(db, key, now)?
            .insert(field.clone(), value);
        let less = before
            .as_ref()
            .map_or(0, |before| field.len() + before.len() + ITEM_COST);
        self.state.store.resized(db, key, more, less);
        self.touch(key);
        Ok(before.is_none())
    }
}

pub(super) fn hset(call: &mut Call<'_>) -> Result<(), Fail> {
    let pairs = &call.words[2..];
    if !pairs.len().is_multiple_of(2) {
        return Err(Fail::arguments("hset"));
    }
    let mut new = 0;
    for pair in pairs.chunks(2) {
        new += usize::from(call.set_field(&pair[0], pair[1].clone())?);
    }
    call.reply.count(new);
    Ok(())
}

pub(super) fn hmset(call: &mut Call<'_>) -> Result<(), Fail> {
    let pairs = &call.words[2..];
    if !pairs.len().is_multiple_of(2) {
        return Err(Fail::new("wrong number of arguments for HMSET"));
    }
    for pair in pairs.chunks(2) {
        call.set_field(&pair[0], pair[1].clone())?;
    }
    call.reply.ok();
    Ok(())
}

pub(super) fn hsetnx(call: &mut Call<'_>) -> Result<(), Fail> {
    let there = call.field(&call.words[2])?.is_some();
    if !there {
        call.set_field(&call.words[2], call.words[3].clone())?;
    }
    call.reply.int(i64::from(!there));
    Ok(())
}

pub(super) fn hget(call: &mut Call<'_>) -> Result<(), Fail> {
    let value = call.field(&call.words[2])?;
    call.reply.maybe(value.as_deref());
    Ok(())
}

pub(super) fn hmget(call: &mut Call<'_>) -> Result<(), Fail> {
    let fields = &call.words[2..];
    let mut values = Vec::with_capacity(fields.len());
    for field in fields {
        values.push(call.field(field)?);
    }
    call.reply.array(values.len());
    for value in values {
        call.reply.maybe(value.as_deref());
    }
    Ok(())
}

pub(super) fn hexists(call: &mut Call<'_>) -> Result<(), Fail> {
    let there = call.field(&call.words[2])?.is_some();
    call.reply.int(i64::from(there));
    Ok(())
}

pub(super) fn hstrlen(call: &mut Call<'_>) -> Result<(), Fail> {
    let len = call.field(&call.words[2])?.map_or(0, |value| value.len());
    call.reply.count(len);
    Ok(())
}

pub(super) fn hlen(call: &mut Call<'_>) -> Result<(), Fail> {
    let len = call.hash()?.map_or(0, |hash| hash.len());
    call.reply.count(len);
    Ok(())
}

pub(super) fn hdel(call: &mut Call<'_>) -> Result<(), Fail> {
    let (mut count, mut less) = (0, 0);
    let fields = &call.words[2..];
    if let Some(hash) = call.hash()? {
        for field in fields {
            if let Some(value) = hash.remove(field) {
                count += 1;
                less += field.len() + value.len() + ITEM_COST;
            }
        }
    }
    if count > 0 {
        let key = &call.words[1];
        call.state.store.resized(call.db, key, 0, less);
        call.touch(key);
    }
    call.reply.count(count);
    Ok(())
}

/// Fields, values or both.
async fn all(call: &mut Call<'_>, fields: bool, values: bool) -> Result<(), Fail> {
    let now = call.now_ms();
    let Some(hash) = call.state.store.hash(call.db, &call.words[1], now)? else {
        call.reply.array(0);
        return Ok(());
    };
    call.reply
        .array(hash.len() * (usize::from(fields) + usize::from(values)));
    let mut pace = Pace::new(call.sys);
    for (field, value) in hash.iter() {
        pace.look().await;
        if fields {
            call.reply.bulk(field);
        }
        if values {
            call.reply.bulk(value);
        }
    }
    Ok(())
}

pub(super) async fn hgetall(call: &mut Call<'_>) -> Result<(), Fail> {
    all(call, true, true).await
}

pub(super) async fn hkeys(call: &mut Call<'_>) -> Result<(), Fail> {
    all(call, true, false).await
}

pub(super) async fn hvals(call: &mut Call<'_>) -> Result<(), Fail> {
    all(call, false, true).await
}

pub(super) fn hincrby(call: &mut Call<'_>) -> Result<(), Fail> {
    let more = integer(&call.words[3])?;
    let before = match call.field(&call.words[2])? {
        None => 0,
        Some(text) => integer(&text).map_err(|_| Fail::new("hash value is not an integer"))?,
    };
    let after = before.checked_add(more);
    let after = after.ok_or_else(|| Fail::new("increment or decrement would overflow"))?;
    call.set_field(&call.words[2], after.to_string().into())?;
    call.reply.int(after);
    Ok(())
}

pub(super) fn hincrbyfloat(call: &mut Call<'_>) -> Result<(), Fail> {
    let more = float(&call.words[3])?;
    let before = match call.field(&call.words[2])? {
        None => 0.0,
        Some(text) => float(&text).map_err(|_| Fail::new("hash value is not a valid float"))?,
    };
    let after = before + more;
    if !after.is_finite() {
        return Err(Fail::new("increment would produce NaN or Infinity"));
    }
    let text = shown(after);
    call.set_field(&call.words[2], text.clone().into())?;
    call.reply.bulk(text.as_bytes());
    Ok(())
}

pub(super) async fn hscan(call: &mut Call<'_>) -> Result<(), Fail> {
    let scan = Scan::read(&call.words[2], &call.words[3..])?;
    let empty = BTreeMap::new();
    let now = call.now_ms();
    let hash = call.state.store.hash(call.db, &call.words[1], now)?;
    let hash = hash.map_or(&empty, |hash| &*hash);
    let next = scan.next(hash.len());
    let mut pace = Pace::new(call.sys);
    let mut pairs = hash.iter();
    pace.skip(&mut pairs, scan.cursor).await;
    let mut found = Vec::new();
    for (field, value) in pairs.take(scan.count) {
        pace.look().await;
        if scan.takes(field) {
            found.extend([field, value]);
        }
    }
    call.reply.array(2);
    call.reply.bulk(next.to_string().as_bytes());
    call.reply.bulks(found.into_iter());
    Ok(())
}
