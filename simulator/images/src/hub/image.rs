//! Images as registries have them: documents and layers.

use crate::Blob;
use bytes::Bytes;
use zone::Digest;

/// One image for linux/amd64 as the hub serves it.
#[derive(Clone, Debug)]
pub struct HubImage {
    /// The platform's manifest.
    pub manifest: Blob,
    /// The manifest list or index that leads to it, when the tag names one (IMG-38).
    pub list: Option<Blob>,
    /// The configuration document.
    pub config: Blob,
    /// Layers as they travel, base first, with the digest of their unpacked form.
    pub layers: Vec<HubLayer>,
}

/// A layer.
#[derive(Clone, Debug)]
pub struct HubLayer {
    /// What travels: gzip bytes, or the tar itself.
    pub blob: Blob,
    /// Digest of the unpacked tar.
    pub diff_id: Digest,
    /// The tar itself.
    pub tar: Bytes,
}

impl HubLayer {
    /// Whether what travels is not the tar itself.
    pub fn is_compressed(&self) -> bool {
        self.blob.digest != self.diff_id
    }
}

/// A manifest, manifest list or index.
#[derive(Clone, Debug)]
pub struct HubManifest {
    /// The `Content-Type` it is served with.
    pub media_type: &'static str,
    /// What refers to it: the digest of its bytes, or of the payload when it is signed schema 1.
    pub digest: Digest,
    /// The document.
    pub blob: Blob,
}

impl HubManifest {
    /// A document that its bytes' digest refers to.
    pub(crate) fn new(media_type: &'static str, document: Vec<u8>) -> Self {
        let blob = Blob::new(document);
        Self {
            media_type,
            digest: blob.digest,
            blob,
        }
    }
}
