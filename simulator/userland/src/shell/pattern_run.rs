//! Patterns matched byte by byte: all prefixes of a text that match are found in one pass.

use crate::kernel::List;

use super::pattern::{Element, element, set_contains};

/// What one byte is matched with.
#[derive(Debug, Clone)]
enum Step {
    Any,
    /// Any number of any bytes.
    Many,
    Byte(u8),
    /// A bit for each byte.
    Set([u64; 4]),
}

/// A pattern made ready to run.
#[derive(Debug, Clone)]
pub(crate) struct Compiled(List<Step>);

impl Compiled {
    pub(crate) fn new(pattern: &[u8]) -> Self {
        let mut steps = List::new();
        let mut rest = pattern;
        while let Some((next, behind)) = element(rest) {
            steps.push(match next {
                Element::Any => Step::Any,
                Element::Many => Step::Many,
                Element::Byte(byte) => Step::Byte(byte),
                Element::Set(set) => Step::Set(bitmap(set)),
            });
            rest = behind;
        }
        Self(steps)
    }

    /// The pattern of all texts read backwards that this one matches.
    pub(crate) fn reversed(mut self) -> Self {
        self.0.reverse();
        self
    }

    /// Whether it matches texts of different lengths.
    pub(crate) fn stretches(&self) -> bool {
        self.0.iter().any(|step| matches!(step, Step::Many))
    }

    /// Starts matching at the beginning of a text.
    pub(crate) fn start(&self) -> Run<'_> {
        let words = self.0.len() / 64 + 1;
        let mut run = Run {
            pattern: self,
            places: vec![0; words],
            before: vec![0; words],
        };
        run.enter(0);
        run
    }
}

fn bitmap(set: &[u8]) -> [u64; 4] {
    let mut bits = [0; 4];
    for byte in 0..=u8::MAX {
        if set_contains(set, byte) {
            bits[usize::from(byte / 64)] |= 1 << (byte % 64);
        }
    }
    bits
}

/// A pattern being matched: the places in it that the bytes so far lead to.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pattern: &'a Compiled,
    places: Vec<u64>,
    /// Those of the byte before, for their room.
    before: Vec<u64>,
}

impl Run<'_> {
    /// Adds a place and those behind it that need no byte.
    fn enter(&mut self, place: usize) {
        let mut place = place;
        loop {
            self.places[place / 64] |= 1 << (place % 64);
            if !matches!(self.pattern.0.get(place), Some(Step::Many)) {
                return;
            }
            place += 1;
        }
    }

    /// Takes one byte more; false when no text that begins so can match.
    pub(crate) fn step(&mut self, byte: u8) -> bool {
        std::mem::swap(&mut self.places, &mut self.before);
        self.places.fill(0);
        let mut alive = false;
        for index in 0..self.before.len() {
            let mut word = self.before[index];
            while word != 0 {
                let place = index * 64 + word.trailing_zeros() as usize;
                word &= word - 1;
                let next = match self.pattern.0.get(place) {
                    Some(Step::Many) => place,
                    Some(Step::Any) => place + 1,
                    Some(Step::Byte(wanted)) if *wanted == byte => place + 1,
                    Some(Step::Set(bits))
                        if bits[usize::from(byte / 64)] >> (byte % 64) & 1 == 1 =>
                    {
                        place + 1
                    }
                    _ => continue,
                };
                self.enter(next);
                alive = true;
            }
        }
        alive
    }

    /// A match may begin here, too.
    pub(crate) fn restart(&mut self) {
        self.enter(0);
    }

    /// Whether the bytes so far match.
    pub(crate) fn matches(&self) -> bool {
        let end = self.pattern.0.len();
        self.places[end / 64] >> (end % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::pattern;

    /// Lengths of all prefixes that match.
    fn lengths(pattern: &Compiled, text: &[u8]) -> Vec<usize> {
        let mut run = pattern.start();
        let mut found = Vec::new();
        for length in 0..=text.len() {
            if run.matches() {
                found.push(length);
            }
            if length < text.len() {
                run.step(text[length]);
            }
        }
        found
    }

    #[test]
    fn one_pass_finds_what_matching_each_prefix_finds() {
        let long = "?".repeat(70) + "*";
        let patterns = [
            "",
            "*",
            "a*",
            "*b",
            "a?c",
            "[a-c]*",
            "*a*b*",
            "[!a]",
            "\\*",
            "[[:alpha:]]?",
            "abcabc",
            &long,
        ];
        for text in ["", "a", "abcabc", "b*a", "xyzzy", &"ab".repeat(40)] {
            for source in patterns {
                let expected: Vec<usize> = (0..=text.len())
                    .filter(|length| {
                        pattern::matches(source.as_bytes(), &text.as_bytes()[..*length])
                    })
                    .collect();
                let compiled = Compiled::new(source.as_bytes());
                assert_eq!(
                    lengths(&compiled, text.as_bytes()),
                    expected,
                    "{source} on {text}"
                );
                let backwards: Vec<u8> = text.bytes().rev().collect();
                let expected: Vec<usize> = (0..=text.len())
                    .filter(|length| {
                        pattern::matches(source.as_bytes(), &text.as_bytes()[text.len() - length..])
                    })
                    .collect();
                let found = lengths(&compiled.reversed(), &backwards);
                assert_eq!(found, expected, "{source} backwards on {text}");
            }
        }
    }
}
