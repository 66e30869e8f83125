//! Standby servers are used only when nothing else is left.

use super::candidate::{Candidate, Filter, Request, retain};

pub(super) const FILTER: Filter = Filter {
    title: "Servers which are not in the reservoir",
    optional: true,
    keep,
};

fn keep<'a>(_: &Request<'_>, candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    retain(candidates, |candidate| !candidate.server.reservoir)
}
