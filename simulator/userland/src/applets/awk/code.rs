//! What a program is compiled to: code for a machine with a stack.

use super::token::Builtin;
use super::value::Value;
use std::collections::HashMap;

/// Where a value is read from or stored to. Fields and elements find their index on the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Global(usize),
    Local(usize),
    Field,
    Element(ArrayName),
}

impl Target {
    /// Whether an index on the stack belongs to it.
    pub(super) fn has_index(self) -> bool {
        matches!(self, Target::Field | Target::Element(_))
    }
}

/// A variable that is used as an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArrayName {
    Global(usize),
    Local(usize),
}

/// Arithmetic on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
}

/// Where output goes; the name is on the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Redirect {
    None,
    File,
    Append,
    Pipe,
}

/// What getline reads; names are on the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Main,
    File,
    Command,
}

/// One instruction. "Pushes" and "pops" are about the stack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Op {
    /// Pushes a constant.
    Constant(usize),
    /// Pushes what a target holds; pops its index.
    Load(Target),
    /// Stores the top, which stays; the index under it goes.
    Store(Target),
    /// Adds to a target; pushes the new value, or the old one.
    Increment {
        target: Target,
        by: f64,
        old: bool,
    },
    /// Pushes a variable to be passed to a function, maybe an array.
    Reference(ArrayName),
    Duplicate,
    Pop,
    Arithmetic(Arithmetic),
    Compare(Comparison),
    Negate,
    Plus,
    Not,
    /// Makes the top 0 or 1.
    Truth,
    Concatenate,
    /// Joins so many indices with SUBSEP.
    Join(usize),
    /// Pops a pattern and a text; pushes whether it matches, or not.
    Match {
        negated: bool,
    },
    /// Pushes whether `$0` matches the regular expression constant.
    MatchRecord(usize),
    Jump(usize),
    /// Pops.
    JumpIfFalse(usize),
    /// Pops.
    JumpIfTrue(usize),
    /// Pops an index; pushes whether it is in the array.
    In(ArrayName),
    /// Pops an index.
    Delete(ArrayName),
    DeleteAll(ArrayName),
    /// Begins a walk over the indices.
    EachStart(ArrayName),
    /// Pushes the next index, or jumps.
    EachNext(usize),
    /// Ends a walk.
    EachEnd,
    /// Pops arguments; pushes a value.
    Builtin(Builtin, usize),
    /// Pops arguments and, for the targets of sub and gsub, an index.
    Substitute {
        all: bool,
        target: Target,
    },
    /// `split`: pops the separator when there is one, and the text.
    Split {
        array: ArrayName,
        separator: bool,
    },
    /// `length` of a variable that may be an array.
    LengthOf(ArrayName),
    Call {
        function: usize,
        arguments: usize,
    },
    Return,
    /// Pops the name if there is one, then so many values.
    Print(usize, Redirect),
    Printf(usize, Redirect),
    /// Pops the name if there is one and the target's index; pushes 1, 0 or -1.
    Getline(Source, Option<Target>),
    /// Jumps when a range pattern is open.
    RangeGate(usize, usize),
    RangeSet(usize, bool),
    Next,
    NextFile,
    /// Pops the status when one was given.
    Exit(bool),
    /// The end of a section.
    End,
}

/// A function of the program.
#[derive(Clone, Debug, Default)]
pub(super) struct Function {
    pub(super) start: Option<usize>,
    pub(super) parameters: usize,
}

/// Variables with a meaning, in the order of their numbers.
pub(super) const SPECIAL: [&str; 19] = [
    "NF",
    "NR",
    "FNR",
    "FS",
    "OFS",
    "RS",
    "ORS",
    "RT",
    "FILENAME",
    "SUBSEP",
    "CONVFMT",
    "OFMT",
    "IGNORECASE",
    "ENVIRON",
    "ARGC",
    "ARGV",
    "RSTART",
    "RLENGTH",
    "ERRNO",
];

/// Numbers of the special variables.
pub(super) mod special {
    pub(in super::super) const NF: usize = 0;
    pub(in super::super) const NR: usize = 1;
    pub(in super::super) const FNR: usize = 2;
    pub(in super::super) const FS: usize = 3;
    pub(in super::super) const OFS: usize = 4;
    pub(in super::super) const RS: usize = 5;
    pub(in super::super) const ORS: usize = 6;
    pub(in super::super) const RT: usize = 7;
    pub(in super::super) const FILENAME: usize = 8;
    pub(in super::super) const SUBSEP: usize = 9;
    pub(in super::super) const CONVFMT: usize = 10;
    pub(in super::super) const OFMT: usize = 11;
    pub(in super::super) const IGNORECASE: usize = 12;
    pub(in super::super) const ENVIRON: usize = 13;
    pub(in super::super) const ARGC: usize = 14;
    pub(in super::super) const ARGV: usize = 15;
    pub(in super::super) const RSTART: usize = 16;
    pub(in super::super) const RLENGTH: usize = 17;
}

/// A whole program.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) ops: Vec<Op>,
    /// Line of each instruction.
    pub(super) lines: Vec<u32>,
    pub(super) constants: Vec<Value>,
    /// Sources of the regular expression literals.
    pub(super) regexes: Vec<Vec<u8>>,
    pub(super) globals: HashMap<String, usize>,
    pub(super) functions: Vec<Function>,
    pub(super) ranges: usize,
    /// Where the sections start.
    pub(super) begin: usize,
    pub(super) main: usize,
    pub(super) end: usize,
    /// There are rules besides BEGIN, so that input is read.
    pub(super) reads_input: bool,
}
