//! The generator of the C library's random(3), which scripts see through `rand` and `srand`.

/// Additive feedback over 31 words.
#[derive(Debug)]
pub(super) struct Random {
    state: [u32; 31],
    at: usize,
}

impl Random {
    pub(super) fn new(seed: u32) -> Self {
        let mut state = [0; 31];
        let mut word = i64::from(if seed == 0 { 1 } else { seed } as i32);
        for entry in &mut state {
            *entry = word as u32;
            // Minimal standard generator, without overflow.
            word = (16_807 * (word % 127_773) - 2_836 * (word / 127_773)) % 0x8000_0000;
            if word < 0 {
                word += 0x7fff_ffff;
            }
        }
        // The first three words were used for the start of the sequence.
        let mut random = Self { state, at: 3 };
        for _ in 0..310 {
            random.next();
        }
        random
    }

    /// 31 random bits.
    fn next(&mut self) -> u32 {
        let other = (self.at + 28) % 31;
        let word = self.state[self.at].wrapping_add(self.state[other]);
        self.state[self.at] = word;
        self.at = (self.at + 1) % 31;
        word >> 1
    }

    /// A number from 0 up to, not including, 1.
    pub(super) fn fraction(&mut self) -> f64 {
        let low = u64::from((self.next() << 16) ^ self.next());
        let bits = u64::from(self.next()) << 32 | low;
        bits as f64 / 9_223_372_036_854_775_808.0
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_sequence_is_that_of_the_c_library() {
        let mut random = Random::new(1);
        let words: Vec<u32> = (0..4).map(|_| random.next()).collect();
        assert_eq!(
            words,
            [1_804_289_383, 846_930_886, 1_681_692_777, 1_714_636_915]
        );
        let mut random = Random::new(1);
        assert_eq!(format!("{:.6}", random.fraction()), "0.783099");
        assert_eq!(format!("{:.6}", random.fraction()), "0.197551");
        assert_eq!(format!("{:.6}", Random::new(5).fraction()), "0.992755");
    }
}
