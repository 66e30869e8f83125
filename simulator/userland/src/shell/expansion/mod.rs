//! Word expansion: parameters, commands, arithmetic, tildes, field splitting and path names.

mod glob;
mod parameter;
mod rich;
mod substitution;
mod tilde;
mod walk;

pub(crate) use rich::{Kind, Rich};
