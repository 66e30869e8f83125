//! Paths of trees.

use super::context::text;
use crate::kernel::Sys;

/// Deepest tree that is walked; deeper ones have paths that are too long anyway.
pub(super) const DEPTH_MAX: usize = 2_048;

/// `DIRECTORY/NAME`.
pub(super) fn child(directory: &[u8], name: &[u8]) -> Vec<u8> {
    match directory {
        b"" => name.to_vec(),
        _ if directory.ends_with(b"/") => text!(directory, name),
        _ => text!(directory, "/", name),
    }
}

/// The last component of a path, without slashes behind it; `/` for the root.
pub(super) fn base_name(path: &[u8]) -> &[u8] {
    let mut path = path;
    while path.len() > 1 && path.ends_with(b"/") {
        path = &path[..path.len() - 1];
    }
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(at) if path.len() > 1 => &path[at + 1..],
        _ => path,
    }
}

/// What is before the last component; `.` when there is nothing.
pub(super) fn directory_name(path: &[u8]) -> &[u8] {
    let trim = |mut path: &'_ [u8]| -> usize {
        while path.len() > 1 && path.ends_with(b"/") {
            path = &path[..path.len() - 1];
        }
        path.len()
    };
    let path = &path[..trim(path)];
    match path.iter().rposition(|byte| *byte == b'/') {
        None => b".",
        Some(0) => b"/",
        Some(at) => &path[..trim(&path[..at])],
    }
}

/// Makes the directories above a path, as far as they are missing; what fails will fail again when the path is used.
pub(super) fn make_parents(sys: &Sys, path: &[u8]) {
    let end = path
        .iter()
        .rposition(|byte| *byte != b'/')
        .map_or(0, |last| last + 1);
    for (at, byte) in path[..end].iter().enumerate().skip(1) {
        if *byte == b'/' {
            let _ = sys.mkdir(&path[..at], 0o777);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_a_last_component_and_what_is_before_it() {
        for (path, base, directory) in [
            ("/usr/lib", "lib", "/usr"),
            ("/usr/lib///", "lib", "/usr"),
            ("usr//lib", "lib", "usr"),
            ("lib", "lib", "."),
            ("/", "/", "/"),
            ("//", "/", "/"),
            ("/a", "a", "/"),
            ("a/", "a", "."),
            ("", "", "."),
        ] {
            assert_eq!(base_name(path.as_bytes()), base.as_bytes(), "{path}");
            assert_eq!(
                directory_name(path.as_bytes()),
                directory.as_bytes(),
                "{path}"
            );
        }
    }
}
