//! The difference between two states of a container, as a layer.

mod compare;
mod whiteout;
mod writer;

pub use writer::DiffWriter;
