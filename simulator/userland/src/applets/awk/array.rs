//! Arrays: hash tables that are walked in the order of the original.

use super::value::Value;
use bytes::Bytes;

/// Numbers of buckets as an array grows.
const SIZES: [usize; 6] = [61, 251, 1021, 4093, 16_381, 65_521];
/// Elements per bucket before it grows.
const LOAD: usize = 8;
const NONE: u32 = u32::MAX;

#[derive(Debug)]
struct Element {
    key: Bytes,
    value: Value,
    next: u32,
}

/// An associative array. Buckets are chains with the newest element first, as scripts see in `for (k in a)`.
#[derive(Debug)]
pub(super) struct Array {
    buckets: Vec<u32>,
    elements: Vec<Element>,
    free: Vec<u32>,
    growth: usize,
}

impl Default for Array {
    fn default() -> Self {
        Self {
            buckets: vec![NONE; SIZES[0]],
            elements: Vec::new(),
            free: Vec::new(),
            growth: 0,
        }
    }
}

/// The hash of the original: characters are signed.
fn hash(key: &[u8]) -> u32 {
    key.iter().fold(0_u32, |hash, byte| {
        let byte = i32::from(*byte as i8) as u32;
        hash.wrapping_mul(63).wrapping_add(byte)
    })
}

impl Array {
    pub(super) fn len(&self) -> usize {
        self.elements.len() - self.free.len()
    }

    fn bucket(&self, key: &[u8]) -> usize {
        hash(key) as usize % self.buckets.len()
    }

    fn find(&self, key: &[u8]) -> Option<u32> {
        let mut at = self.buckets[self.bucket(key)];
        while at != NONE {
            let element = &self.elements[at as usize];
            if element.key == key {
                return Some(at);
            }
            at = element.next;
        }
        None
    }

    pub(super) fn contains(&self, key: &[u8]) -> bool {
        self.find(key).is_some()
    }

    /// An element, made when it is missing; true when it was.
    pub(super) fn entry(&mut self, key: &Bytes) -> (&mut Value, bool) {
        if let Some(at) = self.find(key) {
            return (&mut self.elements[at as usize].value, false);
        }
        if self.len() + 1 > self.buckets.len() * LOAD && self.growth + 1 < SIZES.len() {
            self.grow();
        }
        let bucket = self.bucket(key);
        let element = Element {
            key: key.clone(),
            value: Value::Unset,
            next: self.buckets[bucket],
        };
        let at = match self.free.pop() {
            Some(at) => {
                self.elements[at as usize] = element;
                at
            }
            None => {
                self.elements.push(element);
                (self.elements.len() - 1) as u32
            }
        };
        self.buckets[bucket] = at;
        (&mut self.elements[at as usize].value, true)
    }

    fn grow(&mut self) {
        self.growth += 1;
        let old = std::mem::replace(&mut self.buckets, vec![NONE; SIZES[self.growth]]);
        for first in old {
            let mut at = first;
            while at != NONE {
                let next = self.elements[at as usize].next;
                let bucket = self.bucket(&self.elements[at as usize].key);
                self.elements[at as usize].next = self.buckets[bucket];
                self.buckets[bucket] = at;
                at = next;
            }
        }
    }

    /// Removes an element and returns it.
    pub(super) fn remove(&mut self, key: &[u8]) -> Option<Value> {
        let bucket = self.bucket(key);
        let wanted = self.find(key)?;
        let next = self.elements[wanted as usize].next;
        let mut at = self.buckets[bucket];
        if at == wanted {
            self.buckets[bucket] = next;
        } else {
            while self.elements[at as usize].next != wanted {
                at = self.elements[at as usize].next;
            }
            self.elements[at as usize].next = next;
        }
        self.free.push(wanted);
        let element = &mut self.elements[wanted as usize];
        element.key = Bytes::new();
        Some(std::mem::take(&mut element.value))
    }

    /// Removes everything.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Adds some of the keys, those of a bucket and the next ones, in the order of `for (k in a)`; the bucket with
    /// which it goes on.
    pub(super) fn add_keys(&self, bucket: usize, keys: &mut Vec<Bytes>) -> Option<usize> {
        const BUCKETS: usize = 256;
        for first in self.buckets.iter().skip(bucket).take(BUCKETS) {
            let mut at = *first;
            while at != NONE {
                let element = &self.elements[at as usize];
                keys.push(element.key.clone());
                at = element.next;
            }
        }
        Some(bucket + BUCKETS).filter(|next| *next < self.buckets.len())
    }

    /// All values.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.elements.iter().map(|element| &element.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Bytes {
        Bytes::copy_from_slice(text.as_bytes())
    }

    fn keys(array: &Array) -> Vec<Bytes> {
        let (mut keys, mut bucket) = (Vec::new(), Some(0));
        while let Some(first) = bucket {
            bucket = array.add_keys(first, &mut keys);
        }
        keys
    }

    #[test]
    fn keys_come_in_the_order_of_the_original() {
        let mut array = Array::default();
        for number in 1..=12 {
            *array.entry(&key(&number.to_string())).0 = Value::Number(1.0);
        }
        let keys_of = keys;
        let keys: Vec<String> = keys_of(&array)
            .iter()
            .map(|key| String::from_utf8_lossy(key).into_owned())
            .collect();
        assert_eq!(keys.join(" "), "10 11 12 1 2 3 4 5 6 7 8 9");
        let mut array = Array::default();
        for name in ["bar", "foo", "q", "baz"] {
            array.entry(&key(name));
        }
        assert_eq!(keys_of(&array), ["foo", "bar", "baz", "q"]);
    }

    #[test]
    fn elements_are_found_until_removed() {
        let mut array = Array::default();
        for number in 0..5000 {
            let (value, new) = array.entry(&key(&number.to_string()));
            assert!(new);
            *value = Value::Number(number.into());
        }
        for number in (0..5000).step_by(2) {
            assert!(array.remove(number.to_string().as_bytes()).is_some());
        }
        assert_eq!(array.len(), 2500);
        assert_eq!(keys(&array).len(), 2500);
        for number in 0..5000 {
            assert_eq!(
                array.contains(number.to_string().as_bytes()),
                number % 2 == 1
            );
        }
        array.clear();
        assert_eq!(array.len(), 0);
    }
}
