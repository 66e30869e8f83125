//! Images: layers and where they are kept, the embedded hub, registries, what a pull does, and the pure parts of builds
//! and commits.
//!
//! The embedded hub stands in for the official index: a small catalogue whose layers are generated from
//! descriptions in [`embedded`], with fixed times and orders, so that every digest is a constant.
//!
//! A build reads a [`context::Context`] and does the instructions of a [`dockerfile::Dockerfile`] to a
//! [`dockerfile::Document`]; who starts containers and stores records is the caller.
//!
//! *Architecture Invariant:* nothing here knows accounts or containers, and HTTP only as a client of registries;
//! records of who has pulled what are the zone's.

mod blob;
mod config;
mod hub;
mod manifest;
mod old_image;
mod schema2;

pub mod context;
pub mod dockerfile;
pub mod embedded;
pub mod layout;
pub mod pull;
pub mod registry;
pub mod store;

pub use blob::Blob;
pub use config::{HistoryEntry, ImageConfig, RunConfig};
pub use hub::{Hub, HubImage, HubLayer, HubManifest, ImportedImage, SearchResult};
pub use schema2::schema2;
