//! A layer in the making.

use super::{BlobWriter, Layer};
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use std::io::{self, Write};
use zone::LayerDescriptor;

/// Takes the archive of a layer in, piece by piece, and packs it. The same archive gives the same layer.
#[derive(Debug)]
pub struct LayerWriter {
    tar: BlobWriter,
    gzip: GzEncoder<BlobWriter>,
}

impl Default for LayerWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl LayerWriter {
    /// Nothing yet.
    pub fn new() -> Self {
        let gzip = GzBuilder::new().mtime(0).operating_system(255);
        Self {
            tar: BlobWriter::new(),
            gzip: gzip.write(BlobWriter::new(), Compression::fast()),
        }
    }

    /// Takes the next piece.
    pub fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.tar.write_all(piece)?;
        self.gzip.write_all(piece)
    }

    /// The layer.
    pub fn finish(self) -> io::Result<Layer> {
        let (tar, diff_id) = self.tar.finish();
        let (blob, digest) = self.gzip.finish()?.finish();
        Ok(Layer {
            descriptor: LayerDescriptor {
                digest,
                size_bytes: blob.len(),
                diff_id,
            },
            blob,
            tar,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_is_unpacked_to_what_was_written() {
        let mut writer = LayerWriter::new();
        for piece in [&b"arch"[..], b"ive"] {
            writer.write(piece).expect("there is room");
        }
        let written = writer.finish().expect("there is room");
        let LayerDescriptor {
            digest, diff_id, ..
        } = written.descriptor;
        let read = Layer::unpack(written.blob, digest, "x.tar.gzip", Some(diff_id));
        assert_eq!(read.expect("a layer").descriptor, written.descriptor);
    }
}
