//! Content-addressed bytes.

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A SHA-256 digest, written `sha256:<64 hex>`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

/// Text that is no `sha256:<64 lower-case hex>`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("invalid digest: {0}")]
pub struct InvalidDigest(pub String);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The 64 hex digits.
    pub fn hex(self) -> String {
        hex::encode(self.0)
    }

    /// The first 12 hex digits, as layer ids in progress messages.
    pub fn short(self) -> String {
        hex::encode(&self.0[..6])
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        let invalid = || InvalidDigest(text.to_owned());
        let digits = text.strip_prefix("sha256:").ok_or_else(invalid)?;
        if digits.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(invalid());
        }
        let mut digest = [0; 32];
        hex::decode_to_slice(digits, &mut digest).map_err(|_| invalid())?;
        Ok(Self(digest))
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_read_as_written() {
        let digest = Digest::of(b"");
        let text = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest.to_string(), text);
        assert_eq!(text.parse(), Ok(digest));
        for bad in ["", "e3b0", "sha256:e3b0", &text.to_uppercase(), "md5:00"] {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
        }
    }
}
