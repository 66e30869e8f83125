//! Images: records of accounts, layers of the zone, names.

mod delete;
mod digest;
mod images;
mod keep;
mod legacy;
mod lookup;
mod lost;
mod record;
mod reference;
mod smartos;
mod tag;

pub use delete::Removal;
pub use digest::Digest;
pub(crate) use images::Images;
pub(crate) use lookup::hex_range;
pub use record::{
    ImageDefaults, ImageRecord, ImageRef, LayerDescriptor, NewImage, NewName, Origin,
};
pub use reference::{ImageReference, Selector};
pub use smartos::BASE_64;
