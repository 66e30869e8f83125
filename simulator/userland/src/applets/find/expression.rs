//! Expressions of find: from arguments to a program without recursion.

use crate::applets::accounts::Accounts;
use crate::applets::context::{Fail, text};
use crate::applets::{mode, numbers};
use crate::kernel::Sys;
use crate::regex::{Regex, Syntax};
use bytes::Bytes;

/// Exactly, more than, or less than a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Compare {
    Exactly(u64),
    More(u64),
    Less(u64),
}

impl Compare {
    pub(super) fn holds(self, value: u64) -> bool {
        match self {
            Compare::Exactly(wanted) => value == wanted,
            Compare::More(wanted) => value > wanted,
            Compare::Less(wanted) => value < wanted,
        }
    }
}

/// Which of a file's times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Time {
    Access,
    Change,
    Modification,
}

/// A test or an action.
#[derive(Debug)]
pub(super) enum Leaf {
    Name(Bytes, bool),
    Path(Bytes, bool),
    Regex(Box<Regex>),
    Kind(Vec<u8>),
    Perm(Compare),
    Executable,
    /// Seconds of a unit, and how many units.
    Age(Time, u64, Compare),
    Newer(u64),
    Inode(u64),
    SameFile(u32, u64),
    User(u32),
    Group(u32),
    /// Bytes of a unit, and how many units.
    Size(Compare),
    Links(Compare),
    Empty,
    Constant(bool),
    Prune,
    Quit,
    Print,
    Print0,
    Exec(Vec<Bytes>),
    /// `-exec … +`: the command, and what was found so far.
    ExecAll(Vec<Bytes>, Vec<Bytes>),
}

/// One instruction; the answer of the last leaf decides jumps.
#[derive(Debug)]
pub(super) enum Step {
    Leaf(Leaf),
    JumpIfTrue(usize),
    JumpIfFalse(usize),
    Invert,
}

/// The whole command line behind the paths.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) steps: Vec<Step>,
    pub(super) depth_first: bool,
    pub(super) follow: bool,
    pub(super) one_file_system: bool,
    pub(super) min_depth: usize,
    pub(super) max_depth: usize,
}

/// Deepest nesting of parentheses.
const NESTING_MAX: usize = 200;

struct Parser<'a> {
    sys: &'a Sys,
    accounts: &'a Accounts,
    args: &'a [Bytes],
    at: usize,
    nesting: usize,
    has_action: bool,
    expression: Expression,
}

/// Parses an expression. Without an action it prints.
pub(super) fn parse(sys: &Sys, accounts: &Accounts, args: &[Bytes]) -> Result<Expression, Fail> {
    let mut parser = Parser {
        sys,
        accounts,
        args,
        at: 0,
        nesting: 0,
        has_action: false,
        expression: Expression {
            steps: Vec::new(),
            depth_first: false,
            follow: false,
            one_file_system: false,
            min_depth: 0,
            max_depth: usize::MAX,
        },
    };
    if args.is_empty() {
        parser.leaf(Leaf::Constant(true));
    } else {
        parser.or()?;
        if let Some(extra) = args.get(parser.at) {
            return Err(Fail::Usage(1, Some(text!("unrecognized: ", extra))));
        }
    }
    let mut expression = parser.expression;
    if !parser.has_action {
        let end = expression.steps.len() + 2;
        expression.steps.push(Step::JumpIfFalse(end));
        expression.steps.push(Step::Leaf(Leaf::Print));
    }
    Ok(expression)
}

impl Parser<'_> {
    fn peek(&self) -> Option<&[u8]> {
        self.args.get(self.at).map(AsRef::as_ref)
    }

    fn leaf(&mut self, leaf: Leaf) {
        self.expression.steps.push(Step::Leaf(leaf));
    }

    fn patch(&mut self, jumps: Vec<usize>) {
        let end = self.expression.steps.len();
        for jump in jumps {
            match &mut self.expression.steps[jump] {
                Step::JumpIfTrue(to) | Step::JumpIfFalse(to) => *to = end,
                _ => {}
            }
        }
    }

    fn or(&mut self) -> Result<(), Fail> {
        self.and()?;
        let mut jumps = Vec::new();
        while matches!(self.peek(), Some(b"-o" | b"-or")) {
            self.at += 1;
            jumps.push(self.expression.steps.len());
            self.expression.steps.push(Step::JumpIfTrue(0));
            self.and()?;
        }
        self.patch(jumps);
        Ok(())
    }

    fn and(&mut self) -> Result<(), Fail> {
        self.not()?;
        let mut jumps = Vec::new();
        loop {
            match self.peek() {
                None | Some(b"-o" | b"-or" | b")") => break,
                Some(b"-a" | b"-and") => self.at += 1,
                Some(_) => {}
            }
            jumps.push(self.expression.steps.len());
            self.expression.steps.push(Step::JumpIfFalse(0));
            self.not()?;
        }
        self.patch(jumps);
        Ok(())
    }

    fn not(&mut self) -> Result<(), Fail> {
        let mut inverted = false;
        while matches!(self.peek(), Some(b"!" | b"-not")) {
            self.at += 1;
            inverted = !inverted;
        }
        self.primary()?;
        if inverted {
            self.expression.steps.push(Step::Invert);
        }
        Ok(())
    }

    fn primary(&mut self) -> Result<(), Fail> {
        let Some(word) = self.args.get(self.at).cloned() else {
            let last = self.args.last().cloned().unwrap_or_default();
            return Err(Fail::Usage(1, Some(text!(last, ": argument expected"))));
        };
        self.at += 1;
        if word != "(" {
            let leaf = self.word(&word)?;
            self.leaf(leaf);
            return Ok(());
        }
        self.nesting += 1;
        if self.nesting > NESTING_MAX {
            return Err(Fail::new("expression is nested too deeply"));
        }
        self.or()?;
        self.nesting -= 1;
        if self.peek() != Some(b")") {
            return Err(Fail::new("unpaired '('"));
        }
        self.at += 1;
        Ok(())
    }

    fn argument(&mut self, word: &[u8]) -> Result<Bytes, Fail> {
        let value = self.args.get(self.at).cloned();
        self.at += 1;
        value.ok_or_else(|| requires_argument(word))
    }

    fn word(&mut self, word: &[u8]) -> Result<Leaf, Fail> {
        const DAY: u64 = 86_400;
        Ok(match word {
            b"-name" => Leaf::Name(self.argument(word)?, false),
            b"-iname" => Leaf::Name(self.argument(word)?, true),
            b"-path" => Leaf::Path(self.argument(word)?, false),
            b"-ipath" => Leaf::Path(self.argument(word)?, true),
            b"-regex" => {
                let source = self.argument(word)?;
                let regex = Regex::new(&source, Syntax::Basic, false);
                let regex = regex.map_err(|error| {
                    Fail::new(text!("bad regex '", source, "': ", error.to_string()))
                })?;
                Leaf::Regex(Box::new(regex))
            }
            b"-type" => {
                let kinds = self.argument(word)?;
                let known = kinds
                    .split(|byte| *byte == b',')
                    .all(|kind| matches!(kind, [letter] if b"fdlbcsp".contains(letter)));
                if !known {
                    return Err(Fail::new(text!(
                        "invalid argument '",
                        kinds,
                        "' to '-type'"
                    )));
                }
                Leaf::Kind(kinds.iter().copied().filter(|byte| *byte != b',').collect())
            }
            b"-perm" => self.perm(word)?,
            b"-executable" => Leaf::Executable,
            b"-mtime" => Leaf::Age(Time::Modification, DAY, self.compare(word)?),
            b"-atime" => Leaf::Age(Time::Access, DAY, self.compare(word)?),
            b"-ctime" => Leaf::Age(Time::Change, DAY, self.compare(word)?),
            b"-mmin" => Leaf::Age(Time::Modification, 60, self.compare(word)?),
            b"-amin" => Leaf::Age(Time::Access, 60, self.compare(word)?),
            b"-cmin" => Leaf::Age(Time::Change, 60, self.compare(word)?),
            b"-newer" => Leaf::Newer(self.reference(word)?.mtime.0),
            b"-samefile" => {
                let stat = self.reference(word)?;
                Leaf::SameFile(stat.dev, stat.ino)
            }
            b"-inum" => Leaf::Inode(numbers::unsigned(&self.argument(word)?)?),
            b"-user" => {
                let name = self.argument(word)?;
                Leaf::User(
                    self.accounts
                        .uid_of(&name)
                        .ok_or_else(|| Fail::new(text!("unknown user ", name)))?,
                )
            }
            b"-group" => {
                let name = self.argument(word)?;
                Leaf::Group(
                    self.accounts
                        .gid_of(&name)
                        .ok_or_else(|| Fail::new(text!("unknown group ", name)))?,
                )
            }
            b"-size" => self.size(word)?,
            b"-links" => Leaf::Links(self.compare(word)?),
            b"-empty" => Leaf::Empty,
            b"-prune" => Leaf::Prune,
            b"-follow" => {
                self.expression.follow = true;
                Leaf::Constant(true)
            }
            b"-depth" => {
                self.expression.depth_first = true;
                Leaf::Constant(true)
            }
            b"-xdev" => {
                self.expression.one_file_system = true;
                Leaf::Constant(true)
            }
            b"-maxdepth" => {
                self.expression.max_depth = numbers::unsigned(&self.argument(word)?)? as usize;
                Leaf::Constant(true)
            }
            b"-mindepth" => {
                self.expression.min_depth = numbers::unsigned(&self.argument(word)?)? as usize;
                Leaf::Constant(true)
            }
            _ => return self.action(word),
        })
    }

    fn action(&mut self, word: &[u8]) -> Result<Leaf, Fail> {
        let leaf = match word {
            b"-print" => Leaf::Print,
            b"-print0" => Leaf::Print0,
            b"-quit" => Leaf::Quit,
            b"-exec" => self.exec(word)?,
            _ => return Err(Fail::Usage(1, Some(text!("unrecognized: ", word)))),
        };
        self.has_action = true;
        Ok(leaf)
    }

    fn exec(&mut self, word: &[u8]) -> Result<Leaf, Fail> {
        let mut command = Vec::new();
        loop {
            let next = self.args.get(self.at).cloned();
            let next = next.ok_or_else(|| requires_argument(word))?;
            self.at += 1;
            let all = next == "+" && command.last().is_some_and(|last: &Bytes| last == "{}");
            if next != ";" && !all {
                command.push(next);
                continue;
            }
            if command.is_empty() {
                return Err(requires_argument(word));
            }
            if all {
                command.pop();
                return Ok(Leaf::ExecAll(command, Vec::new()));
            }
            return Ok(Leaf::Exec(command));
        }
    }

    fn compare(&mut self, word: &[u8]) -> Result<Compare, Fail> {
        let text = self.argument(word)?;
        let (make, digits): (fn(u64) -> Compare, &[u8]) = match text.first() {
            Some(b'+') => (Compare::More, &text[1..]),
            Some(b'-') => (Compare::Less, &text[1..]),
            _ => (Compare::Exactly, &text),
        };
        numbers::decimal(digits)
            .map(make)
            .ok_or_else(|| numbers::invalid(&text))
    }

    /// `MODE`, `-MODE` (all of the bits) or `/MODE` (any).
    fn perm(&mut self, word: &[u8]) -> Result<Leaf, Fail> {
        let text = self.argument(word)?;
        let (make, digits): (fn(u64) -> Compare, &[u8]) = match text.first() {
            Some(b'-') => (Compare::Less, &text[1..]),
            Some(b'/' | b'+') => (Compare::More, &text[1..]),
            _ => (Compare::Exactly, &text),
        };
        let bits = mode::apply(digits, 0, false, 0);
        let bits = bits.ok_or_else(|| Fail::new(text!("invalid mode '", text, "'")))?;
        Ok(Leaf::Perm(make(bits.into())))
    }

    fn size(&mut self, word: &[u8]) -> Result<Leaf, Fail> {
        let text = self.argument(word)?;
        let (make, rest): (fn(u64) -> Compare, &[u8]) = match text.first() {
            Some(b'+') => (Compare::More, &text[1..]),
            Some(b'-') => (Compare::Less, &text[1..]),
            _ => (Compare::Exactly, &text),
        };
        let (unit, digits) = match rest.split_last() {
            Some((b'c', digits)) => (1, digits),
            Some((b'w', digits)) => (2, digits),
            Some((b'b', digits)) => (512, digits),
            Some((b'k', digits)) => (1024, digits),
            Some((b'M', digits)) => (1024 * 1024, digits),
            _ => (512, rest),
        };
        let count = numbers::decimal(digits).ok_or_else(|| numbers::invalid(&text))?;
        // Compared in bytes: nothing is rounded up to units.
        Ok(Leaf::Size(make(count.saturating_mul(unit))))
    }

    fn reference(&mut self, word: &[u8]) -> Result<crate::kernel::Stat, Fail> {
        let path = self.argument(word)?;
        self.sys
            .stat(&path)
            .map_err(|error| Fail::new(text!("can't stat '", path, "': ", error.message())))
    }
}

fn requires_argument(word: &[u8]) -> Fail {
    Fail::new(text!(word, " requires an argument"))
}
