//! A server hosts only so many instances.

use super::candidate::{Candidate, Filter, Request, retain};

pub(super) const FILTER: Filter = Filter {
    title: "Servers with more VMs than limit",
    optional: false,
    keep,
};

fn keep<'a>(request: &Request<'_>, candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    let limit = request.settings.server_instance_limit;
    retain(candidates, |candidate| candidate.load.instances < limit)
}
