//! Sources, and what they are called in the cache.

use super::{context, select};
use crate::dockerfile::BuildError;
use sha2::{Digest, Sha256};

fn sha(bytes: &str) -> String {
    let digest = Sha256::digest(bytes.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
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
        ("'d\\ir/n'*/x", &["dir/nested_dir/x"]),
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
