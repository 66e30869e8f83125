//! What a container's view promises: quota, held inodes, links, and paths from outside.

use rootfs::{Attributes, FileKind, FsError, ROOT, RootFs, TreeBuilder};
use std::sync::Arc;

const FILE: FileKind = FileKind::File;

fn container(quota_bytes: u64) -> RootFs {
    let mut builder = TreeBuilder::new(5);
    builder
        .file("etc/passwd", "root:x:0:0::/root:/bin/sh\n", 0o644)
        .expect("path");
    builder.symlink("link", "/etc").expect("path");
    builder.symlink("etc/up", "../etc/passwd").expect("path");
    builder.symlink("loop", "loop").expect("path");
    RootFs::new(Arc::new(builder.build()), quota_bytes)
}

#[test]
fn the_quota_ends_a_write_in_the_middle_and_removal_gives_the_room_back() {
    let mut fs = container(10_000);
    let ino = fs
        .create(ROOT, b"f", &Attributes::root(FILE, 0o644, 1))
        .expect("fits");
    let overhead = fs.charged_bytes();
    assert_eq!(fs.write(ino, 0, &[1; 9_000], 1), Ok(9_000));
    assert_eq!(
        fs.write(ino, 9_000, &[1; 9_000], 1),
        Err(FsError::QuotaExceeded)
    );
    assert_eq!(fs.metadata(ino).expect("exists").size, 9_000);
    assert_eq!(fs.charged_bytes(), overhead + 9_000);
    fs.unlink(ROOT, b"f", 2).expect("exists");
    assert_eq!(fs.charged_bytes(), 0);
}

#[test]
fn a_write_over_two_chunks_is_short_when_only_the_first_fits() {
    let mut fs = container(100_000);
    let ino = fs
        .create(ROOT, b"f", &Attributes::root(FILE, 0o644, 1))
        .expect("fits");
    assert_eq!(fs.write(ino, 0, &[1; 120_000], 1), Ok(65_536));
    assert_eq!(fs.metadata(ino).expect("exists").size, 65_536);
}

#[test]
fn a_held_inode_outlives_its_name_and_is_charged_until_released() {
    let mut fs = container(1 << 20);
    let ino = fs
        .create(ROOT, b"f", &Attributes::root(FILE, 0o644, 1))
        .expect("fits");
    fs.write(ino, 0, b"data", 1).expect("fits");
    fs.hold(ino);
    fs.hold(ino);
    fs.unlink(ROOT, b"f", 2).expect("exists");
    fs.release(ino);
    let mut buffer = [0; 8];
    assert_eq!(fs.read(ino, 0, &mut buffer), Ok(4));
    assert_eq!(fs.metadata(ino).expect("held").nlink, 0);
    assert!(fs.charged_bytes() > 0);
    assert_eq!(fs.link(ROOT, b"again", ino, 3), Err(FsError::NotFound));
    fs.release(ino);
    assert_eq!(fs.metadata(ino), Err(FsError::NotFound));
    assert_eq!(fs.charged_bytes(), 0);
}

#[test]
fn a_removed_working_directory_takes_no_names() {
    let mut fs = container(1 << 20);
    let directory = Attributes::root(FileKind::Directory, 0o755, 1);
    let dir = fs.create(ROOT, b"d", &directory).expect("fits");
    fs.hold(dir);
    fs.remove_dir(ROOT, b"d", 2).expect("empty");
    assert_eq!(fs.create(dir, b"x", &directory), Err(FsError::NotFound));
    fs.release(dir);
    assert_eq!(fs.charged_bytes(), 0);
}

#[test]
fn renames_follow_posix() {
    let mut fs = container(1 << 20);
    let directory = Attributes::root(FileKind::Directory, 0o755, 1);
    let a = fs.create(ROOT, b"a", &directory).expect("fits");
    let b = fs.create(a, b"b", &directory).expect("fits");
    fs.create(ROOT, b"f", &Attributes::root(FILE, 0o644, 1))
        .expect("fits");
    assert_eq!(fs.rename(ROOT, b"a", b, b"x", 2), Err(FsError::Invalid));
    assert_eq!(fs.rename(ROOT, b"a", a, b"x", 2), Err(FsError::Invalid));
    assert_eq!(
        fs.rename(ROOT, b"a", ROOT, b"f", 2),
        Err(FsError::NotDirectory)
    );
    assert_eq!(
        fs.rename(ROOT, b"f", ROOT, b"a", 2),
        Err(FsError::IsDirectory)
    );
    assert_eq!(fs.rename(a, b"b", ROOT, b"etc", 2), Err(FsError::NotEmpty));
    assert_eq!(fs.rename(ROOT, b"f", ROOT, b"f", 2), Ok(()));
    assert_eq!(fs.rename(a, b"b", ROOT, b"c", 2), Ok(()));
    assert_eq!(fs.parent(b), ROOT);
    assert_eq!(fs.metadata(a).expect("exists").nlink, 2);
}

#[test]
fn names_are_checked() {
    let mut fs = container(1 << 20);
    let file = Attributes::root(FILE, 0o644, 1);
    for (name, error) in [
        (b"".as_slice(), FsError::Invalid),
        (b".", FsError::Exists),
        (b"..", FsError::Exists),
        (b"a/b", FsError::Invalid),
        (b"etc", FsError::Exists),
        (&[b'x'; 256], FsError::NameTooLong),
    ] {
        assert_eq!(fs.create(ROOT, name, &file), Err(error), "{name:?}");
    }
    assert!(fs.create(ROOT, &[b'x'; 255], &file).is_ok());
    let etc = fs.lookup(ROOT, b"etc").expect("exists");
    assert_eq!(fs.link(ROOT, b"hard", etc, 1), Err(FsError::NotPermitted));
    assert_eq!(fs.unlink(ROOT, b"etc", 1), Err(FsError::IsDirectory));
    let passwd = fs.lookup(etc, b"passwd").expect("exists");
    assert_eq!(fs.create(passwd, b"x", &file), Err(FsError::NotDirectory));
}

#[test]
fn paths_from_outside_stay_inside_the_root() {
    let fs = container(0);
    let passwd = fs.resolve(b"/etc/passwd", true).expect("exists");
    for path in [
        "link/passwd",
        "/link/up",
        "../../etc/passwd",
        "etc/./../etc//passwd",
    ] {
        assert_eq!(fs.resolve(path.as_bytes(), true), Ok(passwd), "{path}");
    }
    assert_eq!(fs.resolve(b"loop", true), Err(FsError::SymlinkLoop));
    assert!(fs.resolve(b"loop", false).is_ok());
    assert_eq!(fs.resolve(b"etc/passwd/", true), Err(FsError::NotDirectory));
    assert_eq!(
        fs.resolve(b"etc/passwd/x", true),
        Err(FsError::NotDirectory)
    );
    assert_eq!(fs.resolve(b"nothing", true), Err(FsError::NotFound));
    assert_eq!(fs.resolve(b"/", true), Ok(ROOT));
}

#[test]
fn the_same_files_get_the_same_numbers_in_any_order() {
    let mut forward = TreeBuilder::new(0);
    let mut backward = TreeBuilder::new(0);
    let paths = ["bin/sh", "etc/a", "etc/b", "z"];
    for path in paths {
        forward.file(path, "x", 0o644).expect("path");
    }
    for path in paths.iter().rev() {
        backward.file(path, "x", 0o644).expect("path");
    }
    let forward = RootFs::new(Arc::new(forward.build()), 0);
    let backward = RootFs::new(Arc::new(backward.build()), 0);
    for path in paths {
        let number = forward.resolve(path.as_bytes(), true);
        assert_eq!(number, backward.resolve(path.as_bytes(), true));
    }
}
