//! From a pattern to a program, without recursion: open groups are a stack of frames.

use super::bracket::{self, ByteSet, is_space, is_word};
use super::interval::Interval;
use super::program::{Assert, Fragment, GROUPS_KEPT, Inst, Program};
use super::{Options, RegexError, Syntax};

/// Most open groups at one place.
const NESTING_LIMIT: usize = 1000;
/// Longest pattern, bytes.
const PATTERN_LIMIT: usize = 65_536;

/// Compiles a pattern.
pub(super) fn compile(pattern: &[u8], options: Options) -> Result<Program, RegexError> {
    if pattern.len() > PATTERN_LIMIT {
        return Err(RegexError::TooBig);
    }
    let parser = Parser {
        pattern,
        at: 0,
        options,
        stack: Vec::new(),
        frame: Frame::new(None, 0),
        groups: 0,
        closed: 0,
        loops: 0,
        sets: Vec::new(),
        has_back_references: false,
    };
    parser.run()
}

/// A group, or the whole pattern, that is being read.
struct Frame {
    group: Option<usize>,
    alternatives: Vec<Fragment>,
    /// The present alternative without its last atom.
    before: Fragment,
    /// The last atom, which a repetition would apply to.
    atom: Option<Fragment>,
    /// Nothing of the present alternative was read: a `^` here is an anchor in basic syntax, too.
    at_start: bool,
    /// The last atom was repeated: in basic syntax it is not repeated again.
    repeated: bool,
    /// The groups that could be referred to where this one began.
    closed_before: u16,
    /// Those that were closed in earlier alternatives.
    closed_in_others: u16,
}

impl Frame {
    fn new(group: Option<usize>, closed_before: u16) -> Self {
        Self {
            group,
            alternatives: Vec::new(),
            before: Fragment::empty(),
            atom: None,
            at_start: true,
            repeated: false,
            closed_before,
            closed_in_others: 0,
        }
    }

    fn settle(&mut self) -> Result<(), RegexError> {
        match self.atom.take() {
            Some(atom) => self.before.append(atom),
            None => Ok(()),
        }
    }

    fn next_alternative(&mut self) -> Result<(), RegexError> {
        self.settle()?;
        let done = std::mem::replace(&mut self.before, Fragment::empty());
        self.alternatives.push(done);
        self.at_start = true;
        self.repeated = false;
        Ok(())
    }

    fn finish(mut self) -> Result<Fragment, RegexError> {
        self.next_alternative()?;
        Fragment::alternatives(self.alternatives)
    }
}

struct Parser<'p> {
    pattern: &'p [u8],
    at: usize,
    options: Options,
    stack: Vec<Frame>,
    frame: Frame,
    groups: usize,
    /// Bit n: group n was closed and can be referred to.
    closed: u16,
    loops: usize,
    sets: Vec<ByteSet>,
    has_back_references: bool,
}

impl Parser<'_> {
    fn run(mut self) -> Result<Program, RegexError> {
        while let Some(&byte) = self.pattern.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.escape()?,
                b'[' => {
                    let ignore_case = self.options.ignore_case;
                    let (mut set, negated) =
                        bracket::parse(self.pattern, &mut self.at, ignore_case)?;
                    if negated && self.options.newline {
                        set.remove(b'\n');
                    }
                    self.set(set)?;
                }
                b'.' => {
                    let mut set = ByteSet::default().complement();
                    if self.options.newline {
                        set.remove(b'\n');
                    }
                    self.set(set)?;
                }
                b'*' => self.star()?,
                b'^' if self.caret_is_anchor() => self.assertion(Assert::LineStart)?,
                b'$' if self.dollar_is_anchor() => self.assertion(Assert::LineEnd)?,
                _ if self.extended() => self.extended_byte(byte)?,
                _ => self.literal(byte)?,
            }
        }
        self.end()
    }

    fn end(mut self) -> Result<Program, RegexError> {
        if !self.stack.is_empty() {
            return Err(RegexError::UnmatchedOpen);
        }
        let frame = std::mem::replace(&mut self.frame, Frame::new(None, 0));
        let mut all = frame.finish()?;
        all.append(Fragment::one(Inst::Match))?;
        let mut program = Program {
            insts: all.insts,
            sets: self.sets,
            groups: self.groups,
            loops: self.loops,
            has_back_references: self.has_back_references,
            ignore_case: self.options.ignore_case,
            newline: self.options.newline,
            first: None,
            second: None,
            anchored: false,
            straight: false,
        };
        program.analyse();
        Ok(program)
    }

    fn extended(&self) -> bool {
        self.options.syntax == Syntax::Extended
    }

    fn extended_byte(&mut self, byte: u8) -> Result<(), RegexError> {
        match byte {
            b'(' => self.open(),
            b')' if !self.stack.is_empty() => self.close(),
            b'|' => self.next_alternative(),
            b'+' => self.repeat(1, None),
            b'?' => self.repeat(0, Some(1)),
            b'{' => self.braces(),
            _ => self.literal(byte),
        }
    }

    fn escape(&mut self) -> Result<(), RegexError> {
        let Some(&byte) = self.pattern.get(self.at) else {
            return Err(RegexError::TrailingBackslash);
        };
        self.at += 1;
        match byte {
            b'w' => self.set(ByteSet::of(is_word)),
            b'W' => self.set(ByteSet::of(|byte| !is_word(byte))),
            b's' => self.set(ByteSet::of(is_space)),
            b'S' => self.set(ByteSet::of(|byte| !is_space(byte))),
            b'b' => self.assertion(Assert::WordBoundary),
            b'B' => self.assertion(Assert::NotWordBoundary),
            b'<' => self.assertion(Assert::WordStart),
            b'>' => self.assertion(Assert::WordEnd),
            b'`' => self.assertion(Assert::BufferStart),
            b'\'' => self.assertion(Assert::BufferEnd),
            b'1'..=b'9' => self.back_reference(byte - b'0'),
            // GNU libc keeps the case of what is escaped, and looks at texts in upper case.
            b'a'..=b'z' if self.options.ignore_case => self.set(ByteSet::default()),
            _ if self.extended() => self.literal(byte),
            b'(' => self.open(),
            b')' if self.stack.is_empty() => Err(RegexError::UnmatchedOpen),
            b')' => self.close(),
            b'|' => self.next_alternative(),
            b'+' if self.frame.atom.is_some() => self.repeat(1, None),
            b'?' if self.frame.atom.is_some() => self.repeat(0, Some(1)),
            b'{' => self.braces(),
            _ => self.literal(byte),
        }
    }

    fn atom(&mut self, fragment: Fragment) -> Result<(), RegexError> {
        self.frame.settle()?;
        self.frame.atom = Some(fragment);
        self.frame.at_start = false;
        self.frame.repeated = false;
        Ok(())
    }

    /// What an alternative refers to is a group before all of them, or one of its own.
    fn next_alternative(&mut self) -> Result<(), RegexError> {
        self.frame.closed_in_others |= self.closed;
        self.closed = self.frame.closed_before;
        self.frame.next_alternative()
    }

    fn literal(&mut self, byte: u8) -> Result<(), RegexError> {
        if self.options.ignore_case && byte.is_ascii_alphabetic() {
            return self.set(ByteSet::of(|other| other.eq_ignore_ascii_case(&byte)));
        }
        self.atom(Fragment::one(Inst::Byte(byte)))
    }

    fn set(&mut self, set: ByteSet) -> Result<(), RegexError> {
        let index = match self.sets.iter().position(|known| *known == set) {
            Some(index) => index,
            None => {
                self.sets.push(set);
                self.sets.len() - 1
            }
        };
        let index = u16::try_from(index).map_err(|_| RegexError::TooBig)?;
        self.atom(Fragment::one(Inst::Set(index)))
    }

    /// An anchor cannot be repeated: what follows it stands as at the start.
    fn assertion(&mut self, assert: Assert) -> Result<(), RegexError> {
        self.frame.settle()?;
        self.frame
            .before
            .append(Fragment::one(Inst::Assert(assert)))?;
        self.frame.at_start = false;
        self.frame.repeated = false;
        Ok(())
    }

    fn caret_is_anchor(&self) -> bool {
        self.extended() || self.frame.at_start
    }

    fn dollar_is_anchor(&self) -> bool {
        let rest = &self.pattern[self.at..];
        self.extended() || rest.is_empty() || rest.starts_with(b"\\)") || rest.starts_with(b"\\|")
    }

    fn star(&mut self) -> Result<(), RegexError> {
        if self.frame.atom.is_none() && !self.extended() {
            return self.literal(b'*');
        }
        self.check_repeated()?;
        self.repeat(0, None)
    }

    /// Basic syntax has no `*` and `\{` behind another repetition.
    fn check_repeated(&self) -> Result<(), RegexError> {
        if self.frame.repeated && !self.extended() {
            return Err(RegexError::NothingToRepeat);
        }
        Ok(())
    }

    fn repeat(&mut self, min: u32, max: Option<u32>) -> Result<(), RegexError> {
        let Some(atom) = self.frame.atom.take() else {
            return Err(RegexError::NothingToRepeat);
        };
        self.frame.atom = Some(atom.repeat(min, max, &mut self.loops)?);
        self.frame.repeated = true;
        Ok(())
    }

    fn braces(&mut self) -> Result<(), RegexError> {
        if self.frame.atom.is_none() {
            return Err(RegexError::NothingToRepeat);
        }
        self.check_repeated()?;
        let interval = Interval {
            pattern: self.pattern,
            at: self.at,
            extended: self.extended(),
        };
        let (min, max, at) = interval.read()?;
        self.at = at;
        self.repeat(min, max)
    }

    fn open(&mut self) -> Result<(), RegexError> {
        if self.stack.len() >= NESTING_LIMIT {
            return Err(RegexError::TooBig);
        }
        self.frame.settle()?;
        self.frame.at_start = false;
        self.groups += 1;
        let inner = Frame::new(Some(self.groups), self.closed);
        self.stack.push(std::mem::replace(&mut self.frame, inner));
        Ok(())
    }

    fn close(&mut self) -> Result<(), RegexError> {
        let outer = self.stack.pop().ok_or(RegexError::UnmatchedOpen)?;
        self.closed |= self.frame.closed_in_others;
        let frame = std::mem::replace(&mut self.frame, outer);
        let group = frame.group.ok_or(RegexError::UnmatchedOpen)?;
        let body = frame.finish()?;
        if group >= GROUPS_KEPT {
            return self.atom(body);
        }
        self.closed |= 1 << group;
        let slot = u8::try_from(group * 2).map_err(|_| RegexError::TooBig)?;
        let nullable = body.nullable;
        let mut whole = Fragment::one(Inst::Save(slot));
        whole.append(body)?;
        whole.append(Fragment::one(Inst::Close {
            slot,
            optional: false,
        }))?;
        whole.nullable = nullable;
        whole.is_group = true;
        self.atom(whole)
    }

    fn back_reference(&mut self, group: u8) -> Result<(), RegexError> {
        if self.closed & (1 << group) == 0 {
            return Err(RegexError::BackReference);
        }
        self.has_back_references = true;
        self.atom(Fragment::one(Inst::BackReference(group)))
    }
}
