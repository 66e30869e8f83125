//! From seven candidates on, the emptiest 15 % are kept for large instances.

use super::candidate::{Candidate, Filter, Request};

pub(super) const FILTER: Filter = Filter {
    title: "Filter out the largest and most empty servers",
    optional: true,
    keep,
};

/// Fewer candidates than this are left alone.
const FROM: usize = 7;

fn keep<'a>(_: &Request<'_>, mut candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    if candidates.len() < FROM {
        return candidates;
    }
    for _ in 0..candidates.len() * 15 / 100 {
        let sizes = candidates.iter().enumerate();
        let emptiest =
            sizes.max_by(|(_, a), (_, b)| a.left.memory_mib.total_cmp(&b.left.memory_mib));
        if let Some((index, _)) = emptiest {
            candidates.remove(index);
        }
    }
    candidates
}
