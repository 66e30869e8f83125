//! Archives that `ADD` unpacks (IMG-75).

use super::super::packed::tests::{bzip2, gzip, xz};
use super::{check, container, context, context_with, copy, listing, tar};

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
