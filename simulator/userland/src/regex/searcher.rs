//! One search after another with the same pattern, in slices.

use super::RegexError;
use super::backtrack::Backtracker;
use super::capture::Capturer;
use super::program::{Assert, GROUPS_KEPT, Program};
use super::search::SpanSearch;
use super::straight::StraightSearch;
use crate::kernel::Sys;
use std::ops::Range;

/// No place in a [`Match`].
const NOWHERE: u32 = u32::MAX;
/// Longest text.
const TEXT_BYTES_MAX: usize = NOWHERE as usize - 1;
/// Budget of one slice.
const SLICE: u64 = 8_000;

/// How the ends of the text are seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Context {
    /// The text does not begin a line (REG_NOTBOL).
    pub(crate) not_line_start: bool,
    /// The places of groups are wanted, not only that of the whole match.
    pub(crate) groups: bool,
}

/// Where a pattern matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// Half as long as places are, because matches are moved about; texts are shorter.
    slots: [u32; 2 * GROUPS_KEPT],
}

impl Match {
    pub(super) fn new(slots: &[usize]) -> Self {
        let mut all = [NOWHERE; 2 * GROUPS_KEPT];
        for (place, slot) in all.iter_mut().zip(slots) {
            *place = u32::try_from(*slot).unwrap_or(NOWHERE);
        }
        Self { slots: all }
    }

    pub(super) fn span(start: usize, end: usize) -> Self {
        Self::new(&[start, end])
    }

    /// Where it begins.
    pub(crate) fn start(&self) -> usize {
        self.slots[0] as usize
    }

    /// Where it ends.
    pub(crate) fn end(&self) -> usize {
        self.slots[1] as usize
    }

    /// The place of a group (0: the whole); `None` when it took no part.
    pub(crate) fn group(&self, number: usize) -> Option<Range<usize>> {
        let start = *self.slots.get(2 * number)?;
        let end = *self.slots.get(2 * number + 1)?;
        (start != NOWHERE && end != NOWHERE).then_some(start as usize..end as usize)
    }
}

/// Text and how its ends are seen.
#[derive(Clone, Copy)]
pub(super) struct Text<'t> {
    pub(super) bytes: &'t [u8],
    pub(super) context: Context,
    pub(super) newline: bool,
}

impl Text<'_> {
    /// Whether a condition holds before byte `at`.
    pub(super) fn holds(&self, assert: Assert, at: usize) -> bool {
        let is_word = |index: Option<usize>| {
            index
                .and_then(|index| self.bytes.get(index))
                .is_some_and(|byte| super::bracket::is_word(*byte))
        };
        let before = || is_word(at.checked_sub(1));
        let after = || is_word(Some(at));
        match assert {
            Assert::LineStart if at == 0 => !self.context.not_line_start,
            Assert::LineStart => self.newline && self.bytes[at - 1] == b'\n',
            Assert::LineEnd => at == self.bytes.len() || (self.newline && self.bytes[at] == b'\n'),
            Assert::BufferStart => at == 0,
            Assert::BufferEnd => at == self.bytes.len(),
            Assert::WordStart => !before() && after(),
            Assert::WordEnd => before() && !after(),
            Assert::WordBoundary => before() != after(),
            Assert::NotWordBoundary => before() == after(),
        }
    }
}

/// What a slice came to.
pub(super) enum Progress<T> {
    /// The budget is gone.
    More,
    /// The answer.
    Done(T),
}

#[derive(Debug)]
enum Phase {
    Idle,
    Straight,
    Span,
    Groups,
    Backtrack,
}

/// Buffers and state of the searches with one pattern.
#[derive(Debug)]
pub(super) struct Searcher {
    program: Program,
    context: Context,
    phase: Phase,
    straight: StraightSearch,
    span: SpanSearch,
    capturer: Capturer,
    backtracker: Backtracker,
    debt: u64,
}

impl Searcher {
    pub(super) fn new(program: Program) -> Self {
        Self {
            straight: StraightSearch::default(),
            span: SpanSearch::new(&program),
            capturer: Capturer::default(),
            backtracker: Backtracker::default(),
            program,
            context: Context::default(),
            phase: Phase::Idle,
            debt: 0,
        }
    }

    /// Begins a search from byte `start` of the text that [`Self::resume`] will be given.
    pub(super) fn begin(&mut self, start: usize, context: Context) {
        self.context = context;
        if self.program.has_back_references {
            self.backtracker.begin(&self.program, start);
            self.phase = Phase::Backtrack;
        } else if self.program.straight {
            self.straight.begin(start);
            self.phase = Phase::Straight;
        } else {
            self.span.begin(start);
            self.phase = Phase::Span;
        }
    }

    /// Goes on until the answer is there (`Some`) or the budget is gone (`None`): then call it again with the same
    /// text. A unit of budget is about one instruction of the pattern on one byte.
    pub(super) fn resume(
        &mut self,
        bytes: &[u8],
        budget: &mut u64,
    ) -> Option<Result<Option<Match>, RegexError>> {
        let text = Text {
            bytes,
            context: self.context,
            newline: self.program.newline,
        };
        loop {
            match self.phase {
                Phase::Idle => return Some(Ok(None)),
                Phase::Straight => match self.straight.resume(&self.program, text, budget) {
                    Progress::More => return None,
                    Progress::Done(found) => return self.done(Ok(found)),
                },
                Phase::Span => match self.span.resume(&self.program, text, budget) {
                    Progress::More => return None,
                    Progress::Done(None) => return self.done(Ok(None)),
                    Progress::Done(Some((start, end))) => {
                        if !self.context.groups || self.program.groups == 0 {
                            return self.done(Ok(Some(Match::span(start, end))));
                        }
                        self.capturer.begin(&self.program, start, end);
                        self.phase = Phase::Groups;
                    }
                },
                Phase::Groups => match self.capturer.resume(&self.program, text, budget) {
                    Progress::More => return None,
                    Progress::Done(found) => return self.done(Ok(found)),
                },
                Phase::Backtrack => match self.backtracker.resume(&self.program, text, budget) {
                    Progress::More => return None,
                    Progress::Done(result) => return self.done(result),
                },
            }
        }
    }

    fn done(
        &mut self,
        result: Result<Option<Match>, RegexError>,
    ) -> Option<Result<Option<Match>, RegexError>> {
        self.phase = Phase::Idle;
        Some(result)
    }

    /// Searches the text if that is little work and not much is to be paid for yet; else nothing is done, and
    /// [`Self::find`] does it.
    pub(super) fn find_now(
        &mut self,
        bytes: &[u8],
        start: usize,
        context: Context,
    ) -> Option<Result<Option<Match>, RegexError>> {
        if self.debt >= SLICE / 2 || bytes.len() > TEXT_BYTES_MAX {
            return None;
        }
        self.begin(start, context);
        let mut budget = SLICE;
        let result = self.resume(bytes, &mut budget);
        self.debt += SLICE - budget.min(SLICE) + 1;
        result
    }

    /// Searches the text from byte `start`, spending the process's fuel.
    pub(super) async fn find(
        &mut self,
        sys: &Sys,
        bytes: &[u8],
        start: usize,
        context: Context,
    ) -> Result<Option<Match>, RegexError> {
        if bytes.len() > TEXT_BYTES_MAX {
            return Err(RegexError::TooComplex);
        }
        self.begin(start, context);
        loop {
            let mut budget = SLICE;
            let result = self.resume(bytes, &mut budget);
            // Short searches are paid for together.
            self.debt += SLICE - budget.min(SLICE) + 1;
            if self.debt >= SLICE / 2 || result.is_none() {
                sys.burn(std::mem::take(&mut self.debt)).await;
            }
            if let Some(result) = result {
                return result;
            }
        }
    }
}
