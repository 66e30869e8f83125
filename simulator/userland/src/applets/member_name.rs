//! Names of members of archives.

/// A member's name without what would lead out of the present directory, and what was cut off.
pub(super) fn safe_name(name: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    for at in 0..name.len() {
        let begins_component = at == 0 || name[at - 1] == b'/';
        let rest = &name[at..];
        if begins_component && (rest == b".." || rest.starts_with(b"../")) {
            start = (at + 3).min(name.len());
        }
    }
    while name.get(start) == Some(&b'/') {
        start += 1;
    }
    (&name[start..], &name[..start])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_below_the_present_directory() {
        for (name, kept, cut) in [
            ("a/b", "a/b", ""),
            ("/a", "a", "/"),
            ("../a/../b", "b", "../a/../"),
            ("a..b/c", "a..b/c", ""),
            ("..", "", ".."),
        ] {
            let expected = (kept.as_bytes(), cut.as_bytes());
            assert_eq!(safe_name(name.as_bytes()), expected, "{name}");
        }
    }
}
