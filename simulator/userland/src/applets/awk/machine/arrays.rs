//! Arrays: what they are called, where they are, and what they are charged.

use super::super::array::Array;
use super::super::code::{ArrayName, special};
use super::super::value::{Place, Value};
use super::{ELEMENT_BYTES, Machine, array_bytes, size_of_value};
use crate::applets::context::Fail;
use bytes::Bytes;

impl Machine<'_, '_> {
    pub(super) fn place(&self, name: ArrayName) -> Place {
        match name {
            ArrayName::Global(global) => Place::Global(global),
            ArrayName::Local(local) => {
                let base = self.frames.last().map_or(0, |frame| frame.base);
                Place::Stack(base + local)
            }
        }
    }

    pub(super) fn at_place(&mut self, place: Place) -> &mut Value {
        match place {
            Place::Global(global) => &mut self.globals[global],
            Place::Stack(index) => &mut self.stack[index],
        }
    }

    /// The array that a name means; what is none becomes one.
    pub(in super::super) fn array(&mut self, name: ArrayName) -> Result<usize, Fail> {
        let mut place = self.place(name);
        let mut passed = Vec::new();
        let array = loop {
            match self.at_place(place) {
                Value::Array(array) => break *array,
                Value::Unborn(origin) => {
                    let origin = *origin;
                    passed.push(place);
                    place = origin;
                }
                _ => break self.make_array(place),
            }
        };
        for place in passed {
            *self.at_place(place) = Value::Array(array);
        }
        Ok(array)
    }

    pub(super) fn make_array(&mut self, place: Place) -> usize {
        let array = match self.free_arrays.pop() {
            Some(array) => array,
            None => {
                self.arrays.push(Array::default());
                self.arrays.len() - 1
            }
        };
        if let Place::Stack(index) = place {
            let owner = self
                .frames
                .iter_mut()
                .rev()
                .find(|frame| frame.base <= index);
            if let Some(frame) = owner {
                frame.arrays.push(array);
            }
        }
        *self.at_place(place) = Value::Array(array);
        array
    }

    /// A variable as an argument: an array by its number, an unset one by its place.
    pub(super) fn reference(&mut self, name: ArrayName) -> Value {
        if name == ArrayName::Global(special::NF) {
            return self.record_count();
        }
        let place = self.place(name);
        match self.at_place(place) {
            Value::Unset => Value::Unborn(place),
            value => value.clone(),
        }
    }

    pub(in super::super) fn length_of_variable(&mut self, name: ArrayName) -> Value {
        self.reference(name)
    }

    pub(super) fn charge(&mut self, bytes: usize) {
        self.heap_bytes += bytes;
        self.heap.cover_steps(self.heap_bytes);
    }

    pub(super) fn release(&mut self, bytes: usize) {
        self.heap_bytes = self.heap_bytes.saturating_sub(bytes);
    }

    pub(in super::super) async fn clear_array(&mut self, array: usize) {
        let bytes = array_bytes(&self.arrays[array]);
        self.pay(self.arrays[array].len() as u64 * 10).await;
        self.release(bytes);
        self.arrays[array].clear();
    }

    /// Sets an element.
    pub(in super::super) fn set_element(&mut self, array: usize, key: &Bytes, value: Value) {
        let size = size_of_value(&value);
        let (place, is_new) = self.arrays[array].entry(key);
        let old = std::mem::replace(place, value);
        self.release(size_of_value(&old));
        let key_bytes = if is_new { ELEMENT_BYTES + key.len() } else { 0 };
        self.charge(size + key_bytes);
    }
}
