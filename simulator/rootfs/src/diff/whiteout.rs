//! Names that say what is gone.

use crate::metadata::{FileKind, Metadata};
use crate::tar_read::{OPAQUE, WHITEOUT};
use crate::tar_write::{append, child};
use bytes::Bytes;
use tar::EntryType;

/// Appends what hides a path of the layers below.
pub(super) fn append_whiteout(path: &[u8], out: &mut Vec<u8>) {
    let name = path
        .iter()
        .rposition(|byte| *byte == b'/')
        .map_or(0, |at| at + 1);
    append_marker(&[&path[..name], WHITEOUT, &path[name..]].concat(), out);
}

/// Appends what hides all that the layers below have in a directory.
pub(super) fn append_opaque(directory: &[u8], out: &mut Vec<u8>) {
    append_marker(&child(directory, &Bytes::from_static(OPAQUE)), out);
}

/// Appends an empty file that is only a name.
fn append_marker(name: &[u8], out: &mut Vec<u8>) {
    let marker = Metadata {
        ino: 0,
        kind: FileKind::File,
        mode: 0,
        uid: 0,
        gid: 0,
        nlink: 1,
        size: 0,
        allocated_bytes: 0,
        mtime_ns: 0,
        ctime_ns: 0,
        atime_ns: 0,
    };
    append(out, &marker, EntryType::Regular, name, b"");
}
