//! Memory: what processes hold, charged before it is allocated.
//!
//! A process charges every buffer that grows with its input: a [`Charge`] beside a collection, or a [`Buffer`] in
//! its place. A charge counts for the process ([`Footprint`]), its container ([`Allowance`]: the package's RAM) and
//! all containers together ([`Pool`]). When the container has no more, the process that asked is killed where it asks;
//! when the pool has none, the largest process of all.

mod buffer;
mod charge;
mod footprint;
mod list;
mod pool;

pub use buffer::Buffer;
pub use charge::Charge;
pub use list::{Items, List};

pub(in crate::kernel) use charge::{OutOfMemory, enter};
pub(in crate::kernel) use footprint::{Allowance, Footprint};
pub(crate) use pool::Pool;
