//! Patterns without a choice: from each place where a match can begin there is one way, which is tried byte by byte.

use super::program::{GROUPS_KEPT, Inst, Program, UNSET};
use super::search::skip;
use super::searcher::{Match, Progress, Text};

/// State of one search: the place that is looked at next.
#[derive(Debug, Default)]
pub(super) struct StraightSearch {
    at: usize,
}

impl StraightSearch {
    pub(super) fn begin(&mut self, start: usize) {
        self.at = start;
    }

    /// Goes on from the present place.
    pub(super) fn resume(
        &mut self,
        program: &Program,
        text: Text<'_>,
        budget: &mut u64,
    ) -> Progress<Option<Match>> {
        loop {
            if *budget == 0 {
                return Progress::More;
            }
            if program.anchored && self.at > 0 {
                return Progress::Done(None);
            }
            if skip(program, text, &mut self.at, budget) {
                let found = match_at(program, text, self.at, budget);
                if found.is_some() {
                    return Progress::Done(found);
                }
                self.at += 1;
                if self.at > text.bytes.len() {
                    return Progress::Done(None);
                }
            } else if self.at >= text.bytes.len() {
                return Progress::Done(None);
            }
        }
    }
}

/// The match that begins at `start`.
fn match_at(program: &Program, text: Text<'_>, start: usize, budget: &mut u64) -> Option<Match> {
    let mut slots = [UNSET; 2 * GROUPS_KEPT];
    slots[0] = start;
    let mut at = start;
    for inst in &program.insts {
        *budget = budget.saturating_sub(1);
        match *inst {
            Inst::Byte(wanted) if text.bytes.get(at) == Some(&wanted) => at += 1,
            Inst::Set(index) => {
                let set = &program.sets[usize::from(index)];
                text.bytes.get(at).filter(|byte| set.contains(**byte))?;
                at += 1;
            }
            Inst::Assert(assert) if text.holds(assert, at) => {}
            Inst::Save(slot) => slots[usize::from(slot)] = at,
            Inst::Close { slot, .. } => slots[usize::from(slot) + 1] = at,
            Inst::Match => {
                slots[1] = at;
                let wanted = if text.context.groups {
                    program.slots()
                } else {
                    2
                };
                return Some(Match::new(&slots[..wanted]));
            }
            _ => return None,
        }
    }
    None
}
