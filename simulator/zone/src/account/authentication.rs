//! Remembered authentications (ACC-33).

use crate::TimerId;

/// One login's proof of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Authentication {
    /// SHA-512 fingerprint of the certificate's key.
    pub(crate) subject_key_sha512: [u8; 64],
    /// Ends it.
    pub(crate) timer: TimerId,
}
