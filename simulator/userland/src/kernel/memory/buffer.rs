//! Bytes that grow, charged.

use super::Charge;
use super::charge::FREE_BYTES;
use bytes::Bytes;
use std::ops::{Deref, DerefMut};

/// A growing sequence of bytes that is charged to the process before it grows.
#[derive(Clone, Debug, Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    charge: Charge,
}

impl Buffer {
    /// An empty one.
    pub const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            charge: Charge::new(),
        }
    }

    /// Bytes that `charge` is for already.
    pub fn with_charge(bytes: Vec<u8>, charge: Charge) -> Self {
        Self { bytes, charge }
    }

    /// `len` zeros.
    pub fn zeroed(len: usize) -> Self {
        let charge = Charge::of(len);
        Self {
            bytes: vec![0; len],
            charge,
        }
    }

    /// Makes room for so many bytes more.
    pub fn reserve(&mut self, more: usize) {
        self.charge.reserve(&mut self.bytes, more);
    }

    /// Appends bytes.
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends one byte.
    pub fn push(&mut self, byte: u8) {
        if self.bytes.len() == self.bytes.capacity() {
            self.reserve(1);
        }
        self.bytes.push(byte);
    }

    /// Sets the length; what is new is filled with `byte`.
    pub fn resize(&mut self, len: usize, byte: u8) {
        self.reserve(len.saturating_sub(self.bytes.len()));
        self.bytes.resize(len, byte);
    }

    /// Takes the last byte away.
    pub fn pop(&mut self) -> Option<u8> {
        self.bytes.pop()
    }

    /// Keeps the first `len` bytes; the memory stays charged.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
    }

    /// Empties it; the memory stays charged.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Keeps the bytes that `keeps` says.
    pub fn retain(&mut self, keeps: impl FnMut(&u8) -> bool) {
        self.bytes.retain(keeps);
    }

    /// Drops the first `count` bytes.
    pub fn drop_front(&mut self, count: usize) {
        self.bytes.drain(..count);
    }

    /// The bytes, charged until the last copy of them is gone.
    pub fn into_bytes(mut self) -> Bytes {
        let len = self.bytes.len();
        if len <= FREE_BYTES {
            return Bytes::from(self.bytes);
        }
        if self.bytes.capacity() > len + len / 8 {
            self.bytes.shrink_to_fit();
            self.charge.set(len);
        }
        Bytes::from_owner(self)
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Extend<u8> for Buffer {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        for byte in bytes {
            self.push(byte);
        }
    }
}

impl From<&[u8]> for Buffer {
    fn from(bytes: &[u8]) -> Self {
        let mut buffer = Self::new();
        buffer.extend_from_slice(bytes);
        buffer
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(bytes: Vec<u8>) -> Self {
        let charge = match bytes.capacity() {
            0..=FREE_BYTES => Charge::new(),
            capacity => Charge::of(capacity),
        };
        Self { bytes, charge }
    }
}

impl PartialEq<[u8]> for Buffer {
    fn eq(&self, other: &[u8]) -> bool {
        self.bytes == other
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Allowance, Footprint, Pool, enter};
    use super::*;

    #[test]
    fn bytes_stay_charged_until_the_last_copy_is_gone() {
        let allowance = Allowance::new(1 << 20, &Pool::new(1 << 20), Box::new(|_| {}));
        let footprint = Footprint::new(1, &allowance);
        let _entered = enter(&footprint);
        let mut buffer = Buffer::new();
        buffer.extend(*b"small things are free");
        assert_eq!(allowance.used_bytes(), 0);
        for _ in 0..1000 {
            buffer.extend_from_slice(&[b'x'; 100]);
        }
        assert!(allowance.used_bytes() >= buffer.len() as u64);
        let bytes = buffer.into_bytes();
        let part = bytes.slice(..10);
        drop(bytes);
        assert!((100_000..=115_000).contains(&allowance.used_bytes()));
        drop(part);
        assert_eq!(allowance.used_bytes(), 0);
    }
}
