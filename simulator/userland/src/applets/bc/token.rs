//! Words of the language, read line by line as they are needed.

use super::super::context::{Context, Fail, cannot_open, text};
use super::super::io::Reader;
use super::library;
use crate::kernel::Buffer;
use bytes::Bytes;
use std::collections::VecDeque;

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Number(Bytes),
    Name(Bytes),
    String(Bytes),
    Keyword(&'static str),
    /// An operator or another sign.
    Sign(&'static str),
    Newline,
    End,
}

const KEYWORDS: [&str; 20] = [
    "auto", "break", "continue", "define", "else", "for", "halt", "ibase", "if", "last", "length",
    "limits", "obase", "print", "quit", "read", "return", "scale", "sqrt", "while",
];
/// Longer ones before those that they begin with.
const SIGNS: [&str; 33] = [
    "&&", "||", "==", "<=", ">=", "!=", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "<", ">",
    "=", "!", "+", "-", "*", "/", "%", "^", "(", ")", "[", "]", "{", "}", ",", ";", ".",
];
/// Keywords that POSIX does not have.
const EXTENSIONS: [&str; 7] = [
    "continue", "else", "halt", "last", "limits", "print", "read",
];

/// What `-s` and `-w` do about extensions of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    Extended,
    Warn,
    Refuse,
}

/// Where the program comes from.
#[derive(Debug)]
enum Source {
    Library,
    File(Bytes),
    Input,
}

/// The program's text.
pub(super) struct Tokens<'a> {
    sources: VecDeque<Source>,
    reader: Option<Reader<'a>>,
    /// Text of the math library that is still to come.
    library: &'static [u8],
    /// The file that is read, for messages.
    file: Option<Bytes>,
    number: usize,
    line: Buffer,
    at: usize,
    /// Where the current token begins.
    start: usize,
    pub(super) current: Token,
    pub(super) strictness: Strictness,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(files: Vec<Bytes>, has_library: bool, strictness: Strictness) -> Self {
        let library = has_library.then_some(Source::Library);
        let files = files.into_iter().map(Source::File);
        Self {
            sources: library
                .into_iter()
                .chain(files)
                .chain([Source::Input])
                .collect(),
            reader: None,
            library: b"",
            file: None,
            number: 0,
            line: Buffer::new(),
            at: 0,
            start: 0,
            current: Token::Newline,
            strictness,
        }
    }

    /// One line, which no other follows.
    pub(super) fn of_line(line: &[u8], strictness: Strictness) -> Self {
        let mut tokens = Self::new(Vec::new(), false, strictness);
        tokens.sources.clear();
        tokens.line.extend_from_slice(line);
        tokens
    }

    /// The next line of any source; false at the end of all of them.
    async fn next_line(&mut self, cx: &mut Context<'a>) -> Result<bool, Fail> {
        loop {
            if self.append_line(cx, true).await? {
                return Ok(true);
            }
            self.reader = None;
            self.number = 0;
            self.file = None;
            match self.sources.pop_front() {
                None => return Ok(false),
                Some(Source::Library) => self.library = library::TEXT.as_bytes(),
                Some(Source::File(path)) => {
                    let fd = cx.sys.open(&path, crate::kernel::OpenFlags::READ, 0).await;
                    let fd = fd.map_err(|error| Fail::new(cannot_open(&path, error)))?;
                    self.reader = Some(Reader::owned(cx.sys, fd));
                    self.file = Some(path);
                }
                Some(Source::Input) => self.reader = Some(Reader::borrowed(cx.sys, 0)),
            }
        }
    }

    /// Reads a line of the same source, instead of the one before or behind it.
    async fn append_line(&mut self, cx: &mut Context<'a>, replace: bool) -> Result<bool, Fail> {
        let mut line = Vec::new();
        if !self.library.is_empty() {
            let end = self.library.iter().position(|byte| *byte == b'\n');
            let (first, rest) = self
                .library
                .split_at(end.map_or(self.library.len(), |at| at + 1));
            line.extend_from_slice(first);
            self.library = rest;
        } else if let Some(reader) = &mut self.reader {
            let _ = cx.out.flush().await;
            let read = reader.read_until(b'\n', &mut line).await;
            read.map_err(|error| Fail::new(error.message()))?;
        }
        cx.sys.burn(100).await;
        if line.is_empty() {
            return Ok(false);
        }
        if replace {
            self.line.clear();
            self.at = 0;
            self.start = 0;
        }
        self.line.extend_from_slice(&line);
        self.number += 1;
        Ok(true)
    }

    /// Forgets the rest of the line, after an error.
    pub(super) fn skip_line(&mut self) {
        self.at = self.line.len();
        self.current = Token::Newline;
    }

    /// The line that `read()` evaluates.
    pub(super) async fn read_input(&mut self, cx: &mut Context<'a>) -> Result<Bytes, Fail> {
        let mut line = Vec::new();
        let is_input = self.file.is_none() && self.library.is_empty();
        match &mut self.reader {
            Some(reader) if is_input => {
                let _ = cx.out.flush().await;
                reader.read_line(&mut line).await
            }
            _ => Reader::borrowed(cx.sys, 0).read_line(&mut line).await,
        }
        .map_err(|error| Fail::new(error.message()))?;
        Ok(line.into())
    }

    /// A message, with the file and the line when the program is not standard input.
    pub(super) fn located(&self, message: Vec<u8>) -> Vec<u8> {
        match &self.file {
            Some(file) => text!(file, ":", self.number.to_string(), ": ", message),
            None => message,
        }
    }

    /// `MESSAGE at 'REST OF THE LINE'`.
    pub(super) fn error_at(&self, message: &str) -> Fail {
        let line = &self.line[self.start.min(self.line.len())..];
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        Fail::new(text!(message, " at '", line, "'"))
    }

    /// Says that something is no part of POSIX: an error or a warning, if anything.
    pub(super) async fn extension(
        &self,
        cx: &mut Context<'a>,
        message: impl AsRef<[u8]>,
    ) -> Result<(), Fail> {
        let message = text!("POSIX ", message);
        match self.strictness {
            _ if !self.library.is_empty() => Ok(()),
            Strictness::Extended => Ok(()),
            Strictness::Refuse => Err(Fail::new(message)),
            Strictness::Warn => {
                let line = self.located(message);
                cx.complain(line).await;
                Ok(())
            }
        }
    }

    /// Goes on to the next token.
    pub(super) async fn advance(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        self.current = self.next(cx).await?;
        Ok(())
    }

    async fn next(&mut self, cx: &mut Context<'a>) -> Result<Token, Fail> {
        loop {
            cx.sys.burn(20).await;
            if self.at >= self.line.len() && !self.next_line(cx).await? {
                return Ok(Token::End);
            }
            self.start = self.at;
            let byte = self.line[self.at];
            let following = self.line.get(self.at + 1).copied();
            match (byte, following) {
                (b'\n', _) => {
                    self.at += 1;
                    self.start = self.at;
                    return Ok(Token::Newline);
                }
                (b' ' | b'\t' | b'\r' | 0x0b | 0x0c, _) => self.at += 1,
                (b'\\', Some(b'\n')) => self.at += 2,
                (b'#', _) => {
                    self.extension(cx, "does not allow '#' script comments")
                        .await?;
                    let end = self.line.iter().rposition(|byte| *byte != b'\n');
                    self.at = end.map_or(0, |at| at + 1);
                }
                (b'/', Some(b'*')) => self.comment(cx).await?,
                (b'"', _) => return self.string(cx).await,
                (b'0'..=b'9' | b'A'..=b'Z', _) => return self.read_number(cx).await,
                (b'.', Some(b'0'..=b'9')) => return self.read_number(cx).await,
                (b'a'..=b'z', _) => return self.name(cx).await,
                _ => return self.sign(cx).await,
            }
        }
    }

    async fn comment(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        self.at += 2;
        loop {
            let rest = &self.line[self.at..];
            if let Some(at) = rest.windows(2).position(|two| two == b"*/") {
                self.at += at + 2;
                return Ok(());
            }
            if !self.append_line(cx, true).await? {
                return Err(Fail::new("unterminated comment"));
            }
        }
    }

    async fn string(&mut self, cx: &mut Context<'a>) -> Result<Token, Fail> {
        self.at += 1;
        let mut from = self.at;
        loop {
            let end = self.line[from..].iter().position(|byte| *byte == b'"');
            if let Some(end) = end {
                let text = Bytes::copy_from_slice(&self.line[self.at..from + end]);
                self.at = from + end + 1;
                return Ok(Token::String(text));
            }
            from = self.line.len();
            if !self.append_line(cx, false).await? {
                return Err(Fail::new("unterminated string"));
            }
        }
    }

    /// A number may go on behind an escaped newline.
    async fn read_number(&mut self, cx: &mut Context<'a>) -> Result<Token, Fail> {
        let mut digits = Buffer::new();
        let mut has_point = false;
        loop {
            while let Some(byte) = self.line.get(self.at).copied() {
                let is_point = byte == b'.' && !has_point;
                if !(is_point || byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
                    break;
                }
                has_point |= is_point;
                digits.push(byte);
                self.at += 1;
            }
            if !self.line[self.at..].starts_with(b"\\\n") {
                return Ok(Token::Number(digits.into_bytes()));
            }
            self.at += 2;
            if self.at >= self.line.len() {
                self.append_line(cx, true).await?;
            }
        }
    }

    async fn name(&mut self, cx: &mut Context<'a>) -> Result<Token, Fail> {
        let rest = &self.line[self.at..];
        let is_part =
            |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
        let len = rest.iter().position(|byte| !is_part(byte));
        let name = Bytes::copy_from_slice(&rest[..len.unwrap_or(rest.len())]);
        self.at += name.len();
        let mut keywords = KEYWORDS.iter();
        if let Some(keyword) = keywords.find(|keyword| keyword.as_bytes() == name) {
            if EXTENSIONS.contains(keyword) {
                let message = text!("does not allow the '", keyword, "' keyword");
                self.extension(cx, message).await?;
            }
            return Ok(Token::Keyword(keyword));
        }
        if name.len() > 1 {
            let rest = &self.line[self.start..];
            let rest = rest.strip_suffix(b"\n").unwrap_or(rest);
            let message = text!("only allows one character names; this is bad: '", rest, "'");
            self.extension(cx, message).await?;
        }
        Ok(Token::Name(name))
    }

    async fn sign(&mut self, cx: &mut Context<'a>) -> Result<Token, Fail> {
        let rest = &self.line[self.at..];
        let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(sign.as_bytes())) else {
            let byte = rest[0];
            return Err(Fail::new(match byte {
                b' '..=b'~' => text!("bad character '", [byte], "'"),
                _ => text!(format!("illegal character 0x{byte:02x}")),
            }));
        };
        self.at += sign.len();
        match *sign {
            "&&" | "||" | "!" => {
                let message = text!("does not allow boolean operators; this is bad: ", sign);
                self.extension(cx, message).await?;
            }
            "." => self.extension(cx, "does not allow '.' as 'last'").await?,
            _ => {}
        }
        Ok(Token::Sign(sign))
    }
}
