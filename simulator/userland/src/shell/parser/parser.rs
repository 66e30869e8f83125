//! The parser's driver and its tokens.

use std::sync::Arc;

use super::frames::{Flow, Frame};
use super::here_document::{HereDocumentFrame, PendingHereDocument};
use super::input::{Ahead, Input};
use super::list::{ListFrame, Scope};
use super::syntax_error::{Stop, SyntaxError, unexpected};
use super::token::{Keyword, LexedWord, RedirectionOperator, Token};
use super::words::{Document, WordFrame};
use crate::kernel::{Buffer, List};
use crate::shell::aliases::Aliases;
use crate::shell::program::{MAX_TABLE_LENGTH, NodeId, Program, RedirectionKind, Span, Word};

/// What [`Parser::advance`] came to.
#[derive(Debug)]
pub(crate) enum Progress {
    /// Feed more bytes, or announce the end.
    NeedInput,
    /// Enough work for one slice; call again.
    Paused,
    /// A complete command. `last`: the input ended right behind it, without a newline.
    Command {
        program: Arc<Program>,
        root: NodeId,
        last: bool,
    },
    /// An empty line.
    Blank,
    /// No command is left.
    End,
}

/// Which meanings of the next token the grammar accepts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Want {
    /// Skip newlines before it.
    pub(super) skip_newlines: bool,
    pub(super) keywords: bool,
    pub(super) aliases: bool,
}

impl Want {
    /// At the start of a command.
    pub(super) const COMMAND: Self = Self {
        skip_newlines: false,
        keywords: true,
        aliases: true,
    };
    /// At the start of a command that may stand on a later line.
    pub(super) const LATER_COMMAND: Self = Self {
        skip_newlines: true,
        keywords: true,
        aliases: true,
    };
    pub(super) const KEYWORD: Self = Self {
        skip_newlines: true,
        keywords: true,
        aliases: false,
    };
    pub(super) const WORD: Self = Self {
        skip_newlines: false,
        keywords: false,
        aliases: false,
    };
}

/// What a text is read by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// `<(…)` and `>(…)` are words; else they are redirections without a file.
    pub(crate) process_substitution: bool,
    /// Newlines are counted.
    pub(crate) counts_lines: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            process_substitution: true,
            counts_lines: true,
        }
    }
}

/// Bytes and frame steps between two pauses.
const SLICE_BYTES: usize = 2048;
const SLICE_STEPS: usize = 512;

/// An incremental parser for one input.
#[derive(Debug)]
pub(crate) struct Parser {
    pub(super) input: Input,
    rules: Rules,
    pub(super) program: Program,
    pub(super) pending: Vec<PendingHereDocument>,
    /// The node of the construct that finished last.
    pub(super) value: Option<NodeId>,
    /// The line texts of their own start at: that of the command executed last.
    pub(super) current_line: u32,
    stack: List<Frame>,
    pub(super) token: Option<Token>,
    /// While it parses.
    aliases: Option<Aliases>,
    in_comment: bool,
    /// How the top-level list ended.
    pub(super) ended_at_end: bool,
    /// The next word is the delimiter of a here-document.
    pub(super) wants_delimiter: bool,
    /// The next token is no keyword and no alias.
    pub(super) plain_word_next: bool,
    /// The word read last; `case` takes it for a pattern when an operator stands where one is due.
    pub(super) last_word: Option<LexedWord>,
}

impl Parser {
    /// A parser for a text whose first line is `first_line`.
    pub(crate) fn new(first_line: u32, rules: Rules) -> Self {
        Self {
            input: Input::new(first_line, rules.counts_lines),
            rules,
            program: Program::default(),
            pending: Vec::new(),
            value: None,
            current_line: first_line,
            stack: List::new(),
            token: None,
            aliases: None,
            in_comment: false,
            ended_at_end: false,
            wants_delimiter: false,
            plain_word_next: false,
            last_word: None,
        }
    }

    /// Parses a text by the rules of here-documents.
    ///
    /// # Errors
    /// Something in it is not closed.
    pub(crate) fn document(text: &[u8]) -> Result<(Program, Word), SyntaxError> {
        let mut parser = Self::new(0, Rules::default());
        parser.feed_end();
        parser.program.here_documents.push(Span::default());
        let mut nested = Buffer::new();
        nested.extend_from_slice(text);
        parser.input.push_nested(nested, 0);
        let document = Document::whole_text(0);
        parser
            .stack
            .push(Frame::Word(WordFrame::here_document(document)));
        let aliases = Aliases::default();
        while matches!(parser.advance(&aliases, 0)?, Progress::Paused) {}
        let word = parser.program.here_documents[0];
        parser.program.text.seal();
        Ok((parser.program, word))
    }

    /// The line being read.
    pub(crate) fn line(&self) -> u32 {
        self.input.line()
    }

    /// Adds bytes to the text.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.input.feed(bytes);
    }

    /// Announces that no more bytes come.
    pub(crate) fn feed_end(&mut self) {
        self.input.feed_end();
    }

    /// Whether a command has begun and is not complete, so that a prompt for more is due.
    pub(crate) fn is_continuing(&self) -> bool {
        !self.stack.is_empty()
            && (self.stack.len() > 1
                || self.token.is_some()
                || !matches!(self.stack.first(), Some(Frame::List(list)) if list.is_fresh()))
    }

    /// Parses on. `line` is that of the command executed last.
    ///
    /// # Errors
    /// A syntax error; the parser is then of no further use.
    pub(crate) fn advance(
        &mut self,
        aliases: &Aliases,
        line: u32,
    ) -> Result<Progress, SyntaxError> {
        self.aliases = Some(aliases.clone());
        self.current_line = line;
        let progress = self.parse_on();
        // Aliases that are shared are copied when they change.
        self.aliases = None;
        progress
    }

    /// Bytes that the last [`Parser::advance`] has read.
    pub(crate) fn parsed_bytes(&self) -> usize {
        self.input.consumed()
    }

    /// Whether so many bytes are used that others should have their turn.
    pub(super) fn has_spent_slice(&self) -> bool {
        self.input.consumed() > SLICE_BYTES
    }

    fn parse_on(&mut self) -> Result<Progress, SyntaxError> {
        self.input.reset_consumed();
        for _ in 0..SLICE_STEPS {
            if self.has_spent_slice() {
                return Ok(Progress::Paused);
            }
            let Some(mut frame) = self.stack.pop() else {
                self.program = Program::default();
                self.last_word = None;
                self.stack.push(Frame::List(ListFrame::new(Scope::Line)));
                continue;
            };
            let flow = match frame.step(self) {
                Ok(flow) => flow,
                Err(Stop::NeedInput) => {
                    self.stack.push(frame);
                    return Ok(Progress::NeedInput);
                }
                Err(Stop::Pause) => {
                    self.stack.push(frame);
                    return Ok(Progress::Paused);
                }
                Err(Stop::Push(inner)) => {
                    self.stack.push(frame);
                    self.stack.push(*inner);
                    continue;
                }
                Err(Stop::Syntax(error)) => return Err(error),
            };
            match flow {
                Flow::Stay => self.stack.push(frame),
                Flow::Push(inner) => {
                    self.stack.push(frame);
                    self.stack.push(inner);
                }
                Flow::Nest(both) => {
                    self.stack.push(frame);
                    self.stack.push(both.0);
                    self.stack.push(both.1);
                }
                Flow::FinishWord(word) => {
                    self.last_word = Some(word);
                    self.token = Some(Token::Word(word));
                }
                Flow::Finish(node) => {
                    self.value = node;
                    if self.stack.is_empty() {
                        return Ok(self.complete(node));
                    }
                }
            }
            if self.program.longest_table() > MAX_TABLE_LENGTH {
                return Err(self.error("command too long".to_owned()));
            }
        }
        Ok(Progress::Paused)
    }

    fn complete(&mut self, node: Option<NodeId>) -> Progress {
        let last = std::mem::take(&mut self.ended_at_end);
        self.program.text.seal();
        match node {
            Some(root) => Progress::Command {
                program: Arc::new(std::mem::take(&mut self.program)),
                root,
                last,
            },
            None if last => Progress::End,
            None => Progress::Blank,
        }
    }

    pub(super) fn error(&self, message: String) -> SyntaxError {
        SyntaxError {
            message,
            line: self.input.line(),
        }
    }

    pub(super) fn syntax(&self, message: &str) -> Stop {
        Stop::Syntax(self.error(message.to_owned()))
    }

    /// The error for the current token.
    pub(super) fn unexpected(&self, token: &Token, expecting: Option<&str>) -> Stop {
        Stop::Syntax(self.error(unexpected(token, expecting)))
    }

    /// The current token, read when there is none yet.
    pub(super) fn token(&mut self, want: Want) -> Result<Token, Stop> {
        loop {
            let token = match self.token {
                Some(token) => token,
                None => {
                    let token = self.lex()?;
                    self.token = Some(token);
                    token
                }
            };
            match token {
                Token::Newline if want.skip_newlines => self.take(),
                Token::Word(word) => {
                    let Some(plain) = word.plain.filter(|_| !self.plain_word_next) else {
                        return Ok(token);
                    };
                    let text = self.program.bytes(plain);
                    if want.keywords
                        && let Some(keyword) = Keyword::find(text)
                    {
                        return Ok(Token::Keyword(keyword));
                    }
                    let may_be_alias = self.input.take_blank_alias_left() || want.aliases;
                    if !may_be_alias || self.input.alias_in_use(text) {
                        return Ok(token);
                    }
                    let found = self.aliases.as_ref().and_then(|aliases| aliases.find(text));
                    let Some(value) = found else {
                        return Ok(token);
                    };
                    let name = bytes::Bytes::copy_from_slice(text);
                    self.input.push_alias(name, value);
                    self.token = None;
                }
                _ => return Ok(token),
            }
        }
    }

    /// Uses up the current token.
    pub(super) fn take(&mut self) {
        self.token = None;
        self.plain_word_next = false;
    }

    /// Uses up the keyword `wanted`, or fails saying that it was expected.
    pub(super) fn expect(&mut self, wanted: Keyword) -> Result<(), Stop> {
        let token = self.token(Want::KEYWORD)?;
        match token {
            Token::Keyword(found) if found == wanted => {
                self.take();
                Ok(())
            }
            other => Err(self.unexpected(&other, Some(wanted.name()))),
        }
    }

    fn lex(&mut self) -> Result<Token, Stop> {
        let first = self.skip_blanks()?;
        let Some(byte) = first else {
            return self.line_end(Token::End, 0);
        };
        let token = match byte {
            b'\n' => return self.line_end(Token::Newline, 1),
            b'&' | b'|' | b';' => self.operator(byte)?,
            b'(' => (Token::ParenOpen, 1),
            b')' => (Token::ParenClose, 1),
            b'<' | b'>' if self.starts_process(0)? => return Err(self.start_word()),
            b'<' | b'>' => self.redirection(0, None)?,
            b'0'..=b'9' => match self.descriptor_prefix()? {
                Some((fd, length)) => self.redirection(length, Some(fd))?,
                None => return Err(self.start_word()),
            },
            _ => return Err(self.start_word()),
        };
        self.input.advance(token.1);
        Ok(token.0)
    }

    /// An operator that may be doubled, perhaps with continuations in between.
    fn operator(&mut self, first: u8) -> Result<(Token, usize), Stop> {
        let mut ahead = Ahead::new(&mut self.input, 1);
        let second = ahead.next()?;
        let behind = ahead.position();
        Ok(match (first, second) {
            (b'&', Some(b'&')) => (Token::AndIf, behind),
            (b'&', Some(b'>')) => (plain(RedirectionKind::WriteBoth, 1, None), behind),
            (b'&', _) => (Token::Ampersand, 1),
            (b'|', Some(b'|')) => (Token::OrIf, behind),
            (b'|', _) => (Token::Bar, 1),
            (_, Some(b';')) => (Token::DoubleSemicolon, behind),
            _ => (Token::Semicolon, 1),
        })
    }

    /// Whether `<(` or `>(` stands so many bytes further on and begins a word.
    pub(super) fn starts_process(&mut self, at: usize) -> Result<bool, Stop> {
        if !self.rules.process_substitution {
            return Ok(false);
        }
        let opens = matches!(self.input.byte(at)?, Some(b'<' | b'>'));
        Ok(opens && self.input.byte(at + 1)? == Some(b'('))
    }

    fn start_word(&mut self) -> Stop {
        let delimiter = std::mem::take(&mut self.wants_delimiter);
        // A list inside the word knows keywords again.
        let plain = std::mem::take(&mut self.plain_word_next);
        Stop::Push(Box::new(Frame::Word(WordFrame::token(delimiter, plain))))
    }

    /// Newline and end of text are where bodies of here-documents are read.
    fn line_end(&mut self, token: Token, length: usize) -> Result<Token, Stop> {
        self.input.advance(length);
        self.plain_word_next = false;
        if self.pending.is_empty() {
            return Ok(token);
        }
        Err(Stop::Push(Box::new(Frame::HereDocuments(
            HereDocumentFrame::new(token),
        ))))
    }

    /// Skips blanks, continuations and a comment; shows the byte behind them.
    fn skip_blanks(&mut self) -> Result<Option<u8>, Stop> {
        loop {
            if self.in_comment {
                match self.input.byte(0)? {
                    None | Some(b'\n') => self.in_comment = false,
                    Some(_) if self.has_spent_slice() => return Err(Stop::Pause),
                    Some(_) => self.input.advance(1),
                }
                continue;
            }
            match self.input.peek()? {
                Some(b' ' | b'\t') => self.input.advance(1),
                Some(b'#') => self.in_comment = true,
                other => return Ok(other),
            }
        }
    }

    /// `2` of `2>`: the number and its length, when a redirection follows.
    fn descriptor_prefix(&mut self) -> Result<Option<(i32, usize)>, Stop> {
        let mut fd = 0_i32;
        for length in 0..=9 {
            match self.input.byte(length)? {
                Some(digit @ b'0'..=b'9') if length < 9 => fd = fd * 10 + i32::from(digit - b'0'),
                Some(b'<' | b'>') if length > 0 => {
                    let is_process = self.starts_process(length)?;
                    return Ok((!is_process).then_some((fd, length)));
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    fn redirection(&mut self, at: usize, fd: Option<i32>) -> Result<(Token, usize), Stop> {
        let first = self.input.byte(at)?;
        let mut ahead = Ahead::new(&mut self.input, at + 1);
        let second = ahead.next()?;
        let behind = ahead.position();
        Ok(match (first, second) {
            (Some(b'<'), Some(b'<')) => {
                let strip_tabs = ahead.accept(b'-')?;
                let operator = RedirectionOperator::HereDocument { strip_tabs };
                let length = if strip_tabs { ahead.position() } else { behind };
                (Token::Redirection { fd, operator }, length)
            }
            (Some(b'<'), Some(b'&')) => (plain(RedirectionKind::Duplicate, 0, fd), behind),
            (Some(b'<'), Some(b'>')) => (plain(RedirectionKind::ReadWrite, 0, fd), behind),
            (Some(b'<'), _) => (plain(RedirectionKind::Read, 0, fd), at + 1),
            (_, Some(b'>')) => (plain(RedirectionKind::Append, 1, fd), behind),
            (_, Some(b'&')) => (plain(RedirectionKind::Duplicate, 1, fd), behind),
            (_, Some(b'|')) => (plain(RedirectionKind::Clobber, 1, fd), behind),
            _ => (plain(RedirectionKind::Write, 1, fd), at + 1),
        })
    }
}

fn plain(kind: RedirectionKind, default_fd: i32, fd: Option<i32>) -> Token {
    Token::Redirection {
        fd,
        operator: RedirectionOperator::Plain(kind, default_fd),
    }
}
