//! What stops a start.

use crate::applets::text;
use crate::kernel::Errno;
use crate::services::program::numbered;

/// Why a configuration cannot be used: the text behind `[emerg] `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Emerg(pub(super) Vec<u8>);

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: std::sync::Arc<[u8]>,
    pub(super) line: usize,
}

impl Place {
    /// `TEXT in FILE:LINE`.
    pub(super) fn emerg(&self, what: impl AsRef<[u8]>) -> Emerg {
        let line = self.line.to_string();
        Emerg(text!(what, " in ", &*self.file, ":", line))
    }
}

/// `CALL "PATH" failed (2: …)`.
pub(super) fn failed(call: &str, path: &[u8], error: Errno) -> Vec<u8> {
    text!(call, " \"", path, "\" failed ", numbered(error))
}
