//! The machine that runs programs: a stack of frames on the heap, stepped one at a time.

mod assignment;
mod frame;
mod messages;
mod resume;
mod steps;
mod trap_actions;
mod unwind;

pub(crate) use frame::{Call, Flags, Frame, Unwind};
pub(crate) use steps::Machine;
