//! Extended attributes: in and out of archives, kept and lost, charged.

use bytes::Bytes;
use rootfs::{
    ArchiveLimits, ArchiveWriter, Attributes, DiffWriter, FileKind, ROOT, RootFs, Source, Tree,
    TreeBuilder, Unpacking, Xattrs, unpack,
};
use std::sync::{Arc, Mutex};

const CAPABILITY: &[u8] = b"\x01\0\0\x02\x0a\0\n=\0";

fn xattrs(list: &[(&'static str, &'static [u8])]) -> Xattrs {
    let list = list.iter().map(|(name, value)| {
        (
            Bytes::from_static(name.as_bytes()),
            Bytes::from_static(value),
        )
    });
    list.collect()
}

/// A program that may something, and a directory with a note.
fn tree() -> Arc<Tree> {
    let mut builder = TreeBuilder::new(0);
    let file = Attributes::root(FileKind::File, 0o755, 0);
    let both = xattrs(&[
        ("security.capability", CAPABILITY),
        ("user.note", b"a=b\nc"),
    ]);
    let content = Source::from(Bytes::from_static(b"program"));
    let added = builder.insert_with(b"bin/ping", &file, both, content);
    added.expect("a file");
    let directory = Attributes::root(FileKind::Directory, 0o700, 0);
    let note = xattrs(&[("user.note", b"")]);
    let added = builder.insert_with(b"etc", &directory, note, Source::default());
    added.expect("a directory");
    Arc::new(builder.build())
}

fn container() -> RootFs {
    RootFs::new(tree(), 1 << 20)
}

fn archive(fs: &RootFs) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = ArchiveWriter::new(ROOT, b"");
    while writer.next(fs, &mut bytes) {}
    bytes
}

fn layer(before: RootFs, after: &RootFs) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = DiffWriter::new(before, [""; 0]);
    while writer.next(after, &mut bytes).expect("a layer") {}
    bytes
}

fn from_layers(layers: &[&[u8]]) -> RootFs {
    let layers = layers
        .iter()
        .map(|layer| Source::from(Bytes::copy_from_slice(layer)));
    let tree = Tree::from_layers(layers, &ArchiveLimits::default()).expect("layers");
    RootFs::new(Arc::new(tree), 1 << 20)
}

fn of(fs: &RootFs, path: &str) -> Xattrs {
    fs.xattrs(fs.resolve(path.as_bytes(), false).expect("it is there"))
}

#[test]
fn archives_keep_them_byte_for_byte() {
    let fs = container();
    let packed = archive(&fs);
    let read = from_layers(&[&packed]);
    let unpacked = Mutex::new(RootFs::new(Arc::new(Tree::empty()), 1 << 20));
    unpack(&unpacked, b"/", &packed[..], &Unpacking::default()).expect("it is an archive");
    let unpacked = unpacked.into_inner().expect("no panic");
    for path in ["/bin/ping", "/etc", "/bin"] {
        assert_eq!(of(&read, path), of(&fs, path), "{path}");
        assert_eq!(of(&unpacked, path), of(&fs, path), "{path}");
    }
    assert_eq!(unpacked.recompute_charge(), unpacked.charged_bytes());
    assert_eq!(archive(&read), packed);
}

#[test]
fn a_file_that_is_changed_loses_its_capability_alone() {
    let ping = b"/bin/ping";
    type Change = fn(&mut RootFs, rootfs::Ino);
    let changes: [(bool, Change); 5] = [
        (true, |fs, ino| {
            fs.write(ino, 0, b"P", 1).expect("there is room");
        }),
        (true, |fs, ino| fs.truncate(ino, 1, 1).expect("a file")),
        (true, |fs, ino| {
            fs.set_owner(ino, Some(1), None, 1).expect("a file");
        }),
        (false, |fs, ino| fs.set_mode(ino, 0o700, 1).expect("a file")),
        (false, |fs, ino| {
            fs.set_times(ino, None, Some(9), 1).expect("a file");
        }),
    ];
    let note = xattrs(&[("user.note", b"a=b\nc")]);
    for (index, (loses, change)) in changes.into_iter().enumerate() {
        let mut fs = container();
        let ino = fs.resolve(ping, true).expect("it is there");
        let before = fs.clone();
        change(&mut fs, ino);
        let expected = if loses {
            note.clone()
        } else {
            of(&before, "/bin/ping")
        };
        assert_eq!(fs.xattrs(ino), expected, "change {index}");
        assert_eq!(fs.recompute_charge(), fs.charged_bytes());
        let upper = layer(before.clone(), &fs);
        let read = from_layers(&[&archive(&before), &upper]);
        assert_eq!(of(&read, "/bin/ping"), expected, "change {index}");
        assert_eq!(of(&read, "/etc"), of(&before, "/etc"));
    }
}

#[test]
fn other_attributes_alone_are_a_change_and_cost_what_they_have() {
    let mut fs = container();
    let etc = fs.resolve(b"/etc", true).expect("it is there");
    let before = fs.clone();
    assert_eq!(layer(before.clone(), &fs).len(), 1024);
    let charged = fs.charged_bytes();
    let more = xattrs(&[("user.a", b"12"), ("user.b", b"3")]);
    fs.set_xattrs(etc, &more).expect("there is room");
    assert_eq!(fs.charged_bytes(), charged + 15);
    assert_eq!(fs.recompute_charge(), fs.charged_bytes());
    let read = from_layers(&[&archive(&before), &layer(before.clone(), &fs)]);
    assert_eq!(of(&read, "/etc"), more);
    fs.set_quota_bytes(1);
    let big = xattrs(&[("user.a", &[0; 100])]);
    assert!(fs.set_xattrs(etc, &big).is_err());
    assert_eq!(fs.xattrs(etc), more);
    fs.set_xattrs(etc, &of(&before, "/etc"))
        .expect("it costs nothing");
    assert_eq!(fs.charged_bytes(), charged);
}
