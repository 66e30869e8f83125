//! Literal texts, and bytes that no text holds.

use super::generator::Generator;
use crate::construct::Construct;

/// Characters from here on stand for single bytes.
const RAW: u32 = 0xE000;

/// A script's bytes: characters of the private range become the bytes they stand for.
pub(super) fn to_bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut buffer = [0; 4];
    for character in text.chars() {
        match u8::try_from(u32::from(character).wrapping_sub(RAW)) {
            Ok(byte) => bytes.push(byte),
            Err(_) => bytes.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes()),
        }
    }
    bytes
}

/// Unquoted words that mean nothing special.
const PLAIN: &[&str] = &[
    "a", "b", "foo", "bar", "x", "10", "0", "7", "-n", "-1", "a.txt", "d/c.log", "x=1", "a:b:c",
    "1,2", "foobar", "abcabc", "/", "/bin", ".", "..", "-", "--", "+x", "%", "@", "^", "A", "Zz",
    "]", "=", "a=b", "é", "if", "in",
];

/// Texts for quotes.
const SPACED: &[&str] = &[
    " ",
    "  ",
    "a b",
    " lead",
    "trail ",
    "a  b",
    "x*y",
    "?",
    "*",
    "[a-c]",
    "~",
    "#",
    "a;b",
    "a&b",
    "(",
    ")",
    "<",
    ">",
    "|",
    "{a,b}",
    "!",
    "a\tb",
    "%s",
    "a:b",
    "::",
    "one two three",
    "",
    "$",
    "-n",
    "=",
];

/// Patterns, unquoted.
const PATTERNS: &[&str] = &[
    "*",
    "?",
    "a*",
    "*b",
    "[abc]",
    "[!a]*",
    "[a-f]?",
    "*.txt",
    "?*",
    "[[:digit:]]",
    "[[:alpha:]]*",
    "*/*",
    "d*",
    ".*",
    "[]]",
    "[^b]*",
    "a?c",
    "*a*",
    "[a",
    "[!]a]",
    "[b-a]",
    "?(a)",
    "*c.*",
    "x*y*",
    "[-a]",
    "[a-]",
];

impl Generator {
    pub(super) fn plain(&mut self) -> &'static str {
        PLAIN[self.dice.below(PLAIN.len())]
    }

    pub(super) fn spaced(&mut self) -> &'static str {
        SPACED[self.dice.below(SPACED.len())]
    }

    /// A pattern for `case` and `${name#…}`; never a `(` that would end one.
    pub(super) fn literal_pattern(&mut self) -> &'static str {
        loop {
            let pattern = PATTERNS[self.dice.below(PATTERNS.len())];
            if !pattern.contains('(') {
                return pattern;
            }
        }
    }

    pub(super) fn raw_byte(&mut self) -> char {
        self.uses(Construct::RawByte);
        let byte = self.dice.pick(&[&0x80_u32, &0xFF, &0xC3, &0xA0, &0x01]);
        char::from_u32(RAW + byte).unwrap_or('?')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_become_their_bytes() {
        assert_eq!(to_bytes("a\u{E0FF}é"), b"a\xff\xc3\xa9");
    }
}
