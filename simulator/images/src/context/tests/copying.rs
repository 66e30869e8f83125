//! Copies to all kinds of destinations.

use super::super::packed::tests::gzip;
use super::{check, container, context, context_with, copy, listing, read, select};
use rootfs::{Memory, ROOT, RootFs, Tree, TreeBuilder};
use std::sync::Arc;

#[test]
fn files_go_to_files_and_into_directories() {
    let context = context(&["f=new", "d/g=deep", "l->f", "loop->loop"]);
    for (there, text, dir, expected) in [
        (&[][..], "COPY f /x", "/", &["x=new"][..]),
        (&[], "COPY f /x/", "/", &["x/", "x/f=new"]),
        (&[], "COPY d/g /a/b/c", "/", &["a/", "a/b/", "a/b/c=deep"]),
        (&["x/"], "COPY f /x", "/", &["x/", "x/f=new"]),
        (&["x/y=old"], "COPY f /x/y", "/", &["x/", "x/y=new"]),
        (&["x/f=old"], "COPY f /x", "/", &["x/", "x/f=new"]),
        (&["x/f/sub=old"], "COPY f /x", "/", &["x/", "x/f=new"]),
        (&[], "COPY f /", "/", &["f=new"]),
        (&[], "COPY l /x/", "/", &["x/", "x/l=new"]),
        (&[], "COPY loop /x/", "/", &["x/", "x/loop->loop"]),
        (
            &[],
            "ADD f .",
            "/foo/bar",
            &["foo/", "foo/bar/", "foo/bar/f=new"],
        ),
        (
            &[],
            "ADD f sub/",
            "/foo",
            &["foo/", "foo/sub/", "foo/sub/f=new"],
        ),
        (&[], "ADD f ../y", "/foo", &["y=new"]),
        (&[], "COPY f d/g /x/", "/", &["x/", "x/f=new", "x/g=deep"]),
        (&[], "COPY [\"f\", \"/a b\"]", "/", &["a b=new"]),
    ] {
        check(&context, there, text, dir, expected);
    }
}

#[test]
fn of_a_directory_its_contents_are_copied() {
    let context = context(&[
        "d/a=1",
        "d/s/b=2",
        "d/e/",
        "d/h=>d/a",
        "other=o",
        "Dockerfile=FROM x",
    ]);
    let all = ["x/", "x/a=1", "x/e/", "x/h=1", "x/s/", "x/s/b=2"];
    for text in [
        "COPY d /x",
        "COPY d /x/",
        "COPY d/ /x",
        "ADD ./d/. /x",
        "COPY /d x",
    ] {
        check(&context, &[], text, "/", &all);
    }
    check(
        &context,
        &["x/a/old=o", "x/s/b=old", "x/s/c=kept"],
        "COPY d /x",
        "/",
        &[
            "x/",
            "x/a=1",
            "x/e/",
            "x/h=1",
            "x/s/",
            "x/s/b=2",
            "x/s/c=kept",
        ],
    );
    let whole = container(&[]);
    copy(&context, "COPY / /x", &whole, "/").expect("it can be copied");
    assert!(listing(&whole.fs.borrow()).contains(&"x/d/s/b=2".to_owned()));
    check(
        &context,
        &[],
        "COPY . /",
        "/",
        &[
            "Dockerfile=FROM x",
            "d/",
            "d/a=1",
            "d/e/",
            "d/h=1",
            "d/s/",
            "d/s/b=2",
            "other=o",
        ],
    );
    check(
        &context,
        &[],
        "COPY d/* other /x/",
        "/",
        &["x/", "x/a=1", "x/b=2", "x/h=1", "x/other=o"],
    );
}

#[test]
fn links_of_a_destination_stay_in_the_container() {
    let context = context(&["f=new", "d/a=1"]);
    let there = [
        "t/",
        "l->/t",
        "up->../../t",
        "file->t/made",
        "t/old->../kept",
        "kept=k",
    ];
    for (text, expected) in [
        ("COPY f /l", "t/f=new"),
        ("COPY f /l/", "t/f=new"),
        ("COPY f /up/x/y", "t/x/y=new"),
        ("COPY d /l", "t/a=1"),
        ("COPY d /l/sub", "t/sub/a=1"),
        ("COPY f /file", "t/made=new"),
        ("COPY f /t/old", "kept=new"),
    ] {
        let target = container(&there);
        copy(&context, text, &target, "/").expect("it can be copied");
        let rows = listing(&target.fs.borrow());
        assert!(rows.contains(&expected.to_owned()), "{text} {rows:?}");
        assert!(rows.contains(&"l->/t".to_owned()), "{text}");
    }
}

#[test]
fn links_of_the_context_are_copied_as_links_but_for_a_source_that_is_one() {
    let context = context(&[
        "d/a=1",
        "d/in->a",
        "d/out->/etc/passwd",
        "d/gone->no",
        "l->d",
        "b->no",
        "b2->b",
    ]);
    let all = ["x/", "x/a=1", "x/gone->no", "x/in->a", "x/out->/etc/passwd"];
    check(&context, &[], "COPY d /x", "/", &all);
    check(&context, &[], "COPY l /x", "/", &all);
    check(&context, &[], "COPY d/in /x", "/", &["x=1"]);
    check(&context, &[], "COPY b /x/", "/", &["x/", "x/b->no"]);
    check(&context, &[], "COPY b2 /x/", "/", &["x/", "x/b2->b"]);
    check(&context, &[], "COPY d/gone /x", "/", &["x->no"]);
}

#[test]
fn copies_are_roots_and_keep_their_modes_and_links() {
    let context = context(&["d/a=1", "d/b=>d/a", "d/e/"]);
    let target = container(&[]);
    copy(&context, "COPY d /made/x", &target, "/").expect("it can be copied");
    let fs = target.fs.borrow();
    let of = |path: &str| {
        let ino = fs.resolve(path.as_bytes(), false).expect("it is there");
        fs.metadata(ino).expect("it is there")
    };
    for (path, mode) in [
        ("/made", 0o755),
        ("/made/x", 0o755),
        ("/made/x/a", 0o4640),
        ("/made/x/e", 0o750),
    ] {
        let of = of(path);
        assert_eq!((of.uid, of.gid, of.mode), (0, 0, mode), "{path}");
    }
    assert_eq!(of("/made/x/a").mtime_ns, 9_000_000_000);
    assert_eq!(of("/made/x/a").ino, of("/made/x/b").ino);
}

#[test]
fn a_copy_that_is_not_possible_says_why() {
    let context = context_with(&["a=b", "d/x=y"], "big", &vec![1; 1 << 20]);
    let target = container(&["file=x"]);
    for (text, error) in [
        ("COPY a /file/x", "could not copy /file/x: not a directory"),
        ("COPY d /file", "could not copy /file: not a directory"),
        ("COPY a /file/", "could not copy /file: not a directory"),
    ] {
        let failed = copy(&context, text, &target, "/").expect_err("it fails");
        assert_eq!(failed.to_string(), error, "{text}");
    }
    target.fs.borrow_mut().set_quota_bytes(100_000);
    let failed = copy(&context, "COPY big /x", &target, "/").expect_err("it fails");
    assert_eq!(failed.to_string(), "could not copy x: disk quota exceeded");
}

#[test]
fn a_container_is_lent_for_small_steps() {
    let names: Vec<String> = (0..100)
        .map(|number| format!("d/{number}={number}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let context = context(&names);
    let target = container(&[]);
    copy(&context, "COPY d /x/", &target, "/").expect("it can be copied");
    assert!(target.lent.get() >= names.len(), "{}", target.lent.get());
}

#[test]
fn what_is_copied_needs_no_memory_and_counts_for_the_quota() {
    let context = context_with(&[], "big", &vec![1; 4 << 20]);
    let memory = Memory::new(1 << 20);
    let files = RootFs::within(Arc::new(Tree::empty()), 5 << 20, &memory);
    let target = std::sync::Mutex::new(files);
    let sources = select(&context, "COPY big /x").expect("it is there");
    context
        .copy(&sources, &target, "/", 0)
        .expect("there is room");
    let again = select(&context, "COPY big /y").expect("it is there");
    let error = context
        .copy(&again, &target, "/", 0)
        .expect_err("the disk is full");
    assert_eq!(error.to_string(), "could not copy y: disk quota exceeded");
    let files = target.into_inner().expect("nobody panicked");
    let copied = files.resolve(b"/x", false).expect("it is there");
    let mut bytes = vec![0; 4 << 20];
    assert_eq!(files.read(copied, 0, &mut bytes), Ok(4 << 20));
    assert!(bytes.iter().all(|byte| *byte == 1));
}

#[test]
fn ten_thousand_small_files_are_copied() {
    let mut builder = TreeBuilder::new(0);
    for index in 0..10_000 {
        let path = format!("many/{}/{index}", index % 10);
        builder
            .file(path, index.to_string(), 0o644)
            .expect("the path is good");
    }
    let fs = RootFs::new(Arc::new(builder.build()), 0);
    let (mut writer, mut body) = (rootfs::ArchiveWriter::new(ROOT, b""), Vec::new());
    while writer.next(&fs, &mut body) {}
    let context = read(&gzip(&body)).expect("the archive is good");
    let sources = select(&context, "COPY many /many").expect("they are there");
    assert!(context.hash(&sources).starts_with("dir:"));
    let target = container(&[]);
    context
        .copy(&sources, &target, "/", 0)
        .expect("it can be copied");
    assert_eq!(listing(&target.fs.borrow()), listing(&fs));
}
