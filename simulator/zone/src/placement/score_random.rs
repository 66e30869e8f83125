//! A little chance.

use super::candidate::{Candidate, linear};
use crate::random::Random;

const WEIGHT: f64 = 0.5;

pub(super) fn score(candidates: &mut [Candidate<'_>], random: &mut Random) {
    let mut ranks: Vec<usize> = (0..candidates.len()).collect();
    random.shuffle(&mut ranks);
    let count = ranks.len();
    for (candidate, rank) in candidates.iter_mut().zip(ranks) {
        candidate.score += linear(rank, count, WEIGHT);
    }
}
