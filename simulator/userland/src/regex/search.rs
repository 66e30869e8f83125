//! Where the leftmost-longest match is: all threads at once, each only knows where it began.

use super::program::{Inst, Program, target};
use super::searcher::{Progress, Text};

#[derive(Clone, Copy, Debug)]
struct Thread {
    pc: u32,
    start: usize,
}

/// State of one search. Threads are kept in the order of where they began, so of two at the same instruction the
/// one that began further left stays.
#[derive(Debug)]
pub(super) struct SpanSearch {
    at: usize,
    present: Vec<Thread>,
    spare: Vec<Thread>,
    stack: Vec<u32>,
    /// For which generation an instruction was last reached.
    seen: Vec<u64>,
    generation: u64,
    best: Option<(usize, usize)>,
}

impl SpanSearch {
    pub(super) fn new(program: &Program) -> Self {
        Self {
            at: 0,
            present: Vec::new(),
            spare: Vec::new(),
            stack: Vec::new(),
            seen: vec![0; program.insts.len()],
            generation: 0,
            best: None,
        }
    }

    pub(super) fn begin(&mut self, start: usize) {
        self.at = start;
        self.present.clear();
        self.generation += 1;
        self.best = None;
    }

    /// Goes on from the present place; the answer is the match's span.
    pub(super) fn resume(
        &mut self,
        program: &Program,
        text: Text<'_>,
        budget: &mut u64,
    ) -> Progress<Option<(usize, usize)>> {
        loop {
            if *budget == 0 {
                return Progress::More;
            }
            if self.present.is_empty() {
                if self.best.is_some() || (program.anchored && self.at > 0) {
                    return Progress::Done(self.best);
                }
                let before = self.at;
                let found = skip(program, text, &mut self.at, budget);
                // What was reached before was reached elsewhere.
                self.generation += u64::from(self.at > before);
                if !found {
                    if self.at >= text.bytes.len() {
                        return Progress::Done(None);
                    }
                    continue;
                }
            }
            if self.best.is_none() && !(program.anchored && self.at > 0) {
                // Behind the threads that began further left.
                self.add(program, text, 0, self.at, budget);
            }
            if self.at >= text.bytes.len() {
                return Progress::Done(self.best);
            }
            self.step(program, text, budget);
        }
    }

    /// Takes one byte.
    fn step(&mut self, program: &Program, text: Text<'_>, budget: &mut u64) {
        let byte = text.bytes[self.at];
        self.at += 1;
        self.generation += 1;
        let spare = std::mem::take(&mut self.spare);
        let mut threads = std::mem::replace(&mut self.present, spare);
        for thread in &threads {
            if self.best.is_some_and(|(start, _)| thread.start > start) {
                break;
            }
            *budget = budget.saturating_sub(1);
            let pc = thread.pc as usize;
            let goes_on = match program.insts[pc] {
                Inst::Byte(wanted) => byte == wanted,
                Inst::Set(index) => program.sets[usize::from(index)].contains(byte),
                _ => false,
            };
            if goes_on {
                self.add(program, text, pc + 1, thread.start, budget);
            }
        }
        threads.clear();
        self.spare = threads;
    }

    /// Adds the threads that instruction `pc` leads to without taking a byte.
    fn add(
        &mut self,
        program: &Program,
        text: Text<'_>,
        pc: usize,
        start: usize,
        budget: &mut u64,
    ) {
        self.stack.push(pc as u32);
        while let Some(top) = self.stack.pop() {
            let pc = top as usize;
            if self.seen[pc] == self.generation {
                continue;
            }
            self.seen[pc] = self.generation;
            *budget = budget.saturating_sub(1);
            match program.insts[pc] {
                Inst::Byte(_) | Inst::Set(_) => self.present.push(Thread { pc: top, start }),
                Inst::Split(first, second) | Inst::Loop(first, second) => {
                    self.stack.push(target(pc, second) as u32);
                    self.stack.push(target(pc, first) as u32);
                }
                Inst::Jump(offset) => self.stack.push(target(pc, offset) as u32),
                Inst::Assert(assert) => {
                    if text.holds(assert, self.at) {
                        self.stack.push(top + 1);
                    }
                }
                Inst::Save(_)
                | Inst::Close { .. }
                | Inst::LoopStart(_)
                | Inst::LoopEnter(_)
                | Inst::LoopCheck(_) => self.stack.push(top + 1),
                Inst::Match => {
                    // Places only grow: a later end is a longer match.
                    if self.best.is_none_or(|(left, _)| start <= left) {
                        self.best = Some((start, self.at));
                    }
                }
                Inst::BackReference(_) => {
                    debug_assert!(false, "patterns with back-references are not simulated");
                }
            }
        }
    }
}

/// Goes to the next byte that a match can begin with; false: none within the budget.
pub(super) fn skip(program: &Program, text: Text<'_>, at: &mut usize, budget: &mut u64) -> bool {
    let Some(first) = &program.first else {
        return true;
    };
    let limit = usize::try_from(budget.saturating_mul(4)).unwrap_or(usize::MAX);
    let rest = text.bytes.get(*at..).unwrap_or_default();
    let window = &rest[..rest.len().min(limit)];
    let found = match &program.second {
        // The window's last byte may be the text's: then nothing comes behind it.
        Some(second) => (0..window.len()).find(|place| {
            first.contains(window[*place])
                && rest
                    .get(place + 1)
                    .is_some_and(|next| second.contains(*next))
        }),
        None => window.iter().position(|byte| first.contains(*byte)),
    };
    let skipped = found.unwrap_or(window.len());
    *at += skipped;
    *budget = budget.saturating_sub(skipped as u64 / 4 + 1);
    found.is_some()
}
