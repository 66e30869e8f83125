//! find.

mod expression;
mod walk;

pub(super) use walk::run;
