//! tar.

mod create;
mod extract;
mod header;
mod source;

pub(super) use create::change_directory;

use super::args::Options;
use super::context::{Context, Fail, Outcome, text};
use super::glob;
use super::packed::Form;
use bytes::Bytes;

/// What to do with an archive's members.
struct Job {
    verbose: u32,
    to_output: bool,
    keep_old: bool,
    keep_owner: bool,
    keep_mode: bool,
    keep_time: bool,
    numeric_owner: bool,
    recurse: bool,
    follow: bool,
    strip_components: usize,
    exclude: Vec<Vec<u8>>,
}

const LONG: &[super::args::Long] = &[
    ("list", false, b't'),
    ("extract", false, b'x'),
    ("get", false, b'x'),
    ("create", false, b'c'),
    ("directory", true, b'C'),
    ("file", true, b'f'),
    ("to-stdout", false, b'O'),
    ("no-same-owner", false, b'o'),
    ("same-permissions", false, b'p'),
    ("preserve-permissions", false, b'p'),
    ("keep-old-files", false, b'k'),
    ("verbose", false, b'v'),
    ("gzip", false, b'z'),
    ("gunzip", false, b'z'),
    ("ungzip", false, b'z'),
    ("bzip2", false, b'j'),
    ("xz", false, b'J'),
    ("lzma", false, 7),
    ("auto-compress", false, b'a'),
    ("touch", false, b'm'),
    ("dereference", false, b'h'),
    ("files-from", true, b'T'),
    ("exclude-from", true, b'X'),
    ("exclude", true, 1),
    ("strip-components", true, 2),
    ("numeric-owner", false, 3),
    ("no-recursion", false, 4),
    ("no-same-permissions", false, 5),
    ("overwrite", false, 6),
];

/// Creates, lists or extracts an archive.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    if let Some(first) = cx.args.first_mut()
        && !first.starts_with(b"-")
    {
        *first = text!("-", first).into();
    }
    let options = cx.long_options("txcC:f:OopkvzjJamhT:X:", LONG)?;
    let action = match [b't', b'x', b'c'].map(|letter| options.has(letter)) {
        [true, false, false] => b't',
        [false, true, false] => b'x',
        [false, false, true] => b'c',
        _ => return Err(Fail::usage()),
    };
    let mut job = Job::new(&options)?;
    let mut names: Vec<Bytes> = options.operands.clone();
    for path in options.values(b'T') {
        names.extend(lines_of(cx, path).await?.into_iter().map(Bytes::from));
    }
    for path in options.values(b'X') {
        job.exclude.extend(lines_of(cx, path).await?);
    }
    let file = options.value(b'f').cloned().unwrap_or_else(|| "-".into());
    let directory = options.value(b'C');
    let packed = match options.last_of(&[b'z', b'j', b'J', 7, b'a']) {
        Some(b'z') => Some(Form::Gzip),
        Some(b'j') => Some(Form::Bzip2),
        Some(b'J') => Some(Form::Xz),
        Some(7) => Some(Form::Lzma),
        Some(_) => Form::of_name(&file),
        None => None,
    };
    match action {
        b'c' => create::run(cx, &job, &file, directory, packed, &names).await,
        _ => extract::run(cx, &job, &file, directory, packed, &names, action == b'x').await,
    }
}

impl Job {
    fn new(options: &Options) -> Result<Self, Fail> {
        let strip_components = options.number(2)?.unwrap_or(0);
        Ok(Self {
            verbose: options
                .given
                .iter()
                .filter(|(letter, _)| *letter == b'v')
                .count() as u32,
            to_output: options.has(b'O'),
            keep_old: options.has(b'k'),
            keep_owner: !options.has(b'o'),
            keep_mode: !options.has(5),
            keep_time: !options.has(b'm'),
            numeric_owner: options.has(3),
            recurse: !options.has(4),
            follow: options.has(b'h'),
            strip_components: usize::try_from(strip_components).unwrap_or(usize::MAX),
            exclude: options.values(1).map(|pattern| pattern.to_vec()).collect(),
        })
    }

    /// Whether a member is left out.
    fn excludes(&self, name: &[u8]) -> bool {
        self.exclude.iter().any(|pattern| {
            let is_suffix = |name: &[u8]| glob::matches(pattern, name, false);
            // A pattern may match behind any slash.
            let mut rest = name;
            loop {
                if is_suffix(rest) || selects(pattern, rest) {
                    return true;
                }
                match rest.iter().position(|byte| *byte == b'/') {
                    Some(at) => rest = &rest[at + 1..],
                    None => return false,
                }
            }
        })
    }
}

/// Whether a pattern matches a path or a directory above it.
fn selects(pattern: &[u8], path: &[u8]) -> bool {
    let pattern = pattern.strip_suffix(b"/").unwrap_or(pattern);
    let components = pattern.iter().filter(|byte| **byte == b'/').count();
    let mut slashes = path
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'/')
        .map(|(at, _)| at);
    let end = slashes.nth(components).unwrap_or(path.len());
    glob::matches(pattern, &path[..end], false)
}

async fn lines_of(cx: &mut Context<'_>, path: &Bytes) -> Result<Vec<Vec<u8>>, Fail> {
    let failed = |error: crate::kernel::Errno| Fail::new(text!(path, ": ", error.message()));
    let mut reader = cx.open_input(path).await.map_err(failed)?;
    let mut lines = Vec::new();
    let mut line = Vec::new();
    while reader.read_line(&mut line).await.map_err(failed)?.is_some() {
        // Slashes at the end mean nothing.
        while line.len() > 1 && line.ends_with(b"/") {
            line.pop();
        }
        if !line.is_empty() {
            lines.push(line.clone());
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_select_what_is_below_them() {
        for (pattern, path, expected) in [
            ("p", "p/f", true),
            ("p/", "p/f", true),
            ("p/f", "p/f", true),
            ("p/*", "p/f/g", true),
            ("f", "p/f", false),
        ] {
            assert_eq!(
                selects(pattern.as_bytes(), path.as_bytes()),
                expected,
                "{pattern}"
            );
        }
    }
}
