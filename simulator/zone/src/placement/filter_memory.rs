//! RAM is never promised twice.

use super::candidate::{Candidate, Filter, Request, retain};

pub(super) const FILTER: Filter = Filter {
    title: "Servers with enough unreserved RAM",
    optional: false,
    keep,
};

fn keep<'a>(request: &Request<'_>, candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    let needed_mib = request.package.memory_mib as f64;
    retain(candidates, |candidate| {
        candidate.left.memory_mib >= needed_mib
    })
}
