//! Linux servers are only for lxd images.

use super::candidate::{Candidate, Filter, Request, retain};
use crate::SystemType;

pub(super) const FILTER: Filter = Filter {
    title: "Servers which have the required OS",
    optional: false,
    keep,
};

fn keep<'a>(_: &Request<'_>, candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    retain(candidates, |candidate| {
        candidate.server.system_type != SystemType::Linux
    })
}
