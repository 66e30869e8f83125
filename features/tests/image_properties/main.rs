//! What must hold of every image: registries give back what they got, and the cache changes nothing.

mod cache;
mod host;
mod registry;
