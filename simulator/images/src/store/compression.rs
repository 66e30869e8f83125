//! How a layer is compressed (images.md 15.2).

use lzma_rust2::XzReader;
use std::io::Read;

/// What unpacking xz may take, KiB: the window of `xz -9`, and the rest.
const XZ_MEMORY_KIB: u32 = 66 << 10;

/// A compression, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// A plain archive.
    None,
    /// gzip, of one or several members.
    Gzip,
    /// bzip2, of one or several streams.
    Bzip2,
    /// xz.
    Xz,
    /// Zstandard, which a pull does not read.
    Zstd,
}

impl Compression {
    /// By the suffix of a media type; `None`: it does not say.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        match media_type.rsplit_once(['.', '+'])?.1 {
            "gzip" => Some(Self::Gzip),
            "bzip2" => Some(Self::Bzip2),
            "xz" => Some(Self::Xz),
            "zstd" => Some(Self::Zstd),
            "tar" => Some(Self::None),
            _ => None,
        }
    }

    /// By the first bytes.
    pub fn of_bytes(start: &[u8]) -> Self {
        let magics: [(&[u8], Self); 4] = [
            (&[0x1f, 0x8b, 8], Self::Gzip),
            (b"BZh", Self::Bzip2),
            (&[0xfd, b'7', b'z', b'X', b'Z', 0], Self::Xz),
            (&[0x28, 0xb5, 0x2f, 0xfd], Self::Zstd),
        ];
        let found = magics.iter().find(|(magic, _)| start.starts_with(magic));
        found.map_or(Self::None, |(_, compression)| *compression)
    }

    /// The unpacked bytes of `packed`, whatever it is.
    pub fn unpack_any<'a>(self, packed: impl Read + 'a) -> std::io::Result<Box<dyn Read + 'a>> {
        match self {
            Self::Zstd => {
                let reader = ruzstd::decoding::StreamingDecoder::new(packed);
                Ok(Box::new(reader.map_err(std::io::Error::other)?))
            }
            read => read
                .unpack(packed)
                .ok_or_else(|| std::io::ErrorKind::Unsupported.into()),
        }
    }

    /// The unpacked bytes of `packed`; `None` where a pull does not read it.
    pub fn unpack<'a>(self, packed: impl Read + 'a) -> Option<Box<dyn Read + 'a>> {
        match self {
            Self::None => Some(Box::new(packed)),
            Self::Gzip => Some(Box::new(flate2::read::MultiGzDecoder::new(packed))),
            Self::Bzip2 => Some(Box::new(bzip2::read::MultiBzDecoder::new(packed))),
            Self::Xz => {
                let reader = XzReader::new_mem_limit(packed, true, XZ_MEMORY_KIB);
                Some(Box::new(reader))
            }
            Self::Zstd => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_says_how_by_its_suffix() {
        for (media_type, expected) in [
            (
                "application/vnd.docker.image.rootfs.diff.tar.gzip",
                Some(Compression::Gzip),
            ),
            (
                "application/vnd.oci.image.layer.v1.tar+gzip",
                Some(Compression::Gzip),
            ),
            (
                "application/vnd.oci.image.layer.v1.tar+zstd",
                Some(Compression::Zstd),
            ),
            (
                "application/vnd.oci.image.layer.v1.tar",
                Some(Compression::None),
            ),
            ("application/octet-stream", None),
            ("", None),
        ] {
            assert_eq!(
                Compression::of_media_type(media_type),
                expected,
                "{media_type}"
            );
        }
    }

    #[test]
    fn bytes_say_how_by_their_magic() {
        assert_eq!(Compression::of_bytes(b"BZh91"), Compression::Bzip2);
        assert_eq!(Compression::of_bytes(b"etc/passwd"), Compression::None);
        assert_eq!(Compression::of_bytes(&[]), Compression::None);
    }
}
