//! The pipeline.

use super::candidate::{Candidate, Filter, Request, Scorer};
use crate::Error;
use crate::random::Random;
use crate::state::State;
use crate::{Server, ServerStatus};
use runtime::NodeId;

/// Candidates are tried in chunks of this many.
const CHUNK: usize = 50;

/// Filters in order.
const FILTERS: [Filter; 11] = [
    super::filter_os::FILTER,
    super::filter_forced::FILTER,
    super::filter_virtual::FILTER,
    super::filter_nic_tags::FILTER,
    super::filter_capness::FILTER,
    super::filter_instance_limit::FILTER,
    super::filter_memory::FILTER,
    super::filter_cpu::FILTER,
    super::filter_reservoir::FILTER,
    super::filter_emptiest::FILTER,
    super::filter_owner_spread::FILTER,
];

/// Scorers in order.
const SCORERS: [Scorer; 4] = [
    super::score_memory::score,
    super::score_disk::score,
    super::score_platform::score,
    super::score_random::score,
];

impl State {
    /// The server for a new container. Candidates are shuffled and tried in chunks, the last chunk first.
    pub(crate) fn place(
        &self,
        request: &Request<'_>,
        random: &mut Random,
    ) -> Result<NodeId, Error> {
        let usable = |server: &&Server| {
            server.setup
                && server.status == ServerStatus::Running
                && !server.reserved
                && !server.headnode
        };
        let servers = self.servers.iter().map(AsRef::as_ref).filter(usable);
        let mut candidates: Vec<Candidate<'_>> = servers
            .map(|server| Candidate::new(server, self.load(server.id)))
            .collect();
        random.shuffle(&mut candidates);
        let mut reason = "received by DAPI".to_owned();
        for chunk in candidates.chunks(CHUNK).rev() {
            match choose(request, chunk.to_vec(), random) {
                Ok(node) => return Ok(node),
                Err(title) => reason = reason_of(title),
            }
        }
        Err(Error::NoAllocatableServers { reason })
    }
}

/// The best of a chunk, or the title of the filter that left none.
fn choose(
    request: &Request<'_>,
    mut candidates: Vec<Candidate<'_>>,
    random: &mut Random,
) -> Result<NodeId, &'static str> {
    for filter in &FILTERS {
        let kept = (filter.keep)(request, candidates.clone());
        match (kept.is_empty(), filter.optional) {
            (true, true) => {}
            (true, false) => return Err(filter.title),
            (false, _) => candidates = kept,
        }
    }
    for score in SCORERS {
        score(&mut candidates, random);
    }
    // Of equal scores the later one wins.
    let best = candidates.iter().max_by(|a, b| a.score.total_cmp(&b.score));
    best.map(|candidate| candidate.server.id)
        .ok_or("Received by DAPI")
}

/// A title as a reason: lower-case at the beginning, and `no` before `servers` (placement.md 9).
fn reason_of(title: &str) -> String {
    let mut characters = title.chars();
    let first = characters.next().map(|c| c.to_ascii_lowercase());
    let lower: String = first.into_iter().chain(characters).collect();
    if lower.starts_with("servers ") {
        format!("no {lower}")
    } else {
        lower
    }
}

#[cfg(test)]
mod tests {
    use super::reason_of;

    #[test]
    fn titles_become_reasons() {
        assert_eq!(
            reason_of("Servers with enough unreserved RAM"),
            "no servers with enough unreserved RAM"
        );
        assert_eq!(reason_of("Forced failure"), "forced failure");
    }
}
