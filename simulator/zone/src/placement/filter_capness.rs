//! Capped and uncapped instances never share a server.

use super::candidate::{Candidate, Filter, Request, retain};

pub(super) const FILTER: Filter = Filter {
    title: "Servers which have same existence of cpu_cap as package",
    optional: false,
    keep,
};

fn keep<'a>(request: &Request<'_>, candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    let capped = request.package.cpu_cap_percent.is_some();
    retain(candidates, |candidate| {
        let others = if capped {
            candidate.load.uncapped
        } else {
            candidate.load.instances - candidate.load.uncapped
        };
        others == 0
    })
}
