//! The scheduler: run queues of tasks that spend fuel.
//!
//! One [`Executor`] serves a zone. Each of its worker threads owns a run queue; a compute node belongs to one
//! worker for good. Inside a queue, containers ([`Group`]s) take turns by deficit round robin, weighted with their
//! CPU shares; inside a group tasks run in rounds, each round in an order drawn from the group's seed. A task runs until
//! it waits or its slice of fuel is gone. One fuel is one nanosecond of a nominal core.
//!
//! A worker sleeps on a condition variable while nothing is runnable: an idle zone wakes no thread.

mod cap;
mod executor;
pub mod fuel;
mod group;
mod load;
mod queue;
mod slots;
mod worker;

pub use cap::CpuCap;
pub use executor::{Executor, Hold};
pub use group::{Account, Group, GroupConfig};
