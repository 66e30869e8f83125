//! Images: list, inspect and pull.

mod inspect;
mod list;
mod names;
mod pull;
mod pull_source;
mod pull_stream;

pub(crate) use inspect::inspect;
pub(crate) use list::list;
pub(crate) use pull::pull;
