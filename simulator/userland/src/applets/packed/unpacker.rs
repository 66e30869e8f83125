//! Reading packed data of any form.

use super::bunzip::Bunzip;
use super::form::Form;
use super::inflate::Inflater;
use super::input::Input;
use super::unlzma::Unlzma;
use super::unxz::Unxz;
use crate::kernel::{Errno, Sys};

/// Why packed input cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum UnpackError {
    /// It does not begin as it should.
    Magic,
    /// It ends within its first bytes.
    Short,
    /// It ends inside of its data.
    Truncated,
    /// The checksum is wrong.
    Crc,
    /// The data make no sense.
    Corrupt,
    /// The same two of bzip2's data.
    BlockTruncated,
    BlockCorrupt,
    /// The first bytes of lzma's make no sense.
    LzmaHeader,
    /// Lzma's data end too early.
    LzmaTruncated,
    /// The file cannot be read.
    Read(Errno),
}

impl UnpackError {
    /// What the program says.
    pub(in super::super) fn text(self) -> &'static str {
        match self {
            UnpackError::Magic => "invalid magic",
            UnpackError::Short => "short read",
            UnpackError::Truncated => "unexpected end of file",
            UnpackError::Crc => "crc error",
            UnpackError::Corrupt => "corrupted data",
            UnpackError::BlockTruncated => "bunzip error -3",
            UnpackError::BlockCorrupt => "bunzip error -5",
            UnpackError::LzmaHeader => "bad lzma header",
            UnpackError::LzmaTruncated => "unexpected EOF",
            UnpackError::Read(error) => error.message(),
        }
    }
}

impl From<Errno> for UnpackError {
    fn from(error: Errno) -> Self {
        UnpackError::Read(error)
    }
}

/// Unpacks what is read, step by step.
pub(in super::super) enum Unpacker<'a> {
    Gzip(Box<Inflater<'a>>),
    Bzip2(Box<Bunzip<'a>>),
    Xz(Box<Unxz<'a>>),
    Lzma(Box<Unlzma<'a>>),
}

impl<'a> Unpacker<'a> {
    pub(in super::super) fn new(sys: &'a Sys, form: Form, input: Input<'a>) -> Self {
        match form {
            Form::Gzip => Unpacker::Gzip(Box::new(Inflater::new(sys, input))),
            Form::Bzip2 => Unpacker::Bzip2(Box::new(Bunzip::new(sys, input))),
            Form::Xz => Unpacker::Xz(Box::new(Unxz::new(sys, input))),
            Form::Lzma => Unpacker::Lzma(Box::new(Unlzma::new(sys, input))),
        }
    }

    /// Replaces `out` by the next bytes; false at the end.
    pub(in super::super) async fn fill(&mut self, out: &mut Vec<u8>) -> Result<bool, UnpackError> {
        match self {
            Unpacker::Gzip(inflater) => inflater.fill(out).await,
            Unpacker::Bzip2(bunzip) => bunzip.fill(out).await,
            Unpacker::Xz(unxz) => unxz.fill(out).await,
            Unpacker::Lzma(unlzma) => unlzma.fill(out).await,
        }
    }
}
