//! Data volumes: directories of the container's own (volumes.md 3.3).

use rootfs::{Attributes, FileKind, FsError, ROOT, RootFs};

/// Of directories that are made for volumes.
const MODE: u32 = 0o755;

/// Makes the directory of a data volume, and those above it. What the image has there stays. A link or a file on the way
/// is no place for one.
pub(super) fn make(fs: &mut RootFs, path: &str, now_ns: u64) -> Result<(), FsError> {
    let mut at = ROOT;
    for name in path.split('/').filter(|name| !name.is_empty()) {
        at = match fs.lookup(at, name.as_bytes()) {
            Ok(found) if fs.metadata(found)?.kind == FileKind::Directory => found,
            Ok(_) => return Err(FsError::NotDirectory),
            Err(FsError::NotFound) => {
                let directory = Attributes::root(FileKind::Directory, MODE, now_ns);
                fs.create(at, name.as_bytes(), &directory)?
            }
            Err(error) => return Err(error),
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rootfs::TreeBuilder;
    use std::sync::Arc;

    #[test]
    fn a_volume_is_a_directory_that_may_be_there_already_and_nothing_else() {
        let mut fs = RootFs::new(Arc::new(TreeBuilder::new(0).build()), 1 << 20);
        make(&mut fs, "/a/b", 7).expect("there is nothing");
        make(&mut fs, "/a/b", 8).expect("it is a directory");
        make(&mut fs, "/a/c", 9).expect("the one above is one");
        let made = fs.resolve(b"/a/b", false).expect("it was made");
        let metadata = fs.metadata(made).expect("it is there");
        assert_eq!((metadata.kind, metadata.mode), (FileKind::Directory, MODE));
        let link = Attributes::root(FileKind::Symlink, 0o777, 9);
        fs.symlink(ROOT, b"link", b"/a", &link).expect("a link");
        assert_eq!(make(&mut fs, "/link/d", 9), Err(FsError::NotDirectory));
        assert_eq!(make(&mut fs, "/link", 9), Err(FsError::NotDirectory));
    }
}
