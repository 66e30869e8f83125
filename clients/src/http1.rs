//! HTTP/1.1 messages as bytes: heads with names in their order and case, and bodies by their
//! framing. Without input or output of its own; the raw client and the mutating proxy share it.

mod body;
mod head;

pub use body::Framing;
pub(crate) use body::{BodyDecoder, Decoded};
pub(crate) use head::take_head;
pub use head::{Head, Malformed};
