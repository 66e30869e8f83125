//! An operator may make every placement fail.

use super::candidate::{Candidate, Filter, Request, retain};

pub(super) const FILTER: Filter = Filter {
    title: "Forced failure",
    optional: false,
    keep,
};

fn keep<'a>(request: &Request<'_>, candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    retain(candidates, |_| !request.settings.fail_placement)
}
