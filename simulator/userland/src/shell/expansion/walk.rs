//! The walk over a word's flat parts. Nested operands are entries of a stack on the heap.

use std::sync::Arc;

use super::cursor::{BEHIND_WRONG, Cursor, NameEnd, Text, WRONG};
use super::levels::{Level, Operand, Purpose};
use super::parameter::Position;
use super::{Context, Kind, Rich};
use crate::kernel::Charge;
use crate::shell::machine::{Machine, Unwind};
use crate::shell::program::{NodeId, Operator, Part, Program, Span, Word};

/// A word being expanded.
pub(super) struct Walk {
    pub(super) program: Arc<Program>,
    word: Word,
    context: Context,
    at: Cursor,
    /// A tilde expands here.
    tilde_due: bool,
    /// An `=` has been passed: from now on tildes expand behind colons only.
    behind_equals: bool,
    open: Vec<Level>,
    /// How many of them put what is expanded somewhere else.
    displacing: usize,
    /// For the levels and the cuts.
    charge: Charge,
    /// Places that end what they are in: the end of a name behind a tilde that is no user's, and slashes that divide.
    cuts: Vec<Cursor>,
    out: Rich,
    /// How many commands have been passed, run or not.
    commands: usize,
    /// Something was passed over without counting the commands in it.
    jumped: bool,
    /// Parts that were looked over and have not been paid for.
    looked_over: u64,
}

impl Walk {
    fn new(program: &Arc<Program>, word: Word, context: Context) -> Self {
        Self {
            program: program.clone(),
            word,
            context,
            at: Cursor::of_part(word.start),
            tilde_due: true,
            behind_equals: context == Context::Assignment,
            open: Vec::new(),
            displacing: 0,
            charge: Charge::new(),
            commands: 0,
            jumped: false,
            looked_over: 0,
            cuts: Vec::new(),
            out: Rich::default(),
        }
    }

    fn text(&self) -> Text<'_> {
        Text {
            program: &self.program,
            word: self.word,
            cuts: &self.cuts,
        }
    }

    fn is_skipping(&self) -> bool {
        self.open.last().is_some_and(|top| top.skipped)
    }

    /// What is expanded goes where the word stands, so that it counts what the word is for.
    fn is_in_place(&self) -> bool {
        self.displacing == 0
    }

    /// Tildes expand behind separators, too.
    fn lists(&self) -> bool {
        matches!(self.context, Context::Assignment | Context::Declaration) && self.is_in_place()
    }

    fn advance(&mut self) {
        self.at = Cursor::of_part(self.at.part + 1);
        self.tilde_due = false;
    }

    /// Moves on in a text of this length.
    fn move_to(&mut self, place: Cursor, length: usize) {
        self.at = place;
        if place.byte as usize >= length {
            self.advance();
        }
    }

    /// Opens what follows the current part.
    fn enter(&mut self, purpose: Purpose, skipped: bool) {
        let skipped = skipped || self.is_skipping();
        let before = match purpose {
            Purpose::InPlace => Rich::default(),
            _ => std::mem::take(&mut self.out),
        };
        self.at = Cursor::of_part(self.at.part + 1);
        self.tilde_due = !matches!(purpose, Purpose::Arithmetic { .. });
        let mut level = Level {
            purpose,
            skipped,
            before,
        };
        if let Purpose::Operand(operand) = &mut level.purpose
            && matches!(operand.operator, Operator::Replace { .. })
        {
            operand.slash = self.text().dividing_slash(self.at);
            let end = operand.slash.map_or(self.word.end, |slash| slash.part);
            self.looked_over += u64::from(end.saturating_sub(self.at.part));
            self.charge.reserve(&mut self.cuts, 1);
            self.cuts.extend(operand.slash);
        }
        self.displacing += usize::from(!matches!(level.purpose, Purpose::InPlace));
        self.charge.reserve(&mut self.open, 1);
        self.open.push(level);
    }

    /// Passes what ends a level; the level, unless its second half begins or none was open.
    fn leave(&mut self) -> Option<Level> {
        let passed = self.at;
        match self.program.parts.get(self.at.part as usize) {
            Some(Part::Text { text, .. }) => self.move_to(self.at.plus(1), text.len()),
            Some(Part::Parameter { .. }) => self.at.byte = BEHIND_WRONG,
            _ => self.advance(),
        }
        self.tilde_due = false;
        let top = self.open.last_mut()?;
        if let Purpose::Operand(operand) = &mut top.purpose
            && let Some(slash) = operand.slash.take()
        {
            operand.divided_at = Some(slash);
            operand.pattern = Some(std::mem::take(&mut self.out));
            self.jumped = true;
            let length = match self.program.parts[slash.part as usize] {
                Part::Text { text, .. } => text.len(),
                _ => 0,
            };
            self.move_to(slash.plus(1), length);
            self.tilde_due = true;
            return None;
        }
        let level = self.open.pop()?;
        self.displacing -= usize::from(!matches!(level.purpose, Purpose::InPlace));
        // What is behind a slash may be walked over again, cuts and all.
        if self.displacing == 0 {
            self.cuts.retain(|cut| *cut != passed);
        }
        if let Purpose::Operand(operand) = &level.purpose
            && let Some(slash) = operand.divided_at
        {
            self.cuts.retain(|cut| *cut != slash);
        }
        Some(level)
    }

    /// Passes the command that the walk is at; what is run for it. Busybox keeps the commands of a word in a list and takes
    /// the next one, even where it has jumped over some.
    fn next_command(&mut self, body: Option<NodeId>) -> Option<NodeId> {
        let index = self.commands;
        self.commands += 1;
        if !self.jumped {
            return body;
        }
        let bodies = |part: &Part| match part {
            Part::Command { body, .. } | Part::Process { body, .. } => Some(*body),
            _ => None,
        };
        let parts = &self.program.parts[self.word.range()];
        self.looked_over += parts.len() as u64;
        parts.iter().filter_map(bodies).nth(index).flatten()
    }

    /// The next bytes of a text, up to where a tilde may expand, and where they end.
    fn next_bytes(&self, text: Span) -> (Span, bool) {
        let start = self.at.byte as usize;
        let end = self.text().text_end(self.at, text.len());
        let span = Span {
            start: text.start + self.at.byte,
            end: text.start + u32::try_from(end).unwrap_or(0),
        };
        if !self.lists() {
            return (span, false);
        }
        let mut behind_equals = self.behind_equals;
        let bytes = &self.program.bytes(text)[start..end];
        for (index, pair) in bytes.windows(2).enumerate() {
            let separates = pair[0] == b':' || pair[0] == b'=' && !behind_equals;
            if separates && pair[1] == b'~' {
                let end = span.start + u32::try_from(index + 1).unwrap_or(0);
                return (Span { end, ..span }, true);
            }
            behind_equals |= pair[0] == b'=';
        }
        (span, false)
    }
}

impl Machine {
    /// Expands a word without splitting it.
    ///
    /// # Errors
    /// An expansion that ends the command, its message already queued.
    pub(crate) async fn expand(
        &mut self,
        program: &Arc<Program>,
        word: Word,
        context: Context,
    ) -> Result<Rich, Unwind> {
        let mut walk = Walk::new(program, word, context);
        loop {
            let at = walk.at;
            let dues = std::mem::take(&mut walk.looked_over) + walk.cuts.len() as u64;
            if dues > 0 {
                self.sys.burn(dues).await;
            }
            let part = match program.parts.get(at.part as usize) {
                Some(part) if at.part < word.end => *part,
                // What is still open ends with the word.
                _ => match walk.open.is_empty() {
                    true => return Ok(walk.out),
                    false => Part::OperandEnd,
                },
            };
            let ends = matches!(part, Part::OperandEnd | Part::ArithmeticEnd)
                || at.byte == WRONG && matches!(part, Part::Parameter { .. })
                || !walk.cuts.is_empty() && walk.cuts.contains(&at);
            if ends {
                if walk.open.is_empty() {
                    return Ok(walk.out);
                }
                if let Some(level) = walk.leave() {
                    self.close_level(&mut walk, level).await?;
                }
                continue;
            }
            match part {
                Part::Text { text, quoted } => self.walk_text(&mut walk, text, quoted).await,
                Part::EscapedSlash => {
                    if !walk.is_skipping() {
                        walk.out.push(b"/", Kind::Quoted);
                    }
                    walk.advance();
                }
                Part::Arithmetic { quoted } => {
                    walk.enter(Purpose::Arithmetic { quoted }, false);
                }
                Part::Command { body, quoted } => {
                    let body = walk.next_command(body);
                    if !walk.is_skipping() {
                        let text = self.substitute(program, body).await?;
                        walk.out.push(&text, expanded(quoted));
                    }
                    walk.advance();
                }
                Part::Process { body, reads } => {
                    let body = walk.next_command(body);
                    if !walk.is_skipping() {
                        let path = self.start_process(program, body, reads).await?;
                        walk.out.push(&path, Kind::Quoted);
                    }
                    walk.advance();
                }
                Part::Parameter { .. } => self.walk_parameter(&mut walk, part)?,
                Part::OperandEnd | Part::ArithmeticEnd => walk.advance(),
            }
        }
    }

    async fn walk_text(&mut self, walk: &mut Walk, text: Span, quoted: bool) {
        let first = walk.program.bytes(text).get(walk.at.byte as usize);
        if !quoted && walk.tilde_due && first == Some(&b'~') {
            walk.tilde_due = false;
            if self.walk_tilde(walk, text).await {
                return;
            }
        }
        walk.tilde_due = false;
        let (span, behind_separator) = if quoted {
            let end = walk.text().text_end(walk.at, text.len());
            let end = text.start + u32::try_from(end).unwrap_or(0);
            let start = text.start + walk.at.byte;
            (Span { start, end }, false)
        } else {
            walk.next_bytes(text)
        };
        let program = walk.program.clone();
        let bytes = program.bytes(span);
        walk.behind_equals |= !quoted && bytes.contains(&b'=');
        if !walk.is_skipping() && (quoted || !bytes.is_empty()) {
            let kind = match (quoted, walk.open.is_empty()) {
                (true, _) => Kind::Quoted,
                (false, true) => Kind::Literal,
                (false, false) => Kind::Expanded,
            };
            walk.out.push(bytes, kind);
        }
        let place = walk.at.plus(bytes.len());
        walk.move_to(place, text.len());
        walk.tilde_due = behind_separator;
    }

    /// Expands the tilde that the walk is at; false when it stays as it is.
    async fn walk_tilde(&mut self, walk: &mut Walk, text: Span) -> bool {
        let end = walk.text().name_end(walk.at, walk.lists());
        let end = match end {
            NameEnd::Quotation => return false,
            NameEnd::Place(place) => place,
            NameEnd::Word => Cursor::of_part(walk.word.end),
        };
        walk.looked_over += u64::from(end.part - walk.at.part);
        if walk.is_skipping() {
            walk.at = end;
            walk.jumped = true;
            return true;
        }
        self.load_users().await;
        // Beyond this text a name has what no user's has.
        let behind_text = Cursor::of_part(walk.at.part + 1);
        let name_end = if end.part == walk.at.part {
            Some(end.byte as usize)
        } else {
            (end == behind_text).then_some(text.len())
        };
        let program = walk.program.clone();
        let name =
            name_end.map(|name_end| &program.bytes(text)[walk.at.byte as usize + 1..name_end]);
        match name.and_then(|name| self.home(name)) {
            Some(home) => {
                if !home.is_empty() {
                    walk.out.push(&home, Kind::Quoted);
                }
                walk.at = end;
                true
            }
            None => {
                // Without HOME a lone tilde ends nothing.
                let names_user = name != Some(b"");
                let is_mark = matches!(
                    program.parts.get(end.part as usize),
                    Some(Part::Parameter { .. })
                );
                if names_user && !is_mark && end.part < walk.word.end {
                    walk.charge.reserve(&mut walk.cuts, 1);
                    walk.cuts.push(end);
                }
                false
            }
        }
    }

    /// Expands the parameter that the walk is at, or opens its operand.
    fn walk_parameter(&mut self, walk: &mut Walk, part: Part) -> Result<(), Unwind> {
        let Part::Parameter {
            name,
            operator,
            quoted,
            braced,
        } = part
        else {
            return Ok(());
        };
        let program = walk.program.clone();
        let name_text = program.bytes(name);
        if walk.at.byte == BEHIND_WRONG {
            if !walk.is_skipping() {
                let kind = if walk.open.is_empty() {
                    Kind::Literal
                } else {
                    Kind::Expanded
                };
                walk.out.push(&[name_text, b"="].concat(), kind);
            }
            walk.advance();
            return Ok(());
        }
        let position = Position {
            quoted,
            fields: walk.context == Context::Fields && walk.is_in_place(),
        };
        if walk.is_skipping() {
            match operator {
                Operator::Value => walk.advance(),
                Operator::Length => walk.at = Cursor::of_part(walk.at.part + 2),
                _ => self.enter_operand(walk, part, position, bytes::Bytes::new(), true),
            }
            return Ok(());
        }
        if operator == Operator::Bad {
            self.state.line = self.reading_line();
            return Err(self.fail("syntax error: bad substitution"));
        }
        // Lengths are those of texts.
        let texts = Position {
            fields: position.fields && operator != Operator::Length,
            ..position
        };
        let value = self.parameter(name_text, texts);
        let is_set = |colon: bool| {
            value
                .as_ref()
                .is_some_and(|value| !colon || !value.is_empty())
        };
        match operator {
            Operator::Default { colon } => {
                if is_set(colon) {
                    let kind = self.kind(name_text, position);
                    walk.out.push(&value.unwrap_or_default(), kind);
                    walk.enter(Purpose::InPlace, true);
                } else {
                    walk.enter(Purpose::InPlace, false);
                }
                return Ok(());
            }
            Operator::Alternative { colon } => {
                walk.enter(Purpose::InPlace, !is_set(colon));
                return Ok(());
            }
            Operator::Assign { colon } | Operator::Error { colon } => {
                let set = is_set(colon);
                let value = value.unwrap_or_default();
                if set {
                    walk.out.push(&value, self.kind(name_text, position));
                }
                self.enter_operand(walk, part, position, value, set);
                return Ok(());
            }
            _ => {}
        }
        self.require(name_text, value.as_ref())?;
        match operator {
            Operator::Length => {
                let length = self.length(name_text, value.as_ref()).to_string();
                walk.out
                    .push(length.as_bytes(), self.kind(name_text, position));
                walk.at = Cursor::of_part(walk.at.part + 2);
                walk.tilde_due = false;
            }
            Operator::Value => {
                if let Some(value) = value {
                    walk.out.push(&value, self.kind(name_text, position));
                }
                walk.advance();
            }
            _ => {
                debug_assert!(braced, "the operator has an operand");
                // What is not set has nothing to work on: the operand is only passed over.
                let skipped = value.is_none();
                self.enter_operand(walk, part, position, value.unwrap_or_default(), skipped);
            }
        }
        Ok(())
    }

    fn enter_operand(
        &self,
        walk: &mut Walk,
        part: Part,
        position: Position,
        value: bytes::Bytes,
        skipped: bool,
    ) {
        let Part::Parameter { name, operator, .. } = part else {
            return;
        };
        let behind = Cursor::of_part(walk.at.part + 1);
        let empty = matches!(
            walk.program.parts.get(behind.part as usize),
            Some(Part::OperandEnd)
        ) && !walk.cuts.contains(&behind);
        let operand = Operand {
            name,
            operator,
            position,
            value,
            empty,
            slash: None,
            pattern: None,
            divided_at: None,
        };
        walk.enter(Purpose::Operand(operand), skipped);
    }

    async fn close_level(&mut self, walk: &mut Walk, level: Level) -> Result<(), Unwind> {
        let Level {
            purpose,
            skipped,
            before,
        } = level;
        if matches!(purpose, Purpose::InPlace) {
            return Ok(());
        }
        let inner = std::mem::replace(&mut walk.out, before);
        if skipped {
            return Ok(());
        }
        match purpose {
            Purpose::InPlace => Ok(()),
            Purpose::Arithmetic { quoted } => {
                let expression = inner.into_text();
                let value = self.arithmetic(&expression)?;
                walk.out
                    .push(value.to_string().as_bytes(), expanded(quoted));
                Ok(())
            }
            Purpose::Operand(operand) => self.close_operand(walk, operand, inner).await,
        }
    }

    async fn close_operand(
        &mut self,
        walk: &mut Walk,
        operand: Operand,
        inner: Rich,
    ) -> Result<(), Unwind> {
        let Operand {
            name,
            operator,
            position,
            value,
            empty,
            pattern,
            ..
        } = operand;
        let program = walk.program.clone();
        let name = program.bytes(name);
        let out = &mut walk.out;
        if matches!(operator, Operator::Replace { .. }) {
            let (pattern, text) = match &pattern {
                Some(pattern) => (pattern, Some(&inner)),
                None => (&inner, None),
            };
            if pattern.is_empty() {
                if self.kind(name, position) == Kind::Parameters {
                    out.push_parameters_apart(&value, pattern, text);
                } else if position.fields && !position.quoted {
                    out.push_apart(&value, pattern, text);
                } else {
                    out.push(&value, self.kind(name, position));
                    out.push(b"", Kind::Cut);
                }
                return Ok(());
            }
        }
        let text = match operator {
            Operator::Error { colon } => {
                let text = (!empty).then(|| inner.into_text());
                return Err(self.not_set(name, colon, text));
            }
            Operator::Assign { .. } => {
                // What `"$@"` at the start of the operand leaves behind, busybox keeps.
                if walk.out.is_untouched() && inner.begins_with_parameters() {
                    walk.out.push(b"", Kind::Parameters);
                }
                self.assign_default(name, inner.into_text())?;
                self.parameter(name, position).unwrap_or_default()
            }
            _ => {
                let text = self.apply(operator, &value, pattern, inner).await?;
                text.into_bytes()
            }
        };
        walk.out.push(&text, self.kind(name, position));
        Ok(())
    }

    /// Fails when `set -u` is on and the parameter has no value.
    fn require(&mut self, name: &[u8], value: Option<&bytes::Bytes>) -> Result<(), Unwind> {
        let missing = value.is_none() && self.state.options.has(super::parameter::NO_UNSET);
        if missing {
            let text = [name, b": parameter not set"].concat();
            return Err(self.fail_bytes(&text));
        }
        Ok(())
    }
}

pub(super) fn expanded(quoted: bool) -> Kind {
    if quoted { Kind::Quoted } else { Kind::Expanded }
}
