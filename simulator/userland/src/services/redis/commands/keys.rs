//! Keys, whatever they stand for.

use super::Call;
use super::numbers::integer;
use crate::applets::glob;
use crate::services::redis::fail::Fail;
use bytes::Bytes;

/// Keys that `SCAN` gives at a time at most.
const SCAN_COUNT: i64 = 10_000;

pub(super) async fn del(call: &mut Call<'_>) -> Result<(), Fail> {
    let now = call.now_ms();
    let mut pace = call.pace();
    let mut count = 0;
    for key in &call.words[1..] {
        pace.look().await;
        let there = call.state.store.get(call.db, key, now).is_some();
        if there && let Some(entry) = call.state.store.remove(call.db, key) {
            call.touch(key);
            count += 1;
            entry.value.dismantle(&mut pace).await;
        }
    }
    call.reply.count(count);
    Ok(())
}

pub(super) fn exists(call: &mut Call<'_>) -> Result<(), Fail> {
    let now = call.now_ms();
    let mut count = 0;
    for key in &call.words[1..] {
        count += usize::from(call.state.store.read(call.db, key, now).is_some());
    }
    call.reply.count(count);
    Ok(())
}

pub(super) fn kind(call: &mut Call<'_>) -> Result<(), Fail> {
    let now = call.now_ms();
    let entry = call.state.store.read(call.db, &call.words[1], now);
    let kind = entry.map_or("none", |entry| entry.value.kind());
    call.reply.simple(kind.as_bytes());
    Ok(())
}

fn expire_in(call: &mut Call<'_>, unit_ms: i64, from_now: bool) -> Result<(), Fail> {
    let amount = integer(&call.words[2])?;
    let now = call.now_ms();
    let base = if from_now {
        i64::try_from(now).unwrap_or(i64::MAX)
    } else {
        0
    };
    let at = amount
        .checked_mul(unit_ms)
        .and_then(|ms| base.checked_add(ms));
    let name = String::from_utf8_lossy(&call.words[0]).to_ascii_lowercase();
    let at = at
        .filter(|at| *at < 1 << 62)
        .ok_or_else(|| Fail::new(format!("invalid expire time in {name}")))?;
    let at = u64::try_from(at).unwrap_or(0);
    let key = &call.words[1];
    if call.state.store.get(call.db, key, now).is_none() {
        call.reply.int(0);
        return Ok(());
    }
    match at <= now {
        true => drop(call.state.store.remove(call.db, key)),
        false => call.state.store.set_expiry(call.db, key, Some(at)),
    }
    call.touch(key);
    call.reply.int(1);
    Ok(())
}

pub(super) fn expire(call: &mut Call<'_>) -> Result<(), Fail> {
    expire_in(call, 1000, true)
}

pub(super) fn pexpire(call: &mut Call<'_>) -> Result<(), Fail> {
    expire_in(call, 1, true)
}

pub(super) fn expireat(call: &mut Call<'_>) -> Result<(), Fail> {
    expire_in(call, 1000, false)
}

pub(super) fn pexpireat(call: &mut Call<'_>) -> Result<(), Fail> {
    expire_in(call, 1, false)
}

fn left(call: &mut Call<'_>, unit_ms: u64) -> Result<(), Fail> {
    let now = call.now_ms();
    let entry = call.state.store.read(call.db, &call.words[1], now);
    let answer = match entry.map(|entry| entry.expires_ms) {
        None => -2,
        Some(None) => -1,
        Some(Some(at)) => {
            let left = at.saturating_sub(now);
            i64::try_from((left + unit_ms / 2) / unit_ms).unwrap_or(i64::MAX)
        }
    };
    call.reply.int(answer);
    Ok(())
}

pub(super) fn ttl(call: &mut Call<'_>) -> Result<(), Fail> {
    left(call, 1000)
}

pub(super) fn pttl(call: &mut Call<'_>) -> Result<(), Fail> {
    left(call, 1)
}

pub(super) fn persist(call: &mut Call<'_>) -> Result<(), Fail> {
    let now = call.now_ms();
    let key = &call.words[1];
    let entry = call.state.store.get(call.db, key, now);
    let goes = entry.is_some_and(|entry| entry.expires_ms.is_some());
    if goes {
        call.state.store.set_expiry(call.db, key, None);
        call.touch(key);
    }
    call.reply.int(i64::from(goes));
    Ok(())
}

pub(super) async fn keys(call: &mut Call<'_>) -> Result<(), Fail> {
    let now = call.now_ms();
    call.state.store.expire_all(now);
    let pattern = &call.words[1];
    let db = &call.state.store.dbs[call.db];
    let len = db.len();
    call.state.store.reserve(len * size_of::<Bytes>());
    let db = &call.state.store.dbs[call.db];
    let mut pace = call.pace();
    let mut found = Vec::with_capacity(len);
    for (key, _) in db.iter() {
        pace.look().await;
        if glob::matches(pattern, key, false) {
            found.push(key);
        }
    }
    call.reply
        .bulks_in_steps(&mut pace, found.into_iter())
        .await;
    Ok(())
}

/// What follows a cursor: a pattern, and how many are looked at.
pub(super) struct Scan {
    pub(super) cursor: usize,
    pub(super) pattern: Option<Bytes>,
    pub(super) count: usize,
}

impl Scan {
    pub(super) fn read(cursor: &[u8], options: &[Bytes]) -> Result<Self, Fail> {
        let place = integer(cursor)
            .ok()
            .and_then(|place| usize::try_from(place).ok());
        let mut scan = Scan {
            cursor: place.ok_or_else(|| Fail::new("invalid cursor"))?,
            pattern: None,
            count: 10,
        };
        for option in options.chunks(2) {
            let [name, value] = option else {
                return Err(Fail::syntax());
            };
            match &name.to_ascii_lowercase()[..] {
                b"match" => scan.pattern = Some(value.clone()),
                b"count" => {
                    let count = integer(value)?;
                    if count < 1 {
                        return Err(Fail::syntax());
                    }
                    scan.count = usize::try_from(count.min(SCAN_COUNT)).unwrap_or(10);
                }
                _ => return Err(Fail::syntax()),
            }
        }
        Ok(scan)
    }

    pub(super) fn takes(&self, name: &[u8]) -> bool {
        self.pattern
            .as_ref()
            .is_none_or(|pattern| glob::matches(pattern, name, false))
    }

    /// Where the next one goes on; 0 at the end.
    pub(super) fn next(&self, len: usize) -> usize {
        let next = self.cursor.saturating_add(self.count);
        if next >= len { 0 } else { next }
    }
}

/// Keys are kept in order, and a cursor is a place in it.
pub(super) async fn scan(call: &mut Call<'_>) -> Result<(), Fail> {
    let scan = Scan::read(&call.words[1], &call.words[2..])?;
    let now = call.now_ms();
    call.state.store.expire_all(now);
    let db = &call.state.store.dbs[call.db];
    let mut pace = call.pace();
    let mut keys = db.iter().map(|(key, _)| key);
    pace.skip(&mut keys, scan.cursor).await;
    let mut found = Vec::new();
    for key in keys.take(scan.count) {
        pace.look().await;
        if scan.takes(key) {
            found.push(key);
        }
    }
    let next = scan.next(db.len());
    call.reply.array(2);
    call.reply.bulk(next.to_string().as_bytes());
    call.reply
        .bulks_in_steps(&mut pace, found.into_iter())
        .await;
    Ok(())
}

fn rename_if(call: &mut Call<'_>, even_if_there: bool) -> Result<bool, Fail> {
    let now = call.now_ms();
    let (from, to) = (&call.words[1], &call.words[2]);
    let store = &mut call.state.store;
    if store.get(call.db, from, now).is_none() {
        return Err(Fail::new("no such key"));
    }
    if !even_if_there && store.get(call.db, to, now).is_some() {
        return Ok(false);
    }
    if from != to
        && let Some(entry) = store.remove(call.db, from)
    {
        store.put(call.db, to, entry.value, entry.expires_ms);
        store.touch(call.db, from);
        store.touch(call.db, to);
    }
    Ok(true)
}

pub(super) fn rename(call: &mut Call<'_>) -> Result<(), Fail> {
    rename_if(call, true)?;
    call.reply.ok();
    Ok(())
}

pub(super) fn renamenx(call: &mut Call<'_>) -> Result<(), Fail> {
    let renamed = rename_if(call, false)?;
    call.reply.int(i64::from(renamed));
    Ok(())
}

pub(super) fn move_key(call: &mut Call<'_>) -> Result<(), Fail> {
    let now = call.now_ms();
    let key = &call.words[1];
    let to = integer(&call.words[2])
        .ok()
        .and_then(|to| usize::try_from(to).ok());
    let to = to
        .filter(|to| *to < call.state.store.dbs.len())
        .ok_or_else(|| Fail::new("index out of range"))?;
    if to == call.db {
        return Err(Fail::new("source and destination objects are the same"));
    }
    let store = &mut call.state.store;
    let moves = store.get(call.db, key, now).is_some() && store.get(to, key, now).is_none();
    if moves && let Some(entry) = store.remove(call.db, key) {
        store.put(to, key, entry.value, entry.expires_ms);
        store.touch(call.db, key);
        store.touch(to, key);
    }
    call.reply.int(i64::from(moves));
    Ok(())
}

pub(super) async fn randomkey(call: &mut Call<'_>) -> Result<(), Fail> {
    let now = call.now_ms();
    call.state.store.expire_all(now);
    let db = &call.state.store.dbs[call.db];
    let nth = match db.len() {
        0 => 0,
        len => usize::try_from(call.random % len as u64).unwrap_or(0),
    };
    let mut keys = db.iter();
    call.pace().skip(&mut keys, nth).await;
    call.reply.maybe(keys.next().map(|(key, _)| &key[..]));
    Ok(())
}

pub(super) fn dbsize(call: &mut Call<'_>) -> Result<(), Fail> {
    let now = call.now_ms();
    call.state.store.expire_all(now);
    let len = call.state.store.dbs[call.db].len();
    call.reply.count(len);
    Ok(())
}

pub(super) async fn flushdb(call: &mut Call<'_>) -> Result<(), Fail> {
    let mut pace = call.pace();
    call.state.store.flush(call.db, &mut pace).await;
    call.reply.ok();
    Ok(())
}

pub(super) async fn flushall(call: &mut Call<'_>) -> Result<(), Fail> {
    let mut pace = call.pace();
    for db in 0..call.state.store.dbs.len() {
        call.state.store.flush(db, &mut pace).await;
    }
    call.state.store.changes += 1;
    call.reply.ok();
    Ok(())
}

pub(super) fn object(call: &mut Call<'_>) -> Result<(), Fail> {
    let now = call.now_ms();
    let wrong = || Fail::new("Syntax error. Try OBJECT (refcount|encoding|idletime)");
    let [_, what, key] = call.words else {
        return Err(wrong());
    };
    let entry = call.state.store.read(call.db, key, now);
    match (&what.to_ascii_lowercase()[..], entry) {
        (b"encoding" | b"refcount" | b"idletime", None) => call.reply.nil(),
        (b"encoding", Some(entry)) => {
            let encoding = entry.value.encoding();
            call.reply.bulk(encoding.as_bytes());
        }
        (b"refcount", Some(_)) => call.reply.int(1),
        (b"idletime", Some(_)) => call.reply.int(0),
        _ => return Err(wrong()),
    }
    Ok(())
}
