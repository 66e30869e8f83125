//! Simple commands, function definitions in the form `name()`, and redirections behind compound commands.

use super::frames::{Flow, Frame};
use super::grammar::FunctionFrame;
use super::here_document::PendingHereDocument;
use super::parser::{Parser, Want};
use super::syntax_error::Stop;
use super::token::{LexedWord, RedirectionOperator, Token};
use crate::shell::program::{
    Assignment, Node, NodeId, Part, Redirection, RedirectionKind, Span, Word, index,
};
use crate::shell::variables::is_name;

/// Collects redirections; the word behind an operator is its target.
#[derive(Debug, Default)]
struct Redirections {
    items: Vec<Redirection>,
    awaiting: Option<(Option<i32>, RedirectionOperator)>,
}

impl Redirections {
    /// Takes `token` when it belongs to a redirection.
    fn accept(&mut self, parser: &mut Parser, token: Token) -> Result<bool, Stop> {
        let Some((fd, operator)) = self.awaiting else {
            let Token::Redirection { fd, operator } = token else {
                return Ok(false);
            };
            parser.take();
            self.awaiting = Some((fd, operator));
            parser.wants_delimiter = matches!(operator, RedirectionOperator::HereDocument { .. });
            return Ok(true);
        };
        let Token::Word(word) = token else {
            return Err(parser.unexpected(&token, None));
        };
        parser.take();
        parser.wants_delimiter = false;
        self.awaiting = None;
        let item = match operator {
            RedirectionOperator::Plain(kind, default_fd) => Redirection {
                fd: fd.unwrap_or(default_fd),
                kind,
                target: word.word,
            },
            RedirectionOperator::HereDocument { strip_tabs } => Redirection {
                fd: fd.unwrap_or(0),
                kind: here_document(parser, &word, strip_tabs),
                target: word.word,
            },
        };
        self.items.push(item);
        Ok(true)
    }
}

/// Notes a here-document whose body follows with the next lines.
fn here_document(parser: &mut Parser, word: &LexedWord, strip_tabs: bool) -> RedirectionKind {
    let delimiter = parser.program.literal(word.word);
    let at = parser.program.here_documents.len();
    parser.program.here_documents.push(Span::default());
    parser.pending.push(PendingHereDocument {
        index: at,
        delimiter,
        strip_tabs,
        expands: !word.quoted,
    });
    RedirectionKind::HereDocument { index: index(at) }
}

#[derive(Debug)]
pub(super) struct SimpleFrame {
    assignments: Vec<Assignment>,
    words: Vec<Word>,
    first: Option<LexedWord>,
    redirections: Redirections,
    line: u32,
    /// Inside `[[ … ]]`, where `&&` and `||` are words.
    in_test: bool,
    /// A function is defined; its frame leaves the node.
    defining: bool,
}

impl SimpleFrame {
    pub(super) fn new(parser: &Parser) -> Self {
        Self {
            assignments: Vec::new(),
            words: Vec::new(),
            first: None,
            redirections: Redirections::default(),
            line: parser.input.line(),
            in_test: false,
            defining: false,
        }
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        if self.defining {
            return Ok(Flow::Finish(parser.value.take()));
        }
        loop {
            let want = Want {
                aliases: self.words.is_empty() && self.redirections.awaiting.is_none(),
                ..Want::WORD
            };
            let token = parser.token(want)?;
            if self.redirections.accept(parser, token)? {
                continue;
            }
            match token {
                Token::Word(word) => {
                    parser.take();
                    self.word(parser, word);
                }
                Token::AndIf | Token::OrIf if self.in_test => {
                    parser.take();
                    let text: &[u8] = if matches!(token, Token::AndIf) {
                        b"&&"
                    } else {
                        b"||"
                    };
                    self.words.push(literal(parser, text));
                }
                Token::ParenOpen if self.may_define_function() => {
                    return self.function(parser);
                }
                _ => return Ok(self.finish(parser)),
            }
        }
    }

    fn word(&mut self, parser: &mut Parser, word: LexedWord) {
        if self.words.is_empty() {
            if let Some(assignment) = assignment(parser, word.word) {
                self.assignments.push(assignment);
                return;
            }
            self.first = Some(word);
            self.in_test = word
                .plain
                .is_some_and(|text| parser.program.bytes(text) == b"[[");
        } else if self.in_test
            && word
                .plain
                .is_some_and(|text| parser.program.bytes(text) == b"]]")
        {
            self.in_test = false;
        }
        self.words.push(word.word);
    }

    fn may_define_function(&self) -> bool {
        self.words.len() == 1 && self.assignments.is_empty() && self.redirections.items.is_empty()
    }

    /// At the `(` of `name()`.
    fn function(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        parser.take();
        self.defining = true;
        let name = self.first.and_then(|word| word.plain);
        Ok(Flow::Push(Frame::Function(FunctionFrame::parenthesis(
            name,
        ))))
    }

    fn finish(&mut self, parser: &mut Parser) -> Flow {
        let program = &mut parser.program;
        let node = Node::Simple {
            assignments: program.add_assignments(std::mem::take(&mut self.assignments)),
            words: program.add_words(std::mem::take(&mut self.words)),
            redirections: program.add_redirections(std::mem::take(&mut self.redirections.items)),
            line: self.line,
        };
        Flow::Finish(Some(program.add_node(node)))
    }
}

fn literal(parser: &mut Parser, text: &[u8]) -> Word {
    let text = parser.program.add_text(text);
    let start = index(parser.program.parts.len());
    parser.program.parts.push(Part::Text {
        text,
        quoted: false,
    });
    Span {
        start,
        end: start + 1,
    }
}

/// Splits `name=value`; the name's text stays in the program, the value loses it.
fn assignment(parser: &mut Parser, word: Word) -> Option<Assignment> {
    let first = word.start as usize;
    let Some(Part::Text {
        text,
        quoted: false,
    }) = parser.program.parts[word.range()].first().copied()
    else {
        return None;
    };
    let bytes = parser.program.bytes(text);
    let equals = bytes.iter().position(|byte| *byte == b'=')?;
    if !is_name(&bytes[..equals]) {
        return None;
    }
    parser.program.parts[first] = Part::Text {
        text: Span {
            start: text.start + index(equals + 1),
            end: text.end,
        },
        quoted: false,
    };
    let is_empty = equals + 1 == text.len();
    Some(Assignment {
        name: Span {
            start: text.start,
            end: text.start + index(equals),
        },
        value: Span {
            start: word.start + u32::from(is_empty && word.len() > 1),
            end: word.end,
        },
    })
}

/// Redirections behind a compound command, which is read first.
#[derive(Debug)]
pub(super) struct TrailingFrame {
    body: Option<NodeId>,
    subshell: bool,
    line: u32,
    redirections: Redirections,
}

impl TrailingFrame {
    pub(super) fn new(parser: &Parser, subshell: bool) -> Self {
        Self {
            body: None,
            subshell,
            line: parser.input.line(),
            redirections: Redirections::default(),
        }
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        if let Some(body) = parser.value.take() {
            self.body = Some(body);
        }
        loop {
            let want = if self.redirections.awaiting.is_some() {
                Want::WORD
            } else {
                Want {
                    keywords: true,
                    aliases: true,
                    ..Want::WORD
                }
            };
            let token = parser.token(want)?;
            if !self.redirections.accept(parser, token)? {
                break;
            }
            // Behind a redirection busybox knows no keyword on the line.
            parser.plain_word_next = self.redirections.awaiting.is_none();
        }
        let Some(body) = self.body else {
            return Ok(Flow::Finish(None));
        };
        let items = std::mem::take(&mut self.redirections.items);
        let line = self.line;
        if items.is_empty() && !self.subshell {
            return Ok(Flow::Finish(Some(body)));
        }
        let redirections = parser.program.add_redirections(items);
        let node = if self.subshell {
            Node::Subshell {
                body,
                redirections,
                line,
            }
        } else {
            Node::Redirected {
                body,
                redirections,
                line,
            }
        };
        Ok(Flow::Finish(Some(parser.program.add_node(node))))
    }
}
