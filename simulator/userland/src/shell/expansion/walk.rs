//! The walk over a word's flat parts: where it is, and what is open around it. Nested operands are entries of a stack on
//! the heap.

use std::sync::Arc;

use super::cursor::{BEHIND_WRONG, Cursor, Text};
use super::levels::{Level, Purpose};
use super::{Context, Rich};
use crate::kernel::Charge;
use crate::shell::program::{NodeId, Operator, Part, Program, Span, Word};

/// A word being expanded.
pub(super) struct Walk {
    pub(super) program: Arc<Program>,
    pub(super) word: Word,
    pub(super) context: Context,
    pub(super) at: Cursor,
    /// A tilde expands here.
    pub(super) tilde_due: bool,
    /// An `=` has been passed: from now on tildes expand behind colons only.
    pub(super) behind_equals: bool,
    pub(super) open: Vec<Level>,
    /// How many of them put what is expanded somewhere else.
    pub(super) displacing: usize,
    /// For the levels and the cuts.
    pub(super) charge: Charge,
    /// Places that end what they are in: the end of a name behind a tilde that is no user's, and slashes that divide.
    pub(super) cuts: Vec<Cursor>,
    pub(super) out: Rich,
    /// How many commands have been passed, run or not.
    pub(super) commands: usize,
    /// Something was passed over without counting the commands in it.
    pub(super) jumped: bool,
    /// Parts that were looked over and have not been paid for.
    pub(super) looked_over: u64,
}

impl Walk {
    pub(super) fn new(program: &Arc<Program>, word: Word, context: Context) -> Self {
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

    pub(super) fn text(&self) -> Text<'_> {
        Text {
            program: &self.program,
            word: self.word,
            cuts: &self.cuts,
        }
    }

    pub(super) fn is_skipping(&self) -> bool {
        self.open.last().is_some_and(|top| top.skipped)
    }

    /// What is expanded goes where the word stands, so that it counts what the word is for.
    pub(super) fn is_in_place(&self) -> bool {
        self.displacing == 0
    }

    /// Tildes expand behind separators, too.
    pub(super) fn lists(&self) -> bool {
        matches!(self.context, Context::Assignment | Context::Declaration) && self.is_in_place()
    }

    pub(super) fn advance(&mut self) {
        self.at = Cursor::of_part(self.at.part + 1);
        self.tilde_due = false;
    }

    /// Moves on in a text of this length.
    pub(super) fn move_to(&mut self, place: Cursor, length: usize) {
        self.at = place;
        if place.byte as usize >= length {
            self.advance();
        }
    }

    /// Opens what follows the current part.
    pub(super) fn enter(&mut self, purpose: Purpose, skipped: bool) {
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
    pub(super) fn leave(&mut self) -> Option<Level> {
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
    pub(super) fn next_command(&mut self, body: Option<NodeId>) -> Option<NodeId> {
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
    pub(super) fn next_bytes(&self, text: Span) -> (Span, bool) {
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
