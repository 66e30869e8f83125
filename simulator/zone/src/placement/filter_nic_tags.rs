//! Every network of the container needs an interface of its tag.

use super::candidate::{Candidate, Filter, Request, retain};

pub(super) const FILTER: Filter = Filter {
    title: "Servers supporting required NIC Tags",
    optional: false,
    keep,
};

fn keep<'a>(request: &Request<'_>, candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    retain(candidates, |candidate| {
        let offered = &candidate.server.nic_tags;
        let mut needed = request.nic_tags.iter();
        needed.all(|tag| offered.iter().any(|offer| offer == tag))
    })
}
