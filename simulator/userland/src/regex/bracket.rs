//! Sets of bytes and bracket expressions.

use super::RegexError;
use std::fmt;

/// A set of bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(super) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
    }

    pub(super) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    pub(super) fn remove(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] &= !(1 << (byte & 63));
    }

    pub(super) fn union(&mut self, other: &ByteSet) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine |= theirs;
        }
    }

    pub(super) fn complement(&self) -> Self {
        Self(self.0.map(|word| !word))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    /// The bytes for which `member` holds.
    pub(super) fn of(member: impl Fn(u8) -> bool) -> Self {
        let mut set = Self::default();
        for byte in 0..=255 {
            if member(byte) {
                set.insert(byte);
            }
        }
        set
    }

    /// Lets every lower-case letter be in as its upper-case one is.
    fn follow_upper_case(&mut self) {
        for letter in b'a'..=b'z' {
            match self.contains(letter.to_ascii_uppercase()) {
                true => self.insert(letter),
                false => self.remove(letter),
            }
        }
    }
}

impl fmt::Debug for ByteSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries((0..=255u8).filter(|byte| self.contains(*byte)))
            .finish()
    }
}

/// Whether a byte is part of words.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a byte is white space in the C locale.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn class(name: &[u8]) -> Option<ByteSet> {
    let member: fn(u8) -> bool = match name {
        b"alpha" => |byte| byte.is_ascii_alphabetic(),
        b"digit" => |byte| byte.is_ascii_digit(),
        b"alnum" => |byte| byte.is_ascii_alphanumeric(),
        b"upper" => |byte| byte.is_ascii_uppercase(),
        b"lower" => |byte| byte.is_ascii_lowercase(),
        b"space" => is_space,
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"punct" => |byte| byte.is_ascii_punctuation(),
        b"print" => |byte| matches!(byte, b' '..=b'~'),
        b"graph" => |byte| byte.is_ascii_graphic(),
        b"cntrl" => |byte| byte.is_ascii_control(),
        b"xdigit" => |byte| byte.is_ascii_hexdigit(),
        _ => return None,
    };
    Some(ByteSet::of(member))
}

/// What is between brackets.
enum Item {
    Byte(u8),
    Class(ByteSet),
    /// `[=a=]`
    Equivalents(u8),
}

/// A bracket expression that is being read.
struct Reader<'p> {
    pattern: &'p [u8],
    at: usize,
    ignore_case: bool,
}

/// Longest name in `[: :]`, `[. .]` and `[= =]`.
const NAME_BYTES: usize = 32;

/// Reads a bracket expression; `at` is behind its `[` and ends behind its `]`. Returns the set and whether it was
/// negated (the set has the complement applied already).
pub(super) fn parse(
    pattern: &[u8],
    at: &mut usize,
    ignore_case: bool,
) -> Result<(ByteSet, bool), RegexError> {
    let mut reader = Reader {
        pattern,
        at: *at,
        ignore_case,
    };
    let negated = reader.next() == Some(b'^');
    reader.at += usize::from(negated);
    if reader.next().is_none() {
        return Err(RegexError::Invalid);
    }
    let mut set = reader.list()?;
    *at = reader.at;
    if negated {
        set = set.complement();
    }
    if ignore_case {
        set.follow_upper_case();
    }
    Ok((set, negated))
}

impl Reader<'_> {
    /// The next byte; when case is ignored letters stand for their upper-case ones.
    fn next(&self) -> Option<u8> {
        let byte = self.pattern.get(self.at).copied()?;
        Some(match self.ignore_case {
            true => byte.to_ascii_uppercase(),
            false => byte,
        })
    }

    /// Items up to the closing bracket, which is none at the start.
    fn list(&mut self) -> Result<ByteSet, RegexError> {
        let mut set = ByteSet::default();
        let mut first = true;
        loop {
            let low = self.item(std::mem::take(&mut first))?;
            let next = self.next().ok_or(RegexError::UnmatchedBracket)?;
            // A class or an equivalent is no end of a range.
            if next == b'-' && matches!(low, Item::Byte(_)) {
                self.at += 1;
                match self.next() {
                    None => return Err(RegexError::UnmatchedBracket),
                    Some(b']') => self.at -= 1,
                    Some(_) => {
                        let high = self.item(true)?;
                        let (Item::Byte(low), Item::Byte(high)) = (low, high) else {
                            return Err(RegexError::RangeEnd);
                        };
                        if low > high {
                            return Err(RegexError::RangeEnd);
                        }
                        (low..=high).for_each(|byte| set.insert(byte));
                        if self.ends()? {
                            return Ok(set);
                        }
                        continue;
                    }
                }
            }
            match low {
                Item::Byte(byte) | Item::Equivalents(byte) => set.insert(byte),
                Item::Class(class) => set.union(&class),
            }
            if self.ends()? {
                return Ok(set);
            }
        }
    }

    /// Whether the closing bracket is next; then it is passed.
    fn ends(&mut self) -> Result<bool, RegexError> {
        let next = self.next().ok_or(RegexError::UnmatchedBracket)?;
        self.at += usize::from(next == b']');
        Ok(next == b']')
    }

    /// One item. A hyphen elsewhere than first or last is a range without a start.
    fn item(&mut self, may_be_hyphen: bool) -> Result<Item, RegexError> {
        let byte = self.next().ok_or(RegexError::UnmatchedBracket)?;
        let second = self.pattern.get(self.at + 1).copied();
        if let (b'[', Some(kind @ (b':' | b'.' | b'='))) = (byte, second) {
            self.at += 2;
            return self.named(kind);
        }
        self.at += 1;
        if byte == b'-' && !may_be_hyphen && self.next() != Some(b']') {
            return Err(RegexError::RangeEnd);
        }
        Ok(Item::Byte(byte))
    }

    /// What stands between `[:` and `:]` and the like.
    fn named(&mut self, kind: u8) -> Result<Item, RegexError> {
        let mut name = Vec::new();
        loop {
            let byte = match kind {
                b':' => self.pattern.get(self.at).copied(),
                _ => self.next(),
            };
            self.at += 1;
            // Nothing behind it: it is not even looked at.
            let (Some(byte), Some(next)) = (byte, self.pattern.get(self.at)) else {
                return Err(RegexError::UnmatchedBracket);
            };
            if (byte, *next) == (kind, b']') {
                self.at += 1;
                break;
            }
            name.push(byte);
            if name.len() >= NAME_BYTES {
                return Err(RegexError::UnmatchedBracket);
            }
        }
        match (kind, name.as_slice()) {
            (b':', b"upper" | b"lower") if self.ignore_case => class(b"alpha")
                .map(Item::Class)
                .ok_or(RegexError::ClassName),
            (b':', name) => class(name).map(Item::Class).ok_or(RegexError::ClassName),
            (b'.', [byte]) => Ok(Item::Byte(*byte)),
            (_, [byte]) => Ok(Item::Equivalents(*byte)),
            _ => Err(RegexError::Collation),
        }
    }
}
