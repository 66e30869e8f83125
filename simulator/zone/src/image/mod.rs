//! Images: records of accounts, layers of the zone, names.

mod digest;
mod lookup;
mod pull;
mod record;
mod reference;

pub use digest::Digest;
pub(crate) use lookup::{DigestKey, ImageKey, TagKey, hex_range};
pub use record::{ImageDefaults, ImageRecord, ImageRef, LayerDescriptor, PulledImage};
pub use reference::{ImageReference, Selector};
