//! Texts.

use super::Call;
use super::numbers::{float, integer, shown, window};
use crate::services::redis::fail::Fail;
use crate::services::redis::value::Value;
use bytes::{Bytes, BytesMut};

/// The longest text, bytes.
const TEXT_BYTES: usize = 512 << 20;

impl Call<'_> {
    /// Sets a key to a text that does not go.
    fn put_text(&mut self, key: &Bytes, text: Bytes, expires_ms: Option<u64>) {
        self.state
            .store
            .put(self.db, key, Value::Text(text), expires_ms);
        self.touch(key);
    }

    fn text_of(&mut self, key: &[u8]) -> Result<Option<Bytes>, Fail> {
        let now = self.now_ms();
        Ok(self.state.store.text(self.db, key, now)?.cloned())
    }

    fn expiry_of(&mut self, key: &[u8]) -> Option<u64> {
        let now = self.now_ms();
        self.state.store.get(self.db, key, now)?.expires_ms
    }

    fn exists(&mut self, key: &[u8]) -> bool {
        let now = self.now_ms();
        self.state.store.get(self.db, key, now).is_some()
    }

    /// When something goes that has so many milliseconds left.
    pub(super) fn in_ms(&self, command: &str, amount: i64, unit_ms: i64) -> Result<u64, Fail> {
        let invalid = || Fail::new(format!("invalid expire time in {command}"));
        let left = amount
            .checked_mul(unit_ms)
            .filter(|left| *left > 0)
            .ok_or_else(invalid)?;
        let left = u64::try_from(left).map_err(|_| invalid())?;
        self.now_ms()
            .checked_add(left)
            .filter(|at| *at < 1 << 62)
            .ok_or_else(invalid)
    }
}

pub(super) fn set(call: &mut Call<'_>) -> Result<(), Fail> {
    let (mut absent, mut present, mut expires_ms) = (false, false, None);
    let mut options = call.words[3..].iter();
    while let Some(option) = options.next() {
        match &option.to_ascii_lowercase()[..] {
            b"nx" if !present => absent = true,
            b"xx" if !absent => present = true,
            unit @ (b"ex" | b"px") if expires_ms.is_none() => {
                let amount = integer(options.next().ok_or_else(Fail::syntax)?)?;
                let unit_ms = if unit == b"ex" { 1000 } else { 1 };
                expires_ms = Some(call.in_ms("set", amount, unit_ms)?);
            }
            _ => return Err(Fail::syntax()),
        }
    }
    let key = &call.words[1];
    let exists = call.exists(key);
    if absent && exists || present && !exists {
        call.reply.nil();
        return Ok(());
    }
    call.put_text(key, call.words[2].clone(), expires_ms);
    call.reply.ok();
    Ok(())
}

pub(super) fn setnx(call: &mut Call<'_>) -> Result<(), Fail> {
    let key = &call.words[1];
    if call.exists(key) {
        call.reply.int(0);
        return Ok(());
    }
    call.put_text(key, call.words[2].clone(), None);
    call.reply.int(1);
    Ok(())
}

pub(super) fn setex(call: &mut Call<'_>) -> Result<(), Fail> {
    set_expiring(call, "setex", 1000)
}

pub(super) fn psetex(call: &mut Call<'_>) -> Result<(), Fail> {
    set_expiring(call, "psetex", 1)
}

fn set_expiring(call: &mut Call<'_>, name: &str, unit_ms: i64) -> Result<(), Fail> {
    let at = call.in_ms(name, integer(&call.words[2])?, unit_ms)?;
    call.put_text(&call.words[1], call.words[3].clone(), Some(at));
    call.reply.ok();
    Ok(())
}

pub(super) fn get(call: &mut Call<'_>) -> Result<(), Fail> {
    let text = call.text_of(&call.words[1])?;
    call.reply.maybe(text.as_deref());
    Ok(())
}

pub(super) fn getset(call: &mut Call<'_>) -> Result<(), Fail> {
    let before = call.text_of(&call.words[1])?;
    call.put_text(&call.words[1], call.words[2].clone(), None);
    call.reply.maybe(before.as_deref());
    Ok(())
}

pub(super) async fn mget(call: &mut Call<'_>) -> Result<(), Fail> {
    call.reply.array(call.args().len());
    let mut pace = call.pace();
    for key in &call.words[1..] {
        pace.look().await;
        // What is no text is none here.
        let text = call.text_of(key).unwrap_or(None);
        call.reply.maybe(text.as_deref());
    }
    Ok(())
}

fn pairs<'w>(call: &Call<'w>, name: &str) -> Result<&'w [Bytes], Fail> {
    let pairs = &call.words[1..];
    match pairs.len() % 2 {
        0 => Ok(pairs),
        _ => Err(Fail::new(format!("wrong number of arguments for {name}"))),
    }
}

pub(super) fn mset(call: &mut Call<'_>) -> Result<(), Fail> {
    for pair in pairs(call, "MSET")?.chunks(2) {
        call.put_text(&pair[0], pair[1].clone(), None);
    }
    call.reply.ok();
    Ok(())
}

pub(super) fn msetnx(call: &mut Call<'_>) -> Result<(), Fail> {
    let pairs = pairs(call, "MSET")?;
    if pairs.chunks(2).any(|pair| call.exists(&pair[0])) {
        call.reply.int(0);
        return Ok(());
    }
    for pair in pairs.chunks(2) {
        call.put_text(&pair[0], pair[1].clone(), None);
    }
    call.reply.int(1);
    Ok(())
}

pub(super) fn strlen(call: &mut Call<'_>) -> Result<(), Fail> {
    let len = call.text_of(&call.words[1])?.map_or(0, |text| text.len());
    call.reply.count(len);
    Ok(())
}

pub(super) fn append(call: &mut Call<'_>) -> Result<(), Fail> {
    let (key, more) = (&call.words[1], &call.words[2]);
    let before = call.text_of(key)?.unwrap_or_default();
    let len = before.len() + more.len();
    check_length(len)?;
    call.state.store.reserve(2 * len);
    let mut text = BytesMut::with_capacity(len);
    text.extend_from_slice(&before);
    text.extend_from_slice(more);
    let expiry = call.expiry_of(key);
    call.put_text(key, text.freeze(), expiry);
    call.reply.count(len);
    Ok(())
}

fn check_length(len: usize) -> Result<(), Fail> {
    match len > TEXT_BYTES {
        true => Err(Fail::new("string exceeds maximum allowed size (512MB)")),
        false => Ok(()),
    }
}

pub(super) fn getrange(call: &mut Call<'_>) -> Result<(), Fail> {
    let (start, stop) = (integer(&call.words[2])?, integer(&call.words[3])?);
    let text = call.text_of(&call.words[1])?.unwrap_or_default();
    let (first, count) = window(start, stop, text.len());
    call.reply.bulk(&text[first..first + count]);
    Ok(())
}

/// A text with so many bytes at least, to be changed.
fn stretched(call: &mut Call<'_>, key: &[u8], len: usize) -> Result<BytesMut, Fail> {
    let before = call.text_of(key)?.unwrap_or_default();
    let len = len.max(before.len());
    check_length(len)?;
    call.state.store.reserve(2 * len);
    let mut text = BytesMut::with_capacity(len);
    text.extend_from_slice(&before);
    text.resize(len, 0);
    Ok(text)
}

pub(super) fn setrange(call: &mut Call<'_>) -> Result<(), Fail> {
    let (key, piece) = (&call.words[1], &call.words[3]);
    let offset = usize::try_from(integer(&call.words[2])?)
        .map_err(|_| Fail::new("offset is out of range"))?;
    if piece.is_empty() {
        let len = call.text_of(key)?.map_or(0, |text| text.len());
        call.reply.count(len);
        return Ok(());
    }
    let end = offset.saturating_add(piece.len());
    let mut text = stretched(call, key, end)?;
    text[offset..end].copy_from_slice(piece);
    let (len, expiry) = (text.len(), call.expiry_of(key));
    call.put_text(key, text.freeze(), expiry);
    call.reply.count(len);
    Ok(())
}

fn bit_place(text: &[u8]) -> Result<(usize, u8), Fail> {
    let wrong = || Fail::new("bit offset is not an integer or out of range");
    let at = integer(text).map_err(|_| wrong())?;
    let at = u32::try_from(at).map_err(|_| wrong())?;
    let byte = usize::try_from(at / 8).map_err(|_| wrong())?;
    Ok((byte, 0x80 >> (at % 8)))
}

pub(super) fn setbit(call: &mut Call<'_>) -> Result<(), Fail> {
    let (byte, mask) = bit_place(&call.words[2])?;
    let set = match &call.words[3][..] {
        b"0" => false,
        b"1" => true,
        _ => return Err(Fail::new("bit is not an integer or out of range")),
    };
    let key = &call.words[1];
    let mut text = stretched(call, key, byte + 1)?;
    let before = text[byte] & mask != 0;
    match set {
        true => text[byte] |= mask,
        false => text[byte] &= !mask,
    }
    let expiry = call.expiry_of(key);
    call.put_text(key, text.freeze(), expiry);
    call.reply.int(i64::from(before));
    Ok(())
}

pub(super) fn getbit(call: &mut Call<'_>) -> Result<(), Fail> {
    let (byte, mask) = bit_place(&call.words[2])?;
    let text = call.text_of(&call.words[1])?.unwrap_or_default();
    let set = text.get(byte).is_some_and(|byte| byte & mask != 0);
    call.reply.int(i64::from(set));
    Ok(())
}

fn add(call: &mut Call<'_>, more: i64) -> Result<(), Fail> {
    let key = &call.words[1];
    let before = match call.text_of(key)? {
        None => 0,
        Some(text) => integer(&text)?,
    };
    let after = before.checked_add(more);
    let after = after.ok_or_else(|| Fail::new("increment or decrement would overflow"))?;
    let expiry = call.expiry_of(key);
    call.put_text(key, after.to_string().into(), expiry);
    call.reply.int(after);
    Ok(())
}

pub(super) fn incr(call: &mut Call<'_>) -> Result<(), Fail> {
    add(call, 1)
}

pub(super) fn decr(call: &mut Call<'_>) -> Result<(), Fail> {
    add(call, -1)
}

pub(super) fn incrby(call: &mut Call<'_>) -> Result<(), Fail> {
    add(call, integer(&call.words[2])?)
}

pub(super) fn decrby(call: &mut Call<'_>) -> Result<(), Fail> {
    let less = integer(&call.words[2])?.checked_neg();
    add(
        call,
        less.ok_or_else(|| Fail::new("decrement would overflow"))?,
    )
}

pub(super) fn incrbyfloat(call: &mut Call<'_>) -> Result<(), Fail> {
    let key = &call.words[1];
    let before = match call.text_of(key)? {
        None => 0.0,
        Some(text) => float(&text)?,
    };
    let after = before + float(&call.words[2])?;
    if !after.is_finite() {
        return Err(Fail::new("increment would produce NaN or Infinity"));
    }
    let expiry = call.expiry_of(key);
    let text = shown(after);
    call.put_text(key, text.clone().into(), expiry);
    call.reply.bulk(text.as_bytes());
    Ok(())
}
