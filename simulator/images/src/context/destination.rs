//! Where a copy goes in the container. Links are followed inside its root.

use super::components::components_reversed;
use rootfs::{Attributes, FileKind, FsError, PATH_MAX, ROOT, RootFs, SYMLINKS_MAX};

/// A path without links: a directory that is there, and a name in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Absolute.
    pub(super) directory: Vec<u8>,
    /// What the path's last component is called; `None` when the path is the directory.
    pub(super) name: Option<Vec<u8>>,
}

impl Place {
    /// Where an absolute path leads. What is missing on the way is made.
    pub(super) fn of(fs: &mut RootFs, path: &[u8], now_ns: u64) -> Result<Self, FsError> {
        if path.len() > PATH_MAX {
            return Err(FsError::NameTooLong);
        }
        let mut todo = components_reversed(path);
        let (mut at, mut names, mut links) = (ROOT, Vec::<Vec<u8>>::new(), 0);
        while let Some(name) = todo.pop() {
            if name == b".." {
                at = fs.parent(at);
                names.pop();
                continue;
            }
            let found = match fs.lookup(at, &name) {
                Err(FsError::NotFound) => None,
                found => Some(found?),
            };
            let kind = found
                .map(|ino| fs.metadata(ino))
                .transpose()?
                .map(|of| of.kind);
            match (found, kind) {
                (Some(link), Some(FileKind::Symlink)) => {
                    links += 1;
                    if links > SYMLINKS_MAX {
                        return Err(FsError::SymlinkLoop);
                    }
                    let target = fs.read_link(link)?;
                    if target.first() == Some(&b'/') {
                        at = ROOT;
                        names.clear();
                    }
                    todo.extend(components_reversed(&target));
                }
                (Some(directory), Some(FileKind::Directory)) => {
                    at = directory;
                    names.push(name);
                }
                _ if todo.is_empty() => {
                    return Ok(Self {
                        directory: absolute(&names),
                        name: Some(name),
                    });
                }
                (None, _) => {
                    at = make_directory(fs, at, &name, now_ns)?;
                    names.push(name);
                }
                (Some(_), _) => return Err(FsError::NotDirectory),
            }
        }
        Ok(Self {
            directory: absolute(&names),
            name: None,
        })
    }

    /// The directory that an absolute path leads to; made when it is missing.
    pub(super) fn directory(fs: &mut RootFs, path: &[u8], now_ns: u64) -> Result<Vec<u8>, FsError> {
        let place = Self::of(fs, path, now_ns)?;
        let Some(name) = place.name else {
            return Ok(place.directory);
        };
        let parent = fs.resolve(&place.directory, false)?;
        match fs.lookup(parent, &name) {
            Ok(_) => return Err(FsError::NotDirectory),
            Err(FsError::NotFound) => make_directory(fs, parent, &name, now_ns)?,
            Err(error) => return Err(error),
        };
        Ok([&place.directory, &b"/"[..], &name].concat())
    }
}

/// Makes the directory of a volume, and those above it, where a step of a build finds it (images.md 16.6). What stands
/// there already stays.
pub fn make_volume(fs: &mut RootFs, path: &str, now_ns: u64) -> Result<(), FsError> {
    let path = crate::dockerfile::join("/", path);
    Place::directory(fs, path.as_bytes(), now_ns).map(drop)
}

fn make_directory(fs: &mut RootFs, at: u64, name: &[u8], now_ns: u64) -> Result<u64, FsError> {
    let attributes = Attributes::root(FileKind::Directory, 0o755, now_ns);
    fs.create(at, name, &attributes)
}

fn absolute(names: &[Vec<u8>]) -> Vec<u8> {
    [&b"/"[..], &names.join(&b'/')].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rootfs::TreeBuilder;
    use std::sync::Arc;

    fn container() -> RootFs {
        let mut builder = TreeBuilder::new(0);
        for path in ["target", "play"] {
            builder.directory(path, 0o755).expect("the path is good");
        }
        for (path, target) in [
            ("link", "/target"),
            ("linkToLink", "link"),
            ("linkRel", "./link"),
            ("linkUpDown", "./target/../link"),
            ("linkWayUp", "/../../../../../.."),
            ("broken", "new/place"),
            ("loop", "loop"),
            ("play/out", "/target"),
        ] {
            builder.symlink(path, target).expect("the path is good");
        }
        builder.file("file", "x", 0o644).expect("the path is good");
        RootFs::new(Arc::new(builder.build()), 1 << 20)
    }

    #[test]
    fn links_lead_nowhere_but_inside_the_root() {
        for (path, expected) in [
            ("/link/", "/target"),
            ("/linkToLink/", "/target"),
            ("/linkRel", "/target"),
            ("/linkUpDown/", "/target"),
            ("/play/../linkUpDown/", "/target"),
            ("/linkToLink/a/b/c/d", "/target/a/b/c/d"),
            ("/../../../foo/", "/foo"),
            ("/linkWayUp", "/"),
            ("/linkWayUp/foo/bar", "/foo/bar"),
            ("/broken", "/new/place"),
            ("/broken/x", "/new/place/x"),
            ("/play/out/x", "/target/x"),
            ("/", "/"),
        ] {
            let mut fs = container();
            let made = Place::directory(&mut fs, path.as_bytes(), 1).expect("it is good");
            let made = String::from_utf8_lossy(&made).replace("//", "/");
            assert_eq!(made, expected, "{path}");
            assert!(fs.resolve(expected.as_bytes(), false).is_ok());
        }
    }

    #[test]
    fn a_path_that_leads_through_a_file_is_refused() {
        for (path, error) in [
            ("/file/x", FsError::NotDirectory),
            ("/file", FsError::NotDirectory),
            ("/loop/x", FsError::SymlinkLoop),
        ] {
            let refused = Place::directory(&mut container(), path.as_bytes(), 1);
            assert_eq!(refused, Err(error), "{path}");
        }
        let deep = "/a".repeat(3000);
        assert!(Place::directory(&mut container(), deep.as_bytes(), 1).is_err());
    }
}
