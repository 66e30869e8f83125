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

    /// Adds the other case of every ASCII letter.
    pub(super) fn fold_case(&mut self) {
        for letter in b'a'..=b'z' {
            let upper = letter.to_ascii_uppercase();
            if self.contains(letter) || self.contains(upper) {
                self.insert(letter);
                self.insert(upper);
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

/// One end of a range, or a class.
enum Item {
    Byte(u8),
    Class(ByteSet),
}

/// Reads a bracket expression; `at` is behind its `[` and ends behind its `]`. Returns the set and whether it was
/// negated (the set has the complement applied already).
pub(super) fn parse(pattern: &[u8], at: &mut usize) -> Result<(ByteSet, bool), RegexError> {
    let negated = pattern.get(*at) == Some(&b'^');
    if negated {
        *at += 1;
    }
    let mut set = ByteSet::default();
    let mut first = true;
    loop {
        match pattern.get(*at) {
            None => return Err(RegexError::UnmatchedBracket),
            Some(b']') if !first => {
                *at += 1;
                break;
            }
            Some(_) => {}
        }
        first = false;
        let low = item(pattern, at)?;
        let is_range =
            pattern.get(*at) == Some(&b'-') && pattern.get(*at + 1).is_some_and(|b| *b != b']');
        if !is_range {
            match low {
                Item::Byte(byte) => set.insert(byte),
                Item::Class(class) => set.union(&class),
            }
            continue;
        }
        *at += 1;
        let high = item(pattern, at)?;
        let (Item::Byte(low), Item::Byte(high)) = (low, high) else {
            return Err(RegexError::RangeEnd);
        };
        if low > high {
            return Err(RegexError::RangeEnd);
        }
        for byte in low..=high {
            set.insert(byte);
        }
    }
    Ok(if negated {
        (set.complement(), true)
    } else {
        (set, false)
    })
}

fn item(pattern: &[u8], at: &mut usize) -> Result<Item, RegexError> {
    let Some(&byte) = pattern.get(*at) else {
        return Err(RegexError::UnmatchedBracket);
    };
    let (b'[', Some(&kind @ (b':' | b'.' | b'='))) = (byte, pattern.get(*at + 1)) else {
        *at += 1;
        return Ok(Item::Byte(byte));
    };
    let rest = &pattern[*at + 2..];
    let end = rest
        .windows(2)
        .position(|pair| pair == [kind, b']'])
        .ok_or(RegexError::UnmatchedBracket)?;
    let name = &rest[..end];
    *at += 2 + end + 2;
    match (kind, name) {
        (b':', _) => class(name).map(Item::Class).ok_or(RegexError::ClassName),
        (_, [byte]) => Ok(Item::Byte(*byte)),
        _ => Err(RegexError::Collation),
    }
}
