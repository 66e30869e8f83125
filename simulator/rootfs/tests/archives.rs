//! Tar archives in and out: layers, whiteouts, links, refusals, round trips.

use rootfs::{
    ArchiveError, ArchiveLimits, ArchiveWriter, Attributes, FileKind, FsError, Lend, Metadata,
    RootFs, Source, Tree, Unpacking, unpack,
};
use std::cell::RefCell;
use std::sync::Arc;
use tar::{Builder, EntryType, Header};

enum Entry<'a> {
    Directory(&'a str),
    File(&'a str, &'a str),
    Symlink(&'a str, &'a str),
    HardLink(&'a str, &'a str),
}

use Entry::{Directory, File, HardLink, Symlink};

/// Writes names as they are, also those that the `tar` crate would refuse.
fn layer(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for entry in entries {
        let (kind, name, target, content) = match entry {
            Directory(name) => (EntryType::Directory, name, "", ""),
            File(name, content) => (EntryType::Regular, name, "", *content),
            Symlink(name, target) => (EntryType::Symlink, name, *target, ""),
            HardLink(name, target) => (EntryType::Link, name, *target, ""),
        };
        let mut header = Header::new_ustar();
        let fields = header.as_old_mut();
        fields.name[..name.len()].copy_from_slice(name.as_bytes());
        fields.linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(if kind == EntryType::Directory {
            0o750
        } else {
            0o640
        });
        header.set_uid(7);
        header.set_gid(8);
        header.set_mtime(9);
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append(&header, content.as_bytes()).expect("memory");
    }
    builder.into_inner().expect("memory")
}

fn tree(layers: &[Vec<u8>]) -> Result<Tree, ArchiveError> {
    let layers = layers.iter().map(|layer| source(layer));
    Tree::from_layers(layers, &ArchiveLimits::default())
}

fn source(archive: &[u8]) -> Source {
    Source::from(bytes::Bytes::copy_from_slice(archive))
}

/// Every path with its content, target or `/`.
fn listing(fs: &RootFs) -> Vec<String> {
    let mut rows = Vec::new();
    let mut todo = vec![(rootfs::ROOT, String::new())];
    while let Some((dir, prefix)) = todo.pop() {
        for entry in fs.entries(dir).expect("lists") {
            let path = format!("{prefix}{}", String::from_utf8_lossy(&entry.name));
            match entry.kind {
                FileKind::Directory => {
                    rows.push(format!("{path}/"));
                    todo.push((entry.ino, format!("{path}/")));
                }
                FileKind::Symlink => {
                    let target = fs.read_link(entry.ino).expect("is a link");
                    rows.push(format!("{path} -> {}", String::from_utf8_lossy(&target)));
                }
                _ => {
                    let mut content =
                        vec![0; fs.metadata(entry.ino).expect("exists").size as usize];
                    fs.read(entry.ino, 0, &mut content).expect("reads");
                    rows.push(format!("{path}={}", String::from_utf8_lossy(&content)));
                }
            }
        }
    }
    rows.sort();
    rows
}

fn container(layers: &[Vec<u8>]) -> RootFs {
    RootFs::new(Arc::new(tree(layers).expect("layers are good")), 1 << 20)
}

#[test]
fn whiteouts_hide_lower_layers_only() {
    let fs = container(&[
        layer(&[
            File("a/old", "1"),
            File("a/kept", "2"),
            File("b/x", "3"),
            File("b/y", "4"),
        ]),
        layer(&[
            File("a/.wh.old", ""),
            File("a/new", "5"),
            File("a/.wh.new", ""),
            File("b/z", "6"),
            File("b/.wh..wh..opq", ""),
        ]),
    ]);
    assert_eq!(listing(&fs), ["a/", "a/kept=2", "a/new=5", "b/", "b/z=6"]);
}

#[test]
fn later_layers_replace_and_merge() {
    let fs = container(&[
        layer(&[
            Directory("d"),
            File("d/f", "1"),
            File("x", "2"),
            Symlink("s", "d"),
        ]),
        layer(&[
            Directory("./d/"),
            File("d", "gone"),
            Directory("x/"),
            File("x/./g", "3"),
        ]),
    ]);
    assert_eq!(listing(&fs), ["d=gone", "s -> d", "x/", "x/g=3"]);
}

#[test]
fn files_written_through_a_linked_directory_land_in_it() {
    let fs = container(&[
        layer(&[
            Directory("usr/bin"),
            Symlink("bin", "usr/bin"),
            Symlink("abs", "/usr"),
        ]),
        layer(&[File("bin/tool", "t"), File("abs/other", "o")]),
    ]);
    let expected = [
        "abs -> /usr",
        "bin -> usr/bin",
        "usr/",
        "usr/bin/",
        "usr/bin/tool=t",
        "usr/other=o",
    ];
    assert_eq!(listing(&fs), expected);
}

#[test]
fn hard_links_share_an_inode_with_owner_mode_and_time() {
    let fs = container(&[layer(&[File("a", "data")]), layer(&[HardLink("d/b", "a")])]);
    let a = fs
        .metadata(fs.resolve(b"a", true).expect("exists"))
        .expect("exists");
    assert_eq!(fs.resolve(b"d/b", true), Ok(a.ino));
    assert_eq!((a.nlink, a.uid, a.gid, a.mode), (2, 7, 8, 0o640));
    assert_eq!(a.mtime_ns, 9_000_000_000);
}

#[test]
fn what_leads_outside_or_is_too_much_is_refused() {
    let check = |entries: &[Entry<'_>], expected: &str| {
        let error = tree(&[layer(entries)]).expect_err(expected);
        assert!(error.to_string().contains(expected), "{error}");
    };
    check(&[File("../x", "")], "outside");
    check(&[File("a/../../x", "")], "outside");
    check(&[File("/etc/passwd", "")], "outside");
    check(&[HardLink("a", "../../etc/passwd")], "outside");
    check(&[HardLink("a", "nothing")], "has no target");
    check(&[Symlink("l", "l"), File("l/x", "")], "symbolic links");
    check(&[File("f", ""), File("f/x", "")], "not a directory");
    let limits = ArchiveLimits {
        entries: 1,
        unpacked_bytes: 3,
    };
    let archive = layer(&[File("a", "1"), File("b", "")]);
    let error = Tree::from_layers([source(&archive)], &limits).expect_err("two entries");
    assert!(matches!(
        error,
        ArchiveError::TooBig {
            what: "entries",
            ..
        }
    ));
    let archive = layer(&[File("a", "1234")]);
    let error = Tree::from_layers([source(&archive)], &limits).expect_err("four bytes");
    assert!(matches!(
        error,
        ArchiveError::TooBig {
            what: "unpacked bytes",
            ..
        }
    ));
    let noise: Vec<u8> = (0..2000_u32).map(|i| (i * 7) as u8).collect();
    assert!(matches!(tree(&[noise]), Err(ArchiveError::Unreadable(_))));
}

/// One owner, who lends it to itself.
struct Own<'a>(RefCell<&'a mut RootFs>);

impl Lend for Own<'_> {
    fn lend<T>(&self, step: impl FnOnce(&mut RootFs) -> T) -> T {
        step(&mut self.0.borrow_mut())
    }
}

fn extract(fs: &mut RootFs, path: &[u8], archive: &[u8]) -> Result<(), ArchiveError> {
    let unpacking = Unpacking {
        now_ns: 1,
        ..Unpacking::default()
    };
    unpack(&Own(RefCell::new(fs)), path, archive, &unpacking)
}

fn archive(fs: &RootFs, path: &[u8], name: &[u8]) -> Vec<u8> {
    let top = fs.resolve(path, false).expect("exists");
    let mut writer = ArchiveWriter::new(top, name);
    let mut archive = Vec::new();
    while writer.next(fs, &mut archive) {}
    archive
}

#[test]
fn an_archive_read_back_is_the_same() {
    let long = format!("{}/{}", "d".repeat(200), "f".repeat(200));
    let source = container(&[layer(&[
        Directory("etc"),
        File("etc/a", "A"),
        HardLink("etc/b", "etc/a"),
        Symlink("l", "/etc/a"),
    ])]);
    let mut copy = container(&[]);
    let archive = archive(&source, b"/", b"");
    extract(&mut copy, b"/", &archive).expect("unpacks");
    assert_eq!(listing(&copy), listing(&source));
    let b = copy
        .metadata(copy.resolve(b"etc/b", true).expect("exists"))
        .expect("exists");
    assert_eq!(
        (b.nlink, b.uid, b.mode, b.mtime_ns),
        (2, 7, 0o640, 9_000_000_000)
    );
    assert_eq!(copy.charged_bytes(), copy.recompute_charge());

    let archive = self::archive(&source, b"/etc/a", long.as_bytes());
    extract(&mut copy, b"/etc", &archive).expect("unpacks");
    let path = format!("/etc/{long}");
    assert!(copy.resolve(path.as_bytes(), false).is_ok());
}

#[test]
fn unpacking_replaces_files_merges_directories_and_obeys_the_quota() {
    let mut fs = container(&[layer(&[
        File("d/f", "old"),
        File("d/g", "kept"),
        File("e/x", ""),
    ])]);
    let archive = layer(&[
        Directory("d"),
        File("d/f", "new"),
        File("e", "file"),
        HardLink("h", "d/f"),
    ]);
    extract(&mut fs, b"/", &archive).expect("unpacks");
    assert_eq!(
        listing(&fs),
        ["d/", "d/f=new", "d/g=kept", "e=file", "h=new"]
    );
    fs.set_quota_bytes(fs.charged_bytes() + 1000);
    let big = "x".repeat(5000);
    let archive = layer(&[File("big", &big)]);
    let error = extract(&mut fs, b"/", &archive).expect_err("too big");
    assert!(error.to_string().contains("quota"), "{error}");
    assert!(matches!(
        extract(&mut fs, b"/d/f", &archive),
        Err(ArchiveError::Path(_))
    ));
}

#[test]
fn directories_that_are_kept_keep_what_they_are() {
    let mut fs = container(&[layer(&[Directory("d"), File("f", "old")])]);
    let before = fs.metadata(fs.resolve(b"d", false).expect("exists"));
    let unpacking = Unpacking {
        now_ns: 1,
        keeps_directories: true,
        ..Unpacking::default()
    };
    let mut own = |archive: &[u8]| {
        let tree = Own(RefCell::new(&mut fs));
        unpack(&tree, b"/", archive, &unpacking)
    };
    own(&layer(&[
        Directory("d"),
        File("d/new", "1"),
        File("f", "2"),
    ]))
    .expect("unpacks");
    assert!(own(&layer(&[File("d", "file")])).is_err());
    assert!(own(&layer(&[Directory("f")])).is_err());
    assert_eq!(listing(&fs), ["d/", "d/new=1", "f=2"]);
    let after = fs.metadata(fs.resolve(b"d", false).expect("exists"));
    let owner_and_mode = |metadata: Result<Metadata, FsError>| {
        let metadata = metadata.expect("exists");
        (metadata.mode, metadata.uid, metadata.gid)
    };
    assert_eq!(owner_and_mode(after), owner_and_mode(before));
}

#[test]
fn what_changes_while_it_is_archived_still_makes_an_archive() {
    let big = "x".repeat(200_000);
    let mut fs = container(&[layer(&[
        Directory("d"),
        File("d/a", &big),
        File("d/b", "gone"),
        File("d/c", "there"),
    ])]);
    let top = fs.resolve(b"d", false).expect("exists");
    let mut writer = ArchiveWriter::new(top, b"d");
    let mut archive = Vec::new();
    for _ in 0..3 {
        assert!(writer.next(&fs, &mut archive));
    }
    let a = fs.resolve(b"d/a", false).expect("exists");
    fs.truncate(a, 10, 2).expect("shrinks");
    fs.unlink(top, b"b", 2).expect("goes");
    while writer.next(&fs, &mut archive) {}
    let mut copy = container(&[]);
    extract(&mut copy, b"/", &archive).expect("unpacks");
    let a = copy.resolve(b"d/a", false).expect("exists");
    assert_eq!(copy.metadata(a).expect("exists").size, 200_000);
    assert!(copy.resolve(b"d/b", false).is_err());
    assert!(copy.resolve(b"d/c", false).is_ok());
}

#[test]
fn a_socket_with_two_names_is_in_no_archive() {
    let mut fs = container(&[]);
    let attributes = Attributes::root(FileKind::Socket, 0o644, 1);
    let socket = fs
        .create(rootfs::ROOT, b"a", &attributes)
        .expect("there is room");
    fs.link(rootfs::ROOT, b"b", socket, 1)
        .expect("there is room");
    let (mut writer, mut out) = (ArchiveWriter::new(rootfs::ROOT, b""), Vec::new());
    while writer.next(&fs, &mut out) {}
    assert!(listing(&container(&[out])).is_empty());
}

#[test]
fn everything_becomes_roots_when_that_is_wanted() {
    let fs = std::sync::Mutex::new(container(&[]));
    let unpacking = Unpacking {
        as_root: true,
        ..Unpacking::default()
    };
    let archive = layer(&[Directory("d"), File("d/f", "x"), Symlink("d/s", "f")]);
    unpack(&fs, b"/", &archive[..], &unpacking).expect("the archive is good");
    let fs = fs.into_inner().expect("nobody panicked");
    for (path, mode) in [("d", 0o750), ("d/f", 0o640), ("d/s", 0o777)] {
        let ino = fs.resolve(path.as_bytes(), false).expect("it is there");
        let of = fs.metadata(ino).expect("it is there");
        assert_eq!((of.uid, of.gid, of.mode), (0, 0, mode), "{path}");
    }
}

/// Go's archives of old have such headers.
#[test]
fn blank_numbers_are_zero() {
    let mut header = tar::Header::new_gnu();
    header.set_path("f").expect("it is short");
    header.set_size(0);
    header.set_mtime(5);
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header, &b""[..]).expect("memory");
    let tree = tree(&[builder.into_inner().expect("memory")]).expect("it is good");
    let fs = RootFs::new(Arc::new(tree), 0);
    let file = fs.lookup(rootfs::ROOT, b"f").expect("it is there");
    let metadata = fs.metadata(file).expect("it is there");
    assert_eq!((metadata.mode, metadata.uid, metadata.gid), (0, 0, 0));
    assert_eq!(metadata.mtime_ns, 5_000_000_000);
}

/// What a few bytes of an archive stand for is counted, too.
#[test]
fn directories_that_no_entry_names_are_entries() {
    let deep = |top: &str| format!("{top}/{}f", "a/".repeat(40));
    let names = [deep("x"), deep("y")];
    let archive = layer(&[File(&names[0], "1"), File(&names[1], "2")]);
    let limits = |entries| ArchiveLimits {
        entries,
        ..ArchiveLimits::default()
    };
    let read = |entries| Tree::from_layers([source(&archive)], &limits(entries));
    assert!(read(84).is_ok());
    assert!(matches!(
        read(83),
        Err(ArchiveError::TooBig {
            what: "entries",
            ..
        })
    ));
    let unpacked = |entries| {
        let fs = std::sync::Mutex::new(RootFs::new(Arc::new(Tree::empty()), 1 << 20));
        let unpacking = Unpacking {
            limits: limits(entries),
            ..Unpacking::default()
        };
        unpack(&fs, b"/", &archive[..], &unpacking)
    };
    assert!(unpacked(84).is_ok());
    assert!(matches!(
        unpacked(83),
        Err(ArchiveError::TooBig {
            what: "entries",
            ..
        })
    ));
}

#[test]
fn parts_of_a_second_are_cut_off_what_has_changed() {
    let mut fs = container(&[layer(&[File("old", "1")])]);
    let attributes = Attributes::root(FileKind::File, 0o644, 5_700_000_001);
    let made = fs
        .create(rootfs::ROOT, b"new", &attributes)
        .expect("there is room");
    fs.cut_times();
    assert_eq!(fs.metadata(made).map(|of| of.mtime_ns), Ok(5_000_000_000));
}
