//! The Docker endpoint: its route table, its pipeline, and one module for each resource.

pub(crate) mod body;
mod build;
mod ca;
#[cfg(test)]
mod cancellation;
mod containers;
mod duration;
mod error;
mod exec;
mod extensions;
pub(crate) mod failure;
mod fields;
mod frame;
mod images;
mod incoming;
mod json;
pub(crate) mod pipeline;
pub(crate) mod query;
pub(crate) mod route;
mod session;
mod system;
pub(crate) mod table;
pub(crate) mod time;
