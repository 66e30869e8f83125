//! Content-addressed bytes.

use bytes::Bytes;
use zone::Digest;

/// Bytes and their digest.
#[derive(Clone, Debug)]
pub struct Blob {
    /// SHA-256 of `bytes`.
    pub digest: Digest,
    /// The content.
    pub bytes: Bytes,
}

impl Blob {
    /// A blob of `bytes`.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self {
            digest: Digest::of(&bytes),
            bytes,
        }
    }

    /// Length in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }
}
