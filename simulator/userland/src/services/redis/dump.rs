//! `dump.rdb`, in a form of our own: a signature with a version, then keys by database, then a checksum.
//!
//! A number is eight bytes, the lowest first; a text is its length and its bytes.

use super::pace::Pace;
use super::store::Store;
use super::value::{ENTRY_COST, Value};
use crate::kernel::Buffer;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// The signature; its last byte is the version.
const SIGNATURE: &[u8] = b"zonesim redis dump\x00\x01";
/// How a real one begins.
const REAL: &[u8] = b"REDIS";
const CHECKSUM_BYTES: usize = 32;

/// A database follows, by its number.
const DATABASE: u8 = 0xfe;
/// The key that follows goes at a time.
const EXPIRY: u8 = 0xfd;
/// Nothing follows but the checksum.
const END: u8 = 0xff;

const TEXT: u8 = 0;
const LIST: u8 = 1;
const SET: u8 = 2;
const HASH: u8 = 3;
const SORTED: u8 = 4;

fn number(out: &mut Buffer, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn text(out: &mut Buffer, text: &[u8]) {
    number(out, text.len() as u64);
    out.extend_from_slice(text);
}

/// All that there is.
pub(super) async fn encode(store: &Store, pace: &mut Pace<'_>) -> Buffer {
    let mut out = Buffer::new();
    out.extend_from_slice(SIGNATURE);
    for (at, db) in store.dbs.iter().enumerate().filter(|(_, db)| db.len() > 0) {
        out.push(DATABASE);
        number(&mut out, at as u64);
        for (key, entry) in db.iter() {
            pace.look().await;
            if let Some(at) = entry.expires_ms {
                out.push(EXPIRY);
                number(&mut out, at);
            }
            encode_entry(&mut out, key, &entry.value, pace).await;
        }
    }
    out.push(END);
    let checksum = checksum(&out, pace).await;
    out.extend_from_slice(&checksum);
    out
}

/// The checksum of what a dump says.
async fn checksum(body: &[u8], pace: &mut Pace<'_>) -> [u8; CHECKSUM_BYTES] {
    /// Bytes that cost as much as a look.
    const LOOK_BYTES: usize = 8;
    let mut checksum = Sha256::new();
    for step in body.chunks(LOOK_BYTES << 9) {
        checksum.update(step);
        pace.look_at(step.len() / LOOK_BYTES).await;
    }
    checksum.finalize().into()
}

async fn encode_entry(out: &mut Buffer, key: &[u8], value: &Value, pace: &mut Pace<'_>) {
    let mut begin = |kind: u8, len: usize| {
        out.push(kind);
        text(out, key);
        if kind != TEXT {
            number(out, len as u64);
        }
    };
    match value {
        Value::Text(content) => {
            begin(TEXT, 1);
            text(out, content);
        }
        Value::List(list) => {
            begin(LIST, list.len());
            for item in list {
                text(out, item);
                pace.look().await;
            }
        }
        Value::Set(set) => {
            begin(SET, set.len());
            for item in set {
                text(out, item);
                pace.look().await;
            }
        }
        Value::Hash(hash) => {
            begin(HASH, hash.len());
            for (field, value) in hash {
                text(out, field);
                text(out, value);
                pace.look().await;
            }
        }
        Value::Sorted(sorted) => {
            begin(SORTED, sorted.len());
            for (member, score) in sorted.iter() {
                text(out, member);
                number(out, score.to_bits());
                pace.look().await;
            }
        }
    }
}

/// Why a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damaged(pub(super) &'static str);

struct Reader<'d> {
    rest: &'d [u8],
}

impl<'d> Reader<'d> {
    fn take(&mut self, count: usize) -> Result<&'d [u8], Damaged> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(Damaged("it ends early"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Damaged> {
        Ok(self.take(1)?[0])
    }

    fn number(&mut self) -> Result<u64, Damaged> {
        let bytes = self.take(8)?.try_into();
        Ok(u64::from_le_bytes(
            bytes.map_err(|_| Damaged("it ends early"))?,
        ))
    }

    fn text(&mut self) -> Result<Bytes, Damaged> {
        let len = usize::try_from(self.number()?).map_err(|_| Damaged("a text is too long"))?;
        Ok(Bytes::copy_from_slice(self.take(len)?))
    }

    async fn value(&mut self, kind: u8, pace: &mut Pace<'_>) -> Result<(Bytes, Value), Damaged> {
        let key = self.text()?;
        if kind == TEXT {
            return Ok((key, Value::Text(self.text()?)));
        }
        let mut value = match kind {
            LIST => Value::List(Default::default()),
            SET => Value::Set(Default::default()),
            HASH => Value::Hash(Default::default()),
            SORTED => Value::Sorted(Default::default()),
            _ => return Err(Damaged("a value is of no known kind")),
        };
        for _ in 0..self.number()? {
            pace.look().await;
            match &mut value {
                Value::Text(_) => return Err(Damaged("a value is of no known kind")),
                Value::List(list) => list.push_back(self.text()?),
                Value::Set(set) => drop(set.insert(self.text()?)),
                Value::Hash(hash) => drop(hash.insert(self.text()?, self.text()?)),
                Value::Sorted(sorted) => {
                    let member = self.text()?;
                    let score = f64::from_bits(self.number()?);
                    if score.is_nan() {
                        return Err(Damaged("a score is no number"));
                    }
                    sorted.set(member, score);
                }
            }
        }
        match value.is_empty() {
            true => Err(Damaged("a value is empty")),
            false => Ok((key, value)),
        }
    }
}

/// Adds what a dump holds; keys whose time has come are left out.
pub(super) async fn decode(
    content: &[u8],
    store: &mut Store,
    now_ms: u64,
    pace: &mut Pace<'_>,
) -> Result<(), Damaged> {
    if content.starts_with(REAL) {
        return Err(Damaged(
            "it is a dump of a real redis, which this one does not read",
        ));
    }
    let version = SIGNATURE.len() - 1;
    if content.len() <= version || content[..version] != SIGNATURE[..version] {
        return Err(Damaged("wrong signature"));
    }
    if content[version] != SIGNATURE[version] {
        return Err(Damaged("it is of another version"));
    }
    let body = content
        .len()
        .checked_sub(CHECKSUM_BYTES)
        .ok_or(Damaged("it ends early"))?;
    let (body, sum) = content.split_at(body);
    if checksum(body, pace).await != *sum {
        return Err(Damaged("the checksum differs"));
    }
    // Values cost more than their bytes in the file.
    store.reserve(body.len().saturating_mul(4));
    let mut reader = Reader {
        rest: body.get(SIGNATURE.len()..).unwrap_or_default(),
    };
    let (mut db, mut expires_ms) = (0, None);
    loop {
        match reader.byte()? {
            END if reader.rest.is_empty() => {
                store.changes = 0;
                store.touched.clear();
                store.settle();
                return Ok(());
            }
            END => return Err(Damaged("something follows its end")),
            DATABASE => {
                let number = usize::try_from(reader.number()?).ok();
                let known = number.filter(|number| *number < store.dbs.len());
                db = known.ok_or(Damaged("it has more databases than the server"))?;
            }
            EXPIRY => expires_ms = Some(reader.number()?),
            kind => {
                let (key, value) = reader.value(kind, pace).await?;
                let expiry = expires_ms.take();
                if expiry.is_none_or(|at| at > now_ms) {
                    store.reserve(ENTRY_COST + key.len() + value.cost());
                    store.put(db, &key, value, expiry);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::value::Sorted;
    use super::*;
    use crate::ready::ready;

    fn encode(store: &Store) -> Buffer {
        ready(super::encode(store, &mut Pace::free()))
    }

    fn decode(content: &[u8], store: &mut Store, now_ms: u64) -> Result<(), Damaged> {
        ready(super::decode(content, store, now_ms, &mut Pace::free()))
    }

    fn store() -> Store {
        let mut store = Store::new(4);
        let bytes = |text: &'static str| Bytes::from_static(text.as_bytes());
        store.put(0, &bytes("text"), Value::Text(bytes("a\r\nb")), None);
        store.put(0, &bytes("goes"), Value::Text(bytes("x")), Some(5000));
        store.put(
            1,
            &bytes("list"),
            Value::List([bytes("1"), bytes("2")].into()),
            None,
        );
        store.put(
            1,
            &bytes("set"),
            Value::Set([bytes("m")].into()),
            Some(9000),
        );
        store.put(
            3,
            &bytes("hash"),
            Value::Hash([(bytes("f"), bytes("v"))].into()),
            None,
        );
        let mut sorted = Sorted::default();
        sorted.set(bytes("one"), 1.5);
        sorted.set(bytes("all"), f64::INFINITY);
        store.put(3, &bytes("sorted"), Value::Sorted(sorted), None);
        store
    }

    #[test]
    fn what_was_saved_is_there_again_but_for_what_has_gone() {
        let before = store();
        let mut after = Store::new(4);
        assert_eq!(decode(&encode(&before), &mut after, 6000), Ok(()));
        assert_eq!(after.dbs[0].len(), 1);
        for (db, (before, after)) in before.dbs.iter().zip(&after.dbs).enumerate().skip(1) {
            let all = |db: &super::super::store::Db| -> Vec<_> {
                db.iter()
                    .map(|(key, entry)| (key.clone(), entry.value.clone(), entry.expires_ms))
                    .collect()
            };
            assert_eq!(all(before), all(after), "{db}");
        }
    }

    #[test]
    fn every_damage_is_noticed() {
        let dump = encode(&store()).to_vec();
        for at in 0..dump.len() {
            let mut damaged = dump.clone();
            damaged[at] ^= 1;
            assert!(
                decode(&damaged, &mut Store::new(4), 0).is_err(),
                "byte {at}"
            );
            assert!(
                decode(&dump[..at], &mut Store::new(4), 0).is_err(),
                "first {at} bytes"
            );
        }
        assert!(decode(b"REDIS0007", &mut Store::new(4), 0).is_err());
        assert_eq!(
            decode(&dump, &mut Store::new(2), 0),
            Err(Damaged("it has more databases than the server"))
        );
    }
}
