//! Containers never land on test machines (PLC-24).

use super::candidate::{Candidate, Filter, Request, retain};
use crate::SystemType;

pub(super) const FILTER: Filter = Filter {
    title: "Servers which are not virtual servers",
    optional: false,
    keep,
};

fn keep<'a>(_: &Request<'_>, candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    retain(candidates, |candidate| {
        candidate.server.system_type != SystemType::Virtual
    })
}
