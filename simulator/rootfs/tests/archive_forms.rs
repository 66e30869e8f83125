//! Archives as GNU tar and Go write them: extended headers, long names, holes.

use bytes::Bytes;
use rootfs::{
    ArchiveError, ArchiveLimits, Metadata, ROOT, RootFs, Source, Tree, Unpacking, unpack,
};
use std::sync::{Arc, Mutex};
use tar::{EntryType, Header};

/// Appends an entry, its content filled up to whole blocks.
fn append(archive: &mut Vec<u8>, kind: EntryType, name: &str, content: &[u8]) {
    append_with(archive, kind, name, content, |_| {});
}

fn append_with(
    archive: &mut Vec<u8>,
    kind: EntryType,
    name: &str,
    content: &[u8],
    change: impl FnOnce(&mut Header),
) {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o640);
    header.set_uid(7);
    header.set_gid(8);
    header.set_mtime(9);
    header.set_size(content.len() as u64);
    change(&mut header);
    header.set_cksum();
    archive.extend_from_slice(header.as_bytes());
    archive.extend_from_slice(content);
    fill(archive);
}

fn fill(archive: &mut Vec<u8>) {
    archive.resize(archive.len().next_multiple_of(512), 0);
}

fn record(key: &str, value: &str) -> String {
    let rest = format!(" {key}={value}\n");
    let lengths = rest.len()..rest.len() + 8;
    let all = lengths.map(|length| format!("{length}{rest}"));
    let mut fitting = all.filter(|record| record.starts_with(&record.len().to_string()));
    fitting.next().expect("a length counts its digits")
}

/// What both ways to read it make of an archive: of a layer, where it lies, and of a stream.
fn both(archive: &[u8]) -> Result<[RootFs; 2], ArchiveError> {
    let source = Source::from(Bytes::copy_from_slice(archive));
    let tree = Tree::from_layers([source], &ArchiveLimits::default());
    let empty = RootFs::new(Arc::new(Tree::empty()), 1 << 30);
    let stream = Mutex::new(empty);
    let unpacked = unpack(&stream, b"/", archive, &Unpacking::default());
    assert_eq!(tree.is_ok(), unpacked.is_ok(), "{tree:?} {unpacked:?}");
    unpacked?;
    let stream = stream.into_inner().expect("no panic");
    Ok([RootFs::new(Arc::new(tree?), 1 << 30), stream])
}

fn refused(archive: &[u8], text: &str) {
    let error = both(archive).map(|_| ()).expect_err(text);
    assert!(error.to_string().contains(text), "{error}");
}

fn file(fs: &RootFs, name: &str) -> (Metadata, Vec<u8>) {
    let ino = fs.lookup(ROOT, name.as_bytes()).expect("it is there");
    let metadata = fs.metadata(ino).expect("it is there");
    let mut content = vec![1; metadata.size as usize];
    let mut at = 0;
    while at < content.len() {
        at += match fs.read(ino, at as u64, &mut content[at..]).expect("a file") {
            0 => panic!("{name} ends at {at}"),
            count => count,
        };
    }
    (metadata, content)
}

#[test]
fn extended_headers_count_for_more_than_headers() {
    let long = "n".repeat(150);
    let mut archive = Vec::new();
    append(
        &mut archive,
        EntryType::XGlobalHeader,
        "g",
        record("uid", "4").as_bytes(),
    );
    let records = [
        record("SCHILY.xattr.user.x", "a\nb"),
        record("gid", "3000000000"),
        record("mtime", "12.5"),
        record("path", &long),
        record("size", "3"),
        record("uid", "2"),
    ];
    append(
        &mut archive,
        EntryType::XHeader,
        "x",
        records.concat().as_bytes(),
    );
    append_with(
        &mut archive,
        EntryType::Regular,
        "short",
        b"abc",
        |header| {
            header.set_size(0);
        },
    );
    append(&mut archive, EntryType::Regular, "next", b"d");
    for fs in both(&archive).expect("an archive") {
        let (of, content) = file(&fs, &long);
        assert_eq!((of.uid, of.gid, of.mode), (2, 3_000_000_000, 0o640));
        assert_eq!((of.mtime_ns, &content[..]), (12_500_000_000, &b"abc"[..]));
        let xattrs = fs.xattrs(of.ino);
        assert_eq!(xattrs.iter().next().expect("one").1, "a\nb");
        let (of, content) = file(&fs, "next");
        assert_eq!(
            (of.uid, of.mtime_ns, &content[..]),
            (7, 9_000_000_000, &b"d"[..])
        );
        assert!(fs.xattrs(of.ino).is_empty());
    }
}

#[test]
fn old_archives_tell_directories_by_their_names() {
    let mut archive = Vec::new();
    append_with(&mut archive, EntryType::Regular, "d/", b"", |header| {
        header.as_old_mut().linkflag = [0];
    });
    append(&mut archive, EntryType::Regular, "d/f", b"");
    // A size of what has no content is not one.
    append_with(&mut archive, EntryType::Directory, "e", b"", |header| {
        header.set_size(99);
    });
    for fs in both(&archive).expect("an archive") {
        for name in ["d/f", "e"] {
            fs.resolve(name.as_bytes(), false).expect(name);
        }
    }
}

/// Eight pieces of two bytes, each behind a hole, and a hole.
const PIECES: usize = 8;

fn map() -> Vec<u64> {
    let pieces = 0..PIECES as u64;
    let mut map: Vec<u64> = pieces.flat_map(|piece| [1000 * piece + 900, 2]).collect();
    map.extend([9000, 0]);
    map
}

fn sparse_content() -> Vec<u8> {
    let mut content = vec![0; 9000];
    for piece in 0..PIECES {
        content[1000 * piece + 900..][..2].copy_from_slice(&[b'a' + piece as u8; 2]);
    }
    content
}

fn stored() -> Vec<u8> {
    let pieces = 0..PIECES as u8;
    pieces.flat_map(|piece| [b'a' + piece; 2]).collect()
}

/// The archive in each form, without what is behind the file.
fn forms() -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    // 0.0, 0.1
    let pairs = map();
    let repeated = pairs.chunks(2).map(|pair| {
        let offset = record("GNU.sparse.offset", &pair[0].to_string());
        offset + &record("GNU.sparse.numbytes", &pair[1].to_string())
    });
    let numbers: Vec<String> = pairs.iter().map(u64::to_string).collect();
    for map in [
        repeated.collect(),
        record("GNU.sparse.map", &numbers.join(",")),
    ] {
        let mut archive = Vec::new();
        let records = [
            record("GNU.sparse.size", "9000"),
            map,
            record("GNU.sparse.name", "f"),
        ];
        append(
            &mut archive,
            EntryType::XHeader,
            "x",
            records.concat().as_bytes(),
        );
        append(
            &mut archive,
            EntryType::Regular,
            "GNUSparseFile.0/f",
            &stored(),
        );
        forms.push(archive);
    }
    // 1.0
    let mut archive = Vec::new();
    let records = [
        record("GNU.sparse.major", "1"),
        record("GNU.sparse.minor", "0"),
        record("GNU.sparse.name", "f"),
        record("GNU.sparse.realsize", "9000"),
    ];
    append(
        &mut archive,
        EntryType::XHeader,
        "x",
        records.concat().as_bytes(),
    );
    let mut content = format!("{}\n{}\n", pairs.len() / 2, numbers.join("\n")).into_bytes();
    fill(&mut content);
    content.extend(stored());
    append(
        &mut archive,
        EntryType::Regular,
        "GNUSparseFile.0/f",
        &content,
    );
    forms.push(archive);
    // GNU's own, with one block more.
    let mut archive = Vec::new();
    let segment = |number: u64| format!("{number:011o}\0").into_bytes();
    append_with(&mut archive, EntryType::GNUSparse, "f", b"", |header| {
        header.set_size(stored().len() as u64);
        let gnu = header.as_gnu_mut().expect("it is one");
        gnu.realsize.copy_from_slice(&segment(9000));
        for (to, from) in gnu.sparse.iter_mut().zip(pairs.chunks(2)) {
            to.offset.copy_from_slice(&segment(from[0]));
            to.numbytes.copy_from_slice(&segment(from[1]));
        }
        gnu.isextended = [1];
    });
    for number in &pairs[8..] {
        archive.extend(segment(*number));
    }
    fill(&mut archive);
    archive.extend(stored());
    fill(&mut archive);
    forms.push(archive);
    forms
}

#[test]
fn files_with_holes_are_read_in_each_form() {
    for (form, mut archive) in forms().into_iter().enumerate() {
        append(&mut archive, EntryType::Regular, "next", b"d");
        for fs in both(&archive).unwrap_or_else(|error| panic!("form {form}: {error}")) {
            assert!(file(&fs, "f").1 == sparse_content(), "form {form}");
            assert_eq!(file(&fs, "next").1, b"d", "form {form}");
        }
    }
}

#[test]
fn archives_that_end_too_early_are_refused() {
    for archive in forms() {
        for length in (513..archive.len()).step_by(97) {
            refused(&archive[..length], "unexpected end of file");
        }
    }
}

#[test]
fn what_stands_before_an_entry_has_a_limit() {
    for kind in [
        EntryType::GNULongName,
        EntryType::GNULongLink,
        EntryType::XHeader,
        EntryType::XGlobalHeader,
    ] {
        let mut archive = Vec::new();
        append_with(&mut archive, kind, "x", b"", |header| {
            header.set_size(1 << 40);
        });
        refused(&archive, "limit on bytes before an entry");
    }
    let mut archive = Vec::new();
    append(&mut archive, EntryType::XHeader, "x", b"99 uid=1\n");
    append(&mut archive, EntryType::Regular, "f", b"");
    refused(&archive, "damaged extended header");
}
