//! Paths as `WORKDIR` and the destinations of copies compose them.

/// `path` seen from `directory`, absolute, without `.`, `..`, doubled and trailing slashes.
pub(crate) fn join(directory: &str, path: &str) -> String {
    let start = match path.starts_with('/') {
        true => "",
        false => directory,
    };
    let mut names = Vec::new();
    for name in start.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_composed_and_normalised() {
        for (directory, path, expected) in [
            ("", "/foo/bar", "/foo/bar"),
            ("", "foo", "/foo"),
            ("/", ".", "/"),
            ("/test", "subdir", "/test/subdir"),
            ("/test", "/a/", "/a"),
            ("/test", "../a//./b/", "/a/b"),
            ("/test", "../../..", "/"),
            ("/a", "", "/a"),
        ] {
            assert_eq!(join(directory, path), expected, "{directory} {path}");
        }
    }
}
