//! Sorted sets.

use super::Call;
use super::numbers::{float, integer, shown, window};
use crate::services::redis::fail::Fail;
use crate::services::redis::pace::Pace;
use crate::services::redis::value::{ITEM_COST, Sorted};
use bytes::Bytes;

/// What a member that was found costs while it is answered.
const FOUND_BYTES: usize = size_of::<(Bytes, f64)>();

/// An end of a range of scores.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bound {
    score: f64,
    excluded: bool,
}

impl Bound {
    fn read(text: &[u8]) -> Result<Self, Fail> {
        let (text, excluded) = match text.strip_prefix(b"(") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let score = float(text).map_err(|_| Fail::new("min or max is not a float"))?;
        Ok(Self { score, excluded })
    }

    fn is_below(self, score: f64) -> bool {
        self.score < score || self.score == score && !self.excluded
    }

    fn is_above(self, score: f64) -> bool {
        self.score > score || self.score == score && !self.excluded
    }
}

impl Call<'_> {
    fn sorted(&mut self) -> Result<Option<&mut Sorted>, Fail> {
        let now = self.now_ms();
        self.state.store.sorted(self.db, &self.words[1], now)
    }

    /// Sets a member's score; whether it is new.
    fn set_score(&mut self, member: &Bytes, score: f64) -> Result<bool, Fail> {
        let now = self.now_ms();
        let (key, db) = (&self.words[1], self.db);
        let new = self
            .state
            .store
            .sorted_or_new(db, key, now)?
            .set(member.clone(), score);
        let more = if new { member.len() + 2 * ITEM_COST } else { 0 };
        self.state.store.resized(db, key, more, 0);
        self.touch(key);
        Ok(new)
    }

    fn remove_members(&mut self, members: &[Bytes]) -> Result<usize, Fail> {
        let (mut count, mut less) = (0, 0);
        if let Some(sorted) = self.sorted()? {
            for member in members {
                if sorted.remove(member) {
                    count += 1;
                    less += member.len() + 2 * ITEM_COST;
                }
            }
        }
        if count > 0 {
            let key = &self.words[1];
            self.state.store.resized(self.db, key, 0, less);
            self.touch(key);
        }
        Ok(count)
    }

    async fn answer_members(&mut self, members: &[(Bytes, f64)], scores: bool) {
        self.reply.array(members.len() * if scores { 2 } else { 1 });
        let mut pace = self.pace();
        for (member, score) in members {
            pace.look().await;
            self.reply.bulk(member);
            if scores {
                self.reply.bulk(shown(*score).as_bytes());
            }
        }
    }
}

pub(super) fn zadd(call: &mut Call<'_>) -> Result<(), Fail> {
    let words = call.words;
    let (mut absent, mut present, mut changed, mut adds) = (false, false, false, false);
    let mut at = 2;
    while let Some(option) = words.get(at) {
        match &option.to_ascii_lowercase()[..] {
            b"nx" => absent = true,
            b"xx" => present = true,
            b"ch" => changed = true,
            b"incr" => adds = true,
            _ => break,
        }
        at += 1;
    }
    let pairs = &words[at..];
    if pairs.is_empty() || !pairs.len().is_multiple_of(2) {
        return Err(Fail::syntax());
    }
    if absent && present {
        return Err(Fail::new(
            "XX and NX options at the same time are not compatible",
        ));
    }
    if adds && pairs.len() > 2 {
        return Err(Fail::new(
            "INCR option supports a single increment-element pair",
        ));
    }
    let scores: Result<Vec<f64>, Fail> = pairs.chunks(2).map(|pair| float(&pair[0])).collect();
    let mut count = 0;
    for (pair, score) in pairs.chunks(2).zip(scores?) {
        let member = &pair[1];
        let before = call.sorted()?.and_then(|sorted| sorted.score(member));
        let skipped = absent && before.is_some() || present && before.is_none();
        let score = if adds {
            before.unwrap_or(0.0) + score
        } else {
            score
        };
        if score.is_nan() {
            return Err(Fail::new("resulting score is not a number (NaN)"));
        }
        if !skipped && before != Some(score) {
            let new = call.set_score(member, score)?;
            count += usize::from(new || changed);
        }
        if adds {
            match skipped {
                true => call.reply.nil(),
                false => call.reply.bulk(shown(score).as_bytes()),
            }
            return Ok(());
        }
    }
    call.reply.count(count);
    Ok(())
}

pub(super) fn zincrby(call: &mut Call<'_>) -> Result<(), Fail> {
    let more = float(&call.words[2])?;
    let member = &call.words[3];
    let before = call.sorted()?.and_then(|sorted| sorted.score(member));
    let score = before.unwrap_or(0.0) + more;
    if score.is_nan() {
        return Err(Fail::new("resulting score is not a number (NaN)"));
    }
    call.set_score(member, score)?;
    call.reply.bulk(shown(score).as_bytes());
    Ok(())
}

pub(super) fn zrem(call: &mut Call<'_>) -> Result<(), Fail> {
    let count = call.remove_members(&call.words[2..])?;
    call.reply.count(count);
    Ok(())
}

pub(super) fn zcard(call: &mut Call<'_>) -> Result<(), Fail> {
    let len = call.sorted()?.map_or(0, |sorted| sorted.len());
    call.reply.count(len);
    Ok(())
}

pub(super) fn zscore(call: &mut Call<'_>) -> Result<(), Fail> {
    let member = &call.words[2];
    let score = call.sorted()?.and_then(|sorted| sorted.score(member));
    let score = score.map(shown);
    call.reply.maybe(score.as_deref().map(str::as_bytes));
    Ok(())
}

/// How many members there are, and how many of them come before one.
async fn place_of(call: &mut Call<'_>, member: &[u8]) -> Result<Option<(usize, usize)>, Fail> {
    let mut pace = call.pace();
    let Some(sorted) = call.sorted()? else {
        return Ok(None);
    };
    let len = sorted.len();
    let Some(below) = sorted.below(member) else {
        return Ok(None);
    };
    let mut rank = 0;
    for _ in below {
        rank += 1;
        pace.look().await;
    }
    Ok(Some((len, rank)))
}

async fn rank_of(call: &mut Call<'_>, from_top: bool) -> Result<(), Fail> {
    let member = &call.words[2];
    match place_of(call, member).await? {
        Some((len, rank)) if from_top => call.reply.count(len - 1 - rank),
        Some((_, rank)) => call.reply.count(rank),
        None => call.reply.nil(),
    }
    Ok(())
}

pub(super) async fn zrank(call: &mut Call<'_>) -> Result<(), Fail> {
    rank_of(call, false).await
}

pub(super) async fn zrevrank(call: &mut Call<'_>) -> Result<(), Fail> {
    rank_of(call, true).await
}

/// Some of many, as their own.
async fn owned<'m>(
    pace: &mut Pace<'_>,
    members: impl Iterator<Item = (&'m Bytes, f64)>,
    most: usize,
) -> Vec<(Bytes, f64)> {
    let mut found = Vec::with_capacity(most);
    for (member, score) in members {
        pace.look().await;
        found.push((member.clone(), score));
    }
    found
}

/// Members from one place to another.
async fn by_place(call: &mut Call<'_>, from_top: bool) -> Result<Vec<(Bytes, f64)>, Fail> {
    let (start, stop) = (integer(&call.words[2])?, integer(&call.words[3])?);
    let Some(sorted) = call.sorted()? else {
        return Ok(Vec::new());
    };
    let (first, count) = window(start, stop, sorted.len());
    let mut pace = call.pace();
    call.state.store.reserve(count * FOUND_BYTES);
    let Some(sorted) = call.sorted()? else {
        return Ok(Vec::new());
    };
    let mut members = sorted.iter();
    let mut turned = sorted.iter().rev();
    Ok(match from_top {
        true => {
            pace.skip(&mut turned, first).await;
            owned(&mut pace, turned.take(count), count).await
        }
        false => {
            pace.skip(&mut members, first).await;
            owned(&mut pace, members.take(count), count).await
        }
    })
}

async fn range(call: &mut Call<'_>, from_top: bool) -> Result<(), Fail> {
    let scores = match &call.words[4..] {
        [] => false,
        [option] if option.eq_ignore_ascii_case(b"withscores") => true,
        _ => return Err(Fail::syntax()),
    };
    let found = by_place(call, from_top).await?;
    call.answer_members(&found, scores).await;
    Ok(())
}

pub(super) async fn zrange(call: &mut Call<'_>) -> Result<(), Fail> {
    range(call, false).await
}

pub(super) async fn zrevrange(call: &mut Call<'_>) -> Result<(), Fail> {
    range(call, true).await
}

/// Members whose scores are between two bounds, upwards.
async fn by_score(
    call: &mut Call<'_>,
    least: Bound,
    most: Bound,
) -> Result<Vec<(Bytes, f64)>, Fail> {
    let Some(sorted) = call.sorted()? else {
        return Ok(Vec::new());
    };
    let len = sorted.len();
    let mut pace = call.pace();
    call.state.store.reserve(len * FOUND_BYTES);
    let Some(sorted) = call.sorted()? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::with_capacity(len);
    for (member, score) in sorted.iter() {
        pace.look().await;
        if least.is_below(score) && most.is_above(score) {
            found.push((member.clone(), score));
        }
    }
    Ok(found)
}

async fn range_by_score(call: &mut Call<'_>, from_top: bool) -> Result<(), Fail> {
    let words = call.words;
    let (first, second) = (Bound::read(&words[2])?, Bound::read(&words[3])?);
    let (least, most) = if from_top {
        (second, first)
    } else {
        (first, second)
    };
    let (mut scores, mut offset, mut limit) = (false, 0, -1);
    let mut options = words[4..].iter();
    while let Some(option) = options.next() {
        match &option.to_ascii_lowercase()[..] {
            b"withscores" => scores = true,
            b"limit" => {
                let mut next = || {
                    options
                        .next()
                        .ok_or_else(Fail::syntax)
                        .and_then(|text| integer(text))
                };
                (offset, limit) = (next()?, next()?);
            }
            _ => return Err(Fail::syntax()),
        }
    }
    let mut found = by_score(call, least, most).await?;
    if from_top {
        found.reverse();
    }
    let skip = usize::try_from(offset)
        .unwrap_or(usize::MAX)
        .min(found.len());
    found.drain(..skip);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    call.answer_members(&found, scores).await;
    Ok(())
}

pub(super) async fn zrangebyscore(call: &mut Call<'_>) -> Result<(), Fail> {
    range_by_score(call, false).await
}

pub(super) async fn zrevrangebyscore(call: &mut Call<'_>) -> Result<(), Fail> {
    range_by_score(call, true).await
}

pub(super) async fn zcount(call: &mut Call<'_>) -> Result<(), Fail> {
    let (least, most) = (Bound::read(&call.words[2])?, Bound::read(&call.words[3])?);
    let count = by_score(call, least, most).await?.len();
    call.reply.count(count);
    Ok(())
}

async fn remove_found(call: &mut Call<'_>, found: &[(Bytes, f64)]) -> Result<(), Fail> {
    let members: Vec<Bytes> = found.iter().map(|(member, _)| member.clone()).collect();
    let count = call.remove_members(&members)?;
    call.reply.count(count);
    Ok(())
}

pub(super) async fn zremrangebyrank(call: &mut Call<'_>) -> Result<(), Fail> {
    let found = by_place(call, false).await?;
    remove_found(call, &found).await
}

pub(super) async fn zremrangebyscore(call: &mut Call<'_>) -> Result<(), Fail> {
    let (least, most) = (Bound::read(&call.words[2])?, Bound::read(&call.words[3])?);
    let found = by_score(call, least, most).await?;
    remove_found(call, &found).await
}
