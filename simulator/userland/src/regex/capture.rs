//! Where the groups are, once the span of the match is known: the first way in the order of preference that takes
//! exactly the span.

use super::program::{Inst, Program, UNSET, target};
use super::searcher::{Match, Progress, Text};

#[derive(Debug)]
enum Work {
    Visit(u32),
    Restore(u8, usize),
    /// The slots of this thread, which was not taken up.
    RestoreAll(Box<[usize]>),
}

/// State of one search. The slots of thread n are `places[n * slots..][..slots]`: the groups' places, and behind them
/// those when a group was last closed that had matched something.
#[derive(Debug, Default)]
pub(super) struct Capturer {
    at: usize,
    end: usize,
    slots: usize,
    threads: Vec<u32>,
    places: Vec<usize>,
    spare_threads: Vec<u32>,
    spare_places: Vec<usize>,
    scratch: Vec<usize>,
    stack: Vec<Work>,
    seen: Vec<u64>,
    generation: u64,
    found: Option<Match>,
    started: bool,
}

impl Capturer {
    pub(super) fn begin(&mut self, program: &Program, start: usize, end: usize) {
        self.at = start;
        self.end = end;
        self.slots = 2 * program.slots();
        self.threads.clear();
        self.places.clear();
        self.seen.resize(program.insts.len(), 0);
        self.generation += 1;
        self.found = None;
        self.started = false;
    }

    pub(super) fn resume(
        &mut self,
        program: &Program,
        text: Text<'_>,
        budget: &mut u64,
    ) -> Progress<Option<Match>> {
        if !self.started {
            self.started = true;
            self.scratch.clear();
            self.scratch.resize(self.slots, UNSET);
            self.scratch[0] = self.at;
            self.scratch[self.slots / 2] = self.at;
            self.add(program, text, 0, budget);
        }
        while self.at < self.end && !self.threads.is_empty() {
            if *budget == 0 {
                return Progress::More;
            }
            self.step(program, text, budget);
        }
        Progress::Done(self.found.take())
    }

    fn step(&mut self, program: &Program, text: Text<'_>, budget: &mut u64) {
        let byte = text.bytes[self.at];
        self.at += 1;
        self.generation += 1;
        let mut threads = std::mem::take(&mut self.threads);
        let mut places = std::mem::take(&mut self.places);
        std::mem::swap(&mut self.threads, &mut self.spare_threads);
        std::mem::swap(&mut self.places, &mut self.spare_places);
        for (thread, slots) in threads.iter().zip(places.chunks_exact(self.slots)) {
            *budget = budget.saturating_sub(1);
            let pc = *thread as usize;
            let goes_on = match program.insts[pc] {
                Inst::Byte(wanted) => byte == wanted,
                Inst::Set(index) => program.sets[usize::from(index)].contains(byte),
                _ => false,
            };
            if goes_on {
                self.scratch.clear();
                self.scratch.extend_from_slice(slots);
                self.add(program, text, pc + 1, budget);
            }
        }
        threads.clear();
        places.clear();
        self.spare_threads = threads;
        self.spare_places = places;
    }

    /// Adds the threads that `pc` leads to without taking a byte, with the slots in `scratch`.
    fn add(&mut self, program: &Program, text: Text<'_>, pc: usize, budget: &mut u64) {
        self.stack.push(Work::Visit(pc as u32));
        while let Some(work) = self.stack.pop() {
            let top = match work {
                Work::Visit(pc) => pc,
                Work::Restore(slot, place) => {
                    self.scratch[usize::from(slot)] = place;
                    continue;
                }
                Work::RestoreAll(slots) => {
                    self.scratch.copy_from_slice(&slots);
                    continue;
                }
            };
            let pc = top as usize;
            if self.seen[pc] == self.generation {
                // Once more round a loop for nothing: it ends.
                if let Inst::Loop(_, behind) = program.insts[pc] {
                    self.stack.push(Work::Visit(target(pc, behind) as u32));
                }
                continue;
            }
            self.seen[pc] = self.generation;
            *budget = budget.saturating_sub(1);
            match program.insts[pc] {
                Inst::Byte(_) | Inst::Set(_) => {
                    self.threads.push(top);
                    self.places.extend_from_slice(&self.scratch);
                }
                Inst::Split(first, second) | Inst::Loop(first, second) => {
                    self.stack.push(Work::Visit(target(pc, second) as u32));
                    self.stack.push(Work::Visit(target(pc, first) as u32));
                }
                Inst::Jump(offset) => self.stack.push(Work::Visit(target(pc, offset) as u32)),
                Inst::Assert(assert) => {
                    if text.holds(assert, self.at) {
                        self.stack.push(Work::Visit(top + 1));
                    }
                }
                Inst::Save(slot) => {
                    for (slot, place) in [(slot, self.at), (slot + 1, UNSET)] {
                        let before = &mut self.scratch[usize::from(slot)];
                        self.stack.push(Work::Restore(slot, *before));
                        *before = place;
                    }
                    self.stack.push(Work::Visit(top + 1));
                }
                Inst::Close { slot, optional } => {
                    self.close(usize::from(slot), optional);
                    self.stack.push(Work::Visit(top + 1));
                }
                Inst::LoopStart(_) | Inst::LoopEnter(_) | Inst::LoopCheck(_) => {
                    self.stack.push(Work::Visit(top + 1));
                }
                Inst::Match if self.at == self.end && self.found.is_none() => {
                    self.scratch[1] = self.at;
                    self.found = Some(Match::new(&self.scratch[..self.slots / 2]));
                }
                Inst::Match | Inst::BackReference(_) => {}
            }
        }
    }

    /// A group ends here, as `update_regs` of GNU libc has it.
    fn close(&mut self, slot: usize, optional: bool) {
        let (places, kept) = self.scratch.split_at_mut(self.slots / 2);
        if places[slot] == self.at && !(optional && kept[slot] != UNSET) {
            let before = std::mem::replace(&mut places[slot + 1], self.at);
            self.stack.push(Work::Restore(slot as u8 + 1, before));
            return;
        }
        self.stack
            .push(Work::RestoreAll(self.scratch.as_slice().into()));
        let (places, kept) = self.scratch.split_at_mut(self.slots / 2);
        if places[slot] == self.at {
            places.copy_from_slice(kept);
        } else {
            places[slot + 1] = self.at;
            kept.copy_from_slice(places);
        }
    }
}
