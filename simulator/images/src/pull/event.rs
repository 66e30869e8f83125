//! What is told of a pull while it goes on.

use zone::Digest;

/// One message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullEvent {
    /// There is such an image, and its layers come now.
    Found,
    /// A status of a layer without progress.
    Layer(Digest, &'static str),
    /// So many of so many bytes of a layer have arrived.
    Downloading {
        /// The layer.
        digest: Digest,
        /// Bytes so far.
        current: u64,
        /// All bytes.
        total: u64,
    },
}
