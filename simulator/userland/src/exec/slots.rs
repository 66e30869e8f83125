//! Things by numbers that name them for ever: finding one takes one look, however many there are.

/// A table whose places are used again, under other numbers.
pub(super) struct Slots<T> {
    /// How often each place has been given away, and what is there. In boxes: most places may be empty.
    places: Vec<(u32, Option<Box<T>>)>,
    free: Vec<u32>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self {
            places: Vec::new(),
            free: Vec::new(),
        }
    }
}

/// The place that a number names, and which of those that had it.
fn place_of(number: u64) -> (usize, u32) {
    let place = u32::try_from(number & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    let turn = u32::try_from(number >> 32).unwrap_or(u32::MAX);
    (place as usize, turn)
}

impl<T> Slots<T> {
    pub(super) fn insert(&mut self, item: T) -> u64 {
        let item = Some(Box::new(item));
        let place = match self.free.pop() {
            Some(place) => {
                let (turn, row) = &mut self.places[place as usize];
                *turn = turn.wrapping_add(1);
                *row = item;
                place
            }
            None => {
                self.places.push((0, item));
                u32::try_from(self.places.len() - 1).expect("memory ends before 2^32 of them")
            }
        };
        u64::from(self.places[place as usize].0) << 32 | u64::from(place)
    }

    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let (place, wanted) = place_of(number);
        match self.places.get_mut(place)? {
            (turn, Some(item)) if *turn == wanted => Some(item),
            _ => None,
        }
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<Box<T>> {
        self.get_mut(number)?;
        let (place, _) = place_of(number);
        let item = self.places[place].1.take();
        self.free.extend(u32::try_from(place));
        item
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.places
            .iter_mut()
            .filter_map(|(_, item)| item.as_deref_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_never_names_another_thing() {
        let mut slots = Slots::default();
        let (first, second) = (slots.insert('a'), slots.insert('b'));
        assert_eq!(slots.remove(first).as_deref(), Some(&'a'));
        let third = slots.insert('c');
        assert_eq!(slots.get_mut(first), None);
        assert_eq!(slots.remove(first), None);
        assert_eq!(slots.get_mut(second), Some(&mut 'b'));
        assert_eq!(slots.get_mut(third), Some(&mut 'c'));
        assert_eq!(slots.values_mut().count(), 2);
    }
}
