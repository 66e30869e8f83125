//! The text of a program: it grows while the program is parsed, and is shared once that is done.

use std::ops::Deref;

use bytes::Bytes;

use super::program::Span;
use crate::kernel::Buffer;

/// The longest text of which short parts are shared: what lives longer than its program keeps no more than this.
const SHARED_BYTES: usize = 4096;

#[derive(Debug)]
pub(crate) enum ProgramText {
    Growing(Buffer),
    Sealed(Bytes),
}

impl ProgramText {
    pub(crate) fn push(&mut self, byte: u8) {
        if let Self::Growing(text) = self {
            text.push(byte);
        }
    }

    pub(crate) fn extend_from_slice(&mut self, bytes: &[u8]) {
        if let Self::Growing(text) = self {
            text.extend_from_slice(bytes);
        }
    }

    /// Nothing is appended any more.
    pub(crate) fn seal(&mut self) {
        if let Self::Growing(text) = self {
            *self = Self::Sealed(std::mem::take(text).into_bytes());
        }
    }

    /// A part of the text, shared with it where that costs no memory to speak of.
    pub(crate) fn share(&self, span: Span) -> Bytes {
        match self {
            Self::Sealed(text) if text.len() <= SHARED_BYTES => text.slice(span.range()),
            text => Bytes::copy_from_slice(&text[span.range()]),
        }
    }
}

impl Default for ProgramText {
    fn default() -> Self {
        Self::Growing(Buffer::new())
    }
}

impl Deref for ProgramText {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Growing(text) => text,
            Self::Sealed(text) => text,
        }
    }
}
