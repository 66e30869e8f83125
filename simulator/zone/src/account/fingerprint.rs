//! MD5 fingerprints of SSH keys.

use md5::{Digest as _, Md5};
use std::fmt;

/// MD5 of a key's SSH wire blob, written as 16 hex pairs joined by colons: a key's primary id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub [u8; 16]);

impl Fingerprint {
    /// The fingerprint of a wire blob.
    pub fn of(blob: &[u8]) -> Self {
        Self(Md5::digest(blob).into())
    }

    /// Reads `aa:bb:…`, either case.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        let mut pairs = text.split(':');
        for byte in &mut bytes {
            let pair = pairs.next().filter(|pair| pair.len() == 2)?;
            hex::decode_to_slice(pair, std::slice::from_mut(byte)).ok()?;
        }
        pairs.next().is_none().then_some(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let colon = if index == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02x}")?;
        }
        Ok(())
    }
}
