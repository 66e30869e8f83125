//! Lists.

use super::Call;
use super::numbers::{integer, window};
use crate::services::redis::client::Blocked;
use crate::services::redis::fail::Fail;
use crate::services::redis::pace::Pace;
use crate::services::redis::value::ITEM_COST;
use bytes::Bytes;

impl Call<'_> {
    fn push(&mut self, front: bool, only_if_there: bool) -> Result<(), Fail> {
        let now = self.now_ms();
        let (key, db) = (&self.words[1], self.db);
        let store = &mut self.state.store;
        if only_if_there && store.list(db, key, now)?.is_none() {
            self.reply.int(0);
            return Ok(());
        }
        let list = store.list_or_new(db, key, now)?;
        let mut more = 0;
        for item in &self.words[2..] {
            more += item.len() + ITEM_COST;
            match front {
                true => list.push_front(item.clone()),
                false => list.push_back(item.clone()),
            }
        }
        let len = list.len();
        store.resized(db, key, more, 0);
        self.touch(key);
        self.reply.count(len);
        Ok(())
    }

    /// Takes the first or last item of a list.
    fn pop(&mut self, key: &Bytes, front: bool) -> Result<Option<Bytes>, Fail> {
        let now = self.now_ms();
        let Some(list) = self.state.store.list(self.db, key, now)? else {
            return Ok(None);
        };
        let item = match front {
            true => list.pop_front(),
            false => list.pop_back(),
        };
        if let Some(item) = &item {
            self.state
                .store
                .resized(self.db, key, 0, item.len() + ITEM_COST);
            self.touch(key);
        }
        Ok(item)
    }

    fn wait_for(
        &mut self,
        keys: &[Bytes],
        timeout: &[u8],
        from_front: bool,
        to: Option<Bytes>,
    ) -> Result<(), Fail> {
        let seconds =
            integer(timeout).map_err(|_| Fail::new("timeout is not an integer or out of range"))?;
        let seconds = u64::try_from(seconds).map_err(|_| Fail::new("timeout is negative"))?;
        let until_ms = match seconds {
            0 => None,
            seconds => Some(self.now_ms().saturating_add(seconds.saturating_mul(1000))),
        };
        if self.in_transaction {
            self.reply.nil_array();
            return Ok(());
        }
        let blocked = Blocked {
            db: self.db,
            keys: keys.to_vec(),
            from_front,
            to,
            until_ms,
        };
        self.state.wait(self.id, blocked);
        Ok(())
    }

    fn pop_or_wait(&mut self, front: bool) -> Result<(), Fail> {
        let words = self.words;
        let (timeout, keys) = words[1..].split_last().ok_or_else(Fail::syntax)?;
        integer(timeout).map_err(|_| Fail::new("timeout is not an integer or out of range"))?;
        for key in keys {
            if let Some(item) = self.pop(key, front)? {
                self.reply.bulks([&key[..], &item[..]].iter());
                return Ok(());
            }
        }
        self.wait_for(keys, timeout, front, None)
    }

    /// Moves the last item of one list to the front of another; whether there was one.
    fn shift(&mut self, from: &Bytes, to: &Bytes) -> Result<bool, Fail> {
        let now = self.now_ms();
        // A target of another kind takes nothing away.
        self.state.store.list(self.db, to, now)?;
        let Some(item) = self.pop(from, false)? else {
            return Ok(false);
        };
        self.state
            .store
            .list_or_new(self.db, to, now)?
            .push_front(item.clone());
        self.state
            .store
            .resized(self.db, to, item.len() + ITEM_COST, 0);
        self.touch(to);
        self.reply.bulk(&item);
        Ok(true)
    }
}

pub(super) fn lpush(call: &mut Call<'_>) -> Result<(), Fail> {
    call.push(true, false)
}

pub(super) fn rpush(call: &mut Call<'_>) -> Result<(), Fail> {
    call.push(false, false)
}

pub(super) fn lpushx(call: &mut Call<'_>) -> Result<(), Fail> {
    call.push(true, true)
}

pub(super) fn rpushx(call: &mut Call<'_>) -> Result<(), Fail> {
    call.push(false, true)
}

pub(super) fn lpop(call: &mut Call<'_>) -> Result<(), Fail> {
    let item = call.pop(&call.words[1], true)?;
    call.reply.maybe(item.as_deref());
    Ok(())
}

pub(super) fn rpop(call: &mut Call<'_>) -> Result<(), Fail> {
    let item = call.pop(&call.words[1], false)?;
    call.reply.maybe(item.as_deref());
    Ok(())
}

pub(super) fn blpop(call: &mut Call<'_>) -> Result<(), Fail> {
    call.pop_or_wait(true)
}

pub(super) fn brpop(call: &mut Call<'_>) -> Result<(), Fail> {
    call.pop_or_wait(false)
}

pub(super) fn rpoplpush(call: &mut Call<'_>) -> Result<(), Fail> {
    if !call.shift(&call.words[1], &call.words[2])? {
        call.reply.nil();
    }
    Ok(())
}

pub(super) fn brpoplpush(call: &mut Call<'_>) -> Result<(), Fail> {
    let words = call.words;
    integer(&words[3]).map_err(|_| Fail::new("timeout is not an integer or out of range"))?;
    match call.shift(&words[1], &words[2])? {
        true => Ok(()),
        false => call.wait_for(&words[1..2], &words[3], false, Some(words[2].clone())),
    }
}

pub(super) fn llen(call: &mut Call<'_>) -> Result<(), Fail> {
    let now = call.now_ms();
    let list = call.state.store.list(call.db, &call.words[1], now)?;
    let len = list.map_or(0, |list| list.len());
    call.reply.count(len);
    Ok(())
}

pub(super) async fn lrange(call: &mut Call<'_>) -> Result<(), Fail> {
    let (start, stop) = (integer(&call.words[2])?, integer(&call.words[3])?);
    let now = call.now_ms();
    let Some(list) = call.state.store.list(call.db, &call.words[1], now)? else {
        call.reply.array(0);
        return Ok(());
    };
    let (first, count) = window(start, stop, list.len());
    let mut pace = Pace::new(call.sys);
    let items = list.range(first..first + count);
    call.reply.bulks_in_steps(&mut pace, items).await;
    Ok(())
}

/// The place that an index means.
fn place(at: i64, len: usize) -> Option<usize> {
    let len = i64::try_from(len).ok()?;
    let at = if at < 0 { at.checked_add(len)? } else { at };
    (0..len).contains(&at).then(|| usize::try_from(at).ok())?
}

pub(super) fn lindex(call: &mut Call<'_>) -> Result<(), Fail> {
    let at = integer(&call.words[2])?;
    let now = call.now_ms();
    let list = call.state.store.list(call.db, &call.words[1], now)?;
    let item = list.and_then(|list| list.get(place(at, list.len())?).cloned());
    call.reply.maybe(item.as_deref());
    Ok(())
}

pub(super) fn lset(call: &mut Call<'_>) -> Result<(), Fail> {
    let at = integer(&call.words[2])?;
    let now = call.now_ms();
    let (key, db) = (&call.words[1], call.db);
    let list = call
        .state
        .store
        .list(db, key, now)?
        .ok_or_else(|| Fail::new("no such key"))?;
    let at = place(at, list.len()).ok_or_else(|| Fail::new("index out of range"))?;
    let before = std::mem::replace(&mut list[at], call.words[3].clone());
    call.state
        .store
        .resized(db, key, call.words[3].len(), before.len());
    call.touch(key);
    call.reply.ok();
    Ok(())
}

pub(super) async fn ltrim(call: &mut Call<'_>) -> Result<(), Fail> {
    let (start, stop) = (integer(&call.words[2])?, integer(&call.words[3])?);
    let now = call.now_ms();
    let (key, db) = (&call.words[1], call.db);
    if let Some(list) = call.state.store.list(db, key, now)? {
        let (first, count) = window(start, stop, list.len());
        let mut pace = Pace::new(call.sys);
        let mut less = 0;
        while list.len() > first + count {
            less += list.pop_back().map_or(0, |item| item.len() + ITEM_COST);
            pace.look().await;
        }
        for _ in 0..first {
            less += list.pop_front().map_or(0, |item| item.len() + ITEM_COST);
            pace.look().await;
        }
        call.state.store.resized(db, key, 0, less);
        call.touch(key);
    }
    call.reply.ok();
    Ok(())
}

pub(super) async fn lrem(call: &mut Call<'_>) -> Result<(), Fail> {
    let wanted = integer(&call.words[2])?;
    let now = call.now_ms();
    let (key, db) = (&call.words[1], call.db);
    let Some(list) = call.state.store.list(db, key, now)? else {
        call.reply.int(0);
        return Ok(());
    };
    let most = match wanted.unsigned_abs() {
        0 => usize::MAX,
        most => usize::try_from(most).unwrap_or(usize::MAX),
    };
    let item = &call.words[3];
    let len = list.len();
    call.state.store.reserve(len * size_of::<usize>());
    let Some(list) = call.state.store.list(db, key, now)? else {
        return Ok(());
    };
    let mut pace = Pace::new(call.sys);
    let mut matching = Vec::with_capacity(len);
    for (at, other) in list.iter().enumerate() {
        pace.look().await;
        if other == item {
            matching.push(at);
        }
    }
    let count = matching.len().min(most);
    let gone = match wanted < 0 {
        true => &matching[matching.len() - count..],
        false => &matching[..count],
    };
    let mut next = gone.iter().peekable();
    // What stays goes once around.
    for at in 0..list.len() {
        pace.look().await;
        let item = list.pop_front();
        if next.next_if(|gone| **gone == at).is_none() {
            list.extend(item);
        }
    }
    if count > 0 {
        call.state
            .store
            .resized(db, key, 0, count * (item.len() + ITEM_COST));
        call.touch(key);
    }
    call.reply.count(count);
    Ok(())
}

pub(super) async fn linsert(call: &mut Call<'_>) -> Result<(), Fail> {
    let behind = match &call.words[2].to_ascii_lowercase()[..] {
        b"before" => 0,
        b"after" => 1,
        _ => return Err(Fail::syntax()),
    };
    let now = call.now_ms();
    let (key, db) = (&call.words[1], call.db);
    let Some(list) = call.state.store.list(db, key, now)? else {
        call.reply.int(0);
        return Ok(());
    };
    let mut pace = Pace::new(call.sys);
    let mut at = 0;
    while list.get(at).is_some_and(|item| *item != call.words[3]) {
        at += 1;
        pace.look().await;
    }
    if at == list.len() {
        call.reply.int(-1);
        return Ok(());
    }
    list.insert(at + behind, call.words[4].clone());
    let len = list.len();
    call.state
        .store
        .resized(db, key, call.words[4].len() + ITEM_COST, 0);
    call.touch(key);
    call.reply.count(len);
    Ok(())
}
