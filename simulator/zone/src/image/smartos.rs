//! Images of SmartOS (images.md 4.2): only containers are made of them.

use super::{Digest, ImageRecord, ImageRef, Origin};
use crate::LayerId;
use std::sync::Arc;
use uuid::Uuid;

/// The image `base-64`, which all accounts may use.
pub const BASE_64: Uuid = Uuid::from_u128(0x7b5981c4_1889_11e7_b4c5_3f3bdfc9b88b);

impl ImageRef {
    /// What containers of an image of SmartOS are made from: the file system of its name.
    pub fn smartos(image: Uuid) -> Self {
        Self {
            id: Digest([0; 32]),
            top_layer: LayerId(image),
            layers: Arc::new([]),
            is_legacy: false,
        }
    }
}

impl ImageRecord {
    /// The active image of this text, which must be a UUID (IMG-08).
    pub(crate) fn smartos(text: &str) -> Option<Self> {
        let image: Uuid = text.parse().ok()?;
        (image == BASE_64).then(|| Self::of_nobody(ImageRef::smartos(image), Origin::Pull))
    }
}
