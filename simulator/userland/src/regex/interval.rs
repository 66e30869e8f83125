//! What stands in the braces of a repetition.

use super::RegexError;

/// Largest count (RE_DUP_MAX).
const REPEAT_LIMIT: u32 = 32_767;

/// An interval that is being read; `at` is behind its opening brace.
pub(super) struct Interval<'p> {
    pub(super) pattern: &'p [u8],
    pub(super) at: usize,
    pub(super) extended: bool,
}

/// What a number ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    Brace,
    Comma,
    End,
}

/// A number, or what stands in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    None,
    /// Something else than digits.
    Bad,
    /// At most one more than the limit.
    Is(u32),
}

impl Interval<'_> {
    /// The least and the greatest number of times, and the place behind the closing brace.
    pub(super) fn read(mut self) -> Result<(u32, Option<u32>, usize), RegexError> {
        let (mut min, mut stop) = self.number();
        if min == Number::None && stop == Stop::Comma {
            min = Number::Is(0);
        } else if min == Number::None && stop != Stop::End {
            return Err(RegexError::BraceContent);
        }
        let max = match (min, stop) {
            (Number::Is(_), Stop::Brace) => min,
            (Number::Is(_), Stop::Comma) => {
                let max;
                (max, stop) = self.number();
                max
            }
            _ => Number::Bad,
        };
        let (min, max) = match (min, max, stop) {
            (_, _, Stop::End) => return Err(RegexError::UnmatchedBrace),
            (Number::Is(min), Number::Is(max), Stop::Brace) if min <= max => (min, Some(max)),
            (Number::Is(min), Number::None, Stop::Brace) => (min, None),
            _ => return Err(RegexError::BraceContent),
        };
        if max.unwrap_or(min) > REPEAT_LIMIT {
            return Err(RegexError::TooBig);
        }
        Ok((min, max, self.at))
    }

    /// Reads up to a comma, the closing brace or the end.
    fn number(&mut self) -> (Number, Stop) {
        let mut number = Number::None;
        while let Some(&first) = self.pattern.get(self.at) {
            let second = self.pattern.get(self.at + 1).copied();
            let (byte, escaped) = match (first, second) {
                (b'\\', Some(second)) => (second, true),
                _ => (first, false),
            };
            self.at += 1 + usize::from(escaped);
            if byte == b'}' && escaped != self.extended {
                return (number, Stop::Brace);
            }
            if byte == b',' {
                return (number, Stop::Comma);
            }
            // `\1` to `\9` refer back.
            let is_digit = byte.is_ascii_digit() && (!escaped || byte == b'0');
            number = match number {
                Number::None if is_digit => Number::Is(u32::from(byte - b'0')),
                Number::Is(so_far) if is_digit => {
                    let next = so_far * 10 + u32::from(byte - b'0');
                    Number::Is(next.min(REPEAT_LIMIT + 1))
                }
                _ => Number::Bad,
            };
        }
        (Number::Bad, Stop::End)
    }
}
