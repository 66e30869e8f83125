//! Randomness as a function of the seed and the number of a command.

use crate::{ContainerId, Mac};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use uuid::{Builder, Uuid};

/// The random source of one command.
#[derive(Debug)]
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// What command number `sequence` of the zone with this seed may use.
    pub(crate) fn new(seed: u64, sequence: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(sequence);
        Self(random)
    }

    /// Random bytes.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// A number below `limit`, which is not 0. The bias is below 2^-32 for the limits in use.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.0.next_u64() % limit).unwrap_or(0)
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&mut self) -> Uuid {
        Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// Two UUIDs in a row (CTR-01).
    pub(crate) fn container_id(&mut self) -> ContainerId {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(self.uuid().as_bytes());
        bytes[16..].copy_from_slice(self.uuid().as_bytes());
        ContainerId(bytes)
    }

    /// A hardware address behind `prefix`.
    pub(crate) fn mac(&mut self, prefix: [u8; 3]) -> Mac {
        let [a, b, c] = prefix;
        let [d, e, f] = self.bytes();
        Mac([a, b, c, d, e, f])
    }

    /// Puts `items` in a random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_command_of_the_same_seed_gets_the_same_bytes() {
        let id = |seed, sequence| Random::new(seed, sequence).container_id();
        assert_eq!(id(7, 1), id(7, 1));
        assert_ne!(id(7, 1), id(7, 2));
        assert_ne!(id(7, 1), id(8, 1));
        let text = id(7, 1).to_string();
        assert_eq!((&text[12..13], &text[44..45]), ("4", "4"));
    }

    #[test]
    fn a_shuffle_loses_nothing() {
        let mut items: Vec<usize> = (0..50).collect();
        Random::new(1, 1).shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
