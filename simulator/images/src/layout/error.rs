//! Why files are no images.

use std::io;
use thiserror::Error;

/// A failure; its text goes on from the name of the file.
#[derive(Debug, Error)]
pub enum LayoutError {
    /// It cannot be read, or the archive is damaged.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is something else.
    #[error("is neither an OCI layout nor an archive of `docker save`")]
    NoLayout,
    /// It is packed in a way that is not read.
    #[error("is packed with zstd, which is not read; unpack it first")]
    Packed,
    /// A document is not what it should be.
    #[error("has an invalid {name}: {reason}")]
    Document {
        /// Its file.
        name: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A file is missing.
    #[error("has no file {0}")]
    Missing(String),
}
