//! The server with the least spare disk is filled first.

use super::candidate::{Candidate, score_by_rank};
use crate::random::Random;

const WEIGHT: f64 = 1.0;

pub(super) fn score(candidates: &mut [Candidate<'_>], _: &mut Random) {
    score_by_rank(candidates, WEIGHT, |candidate| candidate.left.disk_mib);
}
