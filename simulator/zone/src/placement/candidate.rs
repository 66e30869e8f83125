//! What filters and scorers look at.

use super::load::{Load, Unreserved};
use crate::random::Random;
use crate::{AccountId, Package, Server, Settings};

/// What a container needs of a server.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) owner: AccountId,
    pub(crate) package: &'a Package,
    /// NIC tags of its networks, the fabric's without the network's number.
    pub(crate) nic_tags: Vec<&'a str>,
    pub(crate) settings: &'a Settings,
}

/// A server that may be chosen.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) server: &'a Server,
    pub(crate) load: Load,
    pub(crate) left: Unreserved,
    pub(crate) score: f64,
}

impl<'a> Candidate<'a> {
    pub(crate) fn new(server: &'a Server, load: Load) -> Self {
        Self {
            left: Unreserved::of(server, &load),
            server,
            load,
            score: 0.0,
        }
    }
}

/// A step that narrows the candidates down.
pub(crate) struct Filter {
    /// What the client reads when no server is left.
    pub(crate) title: &'static str,
    /// A step that leaves no server is left out.
    pub(crate) optional: bool,
    pub(crate) keep: for<'a> fn(&Request<'_>, Vec<Candidate<'a>>) -> Vec<Candidate<'a>>,
}

/// A step that ranks the candidates.
pub(crate) type Scorer = fn(&mut [Candidate<'_>], &mut Random);

/// Keeps the candidates that `keep` likes.
pub(crate) fn retain<'a>(
    mut candidates: Vec<Candidate<'a>>,
    keep: impl Fn(&Candidate<'a>) -> bool,
) -> Vec<Candidate<'a>> {
    candidates.retain(keep);
    candidates
}

/// What item `index` of `count` gains: the first the whole weight, the last nothing, a single one the whole.
pub(crate) fn linear(index: usize, count: usize, weight: f64) -> f64 {
    if count <= 1 {
        return weight;
    }
    (count - 1 - index) as f64 / (count - 1) as f64 * weight
}

/// Scores by rank, the least of `measure` first.
pub(crate) fn score_by_rank(
    candidates: &mut [Candidate<'_>],
    weight: f64,
    measure: impl Fn(&Candidate<'_>) -> f64,
) {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|a, b| measure(&candidates[*a]).total_cmp(&measure(&candidates[*b])));
    let count = order.len();
    for (rank, index) in order.into_iter().enumerate() {
        candidates[index].score += linear(rank, count, weight);
    }
}
