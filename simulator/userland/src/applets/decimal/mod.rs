//! Decimal numbers of any length, as bc and dc compute with them.
//!
//! Every operation whose work grows with its operands spends fuel for it and gives way meanwhile.

mod arithmetic;
mod limbs;
mod number;
mod power;
mod radix;

pub(super) use number::Number;
pub(super) use radix::{Column, print, read_digits};
