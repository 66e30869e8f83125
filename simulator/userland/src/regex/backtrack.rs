//! The matcher for patterns with back-references: depth first with a stack of its own and a limit on steps.

use super::RegexError;
use super::program::{Inst, Program, UNSET, target};
use super::searcher::{Match, Progress, Text};

/// Most steps of one search.
const STEP_LIMIT: u64 = 20_000_000;
/// Marks where a loop's body began for the first time; texts are shorter.
const FIRST_TIME: usize = 1 << (usize::BITS - 2);
/// Most places to return to.
const STACK_LIMIT: usize = 1_000_000;

#[derive(Debug)]
enum Work {
    Visit { pc: u32, at: usize },
    Slot(u8, usize),
    Loop(u16, usize),
}

/// State of one search.
#[derive(Debug, Default)]
pub(super) struct Backtracker {
    start: usize,
    steps: u64,
    stack: Vec<Work>,
    slots: Vec<usize>,
    loops: Vec<usize>,
    /// The longest match from the present start.
    best: Option<Match>,
    under_way: bool,
}

impl Backtracker {
    pub(super) fn begin(&mut self, program: &Program, start: usize) {
        self.start = start;
        self.steps = 0;
        self.stack.clear();
        self.best = None;
        self.under_way = false;
        self.slots.resize(program.slots(), UNSET);
        self.loops.resize(program.loops, UNSET);
    }

    pub(super) fn resume(
        &mut self,
        program: &Program,
        text: Text<'_>,
        budget: &mut u64,
    ) -> Progress<Result<Option<Match>, RegexError>> {
        loop {
            if *budget == 0 {
                return Progress::More;
            }
            if !self.under_way && !self.enter(program, text, budget) {
                if self.start < text.bytes.len() && !program.anchored {
                    continue;
                }
                return Progress::Done(Ok(None));
            }
            if let Err(error) = self.drain(program, text, budget) {
                return Progress::Done(self.best.take().ok_or(error).map(Some));
            }
            if !self.stack.is_empty() {
                return Progress::More;
            }
            if let Some(best) = self.best.take() {
                return Progress::Done(Ok(Some(best)));
            }
            self.under_way = false;
            if self.start >= text.bytes.len() || program.anchored {
                return Progress::Done(Ok(None));
            }
            self.start += 1;
        }
    }

    /// Finds the next place to start from and prepares it; false: none within the budget or the text.
    fn enter(&mut self, program: &Program, text: Text<'_>, budget: &mut u64) -> bool {
        if program.anchored && self.start > 0 {
            return false;
        }
        if let Some(first) = &program.first {
            let limit = usize::try_from(*budget).unwrap_or(usize::MAX);
            let rest = text.bytes.get(self.start..).unwrap_or_default();
            let window = &rest[..rest.len().min(limit)];
            let found = window.iter().position(|byte| first.contains(*byte));
            let skipped = found.unwrap_or(window.len());
            self.start += skipped;
            *budget = budget.saturating_sub(skipped as u64 + 1);
            if found.is_none() {
                return false;
            }
        }
        self.slots.fill(UNSET);
        self.loops.fill(UNSET);
        self.stack.push(Work::Visit {
            pc: 0,
            at: self.start,
        });
        self.under_way = true;
        true
    }

    /// Works until nothing is left or the budget is gone.
    fn drain(
        &mut self,
        program: &Program,
        text: Text<'_>,
        budget: &mut u64,
    ) -> Result<(), RegexError> {
        while *budget > 0
            && let Some(work) = self.stack.pop()
        {
            self.steps += 1;
            if self.steps > STEP_LIMIT || self.stack.len() > STACK_LIMIT {
                return Err(RegexError::TooComplex);
            }
            match work {
                Work::Slot(slot, place) => self.slots[usize::from(slot)] = place,
                Work::Loop(number, place) => self.loops[usize::from(number)] = place,
                Work::Visit { pc, at } => self.visit(program, text, pc as usize, at, budget),
            }
            *budget = budget.saturating_sub(1);
        }
        Ok(())
    }

    /// Runs one thread until it fails, ends, or the budget is gone.
    fn visit(
        &mut self,
        program: &Program,
        text: Text<'_>,
        mut pc: usize,
        mut at: usize,
        budget: &mut u64,
    ) {
        loop {
            if *budget == 0 {
                self.stack.push(Work::Visit { pc: pc as u32, at });
                return;
            }
            *budget -= 1;
            self.steps += 1;
            let byte = text.bytes.get(at).copied();
            match program.insts[pc] {
                Inst::Byte(wanted) if byte == Some(wanted) => at += 1,
                Inst::Set(index)
                    if byte.is_some_and(|byte| program.sets[usize::from(index)].contains(byte)) =>
                {
                    at += 1;
                }
                Inst::Byte(_) | Inst::Set(_) => return,
                Inst::Split(first, second) | Inst::Loop(first, second) => {
                    let second = target(pc, second) as u32;
                    self.stack.push(Work::Visit { pc: second, at });
                    pc = target(pc, first);
                    continue;
                }
                Inst::Jump(offset) => {
                    pc = target(pc, offset);
                    continue;
                }
                Inst::Close { slot, .. } => {
                    let place = std::mem::replace(&mut self.slots[usize::from(slot) + 1], at);
                    self.stack.push(Work::Slot(slot + 1, place));
                }
                Inst::Save(slot) => {
                    let place = std::mem::replace(&mut self.slots[usize::from(slot)], at);
                    self.stack.push(Work::Slot(slot, place));
                }
                Inst::Assert(assert) if text.holds(assert, at) => {}
                Inst::Assert(_) => return,
                Inst::LoopStart(number) => self.set_loop(number, UNSET),
                Inst::LoopEnter(number) if self.loops[usize::from(number)] == UNSET => {
                    self.set_loop(number, at | FIRST_TIME);
                }
                Inst::LoopEnter(number) => self.set_loop(number, at),
                Inst::LoopCheck(number) if self.loops[usize::from(number)] == at => return,
                Inst::LoopCheck(number) if self.loops[usize::from(number)] == at | FIRST_TIME => {
                    pc += 1;
                }
                Inst::LoopCheck(_) => {}
                Inst::BackReference(group) => match self.again(program, text, group, at) {
                    Some(end) => {
                        *budget = budget.saturating_sub((end - at) as u64);
                        at = end;
                    }
                    None => return,
                },
                Inst::Match => {
                    self.record(at);
                    if at == text.bytes.len() {
                        // Nothing is longer.
                        self.stack.clear();
                    }
                    return;
                }
            }
            pc += 1;
        }
    }

    fn set_loop(&mut self, number: u16, place: usize) {
        let before = std::mem::replace(&mut self.loops[usize::from(number)], place);
        self.stack.push(Work::Loop(number, before));
    }

    /// Where the text of a group, found again at `at`, ends.
    fn again(&self, program: &Program, text: Text<'_>, group: u8, at: usize) -> Option<usize> {
        let start = self.slots[usize::from(group) * 2];
        let end = self.slots[usize::from(group) * 2 + 1];
        if start == UNSET || end == UNSET || end < start {
            return None;
        }
        let wanted = &text.bytes[start..end];
        let found = text.bytes.get(at..at + wanted.len())?;
        let same = if program.ignore_case {
            wanted.eq_ignore_ascii_case(found)
        } else {
            wanted == found
        };
        same.then_some(at + wanted.len())
    }

    fn record(&mut self, end: usize) {
        if self.best.as_ref().is_none_or(|best| end > best.end()) {
            self.slots[0] = self.start;
            self.slots[1] = end;
            self.best = Some(Match::new(&self.slots));
        }
    }
}
