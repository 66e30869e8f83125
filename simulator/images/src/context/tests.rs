//! Contexts, and copies from them.

use super::packed::tests::{bzip2, gzip, xz};
use super::{Context, Sources, dockerfile_name};
use crate::dockerfile::{BuildArgs, BuildError, Dockerfile};
use rootfs::{ArchiveLimits, FileKind, Lend, Memory, ROOT, RootFs, Tree, TreeBuilder};
use sha2::{Digest, Sha256};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use tar::{EntryType, Header};

/// Entries of an archive: `name/`, `name=content`, `name->target`, `name=>target of a hard link`.
fn tar(entries: &[&str]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for entry in entries {
        let (kind, name, target, content) = if let Some((name, target)) = entry.split_once("->") {
            (EntryType::Symlink, name, target, "")
        } else if let Some((name, target)) = entry.split_once("=>") {
            (EntryType::Link, name, target, "")
        } else if let Some((name, content)) = entry.split_once('=') {
            (EntryType::Regular, name, "", content)
        } else {
            (EntryType::Directory, *entry, "", "")
        };
        let mut header = Header::new_gnu();
        let fields = header.as_old_mut();
        fields.name[..name.len()].copy_from_slice(name.as_bytes());
        fields.linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(match kind {
            EntryType::Directory => 0o750,
            _ => 0o4640,
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

fn read(body: &[u8]) -> Result<Context, BuildError> {
    Context::read(body, &ArchiveLimits::default(), &Memory::new(1 << 30))
}

fn context(entries: &[&str]) -> Context {
    read(&tar(entries)).expect("the archive is good")
}

/// Adds a file of any bytes.
fn context_with(entries: &[&str], name: &str, bytes: &[u8]) -> Context {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o600);
    header.set_uid(7);
    header.set_gid(8);
    header.set_mtime(9);
    builder
        .append_data(&mut header, name, bytes)
        .expect("memory");
    let mut body = tar(entries);
    body.truncate(body.len() - 1024);
    body.extend(builder.into_inner().expect("memory"));
    read(&body).expect("the archive is good")
}

fn select(context: &Context, text: &str) -> Result<Sources, BuildError> {
    let dockerfile = Dockerfile::parse("x", text.as_bytes()).expect("it is good");
    let instruction = dockerfile.instructions.last().expect("there is one");
    let instruction = instruction.substitute(&["V=dir".to_owned()], &BuildArgs::default());
    context.select(&instruction.expect("it is good"))
}

fn listing(fs: &RootFs) -> Vec<String> {
    let mut rows = Vec::new();
    let mut todo = vec![(ROOT, String::new())];
    while let Some((dir, prefix)) = todo.pop() {
        for entry in fs.entries(dir).expect("lists") {
            let path = format!("{prefix}{}", String::from_utf8_lossy(&entry.name));
            rows.push(match entry.kind {
                FileKind::Directory => {
                    todo.push((entry.ino, format!("{path}/")));
                    format!("{path}/")
                }
                FileKind::Symlink => {
                    let target = fs.read_link(entry.ino).expect("is a link");
                    format!("{path}->{}", String::from_utf8_lossy(&target))
                }
                _ => {
                    let size = fs.metadata(entry.ino).expect("exists").size;
                    let mut content = vec![0; size as usize];
                    fs.read(entry.ino, 0, &mut content).expect("reads");
                    format!("{path}={}", String::from_utf8_lossy(&content))
                }
            });
        }
    }
    rows.sort();
    rows
}

/// A container that counts how often it was lent.
struct Container {
    fs: RefCell<RootFs>,
    lent: Cell<usize>,
}

impl Lend for Container {
    fn lend<T>(&self, step: impl FnOnce(&mut RootFs) -> T) -> T {
        self.lent.set(self.lent.get() + 1);
        step(&mut self.fs.borrow_mut())
    }
}

/// A container with the same notation as archives.
fn container(entries: &[&str]) -> Container {
    let tree = Tree::from_tar_layers([&tar(entries)[..]], &ArchiveLimits::default());
    let tree = Arc::new(tree.expect("the archive is good"));
    Container {
        fs: RefCell::new(RootFs::new(tree, 1 << 24)),
        lent: Cell::new(0),
    }
}

fn copy(context: &Context, text: &str, target: &Container, dir: &str) -> Result<(), BuildError> {
    context.copy(&select(context, text)?, target, dir, 5_000_000_000)
}

fn check(context: &Context, there: &[&str], text: &str, dir: &str, expected: &[&str]) {
    let target = container(there);
    copy(context, text, &target, dir).expect("it can be copied");
    assert_eq!(listing(&target.fs.borrow()), expected, "{text}");
}

fn sha(bytes: &str) -> String {
    let digest = Sha256::digest(bytes.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_body_is_plain_or_packed() {
    let plain = tar(&["Dockerfile=FROM x", "a/b=c"]);
    for body in [plain.clone(), gzip(&plain), bzip2(&plain), xz(&plain)] {
        let context = read(&body).expect("the archive is good");
        assert_eq!(
            listing(&context.files),
            ["Dockerfile=FROM x", "a/", "a/b=c"]
        );
    }
    assert!(listing(&read(b"").expect("nothing is good").files).is_empty());
}

#[test]
fn a_body_that_leads_out_or_is_too_much_or_no_archive_is_refused() {
    for body in [
        tar(&["../a=x"]),
        tar(&["/a=x"]),
        tar(&["a=>../b"]),
        b"FROM busybox\n".repeat(100),
        gzip(b"FROM busybox\n"),
    ] {
        let error = read(&body).expect_err("it is refused").to_string();
        assert!(error.starts_with("invalid build context: "), "{error}");
    }
    let limits = ArchiveLimits {
        entries: 1,
        unpacked_bytes: 2,
    };
    for entries in [&["a=1", "b=2"][..], &["a=123"]] {
        let body = tar(entries);
        assert!(Context::read(&body[..], &limits, &Memory::new(1 << 20)).is_err());
    }
    let body = tar(&["a=123"]);
    assert!(Context::read(&body[..], &ArchiveLimits::default(), &Memory::new(2)).is_err());
}

#[test]
fn the_dockerfile_is_found_by_its_name() {
    let context = context(&[
        "Dockerfile=upper",
        "dockerfile=lower",
        "d/F=sub",
        "l->d/F",
        "e=",
    ]);
    for (name, content) in [
        ("Dockerfile", "upper"),
        ("dockerfile", "lower"),
        ("d/F", "sub"),
        ("/d/F", "sub"),
        ("l", "sub"),
        ("e", ""),
    ] {
        let found = context.dockerfile(name).expect("it is there");
        assert_eq!(found, content.as_bytes(), "{name}");
    }
    for name in ["x", "d", "d/F/x"] {
        let error = context.dockerfile(name).expect_err("it is missing");
        assert_eq!(
            error.to_string(),
            format!("Error: No such file or directory '{name}'")
        );
    }
}

#[test]
fn the_default_dockerfile_may_be_in_lower_case() {
    let lower = context(&["dockerfile=lower"]);
    assert_eq!(
        lower.dockerfile("Dockerfile").expect("it is there"),
        b"lower"
    );
    let error = context(&["a=b"])
        .dockerfile("Dockerfile")
        .expect_err("it is missing");
    assert_eq!(
        error.to_string(),
        "Error: No such file or directory 'Dockerfile'"
    );
    let long = context_with(&[], "Dockerfile", &vec![b'#'; (10 << 20) + 1]);
    let error = long.dockerfile("Dockerfile").expect_err("it is too long");
    assert_eq!(error.to_string(), "Dockerfile exceeds max length: 10485761");
}

#[test]
fn names_of_dockerfiles_are_normalised() {
    for (parameter, name) in [
        ("", "Dockerfile"),
        ("./a//b/../F", "a/F"),
        ("/F", "/F"),
        ("/../F", "/F"),
        ("a/..", "."),
    ] {
        assert_eq!(dockerfile_name(parameter).expect("it is good"), name);
    }
    for parameter in ["../F", "a/../../F", "..", "..F"] {
        let error = dockerfile_name(parameter).expect_err("it is refused");
        let text = format!("Forbidden path outside the build context: {parameter}");
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn sources_that_cannot_be_copied_are_refused() {
    let context = context(&[
        "a=1",
        "b=2",
        "dir/c=3",
        "out->../x",
        "abs->/etc/passwd",
        "dir/up->../../..",
        "loop->loop",
    ]);
    for (text, error) in [
        (
            "ADD a",
            "Invalid ADD format - at least two arguments required",
        ),
        (
            "COPY",
            "Invalid COPY format - at least two arguments required",
        ),
        ("COPY x* /y", "No source files were specified"),
        ("COPY [a /y", "No source files were specified"),
        ("COPY ../a* /y", "No source files were specified"),
        (
            "COPY a b /y",
            "When using COPY with more than one source file, the destination must be a directory and end with a /",
        ),
        (
            "ADD ? /y",
            "When using ADD with more than one source file, the destination must be a directory and end with a /",
        ),
        (
            "COPY robots.txt /y",
            "stat robots.txt: no such file or directory",
        ),
        (
            "COPY /robots.txt /y",
            "stat robots.txt: no such file or directory",
        ),
        ("COPY ./$V/x /y/", "stat dir/x: no such file or directory"),
        ("COPY //x /y/", "stat /x: no such file or directory"),
        ("COPY a/x /y/", "stat a/x: no such file or directory"),
        (
            "ADD ../../ test/",
            "Forbidden path outside the build context: ../../ ",
        ),
        (
            "ADD dir/../../a /y",
            "Forbidden path outside the build context: dir/../../a ",
        ),
        (
            "COPY out /y",
            "Forbidden path outside the build context: out ",
        ),
        (
            "COPY abs /y",
            "Forbidden path outside the build context: abs ",
        ),
        (
            "COPY o*t /y",
            "Forbidden path outside the build context: out ",
        ),
        (
            "COPY dir/up/a /y",
            "Forbidden path outside the build context: dir/up/a ",
        ),
        (
            "COPY loop /y",
            "could not copy loop: too many levels of symbolic links",
        ),
        ("COPY http://h/f /x", "Source can't be a URL for COPY"),
        ("COPY a HTTPS://h/f /x/", "Source can't be a URL for COPY"),
        (
            "FROM x\nADD http://h/f /x",
            "Not implemented: Add Remote: {\"name\":\"ADD\",\"lineno\":2,\"args\":[\"http://h/f\",\"/x\"],\"raw\":\"ADD http://h/f /x\",\"ctx\":{}}",
        ),
        (
            "add  ftp://$V/f /x",
            "Not implemented: Add Remote: {\"name\":\"ADD\",\"lineno\":1,\"args\":[\"ftp://dir/f\",\"/x\"],\"raw\":\"add  ftp://$V/f /x\",\"ctx\":{}}",
        ),
    ] {
        let refused = select(&context, text).expect_err("it is refused");
        assert_eq!(refused.to_string(), error, "{text}");
    }
}

#[test]
fn wildcards_match_in_each_component() {
    let context = context(&[
        "file1.txt=1",
        "file2.txt=2",
        ".hidden=h",
        "dir/nested_dir/x=x",
        "dir/other/y=y",
        "dirt=t",
        "link->dir",
        "broken->nowhere",
        "a:b=c",
    ]);
    for (pattern, expected) in [
        ("file*.txt", &["file1.txt", "file2.txt"][..]),
        ("/file?.txt", &["file1.txt", "file2.txt"]),
        ("file[^1].txt", &["file2.txt"]),
        ("dir*", &["dir", "dirt"]),
        ("dir/*dir", &["dir/nested_dir"]),
        ("./*/*/?", &["dir/nested_dir/x", "dir/other/y"]),
        ("link/*/x", &["link/nested_dir/x"]),
        ("l*/*/x", &[]),
        ("l*k", &["link"]),
        ("br*", &["broken"]),
        (".h*", &[".hidden"]),
        ("*hidden", &[".hidden"]),
        ("a:*", &["a:b"]),
        ("a:b", &["a:b"]),
    ] {
        let found = select(&context, &format!("COPY {pattern} /y/"));
        let found: Vec<String> = match found {
            Ok(sources) => sources.list.into_iter().map(|source| source.path).collect(),
            Err(error) => {
                assert!(matches!(error, BuildError::NoSources), "{error}");
                Vec::new()
            }
        };
        assert_eq!(found, expected, "{pattern}");
    }
}

#[test]
fn only_contents_make_a_hash() {
    let context = context(&[
        "a=hello",
        "dir/x=hello",
        "dir/y/z=other",
        "dir/l->x",
        "moved/1/q=other",
        "moved/2=hello",
        "moved/3->x",
        "empty/",
        "empty/e/",
        "broken->x",
    ]);
    let (hello, other, link) = (sha("hello"), sha("other"), sha("x"));
    let mut sorted = [hello.clone(), other, link.clone()];
    sorted.sort();
    let dir = format!("dir:{}", sha(&sorted.join(",")));
    let file = format!("file:{hello}");
    for (text, expected) in [
        ("COPY a /b", file.clone()),
        ("ADD /a /c", file.clone()),
        ("COPY dir /b", dir.clone()),
        ("COPY moved/ /b", dir.clone()),
        ("COPY empty /b", "empty".to_owned()),
        ("COPY ./empty/e/ /b", "empty/e/".to_owned()),
        ("COPY broken /b", format!("file:{link}")),
        (
            "COPY a dir /b/",
            format!("multi:{}", sha(&format!("{file},{dir}"))),
        ),
    ] {
        let sources = select(&context, text).expect("they are there");
        assert_eq!(context.hash(&sources), expected, "{text}");
    }
    assert_eq!(
        hello,
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    );
}

#[test]
fn files_go_to_files_and_into_directories() {
    let context = context(&["f=new", "d/g=deep", "l->f"]);
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
    ]);
    let all = ["x/", "x/a=1", "x/gone->no", "x/in->a", "x/out->/etc/passwd"];
    check(&context, &[], "COPY d /x", "/", &all);
    check(&context, &[], "COPY l /x", "/", &all);
    check(&context, &[], "COPY d/in /x", "/", &["x=1"]);
    check(&context, &[], "COPY b /x/", "/", &["x/", "x/b->no"]);
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
fn add_unpacks_one_archive() {
    let archive = tar(&["test/foo=Hi", "test/l->foo"]);
    let unpacked = |under: &str| {
        let mut rows: Vec<String> = under
            .match_indices('/')
            .map(|(at, _)| under[..=at].to_owned())
            .collect();
        rows.extend(["test/", "test/foo=Hi", "test/l->foo"].map(|row| format!("{under}{row}")));
        rows
    };
    let packings = [
        archive.clone(),
        gzip(&archive),
        bzip2(&archive),
        xz(&archive),
    ];
    for (packed, name) in packings.iter().zip(["t.tar", "t", "t.txt", "t.tar"]) {
        let context = context_with(&["a=b"], name, packed);
        for (there, destination, under) in [
            (&[][..], "/", ""),
            (&[], "/t.tar", "t.tar/"),
            (&[], "/new", "new/"),
            (&[], "/new/", "new/"),
            (&["old/"], "/old", "old/"),
            (&["old/"], "/old/", "old/"),
        ] {
            let target = container(there);
            let text = format!("ADD {name} {destination}");
            copy(&context, &text, &target, "/").expect("it can be unpacked");
            assert_eq!(listing(&target.fs.borrow()), unpacked(under), "{text}");
            let fs = target.fs.borrow();
            let foo = format!("/{under}test/foo");
            let foo = fs.resolve(foo.as_bytes(), false).expect("it is there");
            let of = fs.metadata(foo).expect("it is there");
            assert_eq!((of.uid, of.gid, of.mode), (0, 0, 0o4640));
        }
    }
}

#[test]
fn an_archive_is_a_file_for_copy_and_among_others() {
    let packed = gzip(&tar(&["x=y"]));
    let context = context_with(&["a=b", "d/"], "d/t.tgz", &packed);
    for text in ["COPY d/t.tgz /x/", "ADD d/t.tgz a /x/", "ADD d /x/"] {
        let target = container(&[]);
        copy(&context, text, &target, "/").expect("it can be copied");
        let fs = target.fs.borrow();
        let ino = fs.resolve(b"/x/t.tgz", false).expect("it is there");
        assert_eq!(
            fs.metadata(ino).expect("it is there").size,
            packed.len() as u64
        );
    }
}

#[test]
fn what_only_looks_like_an_archive_makes_add_fail() {
    for (name, bytes, there, error) in [
        (
            "t.tar",
            b"no archive".to_vec(),
            &[][..],
            "could not unpack t.tar: archive is unreadable: ",
        ),
        (
            "t",
            gzip(b"no archive"),
            &[],
            "could not unpack t: archive is unreadable: ",
        ),
        (
            "t",
            bzip2(b"no archive"),
            &[],
            "could not unpack t: archive is unreadable: ",
        ),
        (
            "t",
            xz(b"no archive"),
            &[],
            "could not unpack t: archive is unreadable: ",
        ),
        (
            "t",
            b"\x1f\x8b\x08".to_vec(),
            &[],
            "could not unpack t: archive is unreadable: ",
        ),
        (
            "t",
            gzip(&tar(&["../x=y"])),
            &[],
            "could not unpack t: entry \"../x\" leads outside",
        ),
        (
            "t",
            gzip(&tar(&["x=y"])),
            &["z=file"],
            "could not copy /z: not a directory",
        ),
    ] {
        let context = context_with(&[], name, &bytes);
        let failed = copy(&context, &format!("ADD {name} /z"), &container(there), "/");
        let text = failed.expect_err("it fails").to_string();
        assert!(text.starts_with(error), "{text}");
    }
    let empty = context(&["e.tar="]);
    check(&empty, &[], "ADD e.tar /z", "/", &["z/"]);
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
    let context = context_with(&[], "big", &vec![1; 4 << 20]);
    let target = container(&[]);
    copy(&context, "COPY big /x", &target, "/").expect("it can be copied");
    assert!(target.lent.get() >= 64, "{}", target.lent.get());
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
