//! What is open around a place in a word that is being expanded.

use bytes::Bytes;

use super::Rich;
use super::cursor::Cursor;
use super::parameter::Position;
use crate::shell::program::{Operator, Span};

/// An operand or an expression being expanded.
pub(super) struct Level {
    pub(super) purpose: Purpose,
    /// What is in it is passed over.
    pub(super) skipped: bool,
    /// What was expanded before it; it goes on when the level ends.
    pub(super) before: Rich,
}

pub(super) enum Purpose {
    /// The operand stands for the parameter and goes where it stood.
    InPlace,
    Arithmetic {
        quoted: bool,
    },
    Operand(Operand),
}

/// A parameter whose operator needs its operand's text.
pub(super) struct Operand {
    pub(super) name: Span,
    pub(super) operator: Operator,
    pub(super) position: Position,
    pub(super) value: Bytes,
    /// Nothing is written behind the operator.
    pub(super) empty: bool,
    /// The slash that divides it, until its second half begins.
    pub(super) slash: Option<Cursor>,
    /// Its first half, once the second has begun.
    pub(super) pattern: Option<Rich>,
    /// The slash is passed in its second half.
    pub(super) divided_at: Option<Cursor>,
}
