//! Reading a body, and the Dockerfile in it.

use super::super::packed::tests::{bzip2, gzip, xz};
use super::super::{Context, dockerfile_name};
use super::{context, context_with, listing, read, source, tar};
use rootfs::{ArchiveLimits, Memory};

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
        assert!(Context::read(source(&body), &limits, &Memory::new(1 << 20)).is_err());
    }
    let body = tar(&["a=123"]);
    assert!(Context::read(source(&body), &ArchiveLimits::default(), &Memory::new(2)).is_err());
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
