//! Getting an image from a registry, or from the embedded hub (images.md 10, 15.2).

mod document;
mod download;
mod error;
mod event;
mod image;
mod origin;
mod schema1;
mod schema1_signature;

pub use document::{is_oci, media_type_of};
pub use error::PullError;
pub use event::PullEvent;
pub use image::{Pulled, pull};
pub use origin::Origin;

use futures_util::future::BoxFuture;

/// Who is told how a pull goes.
pub type Report<'a> = dyn Fn(PullEvent) -> BoxFuture<'a, ()> + Send + Sync + 'a;

/// The pause between two attempts to get a blob.
pub type Pause<'a> = dyn Fn() -> BoxFuture<'a, ()> + Send + Sync + 'a;
