//! The word lexer: quoting, parameters, substitutions and arithmetic inside one word.

use super::frames::{Flow, Frame};
use super::here_document::PendingHereDocument;
use super::input::{Ahead, Input};
use super::list::{ListFrame, Scope};
use super::parameter::{self, Header};
use super::parser::{Parser, Want};
use super::syntax_error::Stop;
use super::token::{LexedWord, Token};
use crate::kernel::List;
use crate::shell::program::{Operator, Part, Span, Word, index};

/// Which quoting rules apply at a point inside a word.
#[derive(Debug, Clone, Copy)]
enum Mode {
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
        part: usize,
        quoted: bool,
        /// A slash divides it.
        divisible: bool,
    },
    Arithmetic {
        part: usize,
        depth: u32,
    },
    /// Behind `${name:}`, up to another brace.
    Unclosed {
        quoted: bool,
    },
    HereDocument,
}

#[derive(Debug, Clone, Copy)]
enum Origin {
    Token,
    HereDocument { index: usize },
}

/// What commands in a word are read for.
#[derive(Debug, Clone, Copy)]
enum Waiting {
    Command { quoted: bool },
    Process { reads: bool },
}

#[derive(Debug)]
pub(super) struct WordFrame {
    origin: Origin,
    parts: List<Part>,
    /// Start of the literal being collected in the program's text, and whether it is quoted.
    run: Option<(u32, bool)>,
    modes: List<Mode>,
    quoted: bool,
    /// A substitution is being parsed.
    waiting: Option<Waiting>,
    /// The delimiter of a here-document, in which nothing is expanded.
    delimiter: bool,
    /// It is no keyword and no alias.
    no_name: bool,
    /// A `${name/pattern}` in which no slash was: busybox takes the next one of the word for it.
    undivided: Option<usize>,
    /// A `${name/pattern}` whose replacement is the rest of the word.
    divided_late: Option<usize>,
    /// How many parts count: the brace that closes `${name:}` ends the word in busybox, whatever follows.
    cut: Option<usize>,
}

impl WordFrame {
    /// A word of a command. `no_name`: it is no keyword and no alias, whatever it says.
    pub(super) fn token(delimiter: bool, no_name: bool) -> Self {
        Self {
            delimiter,
            no_name,
            ..Self::new(Origin::Token, Mode::Plain)
        }
    }

    pub(super) fn here_document(index: usize) -> Self {
        Self::new(Origin::HereDocument { index }, Mode::HereDocument)
    }

    fn new(origin: Origin, mode: Mode) -> Self {
        let mut modes = List::new();
        modes.push(mode);
        Self {
            origin,
            parts: List::new(),
            run: None,
            modes,
            quoted: false,
            waiting: None,
            delimiter: false,
            no_name: false,
            undivided: None,
            divided_late: None,
            cut: None,
        }
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        if let Some(waiting) = self.waiting.take() {
            let body = parser.value.take();
            self.parts.push(match waiting {
                Waiting::Command { quoted } => Part::Command { body, quoted },
                Waiting::Process { reads } => Part::Process { body, reads },
            });
        }
        loop {
            let mode = self.modes.last().copied().unwrap_or(Mode::Plain);
            let Some(byte) = parser.input.byte(0)? else {
                return self.end_of_text(parser, mode);
            };
            let flow = match mode {
                Mode::Plain => {
                    if !self.delimiter && starts_process(&mut parser.input, 0)? {
                        return Ok(self.process(parser, byte));
                    }
                    if is_metacharacter(byte) {
                        return Ok(self.finish(parser));
                    }
                    self.bare(parser, byte)?
                }
                Mode::Operand { quoted, part, .. } => {
                    if self.operand_byte(parser, byte, part) {
                        None
                    } else if quoted {
                        self.in_double(parser, byte, mode)?
                    } else {
                        self.bare(parser, byte)?
                    }
                }
                Mode::Unclosed { .. } if byte == b'}' => {
                    self.close_unclosed(parser);
                    None
                }
                Mode::Unclosed { quoted: false } => self.bare(parser, byte)?,
                Mode::Unclosed { .. }
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
            if let Some(flow) = flow {
                return Ok(flow);
            }
            if parser.input.consumed() > 4096 {
                return Ok(Flow::Stay);
            }
        }
    }

    fn end_of_text(&mut self, parser: &mut Parser, mode: Mode) -> Result<Flow, Stop> {
        match mode {
            Mode::Plain | Mode::HereDocument => Ok(self.finish(parser)),
            Mode::Double { .. } | Mode::Single { .. } | Mode::Escaped { .. }
                if matches!(self.origin, Origin::Token) =>
            {
                Err(parser.syntax("unterminated quoted string"))
            }
            Mode::Operand { quoted: true, .. } | Mode::Unclosed { quoted: true }
                if matches!(self.origin, Origin::Token) =>
            {
                Err(parser.syntax("unterminated quoted string"))
            }
            // Quotes open in an operand only.
            Mode::Operand { .. }
            | Mode::Unclosed { .. }
            | Mode::Double { .. }
            | Mode::Single { .. }
            | Mode::Escaped { .. } => Err(parser.syntax("missing '}'")),
            Mode::Arithmetic { .. } => Err(parser.syntax("missing '))'")),
        }
    }

    fn push(&mut self, parser: &mut Parser, byte: u8, quoted: bool) {
        if self.run.is_none_or(|(_, kind)| kind != quoted) {
            self.flush(parser);
            self.run = Some((index(parser.program.text.len()), quoted));
        }
        parser.program.text.push(byte);
    }

    fn flush(&mut self, parser: &mut Parser) {
        if let Some((start, quoted)) = self.run.take() {
            let end = index(parser.program.text.len());
            self.parts.push(Part::Text {
                text: Span { start, end },
                quoted,
            });
        }
    }

    fn open(&mut self, parser: &mut Parser, mode: fn(usize) -> Mode) {
        self.flush(parser);
        self.quoted = true;
        self.modes.push(mode(self.parts.len()));
    }

    /// Ends a quotation. One without a text still is a part, so that `""` is a field; only `"$@"` may be none.
    fn close_quotation(&mut self, parser: &mut Parser, start: usize) {
        self.flush(parser);
        self.modes.pop();
        let may_vanish = match &self.parts[start..] {
            [
                Part::Parameter {
                    name,
                    operator: Operator::Value,
                    ..
                },
            ] => parser.program.bytes(*name) == b"@",
            _ => false,
        };
        if !may_vanish && !self.has_text(start) {
            self.parts.push(Part::Text {
                text: Span::default(),
                quoted: true,
            });
        }
    }

    /// Whether parts from `start` on hold a text that is part of no operand.
    fn has_text(&self, start: usize) -> bool {
        let mut at = start;
        while let Some(part) = self.parts.get(at) {
            at = match part {
                Part::Text { .. } => return true,
                Part::Parameter { end, .. } | Part::Arithmetic { end, .. } => *end as usize,
                Part::Separator | Part::Command { .. } | Part::Process { .. } => at + 1,
            };
        }
        false
    }

    /// A byte outside quotes.
    fn bare(&mut self, parser: &mut Parser, byte: u8) -> Result<Option<Flow>, Stop> {
        match byte {
            b'\\' => match parser.input.byte(1)? {
                Some(b'\n') => parser.input.advance(2),
                Some(escaped) => {
                    self.quoted = true;
                    self.push(parser, escaped, true);
                    parser.input.advance(2);
                }
                None => {
                    self.quoted = true;
                    self.push(parser, b'\\', true);
                    parser.input.advance(1);
                }
            },
            b'\'' => {
                parser.input.advance(1);
                self.open(parser, |start| Mode::Single { start });
            }
            b'"' => {
                parser.input.advance(1);
                self.open(parser, |start| Mode::Double { start });
            }
            b'$' => return self.dollar(parser, false),
            b'`' if self.delimiter => {
                self.quoted = true;
                self.push(parser, byte, false);
                parser.input.advance(1);
            }
            b'`' => return self.backquote(parser, false),
            b'/' if self.divide_late(parser) => {}
            _ => {
                self.push(parser, byte, false);
                parser.input.advance(1);
            }
        }
        Ok(None)
    }

    /// Ends or divides an operand; false when the byte is an ordinary one.
    fn operand_byte(&mut self, parser: &mut Parser, byte: u8, part: usize) -> bool {
        if byte == b'}' {
            self.flush(parser);
            let undivided = matches!(
                self.modes.pop(),
                Some(Mode::Operand {
                    divisible: true,
                    ..
                })
            );
            self.end_part(part);
            if undivided && !self.is_within_operand() {
                self.undivided.get_or_insert(part);
            }
            parser.input.advance(1);
            return true;
        }
        let top = self.modes.len() - 1;
        byte == b'/' && (self.divide(parser, top) || self.divide_around(parser))
    }

    /// Takes a slash in the operand of a `${…}` that stands in a pattern for the end of the pattern: what follows up to
    /// the next brace replaces, and the brace behind that one ends the word.
    fn divide_around(&mut self, parser: &mut Parser) -> bool {
        let [
            ..,
            Mode::Operand {
                part: outer,
                quoted,
                divisible: true,
            },
            Mode::Operand { part, .. },
        ] = self.modes[..]
        else {
            return false;
        };
        self.flush(parser);
        self.end_part(part);
        self.parts.push(Part::Separator);
        parser.input.advance(1);
        self.modes.pop();
        self.modes.pop();
        self.modes.push(Mode::Unclosed { quoted });
        self.modes.push(Mode::Operand {
            part: outer,
            quoted,
            divisible: false,
        });
        true
    }

    /// The brace behind `${name:}` ends the operand it stands in, whose own brace then ends the next one, and in no
    /// operand the word.
    fn close_unclosed(&mut self, parser: &mut Parser) {
        self.flush(parser);
        parser.input.advance(1);
        self.modes.pop();
        match self.modes.last_mut() {
            Some(outer @ Mode::Operand { .. }) => {
                let Mode::Operand { part, quoted, .. } = *outer else {
                    return;
                };
                *outer = Mode::Unclosed { quoted };
                self.end_part(part);
            }
            _ => {
                self.cut.get_or_insert(self.parts.len());
            }
        }
    }

    /// Takes a slash for the end of the pattern when mode `index` is an operand that has one, which quotes do not
    /// change in busybox. A slash at the start of the pattern belongs to it.
    fn divide(&mut self, parser: &mut Parser, index: usize) -> bool {
        let Some(Mode::Operand {
            part,
            divisible: true,
            ..
        }) = self.modes.get_mut(index)
        else {
            return false;
        };
        if *part + 1 == self.parts.len() && self.run.is_none() && self.modes.len() == index + 1 {
            return false;
        }
        let Some(Mode::Operand { divisible, .. }) = self.modes.get_mut(index) else {
            return false;
        };
        *divisible = false;
        self.flush(parser);
        self.parts.push(Part::Separator);
        parser.input.advance(1);
        true
    }

    fn is_within_operand(&self) -> bool {
        let operand = |mode: &Mode| matches!(mode, Mode::Operand { .. } | Mode::Arithmetic { .. });
        self.modes.iter().any(operand)
    }

    /// Takes a slash behind `${name/pattern}` for the one in it: what follows replaces, and what is in between is lost.
    fn divide_late(&mut self, parser: &mut Parser) -> bool {
        if self.is_within_operand() {
            return false;
        }
        let Some(part) = self.undivided.take() else {
            return false;
        };
        self.flush(parser);
        let Some(Part::Parameter { end, .. }) = self.parts.get(part) else {
            return false;
        };
        let end = *end as usize;
        while self.parts.len() > end {
            self.parts.pop();
        }
        // Quotations that had begun in what is lost go on behind it.
        for mode in self.modes.iter_mut() {
            if let Mode::Double { start } | Mode::Single { start } | Mode::Escaped { start } = mode
            {
                *start = (*start).min(end + 1);
            }
        }
        self.parts.push(Part::Separator);
        self.divided_late = Some(part);
        parser.input.advance(1);
        true
    }

    fn end_part(&mut self, part: usize) {
        let length = index(self.parts.len());
        if let Some(Part::Parameter { end, .. } | Part::Arithmetic { end, .. }) =
            self.parts.get_mut(part)
        {
            *end = length;
        }
    }

    /// A byte under the rules of double quotes.
    fn in_double(
        &mut self,
        parser: &mut Parser,
        byte: u8,
        mode: Mode,
    ) -> Result<Option<Flow>, Stop> {
        match byte {
            b'\\' => self.escape_in_double(parser, mode)?,
            b'"' => {
                match mode {
                    Mode::Double { start } => self.close_quotation(parser, start),
                    Mode::HereDocument => self.push(parser, byte, true),
                    Mode::Arithmetic { .. } => self.push(parser, byte, true),
                    _ => self.open(parser, |start| Mode::Double { start }),
                }
                parser.input.advance(1);
            }
            b'$' => return self.dollar(parser, true),
            b'`' => return self.backquote(parser, true),
            b'(' | b')' if matches!(mode, Mode::Arithmetic { .. }) => {
                self.arithmetic_paren(parser, byte)?;
            }
            b'/' if matches!(mode, Mode::Double { .. }) && self.divide_outer(parser) => {}
            b'/' if self.divide_late(parser) => {}
            _ => {
                self.push(parser, byte, true);
                parser.input.advance(1);
            }
        }
        Ok(None)
    }

    /// A slash between quotes in an operand.
    fn divide_outer(&mut self, parser: &mut Parser) -> bool {
        match self.modes.len().checked_sub(2) {
            Some(outer) => self.divide(parser, outer),
            None => false,
        }
    }

    /// Whether the innermost mode is a quotation in an operand.
    fn is_in_operand(&self) -> bool {
        let outer = self.modes.iter().rev().nth(1);
        matches!(outer, Some(Mode::Operand { .. } | Mode::Unclosed { .. }))
    }

    fn escape_in_double(&mut self, parser: &mut Parser, mode: Mode) -> Result<(), Stop> {
        let next = parser.input.byte(1)?;
        let escaped = match next {
            Some(b'\n') => {
                parser.input.advance(2);
                return Ok(());
            }
            Some(b'$' | b'`' | b'\\') => next,
            Some(b'"') if !matches!(mode, Mode::HereDocument) => next,
            Some(b'}')
                if matches!(mode, Mode::Operand { .. } | Mode::Unclosed { .. })
                    || self.is_in_operand() =>
            {
                next
            }
            _ => None,
        };
        match escaped {
            Some(byte) => {
                self.push(parser, byte, true);
                parser.input.advance(2);
            }
            None => {
                self.push(parser, b'\\', true);
                parser.input.advance(1);
            }
        }
        Ok(())
    }

    fn arithmetic_paren(&mut self, parser: &mut Parser, byte: u8) -> Result<(), Stop> {
        let mut ahead = Ahead::new(&mut parser.input, 1);
        let closes_all = byte == b')' && ahead.accept(b')')?;
        let behind_both = ahead.position();
        let Some(Mode::Arithmetic { part, depth }) = self.modes.last_mut() else {
            return Ok(());
        };
        let part = *part;
        if byte == b'(' {
            *depth += 1;
        } else if *depth > 0 {
            *depth -= 1;
        } else if closes_all {
            self.flush(parser);
            self.modes.pop();
            self.end_part(part);
            parser.input.advance(behind_both);
            return Ok(());
        }
        self.push(parser, byte, true);
        parser.input.advance(1);
        Ok(())
    }

    fn in_single(&mut self, parser: &mut Parser, byte: u8, start: usize) {
        if byte == b'/' && (self.divide_outer(parser) || self.divide_late(parser)) {
            return;
        }
        parser.input.advance(1);
        if byte == b'\'' {
            self.close_quotation(parser, start);
        } else {
            self.push(parser, byte, true);
        }
    }

    fn in_escaped(&mut self, parser: &mut Parser, byte: u8, start: usize) -> Result<(), Stop> {
        if byte == b'\\' {
            let (value, length) = parameter::escape(&mut parser.input)?;
            if let Some(value) = value {
                self.push(parser, value, true);
            }
            parser.input.advance(length);
        } else {
            self.in_single(parser, byte, start);
        }
        Ok(())
    }

    fn dollar(&mut self, parser: &mut Parser, quoted: bool) -> Result<Option<Flow>, Stop> {
        let mut ahead = Ahead::new(&mut parser.input, 1);
        let next = ahead.peek()?;
        let behind = ahead.position() + 1;
        match next {
            Some(b'\'') if !quoted => {
                parser.input.advance(behind);
                self.open(parser, |start| Mode::Escaped { start });
                return Ok(None);
            }
            Some(b'(') if !self.delimiter => return self.parenthesis(parser, behind, quoted),
            Some(b'{') if !self.delimiter => {
                let header = parameter::braced(&mut parser.input)?;
                self.parameter(parser, &header, quoted);
                return Ok(None);
            }
            _ => {}
        }
        let header = match self.delimiter {
            true => None,
            false => parameter::bare(&mut parser.input)?,
        };
        match header {
            Some(header) => self.parameter(parser, &header, quoted),
            None => {
                self.push(parser, b'$', quoted);
                parser.input.advance(1);
            }
        }
        Ok(None)
    }

    fn parameter(&mut self, parser: &mut Parser, header: &Header, quoted: bool) {
        self.flush(parser);
        let name = parser.program.add_text(&header.name);
        let part = self.parts.len();
        self.parts.push(Part::Parameter {
            name,
            operator: header.operator,
            quoted,
            end: index(part + 1),
        });
        parser.input.advance(header.length);
        if header.newline {
            parser.input.uncount_line();
        }
        if header.closed {
            return;
        }
        if header.operator == Operator::Value {
            self.modes.push(Mode::Unclosed { quoted });
            return;
        }
        // Patterns are read as if they stood outside quotes.
        let is_pattern = matches!(
            header.operator,
            Operator::RemovePrefix { .. }
                | Operator::RemoveSuffix { .. }
                | Operator::Replace { .. }
        );
        self.modes.push(Mode::Operand {
            part,
            quoted: quoted && !is_pattern,
            divisible: matches!(header.operator, Operator::Replace { .. }),
        });
    }

    /// `$((` or `$(`.
    fn parenthesis(
        &mut self,
        parser: &mut Parser,
        behind: usize,
        quoted: bool,
    ) -> Result<Option<Flow>, Stop> {
        let mut ahead = Ahead::new(&mut parser.input, behind);
        let arithmetic = ahead.accept(b'(')?;
        let behind_both = ahead.position();
        self.flush(parser);
        if arithmetic {
            parser.input.advance(behind_both);
            let part = self.parts.len();
            self.parts.push(Part::Arithmetic {
                quoted,
                end: index(part + 1),
            });
            self.modes.push(Mode::Arithmetic { part, depth: 0 });
            return Ok(None);
        }
        parser.input.advance(behind);
        self.waiting = Some(Waiting::Command { quoted });
        Ok(Some(Flow::Push(Frame::Substitution(
            SubstitutionFrame::new(false),
        ))))
    }

    /// At `<(` or `>(`.
    fn process(&mut self, parser: &mut Parser, byte: u8) -> Flow {
        self.flush(parser);
        parser.input.advance(2);
        self.waiting = Some(Waiting::Process {
            reads: byte == b'<',
        });
        Flow::Push(Frame::Substitution(SubstitutionFrame::new(false)))
    }

    fn backquote(&mut self, parser: &mut Parser, quoted: bool) -> Result<Option<Flow>, Stop> {
        let Some((text, length)) = parameter::backquoted(&mut parser.input, quoted)? else {
            return Err(parser.syntax("EOF in backquote substitution"));
        };
        self.flush(parser);
        parser.input.advance(length);
        let line = parser.current_line;
        parser.input.push_nested(text, line);
        self.waiting = Some(Waiting::Command { quoted });
        Ok(Some(Flow::Push(Frame::Substitution(
            SubstitutionFrame::new(true),
        ))))
    }

    fn finish(&mut self, parser: &mut Parser) -> Flow {
        self.flush(parser);
        if let Some(part) = self.divided_late {
            self.end_part(part);
            if self.quoted {
                self.parts.push(Part::Text {
                    text: Span::default(),
                    quoted: true,
                });
            }
        }
        if let Some(cut) = self.cut {
            while self.parts.len() > cut {
                self.parts.pop();
            }
        }
        let base = index(parser.program.parts.len());
        for part in self.parts.iter_mut() {
            if let Part::Parameter { end, .. } | Part::Arithmetic { end, .. } = part {
                *end += base;
            }
        }
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
        match self.origin {
            Origin::Token => Flow::FinishWord(LexedWord {
                word,
                plain,
                quoted: self.quoted,
            }),
            Origin::HereDocument { index } => {
                parser.input.pop_nested();
                parser.program.here_documents[index] = word;
                Flow::Finish(None)
            }
        }
    }
}

/// Whether `<(` or `>(` stands so many bytes further on.
pub(super) fn starts_process(input: &mut Input, at: usize) -> Result<bool, Stop> {
    let opens = matches!(input.byte(at)?, Some(b'<' | b'>'));
    Ok(opens && input.byte(at + 1)? == Some(b'('))
}

fn is_metacharacter(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>'
    )
}

/// The list inside `$(…)` or backquotes.
#[derive(Debug)]
pub(super) struct SubstitutionFrame {
    backquoted: bool,
    opened: bool,
    body: Option<crate::shell::program::NodeId>,
    /// Here-documents of the command around it, whose bodies are not inside.
    outer: Vec<PendingHereDocument>,
}

impl SubstitutionFrame {
    fn new(backquoted: bool) -> Self {
        Self {
            backquoted,
            opened: false,
            body: None,
            outer: Vec::new(),
        }
    }

    pub(super) fn step(&mut self, parser: &mut Parser) -> Result<Flow, Stop> {
        if !self.opened {
            self.opened = true;
            self.outer = std::mem::take(&mut parser.pending);
            return Ok(Flow::Push(Frame::List(ListFrame::new(Scope::Substitution))));
        }
        if let Some(body) = parser.value.take() {
            self.body = Some(body);
        }
        let token = parser.token(Want::KEYWORD)?;
        match (self.backquoted, token) {
            (false, Token::ParenClose) => parser.take(),
            // What a list may end before is all the same here, and nobody looks at what follows.
            (true, _) => {
                parser.take();
                parser.input.pop_nested();
            }
            (false, other) => return Err(parser.unexpected(&other, Some(")"))),
        }
        // Bodies that have not come by now are empty.
        parser.pending = std::mem::take(&mut self.outer);
        Ok(Flow::Finish(self.body))
    }
}
