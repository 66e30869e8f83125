//! Paths of requests.

use crate::applets::percent;

/// Why a path cannot be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadPath {
    /// It is no path.
    Malformed,
    /// It hides a slash or a NUL.
    Hidden,
}

/// A path as it was asked for, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Decoded, without `.`, `..` and double slashes; begins with a slash.
    pub(super) path: Vec<u8>,
    /// What follows the question mark.
    pub(super) query: Option<Vec<u8>>,
}

impl Path {
    pub(super) fn read(url: &[u8]) -> Result<Self, BadPath> {
        let (path, query) = match url.iter().position(|byte| *byte == b'?') {
            None => (url, None),
            Some(at) => (&url[..at], Some(url[at + 1..].to_vec())),
        };
        Ok(Self {
            path: canonical(&decoded(path)?)?,
            query,
        })
    }

    /// Whether a directory was asked for.
    pub(super) fn is_directory(&self) -> bool {
        self.path.ends_with(b"/")
    }
}

/// Takes `%XX` apart, in strict manner.
fn decoded(text: &[u8]) -> Result<Vec<u8>, BadPath> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, behind)) = rest.split_first() {
        if *byte != b'%' {
            out.push(*byte);
            rest = behind;
            continue;
        }
        match percent::octet(behind).ok_or(BadPath::Malformed)? {
            b'/' | 0 => return Err(BadPath::Hidden),
            value => out.push(value),
        }
        rest = &behind[2..];
    }
    Ok(out)
}

/// As [`decoded`], but what is no code stays as it is; for scripts.
pub(super) fn decoded_loosely(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent::decoded(&spaced)
}

/// Without `.`, `..` and double slashes; nothing leads above the root.
fn canonical(path: &[u8]) -> Result<Vec<u8>, BadPath> {
    let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    let mut kept: Vec<&[u8]> = Vec::new();
    for part in &parts {
        match *part {
            b"" | b"." => {}
            b".." => drop(kept.pop().ok_or(BadPath::Malformed)?),
            part => kept.push(part),
        }
    }
    let mut out = Vec::new();
    for part in &kept {
        out.push(b'/');
        out.extend_from_slice(part);
    }
    let is_directory = matches!(parts.last(), Some(&(b"" | b"." | b"..")));
    if is_directory || out.is_empty() {
        out.push(b'/');
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_and_stay_below_the_root() {
        let check = |url: &str, expected: Result<(&str, Option<&str>), BadPath>| {
            let read = Path::read(url.as_bytes());
            let read = read.as_ref().map(|path| {
                let query = path.query.as_deref();
                (&*path.path, query)
            });
            let expected =
                expected.map(|(path, query)| (path.as_bytes(), query.map(str::as_bytes)));
            assert_eq!(read, expected.as_ref().map(|e| *e), "{url}");
        };
        check("/", Ok(("/", None)));
        check("/a//b/./c", Ok(("/a/b/c", None)));
        check("/a/../b/?x=%20", Ok(("/b/", Some("x=%20"))));
        check("/%61%20b", Ok(("/a b", None)));
        check("/a/..", Ok(("/", None)));
        check("/..", Err(BadPath::Malformed));
        check("/a%2fb", Err(BadPath::Hidden));
        check("/%zz", Err(BadPath::Malformed));
        check("/%4", Err(BadPath::Malformed));
    }
}
