//! Differences of container trees as layers.

use bytes::Bytes;
use proptest::prelude::*;
use rootfs::{
    ArchiveLimits, ArchiveWriter, Attributes, DiffWriter, FileKind, FsError, Ino, ROOT, RootFs,
    Tree, TreeBuilder, Xattrs,
};
use std::collections::BTreeMap;
use std::sync::Arc;

fn split<'p>(fs: &RootFs, path: &'p str) -> Result<(Ino, &'p [u8]), FsError> {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    Ok((fs.resolve(parent.as_bytes(), false)?, name.as_bytes()))
}

/// Every path with all that is known of it, links by the first name of their file.
fn listing(fs: &RootFs) -> Vec<String> {
    let mut rows = Vec::new();
    let mut first_names: BTreeMap<Ino, String> = BTreeMap::new();
    let mut todo = vec![(ROOT, String::new())];
    let mut paths: BTreeMap<String, Ino> = BTreeMap::new();
    while let Some((dir, prefix)) = todo.pop() {
        for entry in fs.entries(dir).expect("lists") {
            let path = format!("{prefix}{}", String::from_utf8_lossy(&entry.name));
            if entry.kind == FileKind::Directory {
                todo.push((entry.ino, format!("{path}/")));
            }
            paths.insert(path, entry.ino);
        }
    }
    for (path, ino) in paths {
        let of = fs.metadata(ino).expect("exists");
        let mut content = vec![0; of.size as usize];
        let held = match of.kind {
            FileKind::File => {
                fs.read(ino, 0, &mut content).expect("reads");
                String::from_utf8_lossy(&content).into_owned()
            }
            FileKind::Symlink => {
                String::from_utf8_lossy(&fs.read_link(ino).expect("is one")).into()
            }
            _ => String::new(),
        };
        let links = match of.kind {
            FileKind::Directory => 0,
            _ => of.nlink,
        };
        let first = first_names.entry(ino).or_insert_with(|| path.clone());
        let (mode, seconds) = (of.mode, of.mtime_ns / 1_000_000_000);
        rows.push(format!(
            "{path} {:?} {mode:o} {}:{} {seconds} {links} {first} {held} {:?}",
            of.kind,
            of.uid,
            of.gid,
            fs.xattrs(ino)
        ));
    }
    rows
}

fn archive(fs: &RootFs) -> Vec<u8> {
    let (mut writer, mut out) = (ArchiveWriter::new(ROOT, b""), Vec::new());
    while writer.next(fs, &mut out) {}
    out
}

fn layer(before: &RootFs, after: &RootFs, excluded: &[&str]) -> Vec<u8> {
    let mut writer = DiffWriter::new(before.clone(), excluded);
    let mut out = Vec::new();
    while writer.next(after, &mut out).expect("a layer") {}
    out
}

fn view(layers: &[&[u8]]) -> RootFs {
    let tree = Tree::from_layers(
        layers
            .iter()
            .map(|layer| bytes::Bytes::copy_from_slice(layer).into()),
        &ArchiveLimits::default(),
    );
    RootFs::new(Arc::new(tree.expect("the layers are good")), u64::MAX)
}

/// The names of a layer, in its order, `=>` and the target behind those of hard links.
fn names(layer: &[u8]) -> Vec<String> {
    let mut archive = tar::Archive::new(layer);
    let entries = archive.entries().expect("is an archive");
    let name = |entry: std::io::Result<tar::Entry<'_, &[u8]>>| {
        let entry = entry.expect("is an entry");
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        match entry
            .link_name_bytes()
            .filter(|_| entry.header().entry_type().is_hard_link())
        {
            Some(target) => format!("{name} => {}", String::from_utf8_lossy(&target)),
            None => name,
        }
    };
    entries.map(name).collect()
}

#[derive(Clone, Debug)]
enum Change {
    File(String, Vec<u8>),
    Directory(String),
    Symlink(String, String),
    Device(String, u32),
    Socket(String),
    Write(String, Vec<u8>),
    Truncate(String, u64),
    Mode(String, u32),
    Owner(String, u32),
    Time(String, u64),
    Xattrs(String, Vec<u8>),
    Link(String, String),
    Rename(String, String),
    Remove(String),
    Swap(String, String),
}

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "d"]), 1..4)
        .prop_map(|names| names.join("/"))
}

fn change() -> impl Strategy<Value = Change> {
    let content = || prop::collection::vec(prop::sample::select(vec![b'x', b'y']), 0..3);
    prop_oneof![
        (path(), content()).prop_map(|(p, c)| Change::File(p, c)),
        path().prop_map(Change::Directory),
        path().prop_map(Change::Directory),
        (path(), path()).prop_map(|(p, t)| Change::Symlink(p, t)),
        (path(), 0..3u32).prop_map(|(p, minor)| Change::Device(p, minor)),
        path().prop_map(Change::Socket),
        (path(), content()).prop_map(|(p, c)| Change::Write(p, c)),
        (path(), 0..4u64).prop_map(|(p, len)| Change::Truncate(p, len)),
        (path(), 0..3u32).prop_map(|(p, mode)| Change::Mode(p, mode)),
        (path(), 0..3u32).prop_map(|(p, uid)| Change::Owner(p, uid)),
        (path(), 0..3u64).prop_map(|(p, s)| Change::Time(p, s)),
        (path(), content()).prop_map(|(p, names)| Change::Xattrs(p, names)),
        (path(), path()).prop_map(|(p, t)| Change::Link(p, t)),
        (path(), path()).prop_map(|(p, t)| Change::Link(p, t)),
        (path(), path()).prop_map(|(p, t)| Change::Rename(p, t)),
        (path(), path()).prop_map(|(p, t)| Change::Swap(p, t)),
        path().prop_map(Change::Remove),
    ]
}

/// The clock may stand still between two changes.
fn changes() -> impl Strategy<Value = Vec<(Change, u64)>> {
    prop::collection::vec((change(), 0..2u64), 0..40)
}

fn apply(fs: &mut RootFs, change: &Change, now_ns: u64) -> Result<(), FsError> {
    let root = |kind| Attributes::root(kind, 0o644, now_ns);
    let find = |fs: &RootFs, path: &str| fs.resolve(path.as_bytes(), false);
    match change {
        Change::File(path, content) => {
            let (dir, name) = split(fs, path)?;
            let ino = fs.create(dir, name, &root(FileKind::File))?;
            fs.write(ino, 0, content, now_ns)?;
        }
        Change::Directory(path) => {
            let (dir, name) = split(fs, path)?;
            fs.create(dir, name, &root(FileKind::Directory))?;
        }
        Change::Symlink(path, target) => {
            let (dir, name) = split(fs, path)?;
            fs.symlink(dir, name, target.as_bytes(), &root(FileKind::Symlink))?;
        }
        Change::Device(path, minor) => {
            let (dir, name) = split(fs, path)?;
            let kind = FileKind::CharDevice {
                major: 1,
                minor: *minor,
            };
            fs.create(dir, name, &root(kind))?;
        }
        Change::Socket(path) => {
            let (dir, name) = split(fs, path)?;
            fs.create(dir, name, &root(FileKind::Socket))?;
        }
        Change::Write(path, content) => {
            fs.write(find(fs, path)?, 0, content, now_ns)?;
        }
        Change::Truncate(path, len) => fs.truncate(find(fs, path)?, *len, now_ns)?,
        Change::Mode(path, mode) => fs.set_mode(find(fs, path)?, *mode, now_ns)?,
        Change::Owner(path, uid) => fs.set_owner(find(fs, path)?, Some(*uid), None, now_ns)?,
        Change::Time(path, seconds) => {
            let time = Some(seconds * 1_000_000_000);
            fs.set_times(find(fs, path)?, time, time, now_ns)?;
        }
        Change::Xattrs(path, names) => {
            let named = |name: &u8| (Bytes::copy_from_slice(&[*name]), Bytes::from_static(b"\n"));
            let list = names.iter().map(named);
            let capability = (Bytes::from_static(b"security.capability"), Bytes::new());
            let xattrs: Xattrs = list.chain([capability]).collect();
            fs.set_xattrs(find(fs, path)?, &xattrs)?;
        }
        Change::Link(path, target) => {
            let ino = find(fs, target)?;
            let (dir, name) = split(fs, path)?;
            fs.link(dir, name, ino, now_ns)?;
        }
        Change::Rename(from, to) => {
            let (from_dir, from) = split(fs, from)?;
            let (to_dir, to) = split(fs, to)?;
            fs.rename(from_dir, from, to_dir, to, now_ns)?;
        }
        Change::Remove(path) => {
            let (dir, name) = split(fs, path)?;
            fs.remove_tree(dir, name, now_ns)?;
        }
        Change::Swap(one, other) => {
            for (from, to) in [(one.as_str(), "tmp"), (other, one), ("tmp", other)] {
                let change = Change::Rename(from.to_owned(), to.to_owned());
                apply(fs, &change, now_ns)?;
            }
        }
    }
    Ok(())
}

fn apply_all(fs: &mut RootFs, changes: &[(Change, u64)], now_ns: &mut u64) {
    for (change, seconds) in changes {
        *now_ns += seconds * 1_000_000_000;
        // What is not possible changes nothing.
        let _ = apply(fs, change, *now_ns);
    }
}

/// Sockets are in no archive.
fn without_sockets(mut rows: Vec<String>) -> Vec<String> {
    rows.retain(|row| !row.contains(" Socket "));
    rows
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 600,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_layer_on_what_was_before_makes_what_is_now(
        image in changes(), first in changes(), second in changes(),
    ) {
        let mut now_ns = 5_000_000_000;
        let mut made = view(&[]);
        apply_all(&mut made, &image, &mut now_ns);
        let image = archive(&made);
        let mut container = view(&[&image]);
        let begin = container.clone();
        apply_all(&mut container, &first, &mut now_ns);
        let between = container.clone();
        apply_all(&mut container, &second, &mut now_ns);

        let one = layer(&begin, &between, &[]);
        let two = layer(&between, &container, &[]);
        prop_assert_eq!(
            listing(&view(&[&image, &one])),
            without_sockets(listing(&between))
        );
        prop_assert_eq!(
            listing(&view(&[&image, &one, &two])),
            without_sockets(listing(&container))
        );
        let all = layer(&begin, &container, &[]);
        prop_assert_eq!(
            listing(&view(&[&image, &all])),
            without_sockets(listing(&container))
        );
        let nothing = names(&layer(&container, &container.clone(), &[]));
        prop_assert_eq!(nothing, Vec::<String>::new());
    }
}

/// A container of an image with a few files, and its state at the start.
fn container() -> (RootFs, RootFs) {
    let mut builder = TreeBuilder::new(1_000_000_000);
    for (path, content) in [
        ("bin/a", "a"),
        ("etc/hosts", "h"),
        ("etc/other", "o"),
        ("old/x", "x"),
        ("old/y", "y"),
    ] {
        builder
            .file(path, content, 0o644)
            .expect("the path is good");
    }
    builder.hard_link("bin/b", "bin/a").expect("it is there");
    let fs = RootFs::new(Arc::new(builder.build()), u64::MAX);
    (fs.clone(), fs)
}

const LATER: u64 = 9_000_000_000;

fn check(changes: &[Change], excluded: &[&str], expected: &[&str]) {
    let (before, mut after) = container();
    for change in changes {
        apply(&mut after, change, LATER).expect("it is possible");
    }
    assert_eq!(names(&layer(&before, &after, excluded)), expected);
}

#[test]
fn only_what_has_changed_is_in_the_layer() {
    let own = |path: &str| path.to_owned();
    check(&[], &[], &[]);
    check(
        &[Change::Mode(own("etc/other"), 0o600)],
        &[],
        &["etc/other"],
    );
    check(&[Change::Mode(own("etc/other"), 0o644)], &[], &[]);
    check(&[Change::Mode(own("etc"), 0o700)], &[], &["etc/"]);
    check(
        &[Change::File(own("etc/new"), vec![])],
        &[],
        &["etc/", "etc/new"],
    );
    check(&[Change::Remove(own("old/x"))], &[], &["old/", "old/.wh.x"]);
    check(&[Change::Remove(own("old"))], &[], &["./", ".wh.old"]);
}

#[test]
fn another_directory_hides_the_old_one() {
    let own = |path: &str| path.to_owned();
    check(
        &[
            Change::Remove(own("old")),
            Change::Directory(own("old")),
            Change::File(own("old/x"), b"x".to_vec()),
        ],
        &[],
        &["./", "old/", "old/.wh..wh..opq", "old/x"],
    );
    check(
        &[Change::Remove(own("old")), Change::File(own("old"), vec![])],
        &[],
        &["./", "old"],
    );
    check(
        &[
            Change::Remove(own("bin/a")),
            Change::Directory(own("bin/a")),
        ],
        &[],
        &["bin/", "bin/a/", "bin/b"],
    );
}

#[test]
fn a_changed_file_keeps_all_its_names() {
    let own = |path: &str| path.to_owned();
    check(
        &[Change::Write(own("bin/b"), b"c".to_vec())],
        &[],
        &["bin/a", "bin/b => bin/a"],
    );
    check(
        &[Change::Link(own("old/c"), own("bin/a"))],
        &[],
        &["bin/a", "bin/b => bin/a", "old/", "old/c => bin/a"],
    );
}

#[test]
fn a_moved_directory_takes_the_names_of_files_with_it() {
    let (_, mut before) = container();
    let own = |path: &str| path.to_owned();
    let link = Change::Link(own("old/c"), own("bin/a"));
    apply(&mut before, &link, LATER).expect("it is possible");
    let mut after = before.clone();
    let rename = Change::Rename(own("old"), own("new"));
    apply(&mut after, &rename, LATER + 1).expect("it is possible");
    assert_eq!(
        names(&layer(&before, &after, &[])),
        ["./", "new/", "new/c => bin/a", "new/x", "new/y", ".wh.old"]
    );
}

#[test]
fn equal_files_that_swap_a_name_are_told_apart() {
    let mut made = view(&[]);
    let own = |path: &str| path.to_owned();
    for (one, other) in [("a", "b"), ("c", "d")] {
        for change in [
            Change::File(own(one), b"x".to_vec()),
            Change::Link(own(other), own(one)),
        ] {
            apply(&mut made, &change, LATER).expect("it is possible");
        }
    }
    let image = archive(&made);
    let before = view(&[&image]);
    let mut after = before.clone();
    apply(&mut after, &Change::Swap(own("a"), own("c")), LATER).expect("it is possible");
    let layer = layer(&before, &after, &[]);
    assert_eq!(listing(&view(&[&image, &layer])), listing(&after));
}

#[test]
fn what_is_excluded_is_neither_there_nor_gone() {
    let own = |path: &str| path.to_owned();
    let changes = [
        Change::Write(own("etc/hosts"), b"new".to_vec()),
        Change::Remove(own("etc/other")),
        Change::Directory(own("var")),
        Change::Directory(own("var/svc")),
        Change::File(own("var/svc/provision.sh"), vec![]),
        Change::File(own("var/svc/own"), vec![]),
        Change::Directory(own("data")),
        Change::File(own("data/file"), vec![]),
        Change::Directory(own("database")),
    ];
    check(
        &changes,
        &[
            "etc/hosts",
            "/etc/other/",
            "var/svc/provision*",
            "/data",
            "/",
        ],
        &["./", "database/", "etc/", "var/", "var/svc/", "var/svc/own"],
    );
}

#[test]
fn names_of_whiteouts_and_sockets_are_left_out() {
    let own = |path: &str| path.to_owned();
    check(
        &[
            Change::File(own("old/.wh.x"), vec![]),
            Change::Remove(own("old/y")),
            Change::Socket(own("old/y")),
            Change::Socket(own("old/z")),
        ],
        &[],
        &["old/", "old/.wh.y"],
    );
}

#[test]
fn content_that_changes_while_the_clock_stands_is_seen() {
    let (_, mut before) = container();
    let ino = before.resolve(b"etc/other", true).expect("it is there");
    let long = vec![b'x'; 3 << 20];
    before.write(ino, 0, &long, LATER).expect("there is room");
    let mut after = before.clone();
    assert_eq!(names(&layer(&before, &after, &[])), Vec::<String>::new());
    after
        .write(ino, 2 << 20, b"y", LATER)
        .expect("there is room");
    assert_eq!(names(&layer(&before, &after, &[])), ["etc/other"]);
}

#[test]
fn each_piece_is_small_and_the_container_may_go_on_between_them() {
    let (before, mut after) = container();
    for (path, content) in [("a", vec![b'x'; 1 << 20]), ("b", vec![b'y'; 1 << 20])] {
        let change = Change::File(path.to_owned(), content);
        apply(&mut after, &change, LATER).expect("it is possible");
    }
    let mut writer = DiffWriter::new(before, [""; 0]);
    let (mut all, mut pieces) = (Vec::new(), 0);
    loop {
        let mut piece = Vec::new();
        let goes_on = writer.next(&after, &mut piece).expect("a layer");
        assert!(piece.len() <= 128 * 1024, "{}", piece.len());
        all.extend(piece);
        pieces += 1;
        if pieces == 3 {
            let ino = after.resolve(b"a", false).expect("it is there");
            after.truncate(ino, 0, LATER).expect("it is a file");
            after.unlink(ROOT, b"b", LATER).expect("it is there");
        }
        if !goes_on {
            break;
        }
    }
    assert!(pieces > 16, "{pieces}");
    assert_eq!(names(&all), ["./", "a"]);
    let mut again = Vec::new();
    assert!(!writer.next(&after, &mut again).expect("a layer"));
    assert!(again.is_empty());
}
