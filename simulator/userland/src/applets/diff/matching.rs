//! Which lines stayed: a longest common subsequence after Hunt and McIlroy, with the choices of the original.

use super::lines::{Lines, Normalization};
use super::pace::Pace;
use crate::kernel::{Charge, Sys};
use std::collections::HashMap;

/// For each line of the left file, from 1, the line of the right file that it is; 0 for none. An entry before and one
/// behind all lines stand for the ends of the files.
pub(super) type Matches = Vec<usize>;

/// What comparing a line costs beside its bytes: a class, its places, a match and a candidate.
const LINE_BYTES: usize = 256;

/// A possible last pair of a common subsequence.
#[derive(Clone, Copy, Debug, Default)]
struct Candidate {
    left: usize,
    right: usize,
    before: usize,
}

/// Matches the lines of two files.
pub(super) async fn match_lines(
    sys: &Sys,
    left: &Lines<'_>,
    right: &Lines<'_>,
    normalization: Normalization,
    thorough: bool,
) -> Matches {
    let mut classes = HashMap::new();
    let (mut charge, mut bytes) = (Charge::new(), 0);
    let mut numbers = [Vec::new(), Vec::new()];
    for (lines, numbers) in [left, right].into_iter().zip(&mut numbers) {
        for line in 1..=lines.len() {
            let key = lines.key(line, normalization);
            sys.burn(100 + 2 * key.len() as u64).await;
            bytes += LINE_BYTES + key.len();
            charge.cover_steps(bytes);
            let next = classes.len();
            numbers.push(*classes.entry(key).or_insert(next));
        }
    }
    let [left, right] = numbers;
    longest(sys, &left, &right, classes.len(), thorough).await
}

async fn longest(
    sys: &Sys,
    left: &[usize],
    right: &[usize],
    classes: usize,
    thorough: bool,
) -> Matches {
    let pace = Pace::new(sys);
    let shorter = left.len().min(right.len());
    let mut prefix = 0;
    while prefix < shorter && left[prefix] == right[prefix] {
        prefix += 1;
        pace.line(prefix).await;
    }
    let mut suffix = 0;
    while suffix < shorter - prefix
        && left[left.len() - 1 - suffix] == right[right.len() - 1 - suffix]
    {
        suffix += 1;
        pace.line(suffix).await;
    }
    let mut matches = Matches::with_capacity(left.len() + 2);
    for line in 0..=left.len() {
        matches.push(if line <= prefix {
            line
        } else if line > left.len() - suffix {
            right.len() - (left.len() - line)
        } else {
            0
        });
        pace.line(line).await;
    }
    // Where each class occurs between prefix and suffix on the right, counted from 1.
    let mut places: Vec<Vec<usize>> = vec![Vec::new(); classes];
    for (at, class) in right[prefix..right.len() - suffix].iter().enumerate() {
        places[*class].push(at + 1);
        pace.line(at).await;
    }
    let middle = &left[prefix..left.len() - suffix];
    for (left, right) in stone(sys, middle, &places, thorough).await {
        matches[left + prefix] = right + prefix;
    }
    matches.push(right.len() + 1);
    matches
}

/// Pairs of a longest common subsequence: for each length the pair that can end it and lies furthest to the left on
/// the right side, with the pair before it.
async fn stone(
    sys: &Sys,
    left: &[usize],
    places: &[Vec<usize>],
    thorough: bool,
) -> Vec<(usize, usize)> {
    // Unless asked to be thorough, lines that are everywhere are not tried everywhere.
    let bound = match thorough {
        true => usize::MAX,
        false => left.len().isqrt().max(256),
    };
    let mut candidates = vec![Candidate::default()];
    let mut ends = vec![0_usize];
    let mut spent = 0;
    for (at, class) in left.iter().enumerate() {
        let mut last_length = 0;
        let mut tries = 0;
        let mut before = ends[0];
        for &right in &places[*class] {
            if tries >= bound {
                break;
            }
            spent += 30;
            if spent > 6_000 {
                sys.burn(spent).await;
                spent = 0;
            }
            if right <= candidates[before].right {
                continue;
            }
            let length = search(&ends, &candidates, right);
            if length != last_length + 1 {
                before = ends[length - 1];
            }
            let candidate = Candidate {
                left: at + 1,
                right,
                before,
            };
            if length < ends.len() {
                if candidates[ends[length]].right <= right {
                    continue;
                }
                candidates.push(candidate);
                before = ends[length];
                ends[length] = candidates.len() - 1;
                last_length = length;
                tries += 1;
            } else {
                candidates.push(candidate);
                ends.push(candidates.len() - 1);
                break;
            }
        }
    }
    sys.burn(spent).await;
    let pace = Pace::new(sys);
    let mut pairs = Vec::new();
    let mut at = candidates[ends[ends.len() - 1]];
    while at.right > 0 {
        pairs.push((at.left, at.right));
        pace.line(pairs.len()).await;
        at = candidates[at.before];
    }
    pairs
}

/// The length of a subsequence that could end with this place on the right.
fn search(ends: &[usize], candidates: &[Candidate], right: usize) -> usize {
    let last = ends.len() - 1;
    if candidates[ends[last]].right < right {
        return last + 1;
    }
    let (mut low, mut high) = (0, last + 1);
    loop {
        let middle = usize::midpoint(low, high);
        if middle <= low {
            return middle + 1;
        }
        match candidates[ends[middle]].right.cmp(&right) {
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Less => low = middle,
            std::cmp::Ordering::Equal => return middle,
        }
    }
}
