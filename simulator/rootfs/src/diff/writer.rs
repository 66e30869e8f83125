//! What has changed in a container, as a layer, piece by piece: between two pieces the container may go on.

use super::compare::{has_same_attributes, may_be_same, merge};
use super::whiteout::{append_opaque, append_whiteout};
use crate::metadata::{FileKind, Ino, Metadata, ROOT};
use crate::path::PATH_MAX;
use crate::tar_read::{ArchiveLimits, WHITEOUT, check_limit};
use crate::tar_write::{Content, append_directory, append_end, append_file, append_link, child};
use crate::{ArchiveError, RootFs};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names that are visited in one step.
const NAMES_PER_STEP: usize = 1024;
/// Bytes of two files that are compared in one step.
const COMPARED_BYTES: usize = 256 * 1024;

/// The difference between two states of a container as a layer in the making: a tar archive in the order of a walk by
/// sorted names, with OCI whiteouts.
///
/// - What is new or has another content, kind, owner, mode or time is an entry; directories that stay are one only for
///   their own change. Further names of a file are hard links to its first one, which is in the layers below when only
///   a directory with another of its names was moved.
/// - `.wh.NAME` is what is gone; `.wh..wh..opq` in a directory says that it is another than before.
/// - Sockets are as if they were not there, and so are names that begin like a whiteout.
#[derive(Debug)]
pub struct DiffWriter {
    before: RootFs,
    excluded: Vec<Vec<u8>>,
    /// What comes next, last first.
    todo: Vec<Due>,
    /// Files with several names that were met.
    seen: BTreeMap<Ino, Seen>,
    state: State,
    /// Entries so far.
    entries: u64,
    /// Bytes of the files among them.
    bytes: u64,
    /// What a layer cannot have.
    refused: Option<ArchiveError>,
}

#[derive(Debug)]
enum State {
    Walking,
    /// Whether a file is still the same is not known yet.
    Comparing(Comparison),
    Writing(Content),
    Ended,
}

/// A path that one of the states has, or both.
#[derive(Debug)]
struct Due {
    path: Vec<u8>,
    before: Option<Ino>,
    after: Option<Found>,
}

/// What there is now, and where it was found.
#[derive(Debug)]
struct Found {
    ino: Ino,
    directory: Ino,
    /// Empty for the root.
    name: Bytes,
}

/// A name of a file with several.
#[derive(Debug)]
struct Seen {
    path: Vec<u8>,
    is_written: bool,
}

/// How far two files are the same.
#[derive(Debug)]
struct Comparison {
    path: Vec<u8>,
    before: Ino,
    after: Ino,
    offset: u64,
}

impl DiffWriter {
    /// The difference from `before`: an earlier clone of the container's tree, or a new view of the image's tree that
    /// it began with. Inode numbers tell what has stayed. `excluded` are paths (`etc/hosts`) that are left out with
    /// all below; one that ends in `*` is how such paths begin.
    pub fn new(before: RootFs, excluded: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        let excluded = excluded.into_iter().map(|path| {
            let parts = path.as_ref().split(|byte| *byte == b'/');
            let parts: Vec<&[u8]> = parts.filter(|part| !part.is_empty()).collect();
            parts.join(&b'/')
        });
        Self {
            before,
            excluded: excluded.filter(|path| !path.is_empty()).collect(),
            todo: vec![Due {
                path: Vec::new(),
                before: Some(ROOT),
                after: Some(Found {
                    ino: ROOT,
                    directory: ROOT,
                    name: Bytes::new(),
                }),
            }],
            seen: BTreeMap::new(),
            state: State::Walking,
            entries: 0,
            bytes: 0,
            refused: None,
        }
    }

    /// Appends the next piece to `out`, which may be nothing; `false` when the layer is complete. `after` is the same
    /// tree each time; what is gone when its turn comes is left out. An error says what no layer may have: too long a
    /// path, or too many entries.
    pub fn next(&mut self, after: &RootFs, out: &mut Vec<u8>) -> Result<bool, ArchiveError> {
        let goes_on = self.piece(after, out);
        match self.refused.take() {
            Some(error) => {
                self.state = State::Ended;
                Err(error)
            }
            None => Ok(goes_on),
        }
    }

    fn piece(&mut self, after: &RootFs, out: &mut Vec<u8>) -> bool {
        match std::mem::replace(&mut self.state, State::Walking) {
            State::Walking => {}
            State::Writing(mut content) => {
                if !content.write(after, out) {
                    self.state = State::Writing(content);
                }
                return true;
            }
            State::Comparing(comparison) => {
                self.compare(comparison, after, out);
                return true;
            }
            State::Ended => {
                self.state = State::Ended;
                return false;
            }
        }
        let start = out.len();
        for _ in 0..NAMES_PER_STEP {
            let Some(due) = self.todo.pop() else {
                append_end(out);
                self.state = State::Ended;
                return false;
            };
            let path_bytes = due.path.len();
            self.visit(due, after, out);
            if out.len() > start || !matches!(self.state, State::Walking) {
                self.entries += 1;
                let limits = ArchiveLimits::default();
                let checked = check_limit("path bytes", path_bytes as u64, PATH_MAX as u64)
                    .and_then(|()| check_limit("entries", self.entries, limits.entries));
                self.refused = self.refused.take().or(checked.err());
            }
            if self.refused.is_some() || out.len() > start || !matches!(self.state, State::Walking)
            {
                break;
            }
        }
        true
    }

    fn visit(&mut self, due: Due, after: &RootFs, out: &mut Vec<u8>) {
        let Due {
            path,
            before,
            after: found,
        } = due;
        let Some(found) = found else {
            append_whiteout(&path, out);
            return;
        };
        let is_there =
            found.name.is_empty() || after.lookup(found.directory, &found.name) == Ok(found.ino);
        let Some(metadata) = after.metadata(found.ino).ok().filter(|_| is_there) else {
            return;
        };
        match metadata.kind {
            FileKind::Directory => self.directory(path, before, &metadata, after, out),
            _ => self.file(path, before, &metadata, after, out),
        }
    }

    fn directory(
        &mut self,
        path: Vec<u8>,
        before: Option<Ino>,
        metadata: &Metadata,
        after: &RootFs,
        out: &mut Vec<u8>,
    ) {
        let old = before.and_then(|ino| self.before.metadata(ino).ok());
        let old = old.filter(|old| old.kind == FileKind::Directory);
        let name: &[u8] = match &path[..] {
            b"" => b".",
            path => path,
        };
        if old.is_none_or(|old| {
            old.ino != metadata.ino
                || !has_same_attributes(&old, metadata)
                || self.has_other_xattrs(old.ino, metadata.ino, after)
        }) {
            append_directory(after, metadata, name, out);
        }
        let stays = old.filter(|old| old.ino == metadata.ino);
        if old.is_some() && stays.is_none() {
            append_opaque(&path, out);
        }
        let entries_before = match stays {
            Some(old) => self.before.entries(old.ino).unwrap_or_default(),
            None => Vec::new(),
        };
        let entries_after = after.entries(metadata.ino).unwrap_or_default();
        let start = self.todo.len();
        for (name, before, ino) in merge(entries_before, entries_after) {
            let path = child(&path, &name);
            let is_the_same = ino.is_some_and(|ino| self.is_the_same(before, ino, after));
            if is_the_same || self.is_excluded(&path, &name) {
                continue;
            }
            let found = ino.map(|ino| Found {
                ino,
                directory: metadata.ino,
                name,
            });
            self.todo.push(Due {
                path,
                before,
                after: found,
            });
        }
        self.todo[start..].reverse();
    }

    fn is_excluded(&self, path: &[u8], name: &[u8]) -> bool {
        name.starts_with(WHITEOUT)
            || self
                .excluded
                .iter()
                .any(|excluded| match excluded.strip_suffix(b"*") {
                    Some(start) => path.starts_with(start),
                    None => path == excluded,
                })
    }

    /// Whether both are the same file of the image, of which no state has an own version.
    fn is_untouched(&self, before: Option<Ino>, ino: Ino, after: &RootFs) -> bool {
        before == Some(ino)
            && Arc::ptr_eq(&self.before.tree, &after.tree)
            && !self.before.changed.contains_key(&ino)
            && !after.changed.contains_key(&ino)
    }

    fn has_other_xattrs(&self, before: Ino, ino: Ino, after: &RootFs) -> bool {
        self.before.xattrs(before) != after.xattrs(ino)
    }

    /// Whether there is nothing to visit. A file with several names may have got others with a directory that was
    /// moved.
    fn is_the_same(&self, before: Option<Ino>, ino: Ino, after: &RootFs) -> bool {
        let is_single = |of: Metadata| of.kind != FileKind::Directory && of.nlink == 1;
        self.is_untouched(before, ino, after) && after.metadata(ino).is_ok_and(is_single)
    }

    fn file(
        &mut self,
        path: Vec<u8>,
        before: Option<Ino>,
        metadata: &Metadata,
        after: &RootFs,
        out: &mut Vec<u8>,
    ) {
        if let Some(seen) = self.seen.get(&metadata.ino) {
            // When none of its names was written it is the same file: only new names are to be written.
            if seen.is_written || before != Some(metadata.ino) {
                append_link(metadata, &path, &seen.path, out);
            }
            return;
        }
        let old = before.and_then(|ino| self.before.metadata(ino).ok());
        let may_be_same = |old: &Metadata| {
            may_be_same(old, metadata) && !self.has_other_xattrs(old.ino, metadata.ino, after)
        };
        let Some(old) = old.filter(may_be_same) else {
            self.write(path, metadata, after, out);
            return;
        };
        let is_same = match metadata.kind {
            _ if self.is_untouched(before, metadata.ino, after) => true,
            FileKind::File if metadata.size > 0 => {
                self.state = State::Comparing(Comparison {
                    path,
                    before: old.ino,
                    after: metadata.ino,
                    offset: 0,
                });
                return;
            }
            FileKind::Symlink => self.before.read_link(old.ino) == after.read_link(metadata.ino),
            _ => true,
        };
        match is_same {
            true => self.leave_out(path, metadata),
            false => self.write(path, metadata, after, out),
        }
    }

    /// Compares the next bytes, and decides when that is possible.
    fn compare(&mut self, mut comparison: Comparison, after: &RootFs, out: &mut Vec<u8>) {
        let Ok(metadata) = after.metadata(comparison.after) else {
            return;
        };
        let mut pieces = [vec![0; COMPARED_BYTES], vec![0; COMPARED_BYTES]];
        let [old, new] = &mut pieces;
        let old_len = self.before.read(comparison.before, comparison.offset, old);
        let new_len = after.read(comparison.after, comparison.offset, new);
        match (old_len, new_len) {
            (Ok(0), Ok(0)) => self.leave_out(comparison.path, &metadata),
            (Ok(old_len), Ok(new_len)) if old[..old_len] == new[..new_len] => {
                comparison.offset += new_len as u64;
                self.state = State::Comparing(comparison);
            }
            _ => self.write(comparison.path, &metadata, after, out),
        }
    }

    /// A file is the same as before; a further name of it may be a new one.
    fn leave_out(&mut self, path: Vec<u8>, metadata: &Metadata) {
        self.see(path, metadata, false);
    }

    fn write(&mut self, path: Vec<u8>, metadata: &Metadata, after: &RootFs, out: &mut Vec<u8>) {
        if metadata.kind == FileKind::File {
            self.bytes = self.bytes.saturating_add(metadata.size);
            let most = ArchiveLimits::default().unpacked_bytes;
            if let Err(error) = check_limit("unpacked bytes", self.bytes, most) {
                self.refused = Some(error);
                return;
            }
        }
        if append_file(after, metadata, &path, out) && metadata.kind == FileKind::File {
            self.state = Content::of(metadata).map_or(State::Walking, State::Writing);
        }
        self.see(path, metadata, true);
    }

    fn see(&mut self, path: Vec<u8>, metadata: &Metadata, is_written: bool) {
        if metadata.nlink > 1 {
            self.seen.insert(metadata.ino, Seen { path, is_written });
        }
    }
}
