//! Why a tar archive was refused.

use crate::FsError;
use thiserror::Error;

/// One reason to refuse an archive (images.md 19); nothing of a refused layer is kept.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The bytes are no tar archive, or reading them failed.
    #[error("archive is unreadable: {0}")]
    Unreadable(#[from] std::io::Error),
    /// An entry's name is absolute or has a `..`.
    #[error("entry {name:?} leads outside the archive's root")]
    Escapes {
        /// The entry's name as it stands in the archive.
        name: String,
    },
    /// A hard link's target is not in the tree.
    #[error("hard link {name:?} has no target {target:?}")]
    MissingTarget {
        /// The link's name.
        name: String,
        /// What it should link to.
        target: String,
    },
    /// An entry's name, a count or a size is beyond its limit.
    #[error("archive exceeds the limit on {what} ({limit})")]
    TooBig {
        /// What is limited.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The tree does not accept an entry.
    #[error("entry {name:?} cannot be made: {source}")]
    Refused {
        /// The entry's name.
        name: String,
        /// Why.
        source: FsError,
    },
    /// The path to archive or to extract to cannot be used.
    #[error("path cannot be used: {0}")]
    Path(FsError),
}
