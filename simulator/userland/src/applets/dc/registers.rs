//! Registers: each is a stack, and an array of numbers.

use super::super::decimal::Number;
use super::value::Value;
use crate::kernel::{Charge, List};
use bytes::Bytes;
use std::collections::BTreeMap;

/// What a register or an element of an array costs beside what it holds.
const ENTRY_BYTES: usize = 128;

#[derive(Debug, Default)]
struct Register {
    stack: List<Value>,
    array: BTreeMap<usize, Number>,
}

/// All of them, by name.
#[derive(Debug, Default)]
pub(super) struct Registers {
    named: BTreeMap<Bytes, Register>,
    charge: Charge,
}

impl Registers {
    fn named(&mut self, name: &Bytes) -> &mut Register {
        if !self.named.contains_key(name) {
            self.charge.add(ENTRY_BYTES + name.len());
        }
        // A copy, so that the text that it was in does not live as long.
        let key = Bytes::copy_from_slice(name);
        self.named.entry(key).or_default()
    }

    /// The topmost value; zero when there is none.
    pub(super) fn top(&self, name: &Bytes) -> Value {
        let top = self.named.get(name).and_then(|own| own.stack.last());
        top.cloned().unwrap_or_default()
    }

    pub(super) fn push(&mut self, name: &Bytes, value: Value) {
        let bytes = value.small_bytes();
        self.named(name).stack.push_owner(value, bytes);
    }

    pub(super) fn pop(&mut self, name: &Bytes) -> Option<Value> {
        self.named.get_mut(name)?.stack.pop()
    }

    /// Replaces the topmost value.
    pub(super) fn set(&mut self, name: &Bytes, value: Value) {
        match self.named(name).stack.last_mut() {
            Some(top) => *top = value,
            None => self.push(name, value),
        }
    }

    pub(super) fn element(&self, name: &Bytes, index: usize) -> Number {
        let own = self.named.get(name);
        let element = own.and_then(|own| own.array.get(&index));
        element.cloned().unwrap_or_default()
    }

    pub(super) fn set_element(&mut self, name: &Bytes, index: usize, number: Number) {
        let bytes = ENTRY_BYTES + number.small_bytes();
        if self.named(name).array.insert(index, number).is_none() {
            self.charge.add(bytes);
        }
    }
}
