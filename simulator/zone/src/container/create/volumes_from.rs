//! `VolumesFrom` (containers.md 3.2): every fault is collected.

use crate::state::State;
use crate::{AccountId, Error};

/// Checks the sources. Sharing itself needs data volumes of their own in the runtime, which does not have them.
pub(super) fn check(state: &State, account: AccountId, entries: &[String]) -> Result<(), Error> {
    let limit = state.settings.volumes_from_limit;
    let mut faults = Vec::new();
    if entries.len() > limit {
        faults.push(format!("too many --volumes-from: max {limit}"));
    }
    for entry in entries {
        let source = entry.split(':').next().unwrap_or_default();
        if state.find_container(account, source).is_err() {
            faults.push(format!("container \"{source}\" not found"));
        }
    }
    match (faults.is_empty(), entries.is_empty()) {
        (false, _) => Err(Error::Plain(faults.join(", "))),
        (true, true) => Ok(()),
        (true, false) => Err(Error::NotImplemented("volumes-from".to_owned())),
    }
}
