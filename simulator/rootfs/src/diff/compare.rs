//! What two states of a container have in common.

use crate::DirEntry;
use crate::metadata::{FileKind, Ino, Metadata};
use bytes::Bytes;
use std::cmp::Ordering;

pub(super) fn has_same_attributes(old: &Metadata, new: &Metadata) -> bool {
    let attributes = |of: &Metadata| (of.kind, of.mode, of.uid, of.gid, of.mtime_ns);
    attributes(old) == attributes(new)
}

/// Whether two files that are no directories can be the same, but for what they hold. A file with several names is
/// only itself, unless it was changed or got or lost a name since.
pub(super) fn may_be_same(old: &Metadata, new: &Metadata) -> bool {
    let names = |of: &Metadata| (of.nlink > 1).then_some((of.ino, of.ctime_ns));
    has_same_attributes(old, new) && old.size == new.size && names(old) == names(new)
}

/// The names of two directories, sorted, each with what it leads to in both. Sockets are left out.
pub(super) fn merge(
    before: Vec<DirEntry>,
    after: Vec<DirEntry>,
) -> impl Iterator<Item = (Bytes, Option<Ino>, Option<Ino>)> {
    let is_file = |entry: &DirEntry| entry.kind != FileKind::Socket;
    let mut before = before.into_iter().filter(is_file).peekable();
    let mut after = after.into_iter().filter(is_file).peekable();
    std::iter::from_fn(move || {
        let order = match (before.peek(), after.peek()) {
            (Some(old), Some(new)) => old.name.cmp(&new.name),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        let old = before.next_if(|_| order.is_le());
        let new = after.next_if(|_| order.is_ge());
        let name = old.as_ref().or(new.as_ref())?.name.clone();
        Some((name, old.map(|entry| entry.ino), new.map(|entry| entry.ino)))
    })
}
