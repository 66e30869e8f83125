//! From text to tokens.

use super::value::leading_number;
use crate::escape;
use std::fmt;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(Vec<u8>),
    Name(String),
    /// A name right before `(`.
    Call(String),
    Function(Builtin),
    Keyword(Keyword),
    /// An operator or other sign.
    Sign(&'static str),
    Newline,
    End,
}

macro_rules! named {
    ($(#[$doc:meta])* $kind:ident { $($variant:ident $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $kind {
            $($variant,)*
        }

        impl $kind {
            fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some($kind::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

named! {
    /// Words with a meaning of their own.
    Keyword {
        Begin "BEGIN",
        EndRule "END",
        Function "function",
        Func "func",
        If "if",
        Else "else",
        While "while",
        For "for",
        Do "do",
        Break "break",
        Continue "continue",
        Next "next",
        NextFile "nextfile",
        Exit "exit",
        Return "return",
        Delete "delete",
        In "in",
        Getline "getline",
        Print "print",
        Printf "printf",
    }
}

named! {
    /// Functions that are built in.
    Builtin {
        Length "length",
        Substr "substr",
        Index "index",
        Split "split",
        Sub "sub",
        Gsub "gsub",
        Gensub "gensub",
        Match "match",
        Sprintf "sprintf",
        Sin "sin",
        Cos "cos",
        Atan2 "atan2",
        Exp "exp",
        Log "log",
        Sqrt "sqrt",
        Int "int",
        Rand "rand",
        Srand "srand",
        ToLower "tolower",
        ToUpper "toupper",
        System "system",
        Close "close",
        Fflush "fflush",
        Strftime "strftime",
        Mktime "mktime",
        Systime "systime",
        And "and",
        Or "or",
        Xor "xor",
        Compl "compl",
        Lshift "lshift",
        Rshift "rshift",
    }
}

/// Longest first.
const SIGNS: [&str; 43] = [
    "**=", "**", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "==", "!=", "<=",
    ">=", "!~", ">>", "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!",
    ">", "<", "|", "?", ":", "~", "$", "=", "&", "@",
];

/// Why a program is refused; the line is told by whoever reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SyntaxError {
    UnexpectedToken,
    UnexpectedEnd,
    UndefinedFunction,
    TooFewArguments,
    BreakOutsideLoop,
    ContinueOutsideLoop,
    TooComplex,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SyntaxError::UnexpectedToken => "Unexpected token",
            SyntaxError::UnexpectedEnd => "Unexpected end of string",
            SyntaxError::UndefinedFunction => "Call to undefined function",
            SyntaxError::TooFewArguments => "Too few arguments",
            SyntaxError::BreakOutsideLoop => "'break' not in a loop",
            SyntaxError::ContinueOutsideLoop => "'continue' not in a loop",
            SyntaxError::TooComplex => "Program too complex",
        })
    }
}

/// Reads tokens one after the other.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
    pub(super) line: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
        }
    }

    fn rest(&self) -> &'t [u8] {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.rest() {
                [b' ' | b'\t' | b'\r', ..] => self.at += 1,
                [b'\\', b'\n', ..] => {
                    self.at += 2;
                    self.line += 1;
                }
                [b'\\', b'\r', b'\n', ..] => {
                    self.at += 3;
                    self.line += 1;
                }
                [b'#', ..] => {
                    let line = self.rest().iter().position(|byte| *byte == b'\n');
                    self.at += line.unwrap_or(self.rest().len());
                }
                _ => return,
            }
        }
    }

    /// The next token; a slash is a sign.
    pub(super) fn next(&mut self) -> Result<Token, SyntaxError> {
        self.skip_blanks();
        let rest = self.rest();
        let Some(&first) = rest.first() else {
            return Ok(Token::End);
        };
        match first {
            b'\n' => {
                self.at += 1;
                self.line += 1;
                Ok(Token::Newline)
            }
            b'"' => self.string(),
            b'0'..=b'9' | b'.' => {
                let (number, length) = leading_number(rest);
                if length == 0 {
                    return Err(SyntaxError::UnexpectedToken);
                }
                self.at += length;
                Ok(Token::Number(number))
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Ok(self.word()),
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(sign.as_bytes()));
                let sign = sign.ok_or(SyntaxError::UnexpectedToken)?;
                self.at += sign.len();
                Ok(Token::Sign(match *sign {
                    "**" => "^",
                    "**=" => "^=",
                    sign => sign,
                }))
            }
        }
    }

    fn word(&mut self) -> Token {
        let rest = self.rest();
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        let name = String::from_utf8_lossy(&rest[..length]).into_owned();
        self.at += length;
        if let Some(keyword) = Keyword::parse(&name) {
            return Token::Keyword(match keyword {
                Keyword::Func => Keyword::Function,
                keyword => keyword,
            });
        }
        if let Some(function) = Builtin::parse(&name) {
            return Token::Function(function);
        }
        if self.rest().first() == Some(&b'(') {
            Token::Call(name)
        } else {
            Token::Name(name)
        }
    }

    fn string(&mut self) -> Result<Token, SyntaxError> {
        self.at += 1;
        let mut text = Vec::new();
        loop {
            match self.rest() {
                [] | [b'\n', ..] => return Err(SyntaxError::UnexpectedEnd),
                [b'"', ..] => {
                    self.at += 1;
                    return Ok(Token::Text(text));
                }
                [b'\\', b'\n', ..] => {
                    self.at += 2;
                    self.line += 1;
                }
                [b'\\', rest @ ..] => {
                    self.at += 1 + unescape(rest, &mut text);
                }
                [byte, ..] => {
                    text.push(*byte);
                    self.at += 1;
                }
            }
        }
    }

    /// The rest of a regular expression whose slash (or `/=`) was read; escapes that are letters of C become their
    /// bytes, others stay.
    pub(super) fn regex(&mut self, begins_with_equals: bool) -> Result<Vec<u8>, SyntaxError> {
        let mut text = Vec::new();
        if begins_with_equals {
            text.push(b'=');
        }
        loop {
            match self.rest() {
                [] | [b'\n', ..] => return Err(SyntaxError::UnexpectedEnd),
                [b'/', ..] => {
                    self.at += 1;
                    return Ok(text);
                }
                [b'\\', rest @ ..] => {
                    self.at += 1;
                    match escape::byte(rest) {
                        Some((b'\\', length)) => {
                            text.extend_from_slice(b"\\\\");
                            self.at += length;
                        }
                        Some((byte, length)) => {
                            text.push(byte);
                            self.at += length;
                        }
                        None => {
                            text.push(b'\\');
                            text.extend(rest.first());
                            self.at += rest.len().min(1);
                        }
                    }
                }
                [byte, ..] => {
                    text.push(*byte);
                    self.at += 1;
                }
            }
        }
    }
}

/// Appends what an escape means; returns the bytes it took behind the backslash.
fn unescape(rest: &[u8], text: &mut Vec<u8>) -> usize {
    match escape::byte(rest) {
        Some((byte, length)) => {
            text.push(byte);
            length
        }
        None => {
            // \" and unknown ones are the character itself.
            text.extend(rest.first());
            rest.len().min(1)
        }
    }
}

/// A text with its escapes replaced, as for `-v` and assignments among the files.
pub(super) fn unescape_all(source: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut at = 0;
    while let Some(&byte) = source.get(at) {
        at += 1;
        if byte == b'\\' && at < source.len() {
            at += unescape(&source[at..], &mut text);
        } else {
            text.push(byte);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_taken_apart() {
        let source = b"x1 f(1.5) length \"a\\tb\\q\\\"\" # c\n a **= b\\\n!~ BEGIN";
        let mut lexer = Lexer::new(source);
        let mut tokens = Vec::new();
        loop {
            match lexer.next().expect("is valid") {
                Token::End => break,
                token => tokens.push(token),
            }
        }
        let name = |name: &str| Token::Name(name.to_owned());
        let expected = [
            name("x1"),
            Token::Call("f".to_owned()),
            Token::Sign("("),
            Token::Number(1.5),
            Token::Sign(")"),
            Token::Function(Builtin::Length),
            Token::Text(b"a\tbq\"".to_vec()),
            Token::Newline,
            name("a"),
            Token::Sign("^="),
            name("b"),
            Token::Sign("!~"),
            Token::Keyword(Keyword::Begin),
        ];
        assert_eq!(tokens, expected);
        assert_eq!(lexer.line, 3);
    }

    #[test]
    fn regular_expressions_keep_their_escapes() {
        for (source, expected) in [
            ("a\\/b/", "a\\/b"),
            ("\\.x/", "\\.x"),
            ("\\n\\\\/", "\n\\\\"),
        ] {
            let found = Lexer::new(source.as_bytes()).regex(false);
            assert_eq!(found, Ok(expected.as_bytes().to_vec()), "{source}");
        }
        assert_eq!(
            Lexer::new(b"abc\n/").regex(false),
            Err(SyntaxError::UnexpectedEnd)
        );
    }
}
