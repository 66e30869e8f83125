//! The layer without entries that schema 1 names for each step which has made none (images.md 2).

use crate::Blob;
use crate::hub::HubLayer;
use bytes::Bytes;
use zone::Digest;

/// The gzip bytes that everyone has for it.
const BLOB: [u8; 32] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x09, 0x6e, 0x88, 0x00, 0xff, 0x62, 0x18, 0x05, 0xa3, 0x60, 0x14,
    0x8c, 0x58, 0x00, 0x08, 0x00, 0x00, 0xff, 0xff, 0x2e, 0xaf, 0xb5, 0xef, 0x00, 0x04, 0x00, 0x00,
];

/// Two empty blocks.
const TAR: [u8; 1024] = [0; 1024];

pub(super) fn empty_layer() -> HubLayer {
    HubLayer {
        blob: Blob::new(Bytes::from_static(&BLOB)),
        diff_id: Digest::of(&TAR),
        tar: Bytes::from_static(&TAR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_digests_are_those_of_the_scratch_image() {
        let layer = empty_layer();
        assert_eq!(
            layer.blob.digest.hex(),
            "a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4"
        );
        assert_eq!(
            layer.diff_id.hex(),
            "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
        );
    }
}
