//! Word expansion: parameters, commands, arithmetic, tildes, field splitting and path names.

mod cursor;
mod glob;
mod levels;
mod operand;
mod operators;
mod parameter;
mod process;
mod rich;
mod simple;
mod substitution;
mod tilde;
mod walk;
mod word;

pub(crate) use rich::{Kind, Rich};

/// What a word is expanded for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    /// Fields: `$@` keeps its parameters apart.
    Fields,
    /// One text: `$@` and `$*` are joined.
    Text,
    /// As a text; tildes also expand behind colons.
    Assignment,
    /// As an assignment whose name comes first: an argument of `export`.
    Declaration,
}
