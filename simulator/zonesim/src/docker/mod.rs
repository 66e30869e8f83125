//! The Docker endpoint: its route table, its pipeline, and one module for each resource.

pub(crate) mod body;
mod ca;
mod duration;
pub(crate) mod failure;
mod frame;
pub(crate) mod pipeline;
pub(crate) mod query;
pub(crate) mod route;
pub(crate) mod table;
mod time;
