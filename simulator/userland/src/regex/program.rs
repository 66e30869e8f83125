//! What a pattern is compiled to.

use super::RegexError;
use super::bracket::ByteSet;

/// Most instructions of one pattern: bounds the work for one byte of text.
pub(super) const PROGRAM_LIMIT: usize = 16_384;
/// Groups whose places are remembered, group 0 (all) included.
pub(super) const GROUPS_KEPT: usize = 10;
/// No place.
pub(super) const UNSET: usize = usize::MAX;

/// A condition on a place between two bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assert {
    LineStart,
    LineEnd,
    BufferStart,
    BufferEnd,
    WordStart,
    WordEnd,
    WordBoundary,
    NotWordBoundary,
}

/// One instruction. Jumps are relative to the instruction itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Inst {
    /// This byte.
    Byte(u8),
    /// A byte of the set with this number.
    Set(u16),
    /// Continue at both, the first preferred.
    Split(i32, i32),
    /// Continue there.
    Jump(i32),
    /// A loop whose body may match nothing: continue at both, the first preferred. Whoever comes back without having
    /// taken a byte goes on behind the loop.
    Loop(i32, i32),
    /// A group begins: remember the place in a slot.
    Save(u8),
    /// The group of this slot ends: remember the place in the next one. An optional one that matched nothing leaves
    /// everything as it was when a group was last closed that did not, if it was closed then.
    Close { slot: u8, optional: bool },
    /// Go on when it holds.
    Assert(Assert),
    /// What the group matched, again.
    BackReference(u8),
    /// A loop starts whose body may match nothing (only the backtracker cares).
    LoopStart(u16),
    /// Its body starts.
    LoopEnter(u16),
    /// The body ended. When it matched nothing, the loop ends the first time, and no other time is tried.
    LoopCheck(u16),
    /// The end of the pattern.
    Match,
}

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) insts: Vec<Inst>,
    pub(super) sets: Vec<ByteSet>,
    /// Groups in the pattern, group 0 not counted.
    pub(super) groups: usize,
    /// Loops with a number.
    pub(super) loops: usize,
    pub(super) has_back_references: bool,
    pub(super) ignore_case: bool,
    pub(super) newline: bool,
    /// Bytes a match can begin with; `None` when it can be empty.
    pub(super) first: Option<ByteSet>,
    /// Bytes that can be a match's second one; `None` when it may have none.
    pub(super) second: Option<ByteSet>,
    /// A match can only begin where the text begins.
    pub(super) anchored: bool,
    /// There is one way at most to match from a place.
    pub(super) straight: bool,
}

impl Program {
    /// Slots for the places of the groups that are kept.
    pub(super) fn slots(&self) -> usize {
        2 * (self.groups + 1).min(GROUPS_KEPT)
    }

    /// Fills in `first`, `second`, `anchored` and `straight`.
    pub(super) fn analyse(&mut self) {
        let first = self.bytes_from(vec![0], false);
        self.second = first.as_ref().and_then(|(_, takers)| {
            let behind = takers.iter().map(|pc| pc + 1).collect();
            Some(self.bytes_from(behind, false)?.0)
        });
        self.first = first.map(|(set, _)| set);
        self.straight = self.insts.iter().all(|inst| {
            matches!(
                inst,
                Inst::Byte(_)
                    | Inst::Set(_)
                    | Inst::Assert(_)
                    | Inst::Save(_)
                    | Inst::Close {
                        optional: false,
                        ..
                    }
                    | Inst::Match
            )
        });
        let anchored = self.bytes_from(vec![0], true);
        self.anchored = !self.newline && anchored.is_some_and(|(set, _)| set.is_empty());
    }

    /// Bytes that can come next at one of some instructions, and the instructions that take them; `None` when the
    /// pattern may end there.
    fn bytes_from(
        &self,
        mut stack: Vec<usize>,
        line_start_fails: bool,
    ) -> Option<(ByteSet, Vec<usize>)> {
        let mut set = ByteSet::default();
        let mut takers = Vec::new();
        let mut seen = vec![false; self.insts.len()];
        while let Some(pc) = stack.pop() {
            if std::mem::replace(&mut seen[pc], true) {
                continue;
            }
            match self.insts[pc] {
                Inst::Byte(byte) => {
                    set.insert(byte);
                    takers.push(pc);
                }
                Inst::Set(index) => {
                    set.union(&self.sets[usize::from(index)]);
                    takers.push(pc);
                }
                Inst::Split(first, second) | Inst::Loop(first, second) => {
                    stack.push(target(pc, first));
                    stack.push(target(pc, second));
                }
                Inst::Jump(offset) => stack.push(target(pc, offset)),
                Inst::Assert(Assert::LineStart | Assert::BufferStart) if line_start_fails => {}
                Inst::Save(_)
                | Inst::Close { .. }
                | Inst::Assert(_)
                | Inst::LoopStart(_)
                | Inst::LoopEnter(_)
                | Inst::LoopCheck(_) => {
                    stack.push(pc + 1);
                }
                Inst::BackReference(_) | Inst::Match => return None,
            }
        }
        Some((set, takers))
    }
}

/// The instruction a relative jump leads to.
pub(super) fn target(pc: usize, offset: i32) -> usize {
    pc.checked_add_signed(offset as isize)
        .expect("jumps stay inside the program: fragments are joined with lengths known")
}

/// Part of a program in the making.
#[derive(Debug, Default)]
pub(super) struct Fragment {
    pub(super) insts: Vec<Inst>,
    /// Whether it can match nothing.
    pub(super) nullable: bool,
    /// Whether it is a group and nothing else.
    pub(super) is_group: bool,
}

impl Fragment {
    /// Matches nothing.
    pub(super) fn empty() -> Self {
        Self {
            insts: Vec::new(),
            nullable: true,
            is_group: false,
        }
    }

    /// One instruction.
    pub(super) fn one(inst: Inst) -> Self {
        Self {
            nullable: !matches!(inst, Inst::Byte(_) | Inst::Set(_)),
            insts: vec![inst],
            is_group: false,
        }
    }

    /// This, then the other.
    pub(super) fn append(&mut self, mut other: Fragment) -> Result<(), RegexError> {
        check_length(self.insts.len() + other.insts.len())?;
        self.insts.append(&mut other.insts);
        self.nullable &= other.nullable;
        self.is_group = false;
        Ok(())
    }

    /// One of them, the first preferred. Nothing at all as the first one comes behind the second, as in GNU libc.
    pub(super) fn alternatives(mut parts: Vec<Fragment>) -> Result<Self, RegexError> {
        if let [first, second, ..] = parts.as_mut_slice()
            && first.insts.is_empty()
        {
            std::mem::swap(first, second);
        }
        let total: usize = parts.iter().map(|part| part.insts.len() + 2).sum();
        check_length(total)?;
        let nullable = parts.iter().any(|part| part.nullable);
        let mut parts = parts.into_iter().rev();
        // Written backwards: the last alternative first, each `split part jump` in front of it.
        let mut insts = parts.next().unwrap_or_else(Fragment::empty).insts;
        insts.reverse();
        for part in parts {
            let rest = jump(insts.len() + 1);
            let length = part.insts.len();
            insts.push(Inst::Jump(rest));
            insts.extend(part.insts.into_iter().rev());
            insts.push(Inst::Split(1, jump(length + 2)));
        }
        insts.reverse();
        Ok(Self {
            insts,
            nullable,
            is_group: false,
        })
    }

    /// Between `min` and `max` times, as often as possible; `max` of `None` is without limit.
    pub(super) fn repeat(
        self,
        min: u32,
        max: Option<u32>,
        loops: &mut usize,
    ) -> Result<Self, RegexError> {
        let copies = max.map_or(min as usize + 1, |max| max as usize);
        check_length(copies.saturating_mul(self.insts.len() + 2))?;
        if (min, max) == (1, Some(1)) {
            return Ok(self);
        }
        let nullable = self.nullable || min == 0;
        let copy = self.copy();
        let mut optional = Fragment {
            insts: if min == 0 {
                self.insts.clone()
            } else {
                copy.clone()
            },
            ..self
        };
        if let (true, Some(Inst::Close { optional, .. })) =
            (self.is_group, optional.insts.last_mut())
        {
            *optional = true;
        }
        let mut insts = Vec::new();
        for time in 0..min {
            insts.extend_from_slice(if time == 0 { &self.insts } else { &copy });
        }
        match max {
            None => optional.star(&mut insts, loops)?,
            Some(max) => {
                // `x{,3}` is `((x?x)?x)?`: who takes the last has taken all before.
                let count = (max - min) as usize;
                for left in (1..=count).rev() {
                    insts.push(Inst::Split(1, jump(left + (left * self.insts.len()))));
                }
                for time in 0..count {
                    insts.extend_from_slice(if time == 0 { &optional.insts } else { &copy });
                }
            }
        }
        Ok(Self {
            insts,
            nullable,
            is_group: false,
        })
    }

    /// The instructions once more: no group in them is optional.
    fn copy(&self) -> Vec<Inst> {
        let copied = self.insts.iter().map(|inst| match *inst {
            Inst::Close { slot, .. } => Inst::Close {
                slot,
                optional: false,
            },
            other => other,
        });
        copied.collect()
    }

    fn star(&self, insts: &mut Vec<Inst>, loops: &mut usize) -> Result<(), RegexError> {
        let length = self.insts.len();
        if !self.nullable {
            insts.push(Inst::Split(1, jump(length + 2)));
            insts.extend_from_slice(&self.insts);
            insts.push(Inst::Jump(-jump(length + 1)));
            return Ok(());
        }
        let number = u16::try_from(*loops).map_err(|_| RegexError::TooBig)?;
        *loops += 1;
        insts.push(Inst::LoopStart(number));
        insts.push(Inst::Loop(1, jump(length + 4)));
        insts.push(Inst::LoopEnter(number));
        insts.extend_from_slice(&self.insts);
        insts.push(Inst::LoopCheck(number));
        insts.push(Inst::Jump(-jump(length + 3)));
        Ok(())
    }
}

fn check_length(length: usize) -> Result<(), RegexError> {
    if length > PROGRAM_LIMIT {
        return Err(RegexError::TooBig);
    }
    Ok(())
}

fn jump(distance: usize) -> i32 {
    i32::try_from(distance).expect("fragments are shorter than PROGRAM_LIMIT")
}
