//! Sets.

use super::Call;
use super::keys::Scan;
use super::numbers::integer;
use crate::services::redis::fail::Fail;
use crate::services::redis::pace::Pace;
use crate::services::redis::value::{ITEM_COST, Value};
use bytes::Bytes;
use std::collections::BTreeSet;

/// Members that `SRANDMEMBER` gives at a time at most, if they may come several times.
const RANDOM_COUNT: i64 = 1 << 20;

type Set = BTreeSet<Bytes>;

impl Call<'_> {
    fn members(&mut self, key: &[u8]) -> Result<Option<&mut Set>, Fail> {
        let now = self.now_ms();
        self.state.store.set(self.db, key, now)
    }

    fn remove_member(&mut self, key: &Bytes, member: &[u8]) -> Result<bool, Fail> {
        let removed = self.members(key)?.is_some_and(|set| set.remove(member));
        if removed {
            self.state
                .store
                .resized(self.db, key, 0, member.len() + ITEM_COST);
            self.touch(key);
        }
        Ok(removed)
    }

    fn add_member(&mut self, key: &Bytes, member: &Bytes) -> Result<bool, Fail> {
        let now = self.now_ms();
        let added = self
            .state
            .store
            .set_or_new(self.db, key, now)?
            .insert(member.clone());
        if added {
            self.state
                .store
                .resized(self.db, key, member.len() + ITEM_COST, 0);
            self.touch(key);
        }
        Ok(added)
    }

    /// Every member, to choose among.
    async fn all_members(&mut self, key: &[u8]) -> Result<Vec<Bytes>, Fail> {
        let len = self.members(key)?.map_or(0, |set| set.len());
        self.state.store.reserve(2 * len * size_of::<Bytes>());
        let mut pace = self.pace();
        let mut members = Vec::with_capacity(len);
        if let Some(set) = self.members(key)? {
            for member in set.iter() {
                members.push(member.clone());
                pace.look().await;
            }
        }
        Ok(members)
    }

    /// The nth of many, at random.
    fn pick(&mut self, len: usize) -> usize {
        // A step of a congruential generator.
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.random >> 33) % len.max(1) as u64).unwrap_or(0)
    }
}

pub(super) fn sadd(call: &mut Call<'_>) -> Result<(), Fail> {
    let mut count = 0;
    for member in &call.words[2..] {
        count += usize::from(call.add_member(&call.words[1], member)?);
    }
    call.reply.count(count);
    Ok(())
}

pub(super) fn srem(call: &mut Call<'_>) -> Result<(), Fail> {
    let mut count = 0;
    for member in &call.words[2..] {
        count += usize::from(call.remove_member(&call.words[1], member)?);
    }
    call.reply.count(count);
    Ok(())
}

pub(super) fn smove(call: &mut Call<'_>) -> Result<(), Fail> {
    let words = call.words;
    call.members(&words[2])?;
    let removed = call.remove_member(&words[1], &words[3])?;
    if removed {
        call.add_member(&words[2], &words[3])?;
    }
    call.reply.int(i64::from(removed));
    Ok(())
}

pub(super) fn scard(call: &mut Call<'_>) -> Result<(), Fail> {
    let len = call.members(&call.words[1])?.map_or(0, |set| set.len());
    call.reply.count(len);
    Ok(())
}

pub(super) fn sismember(call: &mut Call<'_>) -> Result<(), Fail> {
    let member = &call.words[2];
    let there = call
        .members(&call.words[1])?
        .is_some_and(|set| set.contains(member));
    call.reply.int(i64::from(there));
    Ok(())
}

pub(super) async fn smembers(call: &mut Call<'_>) -> Result<(), Fail> {
    let now = call.now_ms();
    match call.state.store.set(call.db, &call.words[1], now)? {
        None => call.reply.array(0),
        Some(set) => {
            let mut pace = Pace::new(call.sys);
            call.reply.bulks_in_steps(&mut pace, set.iter()).await;
        }
    }
    Ok(())
}

fn count_of(text: &[u8]) -> Result<i64, Fail> {
    integer(text).map_err(|_| Fail::not_integer())
}

pub(super) async fn spop(call: &mut Call<'_>) -> Result<(), Fail> {
    let words = call.words;
    let key = &words[1];
    let most = match words {
        [_, _] => None,
        [_, _, count] => {
            let count = count_of(count)?;
            Some(usize::try_from(count).map_err(|_| Fail::new("index out of range"))?)
        }
        _ => return Err(Fail::syntax()),
    };
    let mut members = call.all_members(key).await?;
    let mut popped: Vec<Bytes> = Vec::new();
    let mut pace = call.pace();
    while popped.len() < most.unwrap_or(1) && !members.is_empty() {
        let nth = call.pick(members.len());
        let member = members.swap_remove(nth);
        call.remove_member(key, &member)?;
        popped.push(member);
        pace.look().await;
    }
    match most {
        Some(_) => call.reply.bulks_in_steps(&mut pace, popped.iter()).await,
        None => call.reply.maybe(popped.first().map(|member| &member[..])),
    }
    Ok(())
}

pub(super) async fn srandmember(call: &mut Call<'_>) -> Result<(), Fail> {
    let words = call.words;
    let key = &words[1];
    let wanted = match words {
        [_, _] => None,
        [_, _, count] => Some(count_of(count)?),
        _ => return Err(Fail::syntax()),
    };
    if wanted.is_some_and(|wanted| wanted < -RANDOM_COUNT) {
        return Err(Fail::new("value is out of range"));
    }
    let mut members = call.all_members(key).await?;
    let mut pace = call.pace();
    match wanted {
        None if members.is_empty() => call.reply.nil(),
        None => {
            let nth = call.pick(members.len());
            call.reply.bulk(&members[nth]);
        }
        Some(_) if members.is_empty() => call.reply.array(0),
        // The same one may come several times.
        Some(wanted @ ..=-1) => {
            let count = usize::try_from(wanted.unsigned_abs()).unwrap_or(0);
            call.reply.array(count);
            for _ in 0..count {
                let nth = call.pick(members.len());
                call.reply.bulk(&members[nth]);
                pace.look().await;
            }
        }
        Some(wanted) => {
            let count = usize::try_from(wanted)
                .unwrap_or(usize::MAX)
                .min(members.len());
            call.reply.array(count);
            for _ in 0..count {
                let nth = call.pick(members.len());
                call.reply.bulk(&members.swap_remove(nth));
                pace.look().await;
            }
        }
    }
    Ok(())
}

/// How sets are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Union,
    Intersection,
    Difference,
}

async fn combined(call: &mut Call<'_>, keys: &[Bytes], way: Way) -> Result<Set, Fail> {
    let (mut result, mut most) = (Set::new(), 0);
    let mut pace = call.pace();
    for (at, key) in keys.iter().enumerate() {
        let empty = Set::new();
        let len = call.members(key)?.map_or(0, |set| set.len());
        if at == 0 || way == Way::Union {
            most += len;
            call.state.store.reserve(most * ITEM_COST);
        }
        let set = call.members(key)?.map_or(&empty, |set| &*set);
        if at == 0 || way == Way::Union {
            for member in set {
                result.insert(member.clone());
                pace.look().await;
            }
            continue;
        }
        let mut kept = Set::new();
        while let Some(member) = result.pop_first() {
            if set.contains(&member) == (way == Way::Intersection) {
                kept.insert(member);
            }
            pace.look().await;
        }
        result = kept;
    }
    Ok(result)
}

async fn show(call: &mut Call<'_>, way: Way) -> Result<(), Fail> {
    let set = combined(call, &call.words[1..], way).await?;
    let mut pace = call.pace();
    call.reply.bulks_in_steps(&mut pace, set.iter()).await;
    Ok(())
}

async fn store(call: &mut Call<'_>, way: Way) -> Result<(), Fail> {
    let set = combined(call, &call.words[2..], way).await?;
    let (key, db) = (&call.words[1], call.db);
    let len = set.len();
    let value = Value::Set(set);
    call.state.store.reserve(value.cost());
    match len {
        0 => drop(call.state.store.remove(db, key)),
        _ => call.state.store.put(db, key, value, None),
    }
    call.touch(key);
    call.reply.count(len);
    Ok(())
}

pub(super) async fn sunion(call: &mut Call<'_>) -> Result<(), Fail> {
    show(call, Way::Union).await
}

pub(super) async fn sinter(call: &mut Call<'_>) -> Result<(), Fail> {
    show(call, Way::Intersection).await
}

pub(super) async fn sdiff(call: &mut Call<'_>) -> Result<(), Fail> {
    show(call, Way::Difference).await
}

pub(super) async fn sunionstore(call: &mut Call<'_>) -> Result<(), Fail> {
    store(call, Way::Union).await
}

pub(super) async fn sinterstore(call: &mut Call<'_>) -> Result<(), Fail> {
    store(call, Way::Intersection).await
}

pub(super) async fn sdiffstore(call: &mut Call<'_>) -> Result<(), Fail> {
    store(call, Way::Difference).await
}

pub(super) async fn sscan(call: &mut Call<'_>) -> Result<(), Fail> {
    let scan = Scan::read(&call.words[2], &call.words[3..])?;
    let empty = Set::new();
    let now = call.now_ms();
    let set = call.state.store.set(call.db, &call.words[1], now)?;
    let set = set.map_or(&empty, |set| &*set);
    let next = scan.next(set.len());
    let mut pace = Pace::new(call.sys);
    let mut members = set.iter();
    pace.skip(&mut members, scan.cursor).await;
    let mut found = Vec::new();
    for member in members.take(scan.count) {
        pace.look().await;
        if scan.takes(member) {
            found.push(member);
        }
    }
    call.reply.array(2);
    call.reply.bulk(next.to_string().as_bytes());
    call.reply.bulks(found.into_iter());
    Ok(())
}
