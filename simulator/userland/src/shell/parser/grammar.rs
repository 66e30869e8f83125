//! Compound commands.

use super::frames::{Flow, Frame};
use super::list::{ListFrame, Scope};
use super::parser::{Parser, Want};
use super::simple::{SimpleFrame, TrailingFrame};
use super::syntax_error::Stop;
use super::token::{Keyword, Token};
use crate::shell::builtins::Builtin;
use crate::shell::program::{CaseArm, Node, NodeId, Span, Word};
use crate::shell::variables::is_name;

/// Opens the command that begins with `token`, which is no word and no redirection.
pub(super) fn command_frames(parser: &mut Parser, token: &Token) -> Result<Flow, Stop> {
    let frame = match token {
        Token::Keyword(Keyword::If) => Frame::If(IfFrame::new()),
        Token::Keyword(Keyword::While) => Frame::Loop(LoopFrame::new(false)),
        Token::Keyword(Keyword::Until) => Frame::Loop(LoopFrame::new(true)),
        Token::Keyword(Keyword::For) => Frame::For(ForFrame::new(parser)),
        Token::Keyword(Keyword::Case) => Frame::Case(CaseFrame::new(parser)),
        Token::Keyword(Keyword::BraceOpen) => Frame::Group(GroupFrame::new(false)),
        Token::Keyword(Keyword::Function) => {
            parser.take();
            return Ok(Flow::Push(Frame::Function(FunctionFrame::keyword())));
        }
        Token::ParenOpen => Frame::Group(GroupFrame::new(true)),
        other => return Err(parser.unexpected(other, None)),
    };
    let trailing = TrailingFrame::new(parser, matches!(token, Token::ParenOpen));
    parser.take();
    Ok(Flow::Nest(Box::new((Frame::Trailing(trailing), frame))))
}

fn list(scope: Scope) -> Flow {
    Flow::Push(Frame::List(ListFrame::new(scope)))
}

/// `{ … }` and `( … )`.
#[derive(Debug)]
pub(super) struct GroupFrame {
    parenthesised: bool,
    opened: bool,
}

impl GroupFrame {
    fn new(parenthesised: bool) -> Self {
        Self {
            parenthesised,
            opened: false,
        }
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        if !self.opened {
            self.opened = true;
            return Ok(list(Scope::Compound));
        }
        if self.parenthesised {
            let token = parser.token(Want::KEYWORD)?;
            if !matches!(token, Token::ParenClose) {
                return Err(parser.unexpected(&token, Some(")")));
            }
            parser.take();
        } else {
            parser.expect(Keyword::BraceClose)?;
        }
        Ok(Flow::Finish(parser.value.take()))
    }
}

/// `if`: conditions and bodies so far, joined when `fi` comes.
#[derive(Debug)]
pub(super) struct IfFrame {
    state: IfState,
    branches: Vec<(NodeId, NodeId)>,
    condition: Option<NodeId>,
    otherwise: Option<NodeId>,
}

#[derive(Debug, Clone, Copy)]
enum IfState {
    Start,
    Condition,
    Body,
    Behind,
    Else,
}

impl IfFrame {
    fn new() -> Self {
        Self {
            state: IfState::Start,
            branches: Vec::new(),
            condition: None,
            otherwise: None,
        }
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        match self.state {
            IfState::Start => {
                self.state = IfState::Condition;
                Ok(list(Scope::Compound))
            }
            IfState::Condition => {
                if let Some(node) = parser.value.take() {
                    self.condition = Some(node);
                }
                parser.expect(Keyword::Then)?;
                self.state = IfState::Body;
                Ok(list(Scope::Compound))
            }
            IfState::Body => {
                if let (Some(condition), Some(body)) = (self.condition.take(), parser.value.take())
                {
                    self.branches.push((condition, body));
                }
                self.state = IfState::Behind;
                Ok(Flow::Stay)
            }
            IfState::Behind => {
                match parser.token(Want::KEYWORD)? {
                    Token::Keyword(Keyword::Elif) => self.state = IfState::Start,
                    Token::Keyword(Keyword::Else) => {
                        parser.take();
                        self.state = IfState::Else;
                        return Ok(list(Scope::Compound));
                    }
                    Token::Keyword(Keyword::Fi) => {
                        parser.take();
                        return Ok(self.finish(parser));
                    }
                    other => return Err(parser.unexpected(&other, Some("fi"))),
                }
                parser.take();
                Ok(Flow::Stay)
            }
            IfState::Else => {
                if let Some(node) = parser.value.take() {
                    self.otherwise = Some(node);
                }
                parser.expect(Keyword::Fi)?;
                Ok(self.finish(parser))
            }
        }
    }

    fn finish(&mut self, parser: &mut Parser) -> Flow {
        let mut otherwise = self.otherwise.take();
        for (condition, then) in self.branches.drain(..).rev() {
            otherwise = Some(parser.program.add_node(Node::If {
                condition,
                then,
                otherwise,
            }));
        }
        Flow::Finish(otherwise)
    }
}

/// `while` and `until`.
#[derive(Debug)]
pub(super) struct LoopFrame {
    until: bool,
    state: LoopState,
    condition: Option<NodeId>,
    body: Option<NodeId>,
}

#[derive(Debug, Clone, Copy)]
enum LoopState {
    Start,
    Condition,
    Body,
}

impl LoopFrame {
    fn new(until: bool) -> Self {
        Self {
            until,
            state: LoopState::Start,
            condition: None,
            body: None,
        }
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        match self.state {
            LoopState::Start => {
                self.state = LoopState::Condition;
                Ok(list(Scope::Compound))
            }
            LoopState::Condition => {
                if let Some(node) = parser.value.take() {
                    self.condition = Some(node);
                }
                parser.expect(Keyword::Do)?;
                self.state = LoopState::Body;
                Ok(list(Scope::Compound))
            }
            LoopState::Body => {
                if let Some(node) = parser.value.take() {
                    self.body = Some(node);
                }
                parser.expect(Keyword::Done)?;
                let (Some(condition), Some(body)) = (self.condition, self.body) else {
                    return Ok(Flow::Finish(None));
                };
                Ok(Flow::Finish(Some(parser.program.add_node(Node::Loop {
                    condition,
                    body,
                    until: self.until,
                }))))
            }
        }
    }
}

/// `for`.
#[derive(Debug)]
pub(super) struct ForFrame {
    state: ForState,
    name: Span,
    words: Option<Vec<Word>>,
    body: Option<NodeId>,
    line: u32,
}

#[derive(Debug, Clone, Copy)]
enum ForState {
    Name,
    In,
    Words,
    Do,
    Body,
}

impl ForFrame {
    fn new(parser: &Parser) -> Self {
        Self {
            state: ForState::Name,
            name: Span::default(),
            words: None,
            body: None,
            line: parser.input.line(),
        }
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        match self.state {
            ForState::Name => {
                let name = match parser.token(Want::WORD)? {
                    Token::Word(word) => word.plain,
                    _ => None,
                };
                self.name = name
                    .filter(|name| is_name(parser.program.bytes(*name)))
                    .ok_or_else(|| parser.syntax("bad for loop variable"))?;
                parser.take();
                self.state = ForState::In;
            }
            ForState::In => match parser.token(Want::LATER_COMMAND)? {
                Token::Keyword(Keyword::In) => {
                    parser.take();
                    self.words = Some(Vec::new());
                    self.state = ForState::Words;
                }
                Token::Semicolon => {
                    parser.take();
                    self.state = ForState::Do;
                }
                _ => self.state = ForState::Do,
            },
            ForState::Words => match parser.token(Want::WORD)? {
                Token::Word(word) => {
                    parser.take();
                    self.words.get_or_insert_default().push(word.word);
                }
                Token::Newline | Token::Semicolon => {
                    parser.take();
                    self.state = ForState::Do;
                }
                other => return Err(parser.unexpected(&other, None)),
            },
            ForState::Do => {
                // Aliases count here; whatever comes of it must be the keyword.
                parser.token(Want::LATER_COMMAND)?;
                parser.expect(Keyword::Do)?;
                self.state = ForState::Body;
                return Ok(list(Scope::Compound));
            }
            ForState::Body => {
                if let Some(node) = parser.value.take() {
                    self.body = Some(node);
                }
                parser.expect(Keyword::Done)?;
                return Ok(self.finish(parser));
            }
        }
        Ok(Flow::Stay)
    }

    fn finish(&mut self, parser: &mut Parser) -> Flow {
        let Some(body) = self.body else {
            return Flow::Finish(None);
        };
        let words = self
            .words
            .take()
            .map(|words| parser.program.add_words(words));
        Flow::Finish(Some(parser.program.add_node(Node::For {
            name: self.name,
            words,
            body,
            line: self.line,
        })))
    }
}

/// `case`.
#[derive(Debug)]
pub(super) struct CaseFrame {
    state: CaseState,
    subject: Word,
    arms: Vec<CaseArm>,
    patterns: Vec<Word>,
    line: u32,
}

#[derive(Debug, Clone, Copy)]
enum CaseState {
    Subject,
    In,
    Arm,
    Pattern,
    BehindPattern,
    Body,
}

impl CaseFrame {
    fn new(parser: &Parser) -> Self {
        Self {
            state: CaseState::Subject,
            subject: Span::default(),
            arms: Vec::new(),
            patterns: Vec::new(),
            line: parser.input.line(),
        }
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        match self.state {
            CaseState::Subject => {
                let token = parser.token(Want::WORD)?;
                let Token::Word(word) = token else {
                    return Err(parser.unexpected(&token, Some("word")));
                };
                parser.take();
                self.subject = word.word;
                self.state = CaseState::In;
            }
            CaseState::In => {
                parser.token(Want::LATER_COMMAND)?;
                parser.expect(Keyword::In)?;
                self.state = CaseState::Arm;
            }
            CaseState::Arm => match parser.token(Want::KEYWORD)? {
                Token::Keyword(Keyword::Esac) => {
                    parser.take();
                    return Ok(self.finish(parser));
                }
                Token::ParenOpen => {
                    parser.take();
                    self.state = CaseState::Pattern;
                }
                _ => self.state = CaseState::Pattern,
            },
            CaseState::Pattern => {
                let word = match parser.token(Want::WORD)? {
                    Token::Word(word) => Some(word),
                    // Any token counts as a pattern, with the text of the word before it, as in busybox.
                    _ => parser.last_word,
                };
                parser.take();
                self.patterns.extend(word.map(|word| word.word));
                self.state = CaseState::BehindPattern;
            }
            CaseState::BehindPattern => match parser.token(Want::WORD)? {
                Token::Bar => {
                    parser.take();
                    self.state = CaseState::Pattern;
                }
                Token::ParenClose => {
                    parser.take();
                    self.state = CaseState::Body;
                    return Ok(list(Scope::Substitution));
                }
                other => return Err(parser.unexpected(&other, Some(")"))),
            },
            CaseState::Body => return self.behind_body(parser),
        }
        Ok(Flow::Stay)
    }

    fn behind_body(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        let token = parser.token(Want::KEYWORD)?;
        let body = parser.value.take();
        let patterns = std::mem::take(&mut self.patterns);
        let patterns = parser.program.add_words(patterns);
        self.arms.push(CaseArm { patterns, body });
        match token {
            Token::DoubleSemicolon => {
                parser.take();
                self.state = CaseState::Arm;
                Ok(Flow::Stay)
            }
            Token::Keyword(Keyword::Esac) => {
                parser.take();
                Ok(self.finish(parser))
            }
            other => Err(parser.unexpected(&other, Some(";;"))),
        }
    }

    fn finish(&mut self, parser: &mut Parser) -> Flow {
        let arms = std::mem::take(&mut self.arms);
        let arms = parser.program.add_arms(arms);
        Flow::Finish(Some(parser.program.add_node(Node::Case {
            subject: self.subject,
            arms,
            line: self.line,
        })))
    }
}

/// A function definition, from behind its name's `(` or from behind `function`.
#[derive(Debug)]
pub(super) struct FunctionFrame {
    state: FunctionState,
    name: Option<Span>,
}

#[derive(Debug, Clone, Copy)]
enum FunctionState {
    Name,
    /// A command without a function.
    Nothing,
    OptionalParenthesis,
    Close,
    Start,
    Body,
}

impl FunctionFrame {
    pub(super) fn parenthesis(name: Option<Span>) -> Self {
        Self {
            state: FunctionState::Close,
            name,
        }
    }

    fn keyword() -> Self {
        Self {
            state: FunctionState::Name,
            name: None,
        }
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        match self.state {
            FunctionState::Name => {
                let token = parser.token(Want::WORD)?;
                let Token::Word(word) = token else {
                    return Err(parser.unexpected(&token, Some("word")));
                };
                // Once more, and now it may be an alias, as in busybox; without a word nothing is defined.
                let aliases = Want {
                    aliases: word.plain.is_some(),
                    ..Want::WORD
                };
                let Token::Word(word) = parser.token(aliases)? else {
                    self.state = FunctionState::Nothing;
                    return Ok(Flow::Push(Frame::Simple(SimpleFrame::new(parser))));
                };
                parser.take();
                self.name = word.plain;
                self.state = FunctionState::OptionalParenthesis;
            }
            FunctionState::Nothing => return Ok(Flow::Finish(parser.value.take())),
            FunctionState::OptionalParenthesis => match parser.token(Want::KEYWORD)? {
                Token::ParenOpen => {
                    parser.take();
                    self.state = FunctionState::Close;
                }
                token if begins_body(parser, &token) => {
                    self.check_name(parser)?;
                    self.state = FunctionState::Start;
                }
                token => return Err(parser.unexpected(&token, None)),
            },
            FunctionState::Close => {
                let token = parser.token(Want::WORD)?;
                if !matches!(token, Token::ParenClose) {
                    return Err(parser.unexpected(&token, Some(")")));
                }
                parser.take();
                self.check_name(parser)?;
                self.state = FunctionState::Start;
            }
            FunctionState::Start => return self.start_body(parser),
            FunctionState::Body => {
                let (Some(name), Some(body)) = (self.name, parser.value.take()) else {
                    return Ok(Flow::Finish(None));
                };
                let node = parser.program.add_node(Node::Function { name, body });
                return Ok(Flow::Finish(Some(node)));
            }
        }
        Ok(Flow::Stay)
    }

    fn check_name(&self, parser: &Parser) -> Result<(), Stop> {
        let name = self
            .name
            .map_or(&b""[..], |name| parser.program.bytes(name));
        let special = Builtin::find(name).is_some_and(Builtin::is_special);
        if is_name(name) && !special {
            Ok(())
        } else {
            Err(parser.syntax("bad function name"))
        }
    }

    fn start_body(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        let token = parser.token(Want::LATER_COMMAND)?;
        self.state = FunctionState::Body;
        parser.value = None;
        if matches!(token, Token::Word(_) | Token::Redirection { .. }) {
            return Ok(Flow::Push(Frame::Simple(SimpleFrame::new(parser))));
        }
        command_frames(parser, &token)
    }
}

/// Whether a function's body may begin with `token` when no parentheses follow its name.
fn begins_body(parser: &Parser, token: &Token) -> bool {
    match token {
        Token::Keyword(keyword) => matches!(
            keyword,
            Keyword::BraceOpen
                | Keyword::If
                | Keyword::Case
                | Keyword::Until
                | Keyword::While
                | Keyword::For
        ),
        Token::Word(word) => word
            .plain
            .is_some_and(|text| parser.program.bytes(text) == b"[["),
        _ => false,
    }
}
