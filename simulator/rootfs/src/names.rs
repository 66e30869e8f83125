//! The names in a changed directory.

use crate::metadata::Ino;
use crate::small_map::SmallMap;
use crate::tree::Tree;
use bytes::Bytes;
use std::iter::Peekable;

/// The names of a directory of the tree, and what was changed of them; or those of a new directory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The directory of the tree.
    base: Option<Ino>,
    /// Inodes of names that the tree's directory has not, or has for another; `None`: it has no such name any more.
    changes: SmallMap<Bytes, Option<Ino>>,
    len: usize,
}

impl Names {
    /// Those of a directory of the tree.
    pub(crate) fn of(tree: &Tree, dir: Ino) -> Self {
        Self {
            base: Some(dir),
            changes: SmallMap::default(),
            len: tree.list(dir).count(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn in_base(&self, tree: &Tree, name: &[u8]) -> Option<Ino> {
        tree.find(self.base?, name)
    }

    pub(crate) fn get(&self, tree: &Tree, name: &[u8]) -> Option<Ino> {
        match self.changes.get(name) {
            Some(change) => *change,
            None => self.in_base(tree, name),
        }
    }

    /// Lets a name lead to `ino`.
    pub(crate) fn insert(&mut self, tree: &Tree, name: &[u8], ino: Ino) {
        if self.get(tree, name).is_none() {
            self.len += 1;
        }
        if self.in_base(tree, name) == Some(ino) {
            self.changes.remove(name);
        } else {
            self.changes.insert(Bytes::copy_from_slice(name), Some(ino));
        }
    }

    pub(crate) fn remove(&mut self, tree: &Tree, name: &[u8]) {
        if self.get(tree, name).is_none() {
            return;
        }
        self.len -= 1;
        if self.in_base(tree, name).is_some() {
            self.changes.insert(Bytes::copy_from_slice(name), None);
        } else {
            self.changes.remove(name);
        }
    }

    /// Names that come behind `name`, and their inodes, sorted.
    pub(crate) fn iter_after<'a>(
        &'a self,
        tree: &'a Tree,
        name: &'a [u8],
    ) -> impl Iterator<Item = (Bytes, Ino)> + 'a {
        let base = self.base.into_iter();
        let base = base.flat_map(move |dir| tree.list_after(dir, name));
        let base = base.map(|entry| (entry.name, entry.ino));
        Merged {
            base: base.peekable(),
            changes: self.changes.iter_after(name).peekable(),
        }
    }

    /// Names and their inodes, sorted.
    pub(crate) fn iter<'a>(&'a self, tree: &'a Tree) -> impl Iterator<Item = (Bytes, Ino)> + 'a {
        let base = self.base.into_iter().flat_map(|dir| tree.list(dir));
        let base = base.map(|entry| (entry.name, entry.ino));
        Merged {
            base: base.peekable(),
            changes: self.changes.iter().peekable(),
        }
    }
}

/// Two sorted sequences in one; a change wins over what it changes.
struct Merged<B: Iterator, C: Iterator> {
    base: Peekable<B>,
    changes: Peekable<C>,
}

impl<'a, B, C> Iterator for Merged<B, C>
where
    B: Iterator<Item = (Bytes, Ino)>,
    C: Iterator<Item = (&'a Bytes, &'a Option<Ino>)>,
{
    type Item = (Bytes, Ino);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some((name, _)) = self.changes.peek() else {
                return self.base.next();
            };
            match self.base.peek() {
                Some((base, _)) if base < *name => return self.base.next(),
                Some((base, _)) if base == *name => drop(self.base.next()),
                _ => {}
            }
            if let Some((name, Some(ino))) = self.changes.next() {
                return Some((name.clone(), *ino));
            }
        }
    }
}
