//! The environment of a container's processes (containers.md 6.2).

use bytes::Bytes;

const PATH: &[u8] = b"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Adds an entry; one of the same name is replaced where it stands.
fn set(environment: &mut Vec<Bytes>, entry: Bytes) {
    // CTR-41: entries without a name or `=` are dropped.
    let Some(name_len) = entry
        .iter()
        .position(|byte| *byte == b'=')
        .filter(|len| *len > 0)
    else {
        return;
    };
    let prefix = &entry[..=name_len];
    match environment
        .iter_mut()
        .find(|known| known.starts_with(prefix))
    {
        Some(known) => *known = entry,
        None => environment.push(entry),
    }
}

/// What the zone provides, then `own`, later entries replacing earlier ones. An exec has no `hostname` there.
pub(super) fn environment(home: &[u8], hostname: Option<&str>, own: &[Bytes]) -> Vec<Bytes> {
    let mut environment = Vec::with_capacity(own.len() + 4);
    set(&mut environment, Bytes::from_static(b"TERM=xterm"));
    set(&mut environment, [b"HOME=", home].concat().into());
    set(&mut environment, Bytes::from_static(PATH));
    if let Some(hostname) = hostname {
        set(&mut environment, format!("HOSTNAME={hostname}").into());
    }
    for entry in own {
        set(&mut environment, entry.clone());
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
}
