//! Variables and arrays by the numbers of their names.

use super::super::decimal::Number;
use crate::kernel::{Charge, List, Sys};
use std::collections::BTreeMap;

/// What an element of an array costs beside its digits.
const ELEMENT_BYTES: usize = 96;

/// Elements that have been set.
#[derive(Debug, Default)]
struct Array {
    elements: BTreeMap<u64, Number>,
    charge: Charge,
}

impl Array {
    fn set(&mut self, index: u64, number: Number) {
        let bytes = ELEMENT_BYTES + number.small_bytes();
        if self.elements.insert(index, number).is_none() {
            self.charge.add(bytes);
        }
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Variables {
    numbers: List<Number>,
    /// Where the array of each name is kept.
    arrays: List<Option<usize>>,
    kept: List<Array>,
    free: List<usize>,
}

impl Variables {
    pub(super) fn number(&self, name: usize) -> Number {
        self.numbers.get(name).cloned().unwrap_or_default()
    }

    /// Sets a variable and gives what it was before.
    pub(super) fn replace_number(&mut self, name: usize, number: Number) -> Number {
        if self.numbers.len() <= name {
            self.numbers.resize(name + 1, &Number::default());
        }
        std::mem::replace(&mut self.numbers[name], number)
    }

    pub(super) fn set_number(&mut self, name: usize, number: Number) {
        self.replace_number(name, number);
    }

    /// Where the array of a name is kept.
    pub(super) fn array(&mut self, name: usize) -> usize {
        if let Some(Some(kept)) = self.arrays.get(name) {
            return *kept;
        }
        let fresh = self.new_array();
        self.put_array(name, fresh);
        fresh
    }

    fn put_array(&mut self, name: usize, kept: usize) {
        if self.arrays.len() <= name {
            self.arrays.resize(name + 1, &None);
        }
        self.arrays[name] = Some(kept);
    }

    /// Another array for a name; gives the one before.
    pub(super) fn replace_array(&mut self, name: usize, kept: usize) -> usize {
        let before = self.array(name);
        self.put_array(name, kept);
        before
    }

    /// An empty array.
    pub(super) fn new_array(&mut self) -> usize {
        if let Some(kept) = self.free.pop() {
            return kept;
        }
        self.kept.push(Array::default());
        self.kept.len() - 1
    }

    /// An array that nobody uses any more.
    pub(super) fn free(&mut self, kept: usize) {
        self.kept[kept] = Array::default();
        self.free.push(kept);
    }

    /// A copy of an array.
    pub(super) async fn copy(&mut self, sys: &Sys, kept: usize) -> usize {
        let mut copy = Array::default();
        for (index, number) in &self.kept[kept].elements {
            copy.set(*index, number.clone());
            sys.burn(50 + number.small_bytes() as u64).await;
        }
        let place = self.new_array();
        self.kept[place] = copy;
        place
    }

    /// One more than the last index, at least one.
    pub(super) fn length(&self, kept: usize) -> u64 {
        let last = self.kept[kept].elements.last_key_value();
        last.map_or(1, |(index, _)| index + 1)
    }

    pub(super) fn element(&mut self, name: usize, index: u64) -> Number {
        let kept = self.array(name);
        let element = self.kept[kept].elements.get(&index);
        element.cloned().unwrap_or_default()
    }

    pub(super) fn set_element(&mut self, name: usize, index: u64, number: Number) {
        let kept = self.array(name);
        self.kept[kept].set(index, number);
    }
}
