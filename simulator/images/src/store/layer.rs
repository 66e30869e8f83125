//! A layer in the store.

use super::{BlobWriter, Compression};
use rootfs::Source;
use std::io::{self, Read, Write};
use thiserror::Error;
use zone::{Digest, LayerDescriptor};

/// The most that a layer may unpack to, bytes (images.md 23).
const UNPACKED_BYTES: u64 = 100 << 30;

/// A layer: the bytes that a registry has, and the archive that they are.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Its digests and size.
    pub descriptor: LayerDescriptor,
    /// The compressed bytes.
    pub blob: Source,
    /// The archive.
    pub tar: Source,
}

/// Why bytes are no layer.
#[derive(Debug, Error)]
pub enum LayerFault {
    /// No known compression, or one that is not read.
    #[error("layers of media type {0} cannot be read")]
    MediaType(String),
    /// The bytes are damaged.
    #[error("layer is damaged: {0}")]
    Damaged(#[from] io::Error),
    /// It unpacks to too much.
    #[error("layer unpacks to more than {UNPACKED_BYTES} bytes")]
    TooBig,
    /// It is not what the configuration says.
    #[error("layer unpacks to {found}, the configuration has {promised}")]
    DiffId {
        /// What it is.
        found: Digest,
        /// What it should be.
        promised: Digest,
    },
}

impl Layer {
    /// Unpacks a blob whose digest is known to be right. `diff_id`: what the archive's digest must be, when that is
    /// known.
    pub fn unpack(
        blob: Source,
        digest: Digest,
        media_type: &str,
        diff_id: Option<Digest>,
    ) -> Result<Self, LayerFault> {
        Self::read(blob, digest, media_type, diff_id, |blob, packed| {
            unpacked(blob, packed).ok_or_else(|| LayerFault::MediaType(media_type.to_owned()))?
        })
    }

    /// The same, also of what a pull does not read.
    pub fn unpack_any(
        blob: Source,
        digest: Digest,
        media_type: &str,
        diff_id: Option<Digest>,
    ) -> Result<Self, LayerFault> {
        Self::read(blob, digest, media_type, diff_id, |blob, packed| {
            copy(packed.unpack_any(io::BufReader::new(blob.reader()))?)
        })
    }

    fn read(
        blob: Source,
        digest: Digest,
        media_type: &str,
        diff_id: Option<Digest>,
        unpack: impl FnOnce(&Source, Compression) -> Result<(Source, Digest), LayerFault>,
    ) -> Result<Self, LayerFault> {
        let compression = match Compression::of_media_type(media_type) {
            Some(compression) => compression,
            None => {
                let mut start = [0; 8];
                let count = blob.read(0, &mut start).map_err(io::Error::other)?;
                Compression::of_bytes(&start[..count])
            }
        };
        let (tar, found) = match compression {
            Compression::None => (blob.clone(), digest),
            packed => unpack(&blob, packed)?,
        };
        if let Some(promised) = diff_id.filter(|promised| *promised != found) {
            return Err(LayerFault::DiffId { found, promised });
        }
        Ok(Self {
            descriptor: LayerDescriptor {
                digest,
                size_bytes: blob.len(),
                diff_id: found,
            },
            blob,
            tar,
        })
    }
}

/// The unpacked bytes of a blob and their digest; `None` where its compression is not read.
pub(crate) fn unpacked(
    blob: &Source,
    compression: Compression,
) -> Option<Result<(Source, Digest), LayerFault>> {
    let reader = compression.unpack(io::BufReader::new(blob.reader()))?;
    Some(copy(reader))
}

fn copy(mut reader: impl Read) -> Result<(Source, Digest), LayerFault> {
    let mut writer = BlobWriter::new();
    let mut buffer = vec![0; 128 * 1024];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        if count == 0 {
            return Ok(writer.finish());
        }
        writer.write_all(&buffer[..count])?;
        if writer.len() > UNPACKED_BYTES {
            return Err(LayerFault::TooBig);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn unpack(blob: &[u8], media_type: &str, diff_id: Option<Digest>) -> Result<Layer, LayerFault> {
        let digest = Digest::of(blob);
        Layer::unpack(
            Source::from(Bytes::copy_from_slice(blob)),
            digest,
            media_type,
            diff_id,
        )
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn a_layer_is_what_its_configuration_says() {
        let packed = gzip(b"archive");
        let diff_id = Digest::of(b"archive");
        for media_type in ["application/octet-stream", "x.tar.gzip"] {
            let layer = unpack(&packed, media_type, Some(diff_id)).expect("a layer");
            assert_eq!(layer.descriptor.diff_id, diff_id);
            assert_eq!(layer.descriptor.digest, Digest::of(&packed));
        }
        let plain = unpack(b"archive", "x.tar", None).expect("a layer");
        assert_eq!(plain.descriptor.digest, plain.descriptor.diff_id);
        let error = unpack(&packed, "", Some(Digest::of(b"other"))).expect_err("another");
        assert!(matches!(error, LayerFault::DiffId { .. }), "{error}");
    }

    #[test]
    fn damaged_bytes_and_unread_kinds_are_refused() {
        let mut cut = gzip(&[7; 1000]);
        cut.truncate(cut.len() - 9);
        let error = unpack(&cut, "x.gzip", None).expect_err("cut");
        assert!(matches!(error, LayerFault::Damaged(_)), "{error}");
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        let zstd = ruzstd::encoding::compress_to_vec(&b"archive"[..], level);
        let digest = Digest::of(&zstd);
        let source = || Source::from(Bytes::from(zstd.clone()));
        for media_type in ["x.tar+zstd", ""] {
            let read = Layer::unpack_any(source(), digest, media_type, None).expect("a layer");
            assert_eq!(read.descriptor.diff_id, Digest::of(b"archive"));
            let error = Layer::unpack(source(), digest, media_type, None).expect_err("zstd");
            assert!(matches!(error, LayerFault::MediaType(_)), "{error}");
        }
        let error = Layer::unpack_any(source().part(0, 12), digest, "", None).expect_err("cut");
        assert!(matches!(error, LayerFault::Damaged(_)), "{error}");
        let error = unpack(b"", "x.tar+zstd", None).expect_err("zstd");
        assert_eq!(
            error.to_string(),
            "layers of media type x.tar+zstd cannot be read"
        );
    }
}
