//! Where layers are kept: compressed, as registries know them, and unpacked, as file trees read them. Both lie in
//! unlinked files of the host, so that big layers need no memory and nothing is left behind.

mod compression;
mod file;
mod layer;
mod layer_writer;
mod layers;
mod writer;

pub use compression::Compression;
pub(crate) use file::source as host_file;
pub(crate) use layer::unpacked;
pub use layer::{Layer, LayerFault};
pub use layer_writer::LayerWriter;
pub use layers::{Store, tree_of};
pub use writer::BlobWriter;
