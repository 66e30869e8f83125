//! The words of configurations: quotes, comments, variables in braces.

use super::emerg::{Emerg, Place};
use crate::kernel::Buffer;

/// A file that is being read.
pub(super) struct Source {
    pub(super) content: Buffer,
    pub(super) at: usize,
    pub(super) place: Place,
    /// Blocks that were open when it began.
    pub(super) depth: usize,
}

/// What the text goes on with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(Vec<u8>),
    /// `;`
    End,
    /// `{`
    Open,
    /// `}`
    Close,
    EndOfFile,
}

impl Source {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.content.get(self.at).copied()?;
        self.at += 1;
        self.place.line += usize::from(byte == b'\n');
        Some(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.content.get(self.at).copied()
    }

    /// What comes next.
    pub(super) fn next(&mut self) -> Result<Token, Emerg> {
        loop {
            match self.peek() {
                None => return Ok(Token::EndOfFile),
                Some(byte) if byte.is_ascii_whitespace() => {
                    self.byte();
                }
                Some(b'#') => while self.byte().is_some_and(|byte| byte != b'\n') {},
                Some(b';') => {
                    self.byte();
                    return Ok(Token::End);
                }
                Some(b'{') => {
                    self.byte();
                    return Ok(Token::Open);
                }
                Some(b'}') => {
                    self.byte();
                    return Ok(Token::Close);
                }
                Some(quote @ (b'"' | b'\'')) => {
                    self.byte();
                    return self.quoted(quote).map(Token::Word);
                }
                Some(_) => return Ok(Token::Word(self.plain())),
            }
        }
    }

    /// A word in quotes; it ends before something that ends words.
    fn quoted(&mut self, quote: u8) -> Result<Vec<u8>, Emerg> {
        let mut word = Vec::new();
        loop {
            match self.byte() {
                None => {
                    let expected = "unexpected end of file, expecting \";\" or \"}\"";
                    return Err(self.place.emerg(expected));
                }
                Some(byte) if byte == quote => break,
                Some(b'\\') => self.escaped(&mut word),
                Some(byte) => word.push(byte),
            }
        }
        match self.peek() {
            Some(byte) if byte.is_ascii_whitespace() || b";{)".contains(&byte) => Ok(word),
            None => Ok(word),
            Some(byte) => {
                let shown = char::from(byte);
                Err(self.place.emerg(format!("unexpected \"{shown}\"")))
            }
        }
    }

    fn escaped(&mut self, word: &mut Vec<u8>) {
        match self.byte() {
            None => word.push(b'\\'),
            Some(byte @ (b'"' | b'\'' | b'\\')) => word.push(byte),
            Some(b't') => word.push(b'\t'),
            Some(b'r') => word.push(b'\r'),
            Some(b'n') => word.push(b'\n'),
            Some(other) => word.extend([b'\\', other]),
        }
    }

    fn plain(&mut self) -> Vec<u8> {
        let mut word = Vec::new();
        while let Some(byte) = self.peek() {
            match byte {
                b'\\' => {
                    self.byte();
                    self.escaped(&mut word);
                }
                // A variable in braces.
                b'{' if word.last() == Some(&b'$') => {
                    while let Some(byte) = self.byte() {
                        word.push(byte);
                        if matches!(byte, b'}' | b';' | b'\n') {
                            break;
                        }
                    }
                }
                b';' | b'{' => break,
                byte if byte.is_ascii_whitespace() => break,
                byte => {
                    self.byte();
                    word.push(byte);
                }
            }
        }
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn tokens(text: &str) -> Vec<Token> {
        let mut source = Source {
            content: Buffer::from(text.as_bytes()),
            at: 0,
            place: Place {
                file: Arc::from(&b"test"[..]),
                line: 1,
            },
            depth: 0,
        };
        let mut tokens = Vec::new();
        loop {
            match source.next().expect("the text has words only") {
                Token::EndOfFile => return tokens,
                token => tokens.push(token),
            }
        }
    }

    #[test]
    fn words_quotes_comments_and_variables() {
        let word = |text: &str| Token::Word(text.as_bytes().to_vec());
        assert_eq!(
            tokens("a 'b \\' c' # no\n{ d\\;e; ${f}g \"h\\\"i\\.j\";}"),
            [
                word("a"),
                word("b ' c"),
                Token::Open,
                word("d\\;e"),
                Token::End,
                word("${f}g"),
                word("h\"i\\.j"),
                Token::End,
                Token::Close,
            ]
        );
    }
}
