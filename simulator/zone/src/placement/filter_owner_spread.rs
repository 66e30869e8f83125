//! Containers of one account go to different servers while there are any (PLC-16).

use super::candidate::{Candidate, Filter, Request, retain};

pub(super) const FILTER: Filter = Filter {
    title: "Servers with requested soft locality considered",
    optional: true,
    keep,
};

fn keep<'a>(request: &Request<'_>, candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    retain(candidates, |candidate| {
        !candidate.load.owners.contains_key(&request.owner)
    })
}
