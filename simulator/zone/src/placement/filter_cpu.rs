//! Each core is promised four times.

use super::candidate::{Candidate, Filter, Request, retain};
use super::load::Unreserved;

pub(super) const FILTER: Filter = Filter {
    title: "Servers with enough unreserved CPU",
    optional: false,
    keep,
};

fn keep<'a>(request: &Request<'_>, candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    let Some(cap_percent) = request.package.cpu_cap_percent else {
        return candidates;
    };
    let needed = Unreserved::cpu_needed(cap_percent);
    retain(candidates, |candidate| candidate.left.cpu_percent >= needed)
}
