//! One word being read: the modes that are open in it and the parts that have come out.

use super::super::frames::Flow;
use super::super::parser::Parser;
use super::super::syntax_error::Stop;
use super::super::token::LexedWord;
use super::document::{Document, LineStart};
use crate::kernel::List;
use crate::shell::program::{Operator, Part, Span, Word, index};

/// Which quoting rules apply at a point inside a word.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mode {
    Plain,
    Double {
        start: usize,
    },
    Single {
        start: usize,
    },
    /// `$'…'`
    Escaped {
        start: usize,
    },
    /// Behind the operator of `${…}`; `quoted`: the rules of double quotes hold.
    Operand {
        quoted: bool,
    },
    Arithmetic {
        depth: u32,
    },
    HereDocument,
}

/// What commands in a word are read for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Waiting {
    Command { quoted: bool },
    Process { reads: bool },
}

#[derive(Debug)]
pub(in crate::shell::parser) struct WordFrame {
    /// The here-document whose body it is.
    pub(super) document: Option<Document>,
    pub(super) parts: List<Part>,
    /// Start of the literal being collected in the program's text, and whether it is quoted.
    pub(super) run: Option<(u32, bool)>,
    pub(super) modes: List<Mode>,
    pub(super) quoted: bool,
    /// A substitution is being parsed.
    pub(super) waiting: Option<Waiting>,
    /// The delimiter of a here-document, in which nothing is expanded.
    pub(super) delimiter: bool,
    /// It is no keyword and no alias.
    pub(super) no_name: bool,
    /// Slashes divide: there is a `${name/…}` in it.
    pub(super) divides: bool,
}

impl WordFrame {
    /// A word of a command. `no_name`: it is no keyword and no alias, whatever it says.
    pub(in crate::shell::parser) fn token(delimiter: bool, no_name: bool) -> Self {
        Self {
            delimiter,
            no_name,
            ..Self::new(None, Mode::Plain)
        }
    }

    pub(in crate::shell::parser) fn here_document(document: Document) -> Self {
        Self::new(Some(document), Mode::HereDocument)
    }

    fn new(document: Option<Document>, mode: Mode) -> Self {
        let mut modes = List::new();
        modes.push(mode);
        Self {
            document,
            parts: List::new(),
            run: None,
            modes,
            quoted: false,
            waiting: None,
            delimiter: false,
            no_name: false,
            divides: false,
        }
    }

    pub(in crate::shell::parser) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        if let Some(waiting) = self.waiting.take() {
            let body = parser.value.take();
            self.parts.push(match waiting {
                Waiting::Command { quoted } => Part::Command { body, quoted },
                Waiting::Process { reads } => Part::Process { body, reads },
            });
        }
        loop {
            let mode = self.modes.last().copied().unwrap_or(Mode::Plain);
            if let Some(document) = &mut self.document {
                match document.begin_line(&mut parser.input)? {
                    LineStart::Inside => {}
                    LineStart::End => return self.end_of_text(parser, mode),
                    LineStart::Continuation => {
                        self.keep_continuation(parser, mode);
                        continue;
                    }
                }
            }
            let Some(byte) = parser.input.byte(0)? else {
                return self.end_of_text(parser, mode);
            };
            let flow = match mode {
                Mode::Plain => {
                    if !self.delimiter && parser.starts_process(0)? {
                        return Ok(self.process(parser, byte));
                    }
                    if is_metacharacter(byte) {
                        return Ok(self.finish(parser));
                    }
                    self.bare(parser, byte)?
                }
                Mode::Operand { .. } if byte == b'}' => {
                    self.close(parser, 1, Part::OperandEnd);
                    None
                }
                Mode::Operand { quoted: false } => self.bare(parser, byte)?,
                Mode::Operand { .. }
                | Mode::Double { .. }
                | Mode::HereDocument
                | Mode::Arithmetic { .. } => self.in_double(parser, byte, mode)?,
                Mode::Single { start } => {
                    self.in_single(parser, byte, start);
                    None
                }
                Mode::Escaped { start } => {
                    self.in_escaped(parser, byte, start)?;
                    None
                }
            };
            if byte == b'\n'
                && let Some(document) = &mut self.document
            {
                document.end_line();
            }
            if let Some(flow) = flow {
                return Ok(flow);
            }
            if parser.has_spent_slice() {
                return Ok(Flow::Stay);
            }
        }
    }

    fn end_of_text(&mut self, parser: &mut Parser, mode: Mode) -> Result<Flow, Stop> {
        match mode {
            Mode::Plain | Mode::HereDocument => Ok(self.finish(parser)),
            Mode::Double { .. } | Mode::Single { .. } | Mode::Escaped { .. }
                if self.document.is_none() =>
            {
                Err(parser.syntax("unterminated quoted string"))
            }
            Mode::Operand { quoted: true } if self.document.is_none() => {
                Err(parser.syntax("unterminated quoted string"))
            }
            // Quotes open in an operand only.
            Mode::Operand { .. }
            | Mode::Double { .. }
            | Mode::Single { .. }
            | Mode::Escaped { .. } => Err(parser.syntax("missing '}'")),
            Mode::Arithmetic { .. } => Err(parser.syntax("missing '))'")),
        }
    }

    pub(super) fn push(&mut self, parser: &mut Parser, byte: u8, quoted: bool) {
        if self.run.is_none_or(|(_, kind)| kind != quoted) {
            self.flush(parser);
            self.run = Some((index(parser.program.text.len()), quoted));
        }
        parser.program.text.push(byte);
    }

    pub(super) fn flush(&mut self, parser: &mut Parser) {
        if let Some((start, quoted)) = self.run.take() {
            let end = index(parser.program.text.len());
            self.parts.push(Part::Text {
                text: Span { start, end },
                quoted,
            });
        }
    }

    /// Begins a quotation: an empty text says that it is there.
    pub(super) fn open(&mut self, parser: &mut Parser, mode: fn(usize) -> Mode) {
        self.flush(parser);
        self.quoted = true;
        self.modes.push(mode(self.parts.len()));
        self.parts.push(Part::Text {
            text: Span::default(),
            quoted: true,
        });
    }

    /// Ends a quotation. `"$@"` may be no field, and a text needs no other to say that it is there.
    pub(super) fn close_quotation(&mut self, parser: &mut Parser, start: usize) {
        self.flush(parser);
        self.modes.pop();
        match &self.parts[start + 1..] {
            [
                Part::Parameter {
                    name,
                    operator: Operator::Value,
                    braced: false,
                    ..
                },
            ] if parser.program.bytes(*name) == b"@" => {
                self.parts[start] = Part::Text {
                    text: Span::default(),
                    quoted: false,
                };
            }
            [text @ Part::Text { quoted: true, .. }] => {
                self.parts[start] = *text;
                self.parts.pop();
            }
            _ => {}
        }
    }

    /// Ends an operand or an expression at so many bytes.
    pub(super) fn close(&mut self, parser: &mut Parser, length: usize, end: Part) {
        self.flush(parser);
        self.modes.pop();
        self.parts.push(end);
        parser.input.advance(length);
    }

    pub(super) fn finish(&mut self, parser: &mut Parser) -> Flow {
        self.flush(parser);
        let base = index(parser.program.parts.len());
        let plain = match &self.parts[..] {
            [
                Part::Text {
                    text,
                    quoted: false,
                },
            ] if !self.no_name => Some(*text),
            _ => None,
        };
        parser.program.parts.append_list(&mut self.parts);
        let word: Word = Span {
            start: base,
            end: index(parser.program.parts.len()),
        };
        match &self.document {
            None => Flow::FinishWord(LexedWord {
                word,
                plain,
                quoted: self.quoted,
            }),
            Some(document) => {
                document.finish(parser, word);
                Flow::Finish(None)
            }
        }
    }
}

fn is_metacharacter(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>'
    )
}
