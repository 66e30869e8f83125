//! Places in a word, and looking over what follows them without expanding it.
//!
//! Busybox keeps a word as one text with marks in it and looks for the end of a user's name, and for the slash behind a
//! pattern, in that text: neither search knows what belongs to which expansion.

use crate::shell::program::{Operator, Part, Program, Word};

/// A place in a word: a part, and in a text one of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) part: u32,
    pub(super) byte: u32,
}

impl Cursor {
    pub(super) fn of_part(part: u32) -> Self {
        Self { part, byte: 0 }
    }

    /// The place so many bytes further on in a text.
    pub(super) fn plus(self, bytes: usize) -> Self {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        Self {
            byte: self.byte.saturating_add(bytes),
            ..self
        }
    }
}

/// Inside `${…}` with a wrong operator: on the mark that says so, and behind it.
pub(super) const WRONG: u32 = 1;
pub(super) const BEHIND_WRONG: u32 = 2;

/// What ends the name behind a tilde.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameEnd {
    /// A quotation, in front of which no tilde expands.
    Quotation,
    Place(Cursor),
    Word,
}

/// A word as the searches see it.
pub(super) struct Text<'a> {
    pub(super) program: &'a Program,
    pub(super) word: Word,
    /// Places at which it ends for them.
    pub(super) cuts: &'a [Cursor],
}

impl Text<'_> {
    /// The first cut of a part from this byte on.
    fn cut_in(&self, at: Cursor) -> Option<u32> {
        let in_part = |cut: &&Cursor| cut.part == at.part && cut.byte >= at.byte;
        self.cuts.iter().filter(in_part).map(|cut| cut.byte).min()
    }

    /// The first byte from `at` on that one of `wanted` is or that is cut: its place, and whether it is a cut.
    fn find(&self, at: Cursor, wanted: impl Fn(u8) -> bool) -> Option<(Cursor, bool)> {
        let Part::Text { text, .. } = self.program.parts[at.part as usize] else {
            return None;
        };
        let bytes = &self.program.bytes(text)[at.byte as usize..];
        let found = bytes.iter().position(|byte| wanted(*byte));
        let found = found.map(|length| at.plus(length));
        let cut = self.cut_in(at).map(|byte| Cursor { byte, ..at });
        match (found, cut) {
            (Some(found), Some(cut)) if found.byte < cut.byte => Some((found, false)),
            (_, Some(cut)) => Some((cut, true)),
            (Some(found), None) => Some((found, false)),
            (None, None) => None,
        }
    }

    /// Where the name behind the tilde at `tilde` ends. `lists`: a colon ends it, too.
    pub(super) fn name_end(&self, tilde: Cursor, lists: bool) -> NameEnd {
        let mut expressions = 0_u32;
        let mut at = tilde.plus(1);
        while at.part < self.word.end {
            let part = self.program.parts[at.part as usize];
            let found = match part {
                Part::Text { quoted: true, .. }
                | Part::Parameter { quoted: true, .. }
                | Part::Command { quoted: true, .. }
                | Part::Arithmetic { quoted: true }
                    if expressions == 0 =>
                {
                    return NameEnd::Quotation;
                }
                Part::EscapedSlash => return NameEnd::Quotation,
                Part::Text { .. } => self.find(at, |byte| byte == b'/' || lists && byte == b':'),
                Part::Parameter {
                    operator: Operator::Bad,
                    ..
                } => Some((at.plus(WRONG as usize), false)),
                Part::OperandEnd => Some((at, false)),
                Part::Arithmetic { .. } => {
                    expressions += 1;
                    None
                }
                Part::ArithmeticEnd => {
                    expressions = expressions.saturating_sub(1);
                    None
                }
                Part::Parameter { .. } | Part::Command { .. } | Part::Process { .. } => None,
            };
            if let Some((place, _)) = found {
                return NameEnd::Place(place);
            }
            at = Cursor::of_part(at.part + 1);
        }
        NameEnd::Word
    }

    /// The slash behind the pattern that begins at `start`, wherever in the word it is.
    pub(super) fn dividing_slash(&self, start: Cursor) -> Option<Cursor> {
        let mut at = start;
        let mut may_divide = false;
        while at.part < self.word.end {
            match self.program.parts[at.part as usize] {
                Part::Text { .. } => {
                    // A slash at the start belongs to the pattern.
                    let skipped = usize::from(!may_divide && self.is_slash(at));
                    let from = at.plus(skipped);
                    match self.find(from, |byte| byte == b'/') {
                        Some((_, true)) => return None,
                        Some((slash, false)) => return Some(slash),
                        None => {}
                    }
                }
                Part::Parameter {
                    operator: Operator::Bad,
                    ..
                } => return None,
                _ if self.cut_in(at).is_some() => return None,
                _ => {}
            }
            may_divide = true;
            at = Cursor::of_part(at.part + 1);
        }
        None
    }

    fn is_slash(&self, at: Cursor) -> bool {
        let Part::Text {
            text,
            quoted: false,
        } = self.program.parts[at.part as usize]
        else {
            return false;
        };
        self.program.bytes(text).get(at.byte as usize) == Some(&b'/')
    }

    /// How far a text goes from `at` on until it is cut, in bytes of it.
    pub(super) fn text_end(&self, at: Cursor, length: usize) -> usize {
        let cut = self.cut_in(at).map(|byte| byte as usize);
        cut.unwrap_or(length).min(length)
    }
}
