//! The environment of a container's processes (containers.md 6.2).

use bytes::Bytes;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

const PATH: &[u8] = b"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The name of an entry. CTR-41: entries without a name or `=` are dropped.
fn name(entry: &[u8]) -> Option<&[u8]> {
    let length = entry.iter().position(|byte| *byte == b'=')?;
    (length > 0).then(|| &entry[..length])
}

/// What the zone provides, then `own`; an entry replaces an earlier one of its name where that stands. An exec has no
/// `hostname` there.
pub(super) fn environment(home: &[u8], hostname: Option<&str>, own: &[Bytes]) -> Vec<Bytes> {
    let provided = [
        Some(Bytes::from_static(b"TERM=xterm")),
        Some([b"HOME=", home].concat().into()),
        Some(Bytes::from_static(PATH)),
        hostname.map(|hostname| format!("HOSTNAME={hostname}").into()),
    ];
    let provided = provided.into_iter().flatten();
    let entries: Vec<Bytes> = provided.chain(own.iter().cloned()).collect();
    let mut places = HashMap::with_capacity(entries.len());
    let mut environment: Vec<Bytes> = Vec::with_capacity(entries.len());
    for entry in &entries {
        let Some(name) = name(entry) else {
            continue;
        };
        match places.entry(name) {
            Entry::Occupied(place) => environment[*place.get()] = entry.clone(),
            Entry::Vacant(place) => {
                place.insert(environment.len());
                environment.push(entry.clone());
            }
        }
    }
    environment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_entries_replace_earlier_ones_and_bad_ones_are_dropped() {
        let own = ["A=1", "NAME", "=x", "HOME=/h", "A=2", "B="].map(Bytes::from);
        let found = environment(b"/root", Some("web"), &own);
        let expected = ["TERM=xterm", "HOME=/h", "", "HOSTNAME=web", "A=2", "B="];
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(b"PATH=/usr/local/sbin") || found == expected);
        }
        assert_eq!(found.len(), 6);
        assert_eq!(environment(b"/", None, &[]).len(), 3);
    }

    #[test]
    fn a_huge_environment_is_gone_through_once() {
        let own: Vec<Bytes> = (0..200_000).map(|n| format!("N{n}=1").into()).collect();
        assert_eq!(environment(b"/", None, &own).len(), 200_003);
    }
}
