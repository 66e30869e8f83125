//! Lists that grow, charged.

use super::Charge;
use super::charge::FREE_BYTES;
use bytes::Bytes;
use std::ops::{Deref, DerefMut};

/// What small items own is charged in pieces of at least this size.
const TOGETHER_BYTES: usize = 1024;
/// What a text on the heap costs beside its bytes.
const TEXT_BYTES: usize = 32;

/// A growing list that is charged to the process before it grows.
#[derive(Clone, Debug)]
pub struct List<T> {
    items: Vec<T>,
    charge: Charge,
    /// What items own and is not charged yet, to charge many small ones together.
    uncharged: usize,
}

impl<T> List<T> {
    /// An empty one.
    pub const fn new() -> Self {
        Self {
            items: Vec::new(),
            charge: Charge::new(),
            uncharged: 0,
        }
    }

    /// Appends an item.
    pub fn push(&mut self, item: T) {
        self.charge.reserve(&mut self.items, 1);
        self.items.push(item);
    }

    /// Takes the last item away.
    pub fn pop(&mut self) -> Option<T> {
        self.items.pop()
    }

    /// Items that `charge` is for already.
    pub fn with_charge(items: Vec<T>, charge: Charge) -> Self {
        Self {
            items,
            charge,
            uncharged: 0,
        }
    }

    /// Empties it; the memory stays charged.
    pub fn clear(&mut self) {
        self.items.clear();
    }

    /// Sets the length; what is new is copies of `item`.
    pub fn resize(&mut self, len: usize, item: &T)
    where
        T: Clone,
    {
        let more = len.saturating_sub(self.items.len());
        self.charge.reserve(&mut self.items, more);
        self.items.resize(len, item.clone());
    }

    /// Appends all items of `other`, which is empty afterwards.
    pub fn append(&mut self, other: &mut Vec<T>) {
        self.charge.reserve(&mut self.items, other.len());
        self.items.append(other);
    }

    /// As [`List::append`], of another list.
    pub fn append_list(&mut self, other: &mut Self) {
        self.append(&mut other.items);
    }

    /// Appends an item that owns so many bytes itself.
    pub fn push_owner(&mut self, item: T, bytes: usize) {
        self.uncharged += bytes;
        if self.uncharged > TOGETHER_BYTES {
            self.charge.add(std::mem::take(&mut self.uncharged));
        }
        self.push(item);
    }
}

impl List<Bytes> {
    /// Appends a text; a large one has a charge of its own.
    pub fn push_text(&mut self, text: Bytes) {
        let bytes = match text.len() {
            0 => 0,
            len @ 1..=FREE_BYTES => len + TEXT_BYTES,
            _ => TEXT_BYTES,
        };
        self.push_owner(text, bytes);
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> DerefMut for List<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}

impl From<&[Bytes]> for List<Bytes> {
    fn from(texts: &[Bytes]) -> Self {
        let mut list = Self::new();
        list.charge.reserve(&mut list.items, texts.len());
        for text in texts {
            list.push_text(text.clone());
        }
        list
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

/// The items of a list, charged as long as any may come.
#[derive(Debug)]
pub struct Items<T> {
    items: std::vec::IntoIter<T>,
    _charge: Charge,
}

impl<T> Iterator for Items<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.items.next()
    }
}

impl<T> DoubleEndedIterator for Items<T> {
    fn next_back(&mut self) -> Option<T> {
        self.items.next_back()
    }
}

impl<T> ExactSizeIterator for Items<T> {
    fn len(&self) -> usize {
        self.items.len()
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = Items<T>;

    fn into_iter(self) -> Items<T> {
        Items {
            items: self.items.into_iter(),
            _charge: self.charge,
        }
    }
}
