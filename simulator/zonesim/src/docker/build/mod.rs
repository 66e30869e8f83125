//! `POST /build` (images.md 16): the builder of the engines 1.8 to 1.12, with one container for all steps.

mod builder;
mod cache;
mod container;
mod handler;
mod output;
mod request;
mod step;
mod upload;

pub(super) use handler::build;
