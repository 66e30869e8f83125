//! Packed data: gzip (reading and writing), bzip2, xz and lzma (reading), and the programs for them.

mod applet;
mod bunzip;
mod deflate;
mod form;
mod inflate;
mod input;
mod unlzma;
mod unpacker;
mod unxz;
mod xz;

pub(super) use applet::run;
pub(super) use deflate::Deflater;
pub(super) use form::Form;
pub(super) use input::Input;
pub(super) use unpacker::{UnpackError, Unpacker};
