//! What programs are compiled to: instructions of a stack machine.

use crate::kernel::List;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a value can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Variable(usize),
    /// An element of an array; its index is on the stack.
    Element(usize),
    Scale,
    InputBase,
    OutputBase,
    Last,
}

/// An operator of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Less,
    LessEqual,
    Equal,
    NotEqual,
    GreaterEqual,
    Greater,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

/// One step.
#[derive(Clone, Debug)]
pub(super) enum Instruction {
    /// Digits, which mean what the input base makes of them when they are reached.
    Number(Bytes),
    /// An array, as an argument.
    Array(usize),
    Load(Place),
    /// Loads an element and leaves its index.
    Peek(usize),
    /// Leaves the value.
    Store(Place),
    /// `++` and `--`; leaves the value before or after it.
    Step {
        place: Place,
        up: bool,
        after: bool,
    },
    Binary(Operator),
    Negate,
    Not,
    Length,
    ScaleOf,
    Root,
    Read,
    Call {
        function: usize,
        arguments: usize,
    },
    Return,
    Jump(usize),
    JumpIfZero(usize),
    Drop,
    /// Writes a line with the value, which becomes `last`.
    Show,
    /// Writes the value only.
    Print,
    /// Writes text as it is.
    Text(Bytes),
    /// Writes text whose escapes mean something.
    Escaped(Bytes),
    Limits,
    Halt,
}

/// Instructions in order.
pub(super) type Code = List<Instruction>;

/// A variable of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Local {
    pub(super) name: usize,
    pub(super) kind: LocalKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LocalKind {
    Number,
    Array,
    /// The caller's array itself.
    Reference,
}

/// A defined function.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) parameters: Vec<Local>,
    pub(super) autos: Vec<Local>,
    pub(super) code: Arc<Code>,
}

/// Numbers for names, in the order in which they are met.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<Bytes, usize>,
}

impl Names {
    pub(super) fn id(&mut self, name: &Bytes) -> usize {
        let next = self.known.len();
        *self.known.entry(name.clone()).or_insert(next)
    }
}
