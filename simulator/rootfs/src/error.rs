//! Why a file system call failed.

use thiserror::Error;

/// One failure of a file system call; each has one Unix error number, which the kernel attaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FsError {
    /// ENOENT.
    #[error("no such file or directory")]
    NotFound,
    /// EEXIST.
    #[error("file exists")]
    Exists,
    /// ENOTDIR.
    #[error("not a directory")]
    NotDirectory,
    /// EISDIR.
    #[error("is a directory")]
    IsDirectory,
    /// ENOTEMPTY.
    #[error("directory not empty")]
    NotEmpty,
    /// EDQUOT: the container's disk is full (VOL-24).
    #[error("disk quota exceeded")]
    QuotaExceeded,
    /// ENAMETOOLONG.
    #[error("name too long")]
    NameTooLong,
    /// EMLINK: an inode has as many hard links as it may have.
    #[error("too many links")]
    TooManyLinks,
    /// ELOOP: too many symbolic links on the way of a path.
    #[error("too many levels of symbolic links")]
    SymlinkLoop,
    /// EINVAL.
    #[error("invalid argument")]
    Invalid,
    /// EFBIG.
    #[error("file too large")]
    FileTooBig,
    /// EROFS.
    #[error("read-only file system")]
    ReadOnly,
    /// EIO: bytes of an image cannot be read.
    #[error("input/output error")]
    Io,
    /// EPERM: what no file system allows (a hard link to a directory).
    #[error("operation not permitted")]
    NotPermitted,
}
